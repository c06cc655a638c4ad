"""Laws that hold for every drawn filter over every drawn table."""

import json
from dataclasses import replace
from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.filters.compiler import mask
from engine.filters.describe import sentence
from engine.filters.expression import Condition, Group, Test, to_json
from engine.filters.fields import Field
from engine.filters.in_python import explain, matches
from engine.filters.kinds import ANY, KINDS, STRING
from engine.filters.operators.table import OPERATORS
from engine.filters.parser import parse
from engine.filters.reading import nfc
from tests import strategies
from tests.filters.stored import STORAGES, as_plain
from tests.strategies import CATALOGUE

tables = st.lists(strategies.rows(), min_size=1, max_size=6)


def answers(group, customers, clock, storage=as_plain):
    frame, locate = storage(strategies.frame(customers))
    return frame.select(mask(group, CATALOGUE, locate, clock).alias("in")).to_series().to_list()


def expected(group, customers, clock):
    return [matches(group, customer, CATALOGUE, clock) for customer in customers]


def four(drawn):
    return st.lists(drawn, min_size=4, max_size=4)


@pytest.mark.parametrize("storage", STORAGES, ids=lambda storage: storage.__name__)
@settings(max_examples=strategies.examples(8, fuzzed=1_600))  # 16 comparisons each: 102,400 in all
@given(four(strategies.groups()), four(tables), strategies.clocks)
def test_the_compiled_filter_says_what_plain_python_says(storage, filters, bases, clock):
    for group, customers in product(filters, bases):
        assert answers(group, customers, clock, storage) == expected(group, customers, clock)


@pytest.mark.parametrize(
    "row", OPERATORS, ids=lambda row: f"{row.key} {'-'.join(kind.key for kind in row.kinds)}"
)
@settings(max_examples=strategies.examples(8, fuzzed=2_000))
@given(data=st.data(), clock=strategies.clocks)
def test_every_row_compiles_to_what_it_matches(row, data, clock):
    path = data.draw(st.sampled_from([path for path in strategies.PATHS if _takes(row, path)]))
    field = CATALOGUE.field(path)
    operand = data.draw(
        strategies.operands(row, field.kind if field.kind is not ANY else row.kinds[0])
    )
    customers = data.draw(st.lists(strategies.rows([path]), min_size=2, max_size=8))
    condition = Condition(
        path, (Test(row.key, operand),), data.draw(st.sampled_from(["match", "skip"]))
    )
    group = Group(conditions=(condition,))

    assert answers(group, customers, clock) == expected(group, customers, clock)


def _takes(row, path):
    field: Field = CATALOGUE.field(path)
    return field.known and row.fits(field)


@given(strategies.groups())
def test_parsing_what_was_written_gives_the_same_filter(group):
    text = json.dumps(to_json(group))

    assert parse(text, CATALOGUE, strategies.ZONES[0]) == group
    assert json.dumps(to_json(parse(text, CATALOGUE, strategies.ZONES[0]))) == text


@settings(max_examples=strategies.examples(15, fuzzed=2_000))
@given(strategies.groups(1), tables, strategies.clocks)
def test_not_is_the_complement(group, customers, clock):
    turned = replace(group, negated=not group.negated)

    assert answers(turned, customers, clock) == [
        not one for one in answers(group, customers, clock)
    ]


@settings(max_examples=strategies.examples(15, fuzzed=2_000))
@given(strategies.groups(0), strategies.groups(0), tables, strategies.clocks)
def test_de_morgan_holds(left, right, customers, clock):
    neither = Group("or", groups=(left, right), negated=True)
    turned = tuple(replace(group, negated=not group.negated) for group in (left, right))

    assert answers(neither, customers, clock) == answers(
        Group("and", groups=turned), customers, clock
    )


@settings(max_examples=strategies.examples(15, fuzzed=2_000))
@given(strategies.groups(0), strategies.groups(0), tables, strategies.clocks)
def test_and_narrows_and_or_widens(left, right, customers, clock):
    narrow, alone, wide = (
        answers(group, customers, clock)
        for group in (Group("and", groups=(left, right)), left, Group("or", groups=(left, right)))
    )

    assert all(a <= b <= c for a, b, c in zip(narrow, alone, wide, strict=True))


@settings(max_examples=strategies.examples(15, fuzzed=2_000))
@given(strategies.groups(), strategies.rows(), strategies.clocks)
def test_the_explanation_agrees_with_the_verdict_at_its_root_and_its_parts(group, customer, clock):
    node = explain(group, customer, CATALOGUE, clock)
    parts = [child.verdict for child in node.children]
    joined = all(parts) if group.junction == "and" else any(parts)

    assert node.verdict == matches(group, customer, CATALOGUE, clock) == (joined != group.negated)
    assert sentence(group, CATALOGUE) == f"Customers {node.sentence}"


@pytest.mark.parametrize("kind", strategies.VALUES, ids=lambda kind: kind.key)
@given(data=st.data(), zone=strategies.zones)
def test_a_shown_value_is_read_as_itself(kind, data, zone):
    value = data.draw(strategies.VALUES[kind])
    expected = kind.read_json(value, zone) if kind.key == "string" else value

    assert kind.read_json(json.loads(json.dumps(kind.show(value))), zone) == expected


cells = st.sampled_from(
    [
        "2024-01-01",
        "2024-03-31T02:30",
        "2024-10-27T02:30",
        "2024-01-01T10:00:00.1234567Z",
        "2024-01-01T10:00.5",
        "2024-01-01T10:00+0130",
        "2024-01-01T10:00:59-01:30",
        "0000-01-01",
        "2024-02-30",
        "2011-12-30T05:00",
        "2024-03-10T02:30",
        "1",
        "01",
        "-0",
        "1e5",
        "1e400",
        "+1",
        "123456789012345",
        "1234567890123456",
        "true",
        "TRUE",
        " 1",
        "1.",
        "2024-01-01T24:00",
        "2024-01-01T23:60",
        "2024-01-01\n",
        "٣",
        "9999-12-31T23:59",
        "0001-01-01T00:00",
    ]
)
iso = strategies.instants().map(lambda moment: moment.isoformat()[:19])


@pytest.mark.parametrize("kind", [k for k in KINDS.values() if k is not ANY], ids=lambda k: k.key)
@given(cells=st.lists(cells | iso | st.text(max_size=5), max_size=8), zone=strategies.zones)
def test_a_column_of_cells_is_read_as_each_cell_alone(kind, cells, zone):
    def alone(cell):
        try:
            return kind.read_text(cell, zone)
        except ValueError:
            return None

    frame = pl.DataFrame({"cell": cells}, schema={"cell": pl.String})
    together = frame.select(kind.text_expression(pl.col("cell"), zone).alias("read")).to_series()

    read = together.to_list()
    if kind is STRING:  # imported text is stored as it stands, and is NFC where it is compared
        assert read == cells
        read = [nfc(cell) for cell in read]

    assert read == [alone(cell) for cell in cells]
    assert together.dtype == kind.dtype
