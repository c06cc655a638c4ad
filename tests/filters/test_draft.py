"""Drafts of the builder: they say what their filter says, and an edit touches one place alone."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.filters.drafts import draft as drafts
from engine.filters.drafts.completeness import finished, unfinished
from engine.filters.drafts.draft import EMPTY, Branch, Row, drafted, find, nodes, rows_of
from engine.filters.drafts.writing import written
from engine.filters.expression import Condition, Group, Test, Window, step, to_json
from engine.filters.in_python import matches
from engine.filters.parser import parse
from tests import strategies
from tests.strategies import CATALOGUE, ZONES

CASES = sorted(Path(__file__).parents[1].joinpath("cases").glob("guide_*.json"))
UTC = ZONES[0]
NEW = Row(0, "address.city", "$is", ("Oslo",))
tables = st.lists(strategies.rows(), min_size=1, max_size=4)


def ids(branch):
    return [node.id for node in nodes(branch)]


def everything(branch):
    return written(branch, set(ids(branch))).group


def shape(node):
    """A node and all below it without their numbers."""
    if isinstance(node, Row):
        return replace(node, id=0)
    return replace(node, id=0, children=tuple(shape(child) for child in node.children))


def siblings(branch, node_id):
    """The children of the group that holds a node."""
    groups = (node for node in nodes(branch) if isinstance(node, Branch))
    return next(each.children for each in groups if node_id in {one.id for one in each.children})


def inner(branch):
    """The ids of every node but the outermost."""
    return st.sampled_from(ids(branch)[1:])


drafts_of_filters = strategies.groups().map(drafted)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_filters_of_the_guide_come_back_byte_for_byte(case):
    group = parse(case.read_text("utf-8"), CATALOGUE, UTC)

    assert json.dumps(to_json(everything(drafted(group)))) == json.dumps(to_json(group))


@settings(max_examples=strategies.examples(30, fuzzed=2_000))
@given(strategies.groups(), tables, strategies.clocks)
def test_a_draft_says_what_its_filter_says(group, customers, clock):
    again = everything(drafted(group))

    assert [matches(again, one, CATALOGUE, clock) for one in customers] == [
        matches(group, one, CATALOGUE, clock) for one in customers
    ]


@given(strategies.groups())
def test_what_a_draft_says_can_be_parsed(group):
    again = everything(drafted(group))

    assert parse(json.dumps(to_json(again)), CATALOGUE, UTC) == again


@given(strategies.groups())
def test_every_row_of_a_filter_is_finished(group):
    draft = drafted(group)

    assert {} == unfinished(draft, CATALOGUE, UTC)
    assert finished(draft, CATALOGUE, UTC).group == everything(draft)


def places(group, path="$"):
    """The JSON path of every group and test of a filter."""
    yield path
    for condition in group.conditions:
        below = step(step(path, condition.field), "conditions")
        yield from (step(below, test.operator) for test in condition.tests)
    for number, nested in enumerate(group.groups):
        yield from places(nested, step(step(path, "$groups"), number))


@given(drafts_of_filters)
def test_every_node_knows_its_place_in_the_filter(draft):
    said = written(draft, set(ids(draft)))
    rows = {row.id: row for row in rows_of(draft)}

    assert set(said.places) == set(ids(draft))
    assert len(set(said.places.values())) == len(said.places)
    assert set(said.places.values()) <= set(places(said.group))
    for number, path in said.places.items():
        assert number not in rows or path.endswith(f".conditions.{rows[number].operator}")


@given(drafts_of_filters, st.data())
def test_what_is_muted_is_as_if_it_were_removed(draft, data):
    number = data.draw(inner(draft))
    muted = written(drafts.changed(draft, number, muted=True), set(ids(draft)))
    without = written(drafts.removed(draft, number), set(ids(draft)))

    assert (muted and muted.group) == (without and without.group)


@given(drafts_of_filters)
def test_nodes_are_numbered_in_reading_order(draft):
    assert ids(draft) == list(range(len(ids(draft))))


@given(drafts_of_filters, st.data(), st.booleans())
def test_adding_puts_one_row_at_the_end_of_a_group(draft, data, in_group):
    groups = [node.id for node in nodes(draft) if isinstance(node, Branch)]
    parent = data.draw(st.sampled_from(groups))
    more = drafts.added(draft, parent, NEW, in_group=in_group)
    last = find(more, parent).children[-1]

    assert shape(last) == shape(Branch(0, children=(NEW,)) if in_group else NEW)
    assert drafts.removed(more, last.id) == draft
    assert len(ids(more)) == len(set(ids(more)))


@given(drafts_of_filters, st.data())
def test_removing_takes_one_node_and_all_below_it(draft, data):
    gone = data.draw(inner(draft))
    node = find(draft, gone)
    below = ids(node) if isinstance(node, Branch) else [gone]
    left = drafts.removed(draft, gone)

    assert ids(left) == [each for each in ids(draft) if each not in below]
    assert [row for row in rows_of(draft) if row.id not in below] == list(rows_of(left))


@given(drafts_of_filters, st.data())
def test_a_duplicate_stands_behind_its_original(draft, data):
    chosen = data.draw(inner(draft))
    twice = drafts.duplicated(draft, chosen)
    around = siblings(twice, chosen)
    copy = around[[each.id for each in around].index(chosen) + 1]

    assert shape(copy) == shape(find(draft, chosen))
    assert drafts.removed(twice, copy.id) == draft
    assert len(ids(twice)) == len(set(ids(twice)))


@given(drafts_of_filters, st.data(), st.integers(-4, 4))
def test_moving_reorders_the_siblings_of_one_group(draft, data, by):
    chosen = data.draw(inner(draft))
    moved = drafts.moved(draft, chosen, by)
    before = [each.id for each in siblings(draft, chosen)]
    after = [each.id for each in siblings(moved, chosen)]
    goal = min(max(before.index(chosen) + by, 0), len(before) - 1)

    assert after.index(chosen) == goal
    assert [each for each in after if each != chosen] == [each for each in before if each != chosen]
    assert {each.id: shape(each) for each in rows_of(moved)} == {
        each.id: shape(each) for each in rows_of(draft)
    }
    assert drafts.removed(moved, chosen) == drafts.removed(draft, chosen)


@given(drafts_of_filters, st.data())
def test_a_change_touches_one_node(draft, data):
    row = data.draw(st.sampled_from(list(rows_of(draft))))
    changed = drafts.changed(draft, row.id, operand=("new",))

    assert find(changed, row.id) == replace(row, operand=("new",))
    assert drafts.changed(changed, row.id, operand=row.operand) == draft


@given(drafts_of_filters)
def test_not_turns_the_outermost_group_round(draft):
    turned = everything(drafts.changed(draft, draft.id, negated=not draft.negated))

    assert turned == replace(everything(draft), negated=not draft.negated)


UNFINISHED = {
    "a value that was not typed yet": (Row(0, "metadata.number", "$is"), "needs a value"),
    "a value of another kind": (
        Row(0, "metadata.number", "$is", ("many",)),
        "expected a number, got",
    ),
    "a name that no operator has": (Row(0, "metadata.number", "$like", ("1",)), "$like"),
}


@settings(max_examples=20)
@pytest.mark.parametrize(("row", "lack"), UNFINISHED.values(), ids=UNFINISHED)
@given(group=strategies.groups(1))
def test_an_unfinished_row_is_named_and_left_out(group, row, lack):
    draft = drafts.added(drafted(group), 0, row)
    lacking = unfinished(draft, CATALOGUE, UTC)

    assert list(lacking) == [draft.children[-1].id]
    assert lack in lacking[draft.children[-1].id]
    assert finished(draft, CATALOGUE, UTC).group == everything(drafted(group))


@pytest.mark.parametrize(
    "draft",
    [EMPTY, drafts.added(EMPTY, 0, Row(0, "name", "$is")), Branch(0, children=(Branch(1),))],
    ids=["empty", "nothing finished", "an empty group"],
)
def test_a_draft_without_a_finished_row_is_no_filter(draft):
    assert finished(draft, CATALOGUE, UTC) is None


@pytest.mark.parametrize("junction", ["and", "or"])
def test_two_rows_of_one_field_with_one_operator_both_count(junction):
    draft = Branch(0, junction, children=(replace(NEW, id=1), Row(2, NEW.field, "$is", ("Rome",))))

    assert to_json(everything(draft)) == {
        "junction": junction,
        "address.city": {"conditions": {"$is": ["Oslo"]}},
        "$groups": [{"junction": "and", "address.city": {"conditions": {"$is": ["Rome"]}}}],
    }


PAID = Group(conditions=(Condition("status", (Test("$is", ("PAID",)),)),))


@pytest.mark.parametrize(
    ("chosen", "window", "where"),
    [
        ("summary.orders.last_order_date", True, True),
        ("summary.redemptions.total_failed", True, False),
        ("loyalty.points", False, False),
        ("name", False, False),
    ],
)
def test_another_field_keeps_of_the_records_what_it_can_have(chosen, window, where):
    counted = CATALOGUE.field("summary.orders.total_count")
    row = Row(1, counted.path, "$is", (3,), window=Window(last_days=7), where=PAID)
    moved = replace(row, **drafts.on_field(row, counted, CATALOGUE.field(chosen)))

    assert (moved.field, moved.operand) == (chosen, ())
    assert (moved.window is not None, moved.where is not None) == (window, where)
    present = replace(moved, operator="$has_value")
    assert unfinished(Branch(0, children=(present,)), CATALOGUE, UTC) == {}
