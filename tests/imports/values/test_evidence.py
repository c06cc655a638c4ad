"""What a column says, told part by part."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.filters.kinds import BOOLEAN, DATE, NUMBER, STRING
from engine.imports.columns.directive import Directive
from engine.imports.values import booleans, dates, numbers
from engine.imports.values.dialects import decimal_comma, settle
from engine.imports.values.evidence import HEAD, Evidence
from engine.text.blanks import EDGES, trimmed

FAMILIES = (booleans.FAMILY, numbers.FAMILY, dates.FAMILY)
WORDS = (
    "1 2.5 2,5 1.234 1,234 1.234,5 €5 $6 03/04/2024 13/04/2024 04/13/2024 2024-01-31 31.01.24 "
    "05.02.23 ja NO x"
)
CELLS = st.sampled_from(WORDS.split())


def dialect(*parts, sought=True, comma=False):
    evidence = Evidence(FAMILIES, sought=sought)
    for part in parts:
        evidence.see(pl.Series(part, dtype=pl.String))
    return settle(evidence, Directive(None), comma=comma)


@given(st.lists(CELLS | st.none(), max_size=8), st.integers(0, 8), st.booleans())
def test_parts_say_what_the_whole_says(cells, cut, comma):
    whole, parts = dialect(cells, comma=comma), dialect(cells[:cut], cells[cut:], comma=comma)

    assert (whole.kind, whole.key, whole.why, whole.question, whole.misfits, whole.plain) == (
        *(parts.kind, parts.key, parts.why, parts.question, parts.misfits, parts.plain),
    )


@given(st.lists(CELLS, min_size=1, max_size=8))
def test_what_is_counted_as_fitting_is_what_is_read(cells):
    found = dialect(cells)
    read = found.read(pl.Series(cells, dtype=pl.String))

    if not found.open:
        assert read.null_count() == found.misfits
    assert (found.kind is STRING) == (found.open or found.misfits > 0)


@pytest.mark.parametrize(
    ("cell", "kind"), [("5,5", NUMBER), ("31.12.2025", DATE), ("ja", BOOLEAN), ("x", STRING)]
)
def test_the_first_cells_say_what_is_tried_and_the_last_one_decides(cell, kind):
    cells = [cell] * (HEAD + 5)

    assert dialect(cells, sought=False).kind is kind
    assert dialect([*cells, "odd"], sought=False).kind is STRING


def test_misfits_are_counted_and_some_are_named():
    found = dialect(["5"] * 10 + list("abcdef"))

    assert (found.misfits, found.examples, found.total) == (6, ("a", "b", "c"), 16)


@pytest.mark.parametrize(
    ("cells", "comma"),
    [
        (["1,5"], True),
        (["1.234,5", "7"], True),
        (["1,234"], False),
        (["1.5"], False),
        (["7"], False),
    ],
)
def test_only_a_mark_that_can_be_nothing_else_is_a_decimal_comma(cells, comma):
    evidence = Evidence(FAMILIES)
    evidence.see(pl.Series(cells))

    assert decimal_comma(evidence) is comma


@pytest.mark.parametrize("comma", [False, True])
@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["31.01.24", "05.02.24"], "short day-first"),  # else they were of 2031 and 2005
        (["1/31/24", "2/3/23"], "short month-first"),
        (["24/01/31", "23/02/15", "24/02/29"], ""),  # of 2024, or of 2031, 2015 and 2029
        (["31.01.15", "30.06.18", "31.12.24"], ""),
        (["99-12-31", "01-01-05"], "short year-first"),
    ],
)
def test_of_two_digits_the_years_are_those_that_lie_close_together(cells, said, comma):
    assert dialect(*([each] for each in cells), comma=comma).key == said


def test_one_day_of_every_month_is_no_year():
    assert dialect(["24-11-01", "24-12-01", "25-01-01"]).question


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"U+{ord(edge):04X}")
def test_every_blank_and_invisible_mark_goes_from_the_ends_alone(edge):
    cells = pl.Series([f"{edge}a{edge}b{edge}", edge, None])

    assert trimmed(cells).to_list() == [f"a{edge}b", None, None]
