"""The handbook leaves no operator and no field out, and what it says of them is so."""

import json

import pytest

from engine.filters.expression import Condition, Group, Test
from engine.filters.handbook import field_entries, operator_entries
from engine.filters.in_python import matches
from engine.filters.kinds import ANY
from engine.filters.operators.table import EXAMPLE_CLOCK, OPERATORS
from tests.fields import FIELDS, RECORD_ROWS
from tests.reference import FILES, ROOT, generated
from tests.strategies import CATALOGUE

ROWS = {repr(row): row for row in OPERATORS}
VERDICTS = {  # without a value: as it is, and with `missing: skip`
    "does not hold": {(False, False)},
    "holds; with `missing: skip` it does not": {(True, False)},
    "is what it asks for": {(True, True), (False, False)},
    "counts as no values": {(True, True), (False, False)},
}


def entry_of(row):
    return next(
        each for each in operator_entries() if (each.key, each.label) == (row.key, row.label)
    )


def holds(row, operand, value, missing="match"):
    """The verdict on a customer by plain Python."""
    kind = next(kind for kind in row.kinds if kind is not ANY)
    path = f"metadata.{kind.key}{'s' if row.on == 'list' else ''}"
    group = Group(conditions=(Condition(path, (Test(row.key, operand),), missing),))
    return matches(group, {path: value}, CATALOGUE, EXAMPLE_CLOCK)


def test_every_operator_row_has_an_entry_with_a_case_for_and_one_against():
    assert {(row.key, row.label) for row in OPERATORS} == {
        (entry.key, entry.label) for entry in operator_entries()
    }
    assert all(entry.holds != entry.fails for entry in operator_entries())


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_an_entry_says_of_a_missing_value_is_so(row):
    verdicts = tuple(
        holds(row, row.examples[0].operand, None, missing) for missing in ("match", "skip")
    )

    assert verdicts in VERDICTS[entry_of(row).missing]


LANGUAGE = "engine/filters/README.md"


@pytest.mark.parametrize("name", FILES)
def test_a_readme_is_current(name):
    text = (ROOT / name).read_text("utf-8")

    assert text == generated(text, FILES[name])


def test_the_readme_of_the_language_names_every_operator_and_field_with_its_cases():
    text = (ROOT / LANGUAGE).read_text("utf-8")

    for entry in operator_entries():
        for case in (entry.holds, entry.fails):
            assert f"`{case.operand}` for `{case.value}`" in text
            assert json.loads(case.operand)
        assert f"| `{entry.key}` | {entry.label}" in text
    for field in (*FIELDS.values(), *RECORD_ROWS):
        assert f"| `{field.path}`" in text
        assert field.doc in text


def test_a_readme_behind_the_tables_is_written_afresh():
    text, blocks = (ROOT / LANGUAGE).read_text("utf-8"), FILES[LANGUAGE]

    assert text == generated(text.replace("is none of …", "is nothing of …"), blocks)
    assert text == generated(text.replace("The city.", "The town."), blocks)


def test_an_entry_of_a_field_says_its_unit_its_aliases_and_what_no_record_means():
    entries = {entry.path: entry for entry in field_entries(FIELDS.values())}

    assert ("number (cents)", "0", True) == (
        entries["summary.orders.total_amount"].kind,
        entries["summary.orders.total_amount"].absent,
        entries["summary.orders.total_amount"].narrowed,
    )
    assert ("birthday",) == entries["birthdate"].aliases
    assert ("list of text", "empty") == (entries["segments"].kind, entries["segments"].absent)
    assert "missing" == entries["name"].absent
