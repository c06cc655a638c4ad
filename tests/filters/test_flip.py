"""The smallest flip: the fewest conditions that, turned, turn the verdict of a filter."""

from itertools import combinations

from hypothesis import given, settings

from engine.filters.expression import conditions_of, step
from engine.filters.in_python import explain
from engine.filters.parser import parse
from tests import strategies
from tests.filters.verdicts import CATALOGUE, clock


def verdict(group, turned, truth, path="$"):
    """The filter's verdict where some of its conditions, named by path, say the opposite."""
    parts = [
        truth[place] is not (place in turned)
        for place in (step(path, condition.field) for condition in group.conditions)
    ]
    inner = step(path, "$groups")
    parts += [verdict(g, turned, truth, step(inner, n)) for n, g in enumerate(group.groups)]
    return (all(parts) if group.junction == "and" else any(parts)) is not group.negated


def leaves(node):
    return [node] if not node.children else [leaf for one in node.children for leaf in leaves(one)]


@settings(max_examples=strategies.examples(30, fuzzed=3_000))
@given(strategies.groups(1), strategies.rows(), strategies.clocks)
def test_no_smaller_set_of_conditions_turns_the_verdict(group, customer, when):
    root = explain(group, customer, strategies.CATALOGUE, when)
    truth = {leaf.path: leaf.verdict for leaf in leaves(root)}
    smaller = [
        chosen
        for size in range(len(root.flip))
        for chosen in combinations([path for path, _ in conditions_of(group)], size)
    ]

    assert verdict(group, (), truth) is root.verdict
    assert verdict(group, root.flip, truth) is not root.verdict
    assert all(verdict(group, chosen, truth) is root.verdict for chosen in smaller)


def flip(document, **customer):
    group = parse(document, CATALOGUE, clock().zone)
    values = {f"metadata.{name}": value for name, value in customer.items()}
    return explain(group, values, CATALOGUE, clock()).flip


IS_A = {"metadata.text": {"conditions": {"$is": "a"}}}
IS_1 = {"metadata.number": {"conditions": {"$is": 1}}}
TEXT, NUMBER = '$["metadata.text"]', '$["metadata.number"]'


def test_who_is_in_by_two_conditions_drops_out_by_one():
    assert (TEXT,) == flip({**IS_A, **IS_1}, text="a", number=1.0)


def test_who_is_out_by_two_conditions_needs_both():
    assert (TEXT, NUMBER) == flip({**IS_A, **IS_1}, text="b", number=2.0)


def test_under_or_the_easier_side_is_enough():
    easy = {"$groups": [{**IS_A, **IS_1}, {"metadata.flag": {"conditions": {"$is": True}}}]}

    assert ('$.$groups[1]["metadata.flag"]',) == flip({"junction": "or", **easy}, text="b")


def test_not_turns_with_what_it_denies():
    assert (TEXT,) == flip({"$not": True, **IS_A}, text="a")
