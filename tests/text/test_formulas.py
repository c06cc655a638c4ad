"""The guard of cells: what no spreadsheet runs, and every text comes back."""

import csv
import io

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.text.formulas import csv_text, guarded, unguarded_cells

RISKY = set("=+-@\t\r\n＝＋－＠")
SEPARATORS = (",", ";", "\t", "|")
TRICKS = (
    "=1+1",
    "\t=1",
    "\n=1+1",
    "＝1",
    "Ann;=1+1",
    "Ann,=1",
    "Ann\t=1",
    "Ann\n=1",
    'a;"=1',
    "x;'=1",
)
texts = st.text(st.sampled_from("=+-@＝\t\r\n,;|'\" a5("), max_size=8)


def rows_of(frame, delimiter, reader):
    text = csv_text(frame, delimiter)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=reader))


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("delimiter", SEPARATORS)
@pytest.mark.parametrize("reader", SEPARATORS)
def test_no_reader_sees_a_cell_that_begins_with_a_formula(trick, delimiter, reader):
    frame = pl.DataFrame({"id": ["a", "b"], trick: [trick, "plain"], "last": ["x", trick]})
    cells = [cell for row in rows_of(frame, delimiter, reader) for cell in row]

    assert [cell for cell in cells if cell[:1] in RISKY] == []
    assert not [line for line in csv_text(frame).splitlines() if line[:1] in set("=+-@＝＋－＠")]


@given(
    st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=4), st.sampled_from(SEPARATORS)
)
@example([("'=1", "''", "'007")], ",")
@example([("Ann\r\n=1", ";\t=1", '"=1"')], ";")
def test_every_text_comes_back_through_the_guard(rows, delimiter):
    frame = pl.DataFrame(rows, schema=["=a", "b;=c", "'d"], orient="row")
    header, *cells = rows_of(frame, delimiter, delimiter)

    assert unguarded_cells(header) == frame.columns
    assert [tuple(unguarded_cells(row)) for row in cells] == rows


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=3), st.sampled_from(",;|"))
def test_no_text_makes_a_formula_for_a_reader_with_another_separator(rows, reader):
    frame = pl.DataFrame([("id", *row) for row in rows], schema=["i", "a", "b"], orient="row")
    signs = RISKY - set("\t\r\n")
    for delimiter in SEPARATORS:
        found = [cell for row in rows_of(frame, delimiter, reader) for cell in row]
        # A number alone is none, nor where it ends at our own separator.
        run = [cell for cell in found if cell[:1] in signs and not cell[1:2].isdigit()]
        assert run == []


def test_a_phone_and_a_number_stay_readable():
    phone = pl.DataFrame({"phone": ["+48 500 600 700", "-5"], "note": ["-5;=1", "x"]})

    assert guarded(phone).rows() == [("+48 500 600 700", "'-5;'=1"), ("-5", "x")]


@pytest.mark.parametrize("sign", sorted(RISKY - set("\t\r\n")))
def test_a_formula_is_found_where_no_other_text_has_a_sign(sign):
    for before in ([], [None], ["Łódź", None, "a" + sign]):
        texts = pl.DataFrame({"a": [*before, f"{sign}x", None]})

        assert csv_text(texts).splitlines()[-2] == f"'{sign}x"


def test_what_people_write_to_keep_a_number_text_is_read_as_they_mean_it():
    assert unguarded_cells(["'00123", '="00123"', "'=1", "''=1", "'x", "rock 'n' roll", "'"]) == [
        *("00123", "00123", "=1", "'=1", "'x", "rock 'n' roll", "'")
    ]


def test_missing_and_empty_texts_and_numbers_are_written_as_before():
    frame = pl.DataFrame({"a": ["", None, 'say "x"'], "n": [-1, 2, None], "^b$": [1.5, None, -2.0]})

    assert csv_text(frame) == 'a,n,^b$\n"",-1,1.5\n,2,\n"say ""x""",,-2.0\n'
