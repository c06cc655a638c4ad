"""The one table of limits: each is stated, and refuses one more than it takes."""

import secrets
from importlib import import_module
from inspect import getsource
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from engine.api.queries import PageQuery
from engine.api.rates import Rates
from engine.api.spelling import nested
from engine.customers.events import record_event
from engine.errors import WorkbenchError
from engine.exports.fit import check_shape
from engine.exports.formats import FORMATS
from engine.filters.parser import parse
from engine.imports.files.json_lines import parse as parse_line
from engine.limits import LIMITS
from engine.lists.rows import read_query
from engine.redemptions.attempt import attempt
from engine.redemptions.campaigns import add_codes, create_campaign
from engine.segments import library, tags
from engine.system.plain_files import bounded
from engine.workspace import settings
from tests.fields import EMPTY_CATALOGUE as CATALOGUE
from tests.redemptions.counter import TEN

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
ZONE = ZoneInfo("UTC")


@pytest.mark.parametrize("key", LIMITS)
def test_the_readme_states_every_limit(key):
    limit = LIMITS[key]

    assert f"| {limit.of} | {limit} |" in README


@pytest.mark.parametrize("key", LIMITS)
def test_the_module_that_refuses_more_reads_the_table(key):
    limit = LIMITS[key]
    module = import_module(f"engine.{limit.place}")
    names = [name for name, value in vars(import_module("engine.limits")).items() if value is limit]

    assert vars(module)[names[0]] is limit
    assert f"{names[0]}" in getsource(module)


def test_bytes_are_told_in_the_largest_unit():
    assert (str(LIMITS["inflated"]), str(LIMITS["record"])) == ("8 GB", "16 MB")
    assert str(LIMITS["sheet_text"]) == "32,767 characters"


def condition(operator, *operands, field="address.city"):
    return parse({field: {"conditions": {operator: list(operands)}}}, CATALOGUE, ZONE)


def asked(seconds, number):
    """So many requests at once; the last has to be answered."""
    rates = Rates(lambda: seconds)
    if not [rates.asked("192.0.2.1")[0] for _ in range(number)][-1]:
        raise ValueError(f"{LIMITS['requests'].most}")


def excel(rows=1, columns=1):
    check_shape(FORMATS["excel"], rows, columns, "customers")


def tree(number):
    """A filter of so many filters and conditions."""
    level = {"conditions": {"$is": ["x"]}}
    return parse({f"metadata.k{place}": level for place in range(number)}, CATALOGUE, ZONE)


# What takes so many and no more; by the key of the limit.
TAKES = {
    "nesting": lambda n, *_: parse_line(b'{"a":' * n + b"1" + b"}" * n),
    "document": lambda n, *_: bounded(bytes(n), "file.json"),
    "operands": lambda n, *_: condition("$is", *map(str, range(n))),
    "patterns": lambda n, *_: condition("$contains", *map(str, range(n))),
    "pattern": lambda n, *_: condition("$contains", "x" * n),
    "days": lambda n, *_: condition("$less_than_ago", n, field="created_at"),
    "name": lambda n, base: library.create_static(base.workbench, "x" * n, []),
    "tag": lambda n, base: tagged(base, ["x" * n]),
    "tags": lambda n, base: tagged(base, map(str, range(n))),
    "static": lambda n, *_: settings.check({"static_cap": n}),
    "block": lambda n, *_: read_query({"start": "0", "end": str(n), "columns": '["id"]'}),
    "amount": lambda n, *_: attempt(["A"], order={"amount": n}),
    "event_name": lambda n, base: record_event(base.workbench, "x" * n, {"source_id": "a"}),
    "codes": lambda n, *_: attempt([f"c{at}" for at in range(n)]),
    "requests": lambda n, *_: asked(0.0, n),
    "pages": lambda n, *_: PageQuery(page=n),
    "parameters": lambda n, *_: nested((f"p{at}", "x") for at in range(n)),
    "query_names": lambda n, *_: nested([("a" + "[b]" * n, "x")]),
    "sheet_rows": lambda n, *_: excel(rows=n),
    "sheet_columns": lambda n, *_: excel(columns=n),
}
# What is too large to be made here, or is no error; the tests that hold it.
ELSEWHERE = {
    "inflated": "imports/test_archives.py",
    "ratio": "imports/test_bounds.py",
    "ratio_from": "imports/test_bounds.py",
    "columns": "imports/test_bounds.py",  # so many at their limit take a minute to read
    "record": "imports/test_bounds.py",
    "cells": "imports/test_parquet.py",
    "faults": "filters/test_bounds.py",
    "conditions": "filters/test_bounds.py",
    "address": "filters/test_shared.py",
    "body": "api/test_table.py",
    "campaign_codes": "test_limits.py",
    "sheet_text": "exports/test_layout.py",
}


def tagged(base, names):
    made = library.create_static(base.workbench, secrets.token_hex(8), [])
    return tags.tag(base.workbench, made.id, list(names))


@pytest.mark.parametrize("key", TAKES)
def test_so_many_are_taken_and_one_more_is_refused_with_the_limit(key, base):
    most = LIMITS[key].most
    TAKES[key](most, base)

    with pytest.raises((WorkbenchError, ValueError, ValidationError)) as refused:
        TAKES[key](most + 1, base)
    said = str(refused.value).replace(",", "")
    assert any(number in said for number in (str(most), str(LIMITS[key]).replace(",", "")))


def test_more_codes_than_a_campaign_takes_at_once_are_refused(base):
    create_campaign(base.workbench, "Fall", TEN)

    with pytest.raises(WorkbenchError, match="0 to 1,000,000 codes"):
        add_codes(base.workbench, "Fall", LIMITS["campaign_codes"].most + 1)


def test_every_limit_is_held_by_a_test():
    assert {*TAKES, *ELSEWHERE} == {*LIMITS}
    assert [name for name in {*ELSEWHERE.values()} if not (ROOT / "tests" / name).is_file()] == []
