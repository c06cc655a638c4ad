"""One case for every example of every operator row, in every storage, and a sentence each."""

import polars as pl
import pytest

from engine.base.kinds.fields import catalogue
from engine.errors import FilterError
from engine.filters.compiler import mask
from engine.filters.describe import describe_condition
from engine.filters.expression import Condition, Group, Test, to_json
from engine.filters.fields import NameType
from engine.filters.in_python import matches
from engine.filters.kinds import ANY, BOOLEAN, KINDS, NUMBER, STRING
from engine.filters.operators.table import EXAMPLE_CLOCK, KEYS, OPERATORS, rows_of
from engine.filters.parser import parse
from tests import strategies
from tests.filters.stored import STORAGES

ZONE = EXAMPLE_CLOCK.zone
CASES = [(row, example) for row in OPERATORS for example in row.examples]


def catalogue_for(row, example):
    """A field that fits the row and its example: the example's JSON type decides."""
    value = example.value
    many = isinstance(value, list) or row.on == "list"
    inner = (value or ["x"])[0] if many else value
    by_type = {bool: BOOLEAN, int: NUMBER, float: NUMBER}
    fallback = row.kinds[0] if len(row.kinds) < 3 else STRING
    looks_dated = isinstance(inner, str) and inner[:4].isdigit() and inner[-1] == "Z"
    kind = (
        next(k for k in row.kinds if k.key == "instant")
        if looks_dated
        else by_type.get(type(inner), fallback)
    )
    return catalogue(metadata={"it": NameType(kind, many)}), kind


def python_value(example, kind):
    read = lambda raw: None if raw is None else kind.read_json(raw, ZONE)  # noqa: E731
    return (
        [read(raw) for raw in example.value]
        if isinstance(example.value, list)
        else read(example.value)
    )


def spell(case):
    row, example = case
    return f"{row.key} {'-'.join(k.key for k in row.kinds)} {example.operand} of {example.value!r}"


@pytest.mark.parametrize("case", CASES, ids=spell)
def test_an_example_holds_as_its_row_says(case):
    row, example = case
    catalogue, kind = catalogue_for(row, example)
    field = catalogue.field("metadata.it")
    group = Group(conditions=(Condition(field.path, (Test(row.key, example.operand),)),))
    value = python_value(example, kind)

    assert parse(to_json(group), catalogue, ZONE) == group
    assert matches(group, {field.path: value}, catalogue, EXAMPLE_CLOCK) is example.holds
    for storage in STORAGES:
        frame, locate = storage(strategies.frame([{field.path: value}], catalogue))
        column = frame.select(mask(group, catalogue, locate, EXAMPLE_CLOCK).alias("in"))["in"]
        assert column.to_list() == [example.holds], storage.__name__


@pytest.mark.parametrize("row", OPERATORS, ids=repr)
def test_every_row_has_an_example_that_holds_and_one_that_does_not(row):
    assert {example.holds for example in row.examples} == {True, False}


@pytest.mark.parametrize("row", OPERATORS, ids=repr)
def test_every_row_has_a_sentence_with_its_operand(row):
    example = row.examples[0]
    catalogue, _ = catalogue_for(row, example)
    sentence = describe_condition(
        Condition("metadata.it", (Test(row.key, example.operand),)), catalogue
    )

    assert sentence.startswith(("whose it ", "with "))
    assert "…" not in sentence
    assert ("…" in row.label) == (row.operand.arity != "none")


def test_rows_of_one_key_have_disjoint_kinds_and_one_arity():
    for key in KEYS:
        rows = rows_of(key)
        kinds = [kind for row in rows for kind in row.kinds]

        assert len(kinds) == len(set(kinds)), key
        assert len({row.operand.arity for row in rows}) == 1, key


def test_every_negative_names_a_positive_of_the_same_kinds():
    for row in OPERATORS:
        if row.negates:
            (positive,) = rows_of(row.negates)

            assert positive.kinds == row.kinds
            assert positive.negates is None


def test_only_presence_is_offered_on_a_kind_without_values():
    keys = {row.key for row in OPERATORS if ANY in row.kinds}

    assert keys == {"$has_value", "$is_unknown"}


EVERY = "$is $is_not $in $not_in $has_value $is_unknown "
TEXT = "$starts_with $ends_with $contains $not_contain "
LISTS = "$count $count_more $count_less $includes $intersects "
PERIODS = (
    "$today $yesterday $tomorrow $this_week $last_week $next_week "
    "$this_month $last_month $next_month "
)
TABLE = {
    "text": EVERY + TEXT,
    "number": EVERY + "$more_than $less_than $more_than_equal $less_than_equal",
    "boolean": EVERY,
    "list": EVERY + TEXT + LISTS,
    "numbers": EVERY + LISTS,
    "day": EVERY
    + PERIODS
    + PERIODS.replace(" ", "_md ")
    + """$more_than $less_than $after $before $more_than_ago $less_than_ago
    $is_days_ago $is_years_ago
    $more_than_future $less_than_future $is_days_in_future $this_year $last_year $next_year
    $is_days_ago_md $is_more_days_ago_md $is_less_days_ago_md $is_days_in_future_md
    $is_more_days_in_future_md $is_less_days_in_future_md
    $is_day_of_month $is_day $is_month $is_year""",
}  # the contract's table of section 3, column by column


@pytest.mark.parametrize("name", TABLE)
def test_a_kind_takes_the_operators_of_the_contracts_table_and_no_other(name):
    kinds = {"text": "string", "list": "string", "numbers": "number", "day": "date"}
    kind = KINDS[kinds.get(name, name)]
    known_fields = catalogue(metadata={"it": NameType(kind, name in ("list", "numbers"))})
    known = set(" ".join(TABLE.values()).split())  # a row of our own is not the contract's matter
    taken = {key for key in known.intersection(KEYS) if _taken(key, known_fields)}

    assert taken == set(TABLE[name].split())


def _taken(key, catalogue):
    try:
        parse({"metadata.it": {"conditions": {key: [{}]}}}, catalogue, ZONE)
    except FilterError as error:
        return "does not fit" not in str(error)
    return True


@pytest.mark.parametrize("row", [row for row in OPERATORS if row.negates], ids=repr)
def test_a_negative_row_denies_its_positive_also_when_it_is_asked_itself(row):
    texts = [one for one in row.examples if isinstance(one.value, str) and "T" not in one.value]
    assert texts
    for example in texts:
        frame = pl.DataFrame({"it": [example.value]})
        compiled = frame.select(row.compile(pl.col("it"), example.operand, EXAMPLE_CLOCK))

        assert row.matches(example.value, example.operand, EXAMPLE_CLOCK) is example.holds
        assert compiled.to_series().to_list() == [example.holds]
