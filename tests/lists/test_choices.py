"""What a column filter of the grid means: every choice, on values that tell it from the others."""

import pytest

from engine.cli.people import names
from engine.errors import FilterError
from engine.filters.kinds import KINDS
from engine.lists.choices import CHOICES, choices_for, to_filter
from engine.lists.selection import Selection, selected

PEOPLE = (
    {
        "source_id": "a",
        "name": "Straße 1",
        "birthdate": "1990-03-15",
        "created_at": "2024-03-15T00:00:00Z",
        "loyalty": {"points": 5},
        "metadata": {"news": True, "brands": ["Armani", "Vicini"]},
    },
    {
        "source_id": "b",
        "name": "STRASSE 2",
        "birthdate": "1990-03-16",
        "created_at": "2024-03-15T23:59:59.999999Z",
        "loyalty": {"points": 7.0},
        "metadata": {"news": False, "brands": []},
    },
    {"source_id": "c", "created_at": "2024-03-16T00:00:00Z", "metadata": {"brands": ["ARM"]}},
)

CASES = (
    ("name", {"type": "contains", "filter": "strasse"}, "ab"),
    ("name", {"type": "notContains", "filter": "1"}, "bc"),
    ("name", {"type": "equals", "filter": "strasse 1"}, "a"),
    ("name", {"type": "notEqual", "filter": "strasse 1"}, "bc"),
    ("name", {"type": "startsWith", "filter": "straß"}, "ab"),
    ("name", {"type": "endsWith", "filter": "2"}, "b"),
    ("name", {"type": "blank"}, "c"),
    ("name", {"type": "notBlank"}, "ab"),
    ("metadata.brands", {"type": "contains", "filter": "arm"}, "ac"),
    ("metadata.brands", {"type": "equals", "filter": "arm"}, "c"),
    ("metadata.news", {"type": "true"}, "a"),
    ("metadata.news", {"type": "false"}, "b"),
    ("metadata.news", {"type": "blank"}, "c"),
    ("loyalty.points", {"type": "equals", "filter": 5}, "a"),
    ("loyalty.points", {"type": "notEqual", "filter": 5}, "bc"),
    ("loyalty.points", {"type": "greaterThan", "filter": 5}, "b"),
    ("loyalty.points", {"type": "greaterThanOrEqual", "filter": 5}, "ab"),
    ("loyalty.points", {"type": "lessThan", "filter": 5}, "c"),
    ("loyalty.points", {"type": "lessThanOrEqual", "filter": 5}, "ac"),
    ("loyalty.points", {"type": "inRange", "filter": 5, "filterTo": 7}, "ab"),
    ("birthdate", {"type": "equals", "dateFrom": "1990-03-15 00:00:00"}, "a"),
    ("birthdate", {"type": "greaterThan", "dateFrom": "1990-03-15 00:00:00"}, "b"),
    ("birthdate", {"type": "lessThan", "dateFrom": "1990-03-16 00:00:00"}, "a"),
    (
        "birthdate",
        {"type": "inRange", "dateFrom": "1990-03-15 00:00:00", "dateTo": "1990-03-16 00:00:00"},
        "ab",
    ),
    ("created_at", {"type": "equals", "dateFrom": "2024-03-15 00:00:00"}, "ab"),
    ("created_at", {"type": "greaterThan", "dateFrom": "2024-03-15 00:00:00"}, "c"),
    ("created_at", {"type": "lessThan", "dateFrom": "2024-03-16 00:00:00"}, "ab"),
    (
        "created_at",
        {"type": "inRange", "dateFrom": "2024-03-16 00:00:00", "dateTo": "2024-03-16 00:00:00"},
        "c",
    ),
)


@pytest.fixture
def people(base):
    return base.filled(come)


def come(base):
    base.json(*PEOPLE)


def who(base, model):
    """The source ids that a grid's filters leave, in one text."""
    document = to_filter(model, base.workbench.profile().catalogue)
    return "".join(names(selected(base.workbench, Selection(filter=document))))


@pytest.mark.parametrize(
    ("path", "asked", "expected"),
    CASES,
    ids=[f"{path} {asked['type']}" for path, asked, _ in CASES],
)
def test_a_choice_finds_whom_it_says(people, path, asked, expected):
    assert who(people, {path: asked}) == expected


def test_the_cases_try_every_choice_there_is(people):
    catalogue = people.workbench.profile().catalogue
    tried = {
        choice
        for path, asked, _ in CASES
        for choice in choices_for(catalogue.field(path))
        if choice.key == asked["type"]
    }

    assert set(CHOICES) == tried


def test_two_conditions_of_a_column_are_joined_and_columns_hold_together(people):
    parts = [{"type": "contains", "filter": "1"}, {"type": "contains", "filter": "2"}]

    assert who(people, {"name": {"operator": "OR", "conditions": parts}}) == "ab"
    assert who(people, {"name": {"operator": "AND", "conditions": parts}}) == ""
    points = {"type": "greaterThan", "filter": 5}
    both = {"name": {"operator": "OR", "conditions": parts}, "loyalty.points": points}
    assert who(people, both) == "b"


def test_no_filter_is_everybody(people):
    assert to_filter({}, people.workbench.profile().catalogue) is None
    assert who(people, {}) == "abc"


def test_a_list_of_numbers_offers_no_order(base):
    base.json({"source_id": "a", "metadata": {"sizes": [1, 2]}})
    field = base.workbench.profile().catalogue.field("metadata.sizes")

    assert [row.key for row in choices_for(field)] == ["equals", "notEqual", "notBlank", "blank"]


@pytest.mark.parametrize(
    "model",
    [
        {"nme": {"type": "contains", "filter": "a"}},
        {"metadata.nobody": {"type": "contains", "filter": "a"}},
        {"name": {"type": "$contains", "filter": "a"}},
        {"name": {"type": "greaterThan", "filter": "a"}},
        {"name": {"type": ["contains"], "filter": "a"}},
        {"name": {"type": "contains"}},
        {"name": "contains"},
        {"name": {"operator": "XOR", "conditions": []}},
        {"name": {"operator": "AND", "conditions": {}}},
        {"name": {"operator": "AND", "conditions": []}},
        {"name": {"operator": "AND", "conditions": [{"operator": "AND", "conditions": []}]}},
        {"name": {"type": "contains", "filter": {"$or": 1}}},
        {"loyalty.points": {"type": "greaterThan", "filter": "many"}},
        {"loyalty.points": {"type": "inRange", "filter": 5}},
        {"birthdate": {"type": "equals", "dateFrom": "tomorrow"}},
        {"birthdate": {"type": "equals", "dateFrom": "0001-01-01"}},
    ],
    ids=str,
)
def test_what_is_none_of_ours_is_refused(people, model):
    with pytest.raises(FilterError):
        who(people, model)


def test_every_kind_of_value_has_choices():
    offered = {kind.key for choice in CHOICES for kind in choice.kinds}

    assert offered == set(KINDS) - {"any"}
