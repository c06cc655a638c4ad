"""The one table of limits: each is stated, and refuses one more than it takes."""

import json
import secrets
import zlib
from base64 import urlsafe_b64encode
from contextlib import ExitStack
from importlib import import_module
from inspect import getsource
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from engine.api.inside import Strangers
from engine.api.queries import PageQuery
from engine.api.rates import Rates
from engine.api.spelling import nested
from engine.customers.events import record_event
from engine.errors import FilterError, WorkbenchError
from engine.exports.fit import check_shape
from engine.exports.formats import FORMATS
from engine.exports.order import Order
from engine.exports.run import export_records
from engine.filters.drafts.address import unpacked
from engine.filters.parser import parse
from engine.imports.files.archives import check_inflated
from engine.imports.files.json_lines import parse as parse_line
from engine.imports.files.workbook_size import check_workbook
from engine.limits import LIMITS, MB
from engine.lists.rows import read_query
from engine.redemptions.attempt import attempt
from engine.redemptions.campaigns import add_codes, create_campaign
from engine.segments import library, tags
from engine.system.memory import SMALL, expect_memory
from engine.system.plain_files import bounded
from engine.workspace import settings
from tests.api.conftest import Http
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


def opened(number):
    """So many pages at once at which nobody is signed in."""
    strangers = Strangers()
    with ExitStack() as pages:
        for _ in range(number):
            pages.enter_context(strangers.page("one"))


# What takes so many and no more; by the key of the limit.
TAKES = {
    "inflated": lambda n, *_: check_inflated(n, n, "zip"),
    "ratio": lambda n, *_: check_inflated(n * MB, MB, "gzip"),
    "ratio_from": lambda n, *_: check_inflated(n, 1, "gzip"),
    "conditions": lambda n, *_: tree(n - 1),  # the group of all is one, too
    "address": lambda n, *_: in_address(n),
    "sheet_text": lambda n, base: exported(base, "x" * n),
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
    "memory": lambda n, base: filled(base.folder, n),
    "amount": lambda n, *_: attempt(["A"], order={"amount": n}),
    "event_name": lambda n, base: record_event(base.workbench, "x" * n, {"source_id": "a"}),
    "codes": lambda n, *_: attempt([f"c{at}" for at in range(n)]),
    "requests": lambda n, *_: asked(0.0, n),
    "strangers": lambda n, *_: opened(n),
    "pages": lambda n, *_: PageQuery(page=n),
    "parameters": lambda n, *_: nested((f"p{at}", "x") for at in range(n)),
    "query_names": lambda n, *_: nested([("a" + "[b]" * n, "x")]),
    "sheet_rows": lambda n, *_: excel(rows=n),
    "sheet_columns": lambda n, *_: excel(columns=n),
}
# What is so large at its limit that only more than it takes is made here: that is refused at once.
REFUSES = {
    "record": lambda n, base: base.csv("Source_id,Name\na," + "x" * (2 * n + MB) + "\n"),
    "columns": lambda n, base: base.csv("Source_id" + ",c" * n + "\n"),
    "cells": lambda n, *_: sheet(n // 10_000 + 1),
    "faults": lambda n, *_: parse({f"nope{at}": 1 for at in range(n + 1)}, CATALOGUE, ZONE),
    "body": lambda n, base: sent(base, n + 1),
    "campaign_codes": lambda n, base: codes(base, n + 1),
}
OF_ANOTHER = {"ratio_from": "ratio"}  # what is refused from there on says that limit


def filled(folder, percent):
    """A step that fills a machine so far."""
    (folder / "proc").mkdir(exist_ok=True)
    left = 100 * SMALL - percent * SMALL + SMALL  # the step is of the size of one
    told = f"MemTotal: {100 * SMALL // 1024} kB\nMemAvailable: {left // 1024} kB\n"
    (folder / "proc" / "meminfo").write_text(told)
    expect_memory(SMALL, "a test", folder)


def sheet(rows):
    """A workbook with a cell in the first column and one in the 10,000th, so many rows below."""
    packed = BytesIO()
    with ZipFile(packed, "w") as book:
        cells = f'<c r="A1"/></row><row r="{rows}"><c r="NTP{rows}"/>'
        book.writestr("xl/worksheets/sheet1.xml", f'<sheetData><row r="1">{cells}</row>')
    check_workbook(packed, len(packed.getvalue()))


def sent(base, size):
    answer = Http(base).ask("POST", "/v1/customers", content=b" " * size)
    if answer.status_code != 200:
        raise ValueError(answer.text)


def codes(base, number):
    create_campaign(base.workbench, "Fall", TEN)
    add_codes(base.workbench, "Fall", number)


def exported(base, text):
    base.json({"source_id": "a", "description": text})
    export_records(base.workbench, Order(format="excel"))


def in_address(number):
    """A draft of so many bytes once it is unpacked."""
    written = json.dumps({"junk": "x" * (number - 12)}).encode()
    assert len(written) == number
    packed = urlsafe_b64encode(zlib.compress(written)).decode()
    try:
        unpacked(packed, CATALOGUE)
    except FilterError as fault:
        if "longer than" in str(fault):  # else it was unpacked, and is no draft
            raise


def tagged(base, names):
    made = library.create_static(base.workbench, secrets.token_hex(8), [])
    return tags.tag(base.workbench, made.id, list(names))


@pytest.mark.parametrize("key", TAKES)
def test_so_many_are_taken_and_one_more_is_refused_with_the_limit(key, base):
    most = LIMITS[key].most
    TAKES[key](most, base)

    with pytest.raises((WorkbenchError, ValueError, ValidationError)) as refused:
        TAKES[key](most + 1, base)
    assert is_told(key, refused.value)


@pytest.mark.parametrize("key", REFUSES)
def test_more_is_refused_with_the_limit(key, base):
    with pytest.raises((WorkbenchError, ValueError)) as refused:
        REFUSES[key](LIMITS[key].most, base)
    assert is_told(key, refused.value)


def is_told(key, error):
    """Whether an error says the limit, by its number or as the table has it."""
    limit = LIMITS[OF_ANOTHER.get(key, key)]
    said = str(error).replace(",", "")
    return any(number in said for number in (str(limit.most), str(limit).replace(",", "")))


def test_every_limit_has_a_case():
    assert {*TAKES, *REFUSES} == {*LIMITS}
