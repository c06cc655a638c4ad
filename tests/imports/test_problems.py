"""Why rows are rejected: by kind, with the column that it is about and what can settle it."""

import pytest

from engine.imports.checks.check import check_file
from engine.imports.columns.directive import Directive
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import TABLES


def problems(base, text, kind="customers", columns=None):
    """What the check of a CSV file finds wrong."""
    mapping = ImportMapping(columns or {})
    return check_file(base.workbench, TABLES[kind], base.file(text), mapping).problems


def test_a_row_with_two_reasons_counts_for_both(base):
    text = "Source_id,Birthdate,Created_at\na,never,\nb,never,soon\nc,,1990-01-01\n"
    birth, created = problems(base, text)

    assert (birth.column, birth.rows, birth.cells) == ("Birthdate", (1, 2), ("never",))
    assert (created.column, created.rows, created.cells) == ("Created_at", (2,), ("soon",))


def test_what_a_reason_quotes_never_divides_it(base):
    [only] = problems(base, 'Source_id,Birthdate\na,"x; created_at: y"\nb,"z; "\n')

    assert (only.rows, only.column) == ((1, 2), "Birthdate")
    assert "x; created_at: y" in only.reason
    assert set(only.cells) == {"x; created_at: y", "z; "}


def test_the_most_frequent_cells_come_first(base):
    statuses = ["hm-1", "hm-2", "hm-2", "hm-3", "hm-3", "hm-3", "PAID"]
    text = "Customer_source_id,Status\n" + "".join(f"a,{status}\n" for status in statuses)
    [only] = problems(base, text, "orders")

    assert only.cells == ("hm-3", "hm-2", "hm-1")
    assert only.allowed == ("CREATED", "PAID", "CANCELED", "FULFILLED")
    assert only.settings == ("values",)


SETTINGS = {
    "a day": ("customers", "Source_id,Birthdate\na,x\n", ("dates", "values")),
    "an instant": ("customers", "Source_id,Created_at\na,x\n", ("dates", "values")),
    "a number": ("customers", "Source_id,Loyalty_points\na,x\n", ("decimal", "values")),
    "money": ("orders", "Customer_source_id,Amount\na,x\n", ("unit", "decimal", "values")),
    "one of a few": ("orders", "Customer_source_id,Status\na,x\n", ("values",)),
    "money of a part": (
        "orders",
        "Customer_source_id,items.product_id,items.price\na,p,x\n",
        ("unit", "decimal", "values"),
    ),
    "nobody": ("customers", "Source_id,Name\n,Ann\n", ("key",)),
    "nobody's order": ("orders", "Customer_source_id,Amount\n,1\n", ("key",)),
    "a record of too many cells": ("customers", "Source_id,Name\na,b,c\n", ()),
}


@pytest.mark.parametrize(("kind", "text", "settings"), SETTINGS.values(), ids=SETTINGS)
def test_each_kind_of_problem_has_what_settles_it(base, kind, text, settings):
    assert settings in [one.settings for one in problems(base, text, kind)]


def test_a_column_that_the_mapping_sends_there_is_the_one_that_is_told(base):
    [only] = problems(base, "Source_id,Tag\na,never\n", columns={"Tag": Directive("birthdate")})

    assert only.column == "Tag"


def test_a_problem_of_json_has_no_column(base):
    path = base.file('{"source_id": "a", "birthdate": "never"}\n', "people.jsonl")
    found = check_file(base.workbench, TABLES["customers"], path, ImportMapping())

    assert [(one.column, one.rows) for one in found.problems] == [(None, (1,))]


LACKING = {
    "a key": ("customers", "Name,City\nAnn,Rome\n", "because: expected an Id or a Source_id, got "
              "neither. The file has the columns `Name`, `City`: say in the mapping (`--mapping`) "
              'which of them is source_id, as in {"columns": {"COLUMN": "source_id"}}'),
    "a code": ("vouchers", "Name,Value\nX,5\n", "which of them is code,"),
    "whose": ("orders", "Order No,Total\n1,5\n", "which of them is customer.source_id,"),
    "a field": ("orders", "Customer_source_id,Status\na,x\nb,y\n", "which of them is status,"),
    "the shape of the API": ("orders", '{"id": "o", "customer": "c"}\n', 'customer: expected an '
        'object, got "c". The file has the keys `id`, `customer`: say in the mapping (`--mapping`) '
        "which of them is customer.source_id,"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "told"), LACKING.values(), ids=LACKING)
def test_where_no_row_came_in_it_is_told_what_the_file_has_and_how_one_chooses(
    base, kind, text, told
):
    run = base.bring(base.file(text), kind=kind)
    [note] = [note["text"] for note in run.notes if note["topic"] == "row"]

    assert run.failed
    assert told in note


def test_where_a_row_came_in_nothing_of_it_is_told(base):
    run = base.csv("Source_id,Name\na,Ann\n,Bob\n")

    assert not [note for note in run.notes if note["topic"] == "row"]
