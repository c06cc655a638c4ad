"""Names that are data: a metadata key called as our own columns are works as any other key."""

import ast
import json
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from engine.base.answers import why
from engine.customers.detail import to_objects
from engine.evaluation.thresholds import curve, movable
from engine.exports.formats import FORMATS
from engine.exports.order import Order
from engine.exports.run import export_records
from engine.imports.columns.table import TABLES
from engine.imports.history import receipt, rejected
from engine.segments import library

ENGINE = Path(__file__).parents[1] / "engine"
FURTHER = ("current", "customers", "threshold", "len", "literal", "row", "change", "customer_row")
PATTERNS = ("^.*$", "*", "^metadata", "$", "", ".", "a.b", "0", "#1", "@cleared metadata x")


def _own_names():
    """Every name that the engine gives a column of a frame: alias("…"), pl.col("…"), name=…"""
    for file in ENGINE.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                named = call.func.attr in ("alias", "col", "to_frame", "with_row_index", "select")
                found = call.args if named else ()
                yield from (one.value for one in found if isinstance(one, ast.Constant))
                if call.func.attr in ("with_columns", "agg", "select"):
                    yield from (word.arg for word in call.keywords if word.arg)


@cache
def own():
    """Those names, once for all tests."""
    return sorted({name for name in _own_names() if isinstance(name, str)})


def names():
    """Every key that the tests try."""
    return dict.fromkeys((*own(), *PATTERNS, *FURTHER))


def test_the_names_of_our_own_columns_are_found():
    assert {"row", "value", "text", "reason", "@known"} <= set(own())
    assert len(own()) > 30


@pytest.fixture
def named(base):
    """Everybody has every such key: as text, number, list; orders and events too."""
    return base.filled(fill)


def fill(base):
    texts = {name: f"{name}!" for name in names()}
    base.json(
        {"source_id": "text", "metadata": texts},
        {"source_id": "more", "metadata": {name: f"x{name}" for name in names()}},
        {"source_id": "none"},
    )
    base.json(
        {"id": "o1", "customer": {"source_id": "text"}, "status": "PAID", "amount": 5,
         "metadata": {name: at for at, name in enumerate(names())}},
        kind="orders",
    )  # fmt: skip


def test_every_name_is_filtered_by_and_explained(named):
    for name in names():
        field = f"metadata.{name}"

        assert named.who(field, "$is", f"{name}!") == ["text"], name
        assert named.who(field, "$is_unknown") == ["none"], name
        group = library.understood(named.workbench, {field: {"conditions": {"$contains": "!"}}})
        profile, clock = named.workbench.profile(), named.workbench.clock()
        assert why(profile, group, clock, "text").verdict, name


def test_every_name_narrows_records(named):
    for at, name in enumerate(names()):
        where = {f"metadata.{name}": {"conditions": {"$is": at}}}
        document = {"summary.orders.total_count": {"conditions": {"$is": 1}, "where": where}}

        assert named.answer(document).count == 1, name


@pytest.mark.parametrize("form", FORMATS)
def test_every_name_goes_out_at_once(named, form, tmp_path):
    fields = ("source_id", *(f"metadata.{name}" for name in names()))
    run = export_records(named.workbench, Order(fields=fields, format=form), tmp_path / "out")

    assert (run.rows, len(run.parameters["fields"])) == (3, len(fields))


def test_every_name_comes_back_in_json_and_from_csv(named, tmp_path):
    (document,) = to_objects(named.workbench.profile(), pl.Series([0]))
    export_records(named.workbench, Order(), tmp_path / "out.csv")

    assert all(document["metadata"][name] == f"{name}!" for name in own())
    again = named.bring(tmp_path / "out.csv")
    assert (again.created, again.updated, again.rejected) == (0, 0, 0)


def test_every_name_has_a_curve_of_thresholds(base):
    base.json(*({"source_id": f"c{at}", "metadata": dict.fromkeys(names(), at)} for at in range(3)))
    for name in names():
        document = {f"metadata.{name}": {"conditions": {"$more_than": 0}}}
        group = library.understood(base.workbench, json.dumps(document))
        profile, clock = base.workbench.profile(), base.workbench.clock()
        (path,) = movable(group, profile.catalogue, clock.zone)

        assert curve(profile.masks, group, path, clock).filter("current")["customers"].item() == 2


def test_every_name_is_a_header_of_rejected_rows(base):
    tried = [name for name in names() if name.strip(" .") and not TABLES["customers"].column(name)]
    run = base.csv(",".join(["Birthdate", *tried]) + "\n" + "never" + ",x" * len(tried) + "\n")
    frame = rejected(base.workbench, receipt(base.workbench, run.id))

    assert frame.height == 1
    assert set(tried) <= set(frame.columns)
