"""What a leaf settles, so that nobody who reads it has to."""

from datetime import UTC, datetime

import pytest

from engine.base.kinds.fields import catalogue
from engine.errors import FilterError
from engine.filters.expression import Condition, Group, Test
from engine.filters.fields import NameType
from engine.filters.kinds import BOOLEAN, NUMBER, STRING
from engine.filters.parser import parse
from engine.filters.resolve import resolve, with_operand, without_value
from tests.fields import EMPTY_CATALOGUE
from tests.filters.verdicts import CATALOGUE, COUNTER, clock

ZONE = clock(zone="Europe/Berlin").zone


def resolved(source, catalogue=CATALOGUE):
    return resolve(parse(source, catalogue, ZONE), catalogue, ZONE)


def leaf_of(field, operator, operand, **more):
    [leaf] = resolved({field: {"conditions": {operator: operand}, **more}}).leaves
    return leaf


MISSING = [  # what a missing value is read as, and the verdict where that is nothing
    ("metadata.text", "$is", "a", "match", (None, False)),
    ("metadata.text", "$is_not", "a", "match", (None, True)),
    ("metadata.text", "$is_not", "a", "skip", (None, False)),
    ("metadata.tags", "$not_contain", "a", "match", (None, True)),
    ("metadata.tags", "$count", 0, "match", ((), False)),
    (COUNTER, "$is", 0, "match", (0, False)),
    (COUNTER, "$has_value", True, "match", (None, False)),
    ("segments", "$is_not", "a", "skip", ((), False)),
    ("summary.orders.average_amount", "$is", 0, "match", (None, False)),
]


@pytest.mark.parametrize(("field", "operator", "operand", "missing", "expected"), MISSING)
def test_a_missing_value_is_decided_in_the_leaf(field, operator, operand, missing, expected):
    leaf = leaf_of(field, operator, operand, missing=missing)

    assert expected == (leaf.absent, leaf.unknown)


def test_a_negative_asks_its_positive_and_turns_it_round():
    leaf = leaf_of("metadata.tags", "$not_in", ["a", "b"])

    assert ("$in", True, True) == (leaf.positive.key, leaf.negated, leaf.many)
    assert (("a", "b"),) == leaf.demands


def test_each_value_that_all_have_to_be_there_is_a_demand_of_its_own():
    assert (("a",), ("b",)) == leaf_of("metadata.tags", "$includes", ["a", "b"]).demands


@pytest.mark.parametrize(("field", "folded"), [("metadata.text", True), ("metadata.number", False)])
def test_only_text_is_folded(field, folded):
    assert folded is leaf_of(field, "$is", ["1"], ignore_case=True).folded


def test_the_operand_is_folded_too():
    leaf = leaf_of("metadata.text", "$is", "Stra\u00dfe", ignore_case=True)

    assert (("strasse",),) == leaf.demands


def test_operands_and_windows_are_read_in_the_zone():
    window = leaf_of(COUNTER, "$is", 1, window={"from": "2024-03-15"}).subject.period
    begins = datetime(2024, 3, 14, 23, tzinfo=UTC)

    assert begins == window.start
    assert (begins,) == leaf_of("metadata.at", "$after", "2024-03-15").values


def test_where_is_resolved_over_the_fields_of_the_records():
    where = leaf_of(
        COUNTER, "$is", 1, where={"status": {"conditions": {"$is": "PAID"}}}
    ).subject.where
    [inner] = where.leaves

    assert ("orders", "status") == (inner.field.table, inner.field.column)
    assert f'$["{COUNTER}"].where.status' == where.clauses[0].path


def test_what_looks_at_the_same_has_one_source():
    window = {"window": {"last_days": 3}}
    leaves = [leaf_of(COUNTER, "$is", 1, **window), leaf_of(COUNTER, "$more_than", 5, **window)]

    assert leaves[0].subject.source == leaves[1].subject.source
    assert leaves[0].subject.source != leaf_of(COUNTER, "$is", 1).subject.source


def test_tests_of_one_condition_under_or_stand_together_when_apart():
    two = {"metadata.number": {"conditions": {"$more_than": 1, "$less_than": 9}}}
    tree = resolved({"junction": "or", **two, "metadata.text": {"conditions": {"$is": "a"}}})
    [apart] = tree.apart().groups
    [inner] = apart.groups

    assert ["$is"] == [leaf.operator.key for leaf in apart.leaves]
    assert ("and", ["$more_than", "$less_than"]) == (
        inner.junction,
        [leaf.operator.key for leaf in inner.leaves],
    )
    assert len(list(tree.all())) == len(list(apart.all())) == 3


ASSUMED = {"anonymous": {"conditions": {"$has_value": True}}}
CITY = {"city": {"conditions": {"$is": "Rome"}}}


@pytest.mark.parametrize(
    ("document", "besides"),
    [
        (CITY, ["anonymous"]),
        ({**CITY, "$not": True}, ["anonymous"]),
        (ASSUMED, []),
        ({**CITY, "$groups": [{"$groups": [ASSUMED], "$not": True}]}, []),
    ],
)
def test_a_filter_assumes_what_it_names_nowhere(document, besides):
    tree = resolved(document)

    assert besides == [clause.subject.field.path for clause in tree.besides]
    assert ("anonymous" in [leaf.field.path for leaf in tree.all()]) is not bool(besides)
    assert "anonymous" in [leaf.field.path for leaf in tree.whole.all()]


def test_what_is_assumed_is_not_turned_round():
    tree = resolved({**CITY, "$not": True}).whole

    assert (tree.junction, tree.negated) == ("and", False)
    assert [leaf.field.path for leaf in tree.leaves] == ["anonymous"]
    assert [inner.negated for inner in tree.groups] == [True]


def test_a_name_nobody_has_takes_the_kind_that_fits_its_operand():
    [leaf] = resolved({"metadata.x": {"conditions": {"$more_than": [5]}}}, EMPTY_CATALOGUE).leaves

    assert (NUMBER, (5.0,), False) == (leaf.kind, leaf.values, leaf.unknown)


def test_a_filter_is_resolved_again_where_the_catalogue_is_another():
    source = {"metadata.x": {"conditions": {"$is": ["5"]}}}
    text, number = (catalogue(metadata={"x": NameType(kind)}) for kind in (STRING, NUMBER))
    group = parse(source, text, ZONE)

    assert [("5",), (5.0,)] == [
        resolve(group, catalogue, ZONE).leaves[0].values for catalogue in (text, number)
    ]


def test_a_test_that_its_field_no_longer_allows_is_an_error():
    group = Group(conditions=(Condition("metadata.x", (Test("$more_than", (1,)),)),))

    with pytest.raises(FilterError, match=r"`metadata.x` no longer allows this `\$more_than`"):
        resolve(group, catalogue(metadata={"x": NameType(BOOLEAN)}), ZONE)


def test_another_operand_and_no_value_at_all_are_asked_of_the_same_subject():
    [clause] = resolved({"metadata.number": {"conditions": {"$is_not": [1]}}}).clauses
    [leaf] = clause.leaves
    other, nobody = with_operand(leaf, ("2",), ZONE), without_value(clause, ZONE)

    assert ((2.0,), ("2",)) == (other.values, other.condition.tests[0].operand)
    assert other.subject is nobody.subject is leaf.subject
    assert "presence" == nobody.over
