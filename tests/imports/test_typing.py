"""The type of CSV columns, and the vectorised reading against the plain one."""

from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, STRING
from engine.imports.columns.table import TABLES, WHOLE, FileColumn
from engine.imports.files.batch import KeyColumns, Type
from engine.imports.values.metadata_keys import READ_FROM_CELLS, kind_of, settle, split
from engine.imports.values.typing import typed

CUSTOMERS = TABLES["customers"]

ZONE = ZoneInfo("Europe/Berlin")
WORDS = (
    "true false True TRUE 1 0 01 +1 -1 -0 1.5 1e3 .5 1. 999999999999999 1234567890123456 NaN inf é "
    "2024-01-31 2024-1-31 2023-02-29 2024-01-31T10:00:00Z 2024-01-31T10:00 2024-01-31T10:00+02:00"
)
CELLS = st.sampled_from([*WORDS.split(), " 1", "1 ", "2024-01-31 10:00"]) | st.text(max_size=4)


def plain_kind(cells):
    """The meaning of `kind_of`, one cell at a time."""

    def fits(kind, cell):
        try:
            kind.read_text(cell, ZONE)
        except ValueError:
            return False
        return True

    kinds = (kind for kind in READ_FROM_CELLS if cells and all(fits(kind, cell) for cell in cells))
    return next(kinds, STRING)


@given(st.lists(CELLS, max_size=4))
def test_the_type_of_a_column_is_that_of_the_plain_reading(cells):
    assert kind_of(pl.Series(cells, dtype=pl.String), READ_FROM_CELLS, ZONE) is plain_kind(cells)


@pytest.mark.parametrize(
    "column", [*CUSTOMERS.columns, FileColumn("n", "n", WHOLE)], ids=lambda c: c.name
)
@given(cells=st.lists(CELLS | st.none(), min_size=1, max_size=5))
def test_a_column_is_read_as_the_plain_reading_reads_each_cell(column, cells):
    frame = pl.DataFrame({"row": range(len(cells)), column.name: pl.Series(cells, dtype=pl.String)})

    read, faults = typed(frame, [column], ZONE)

    expected, faulty = [], []
    for row, cell in enumerate(cells):
        try:
            expected.append(None if cell is None else column.cell.read(cell, ZONE))
        except ValueError as error:
            expected.append(None)
            faulty.append((row, f"{column.path}: {error}"))
    if column.cell.dtype != pl.String:  # text is stored as it stands
        assert read[column.name].to_list() == expected
    assert faults.rows() == faulty


def test_values_outside_the_allowed_ones_are_faults():
    status = FileColumn("status", "status", CUSTOMERS.columns[0].cell, allowed=("PAID", "CREATED"))

    _, faults = typed(pl.DataFrame({"row": [1, 2], "status": ["PAID", "paid"]}), [status], ZONE)

    assert faults.rows() == [(2, 'status: expected one of PAID, CREATED, got "paid"')]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["true", None, "false"], BOOLEAN),
        (["1", "2.5", "-3"], NUMBER),
        (["007"], STRING),
        (["2024-01-31"], DATE),
        (["2024-01-31", "2024-01-31T10:00:00Z"], INSTANT),
        (["1"] * 2000 + ["x"], STRING),
        (["true", "1"], STRING),
    ],
)
def test_a_key_is_typed_from_its_whole_column(cells, kind):
    rows = pl.DataFrame({"0": cells})

    key = settle(rows, KeyColumns("metadata", ("k",), "0", {}), ZONE)

    assert key is not None
    assert key.fits == Type(kind)


def test_an_empty_column_brings_no_key():
    rows = pl.DataFrame({"0": pl.Series([None], dtype=pl.String)})

    assert settle(rows, KeyColumns("metadata", ("k",), "0", {}), ZONE) is None


def test_a_list_column_is_split_trimmed_and_typed():
    rows = pl.DataFrame({"0": ["1; 2", None, "3;;", ";"]})
    key = settle(rows, KeyColumns("metadata", ("k",), "0", {}, ";"), ZONE)
    assert key is not None

    found = rows.select(split(key, key.fits, ZONE)[0][1].alias("x"))["x"].to_list()

    assert (key.fits, found) == (Type(NUMBER, many=True), [[1, 2], None, [3], []])


@pytest.mark.parametrize(
    ("separator", "target", "first", "rest"),
    [
        (None, Type(NUMBER), [1.0, None, None], [None, "x", "1;y"]),
        (None, Type(NUMBER, many=True), [[1.0], None, None], [None, "x", "1;y"]),
        (None, Type(STRING), ["1", "x", "1;y"], None),
        (None, Type(STRING, many=True), [["1"], ["x"], ["1", "y"]], None),
        (";", Type(NUMBER), [1.0, None, None], [None, ["x"], ["1", "y"]]),
        (";", Type(NUMBER, many=True), [[1.0], None, None], [None, ["x"], ["1", "y"]]),
        (";", Type(STRING, many=True), [["1"], ["x"], ["1", "y"]], None),
        (";", Type(STRING), ["1", "x", "1;y"], None),
    ],
)  # fmt: skip
def test_cells_that_do_not_fit_a_stored_type_are_kept_as_text(separator, target, first, rest):
    rows = pl.DataFrame({"0": ["1", "x", "1;y"]})
    key = settle(rows, KeyColumns("metadata", ("k",), "0", {}, separator), ZONE)
    assert key is not None

    found = [rows.select(value.alias("x"))["x"].to_list() for _, value in split(key, target, ZONE)]

    assert found == ([first] if rest is None else [first, rest])


def test_a_declared_kind_wins_over_what_the_cells_show():
    rows = pl.DataFrame({"0": ["1", "2"]})

    key = settle(rows, KeyColumns("metadata", ("k",), "0", {}, None, STRING), ZONE)

    assert key is not None
    assert key.fits == Type(STRING)
