"""A CSV file becomes a batch: encodings, broken files, cells, rows and their numbers."""

import csv
import gzip
import io
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import CancelledError, ImportFileError
from engine.imports.columns.mapping import ImportMapping, parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.files.batch import Batch
from engine.imports.files.csv_rows import read_records
from engine.imports.files.source import open_source
from engine.imports.reading import read

CUSTOMERS = TABLES["customers"]

ZONE = ZoneInfo("Europe/Berlin")
PLAIN = "Source_id,Name\na,Ünal €\n"


def batch_of(folder: Path, content: bytes | str, name: str = "file.csv", mapping=None) -> Batch:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, CUSTOMERS, mapping or ImportMapping(), ZONE)


def fault_of(folder: Path, content: bytes | str, name: str = "file.csv") -> str:
    with pytest.raises(ImportFileError) as caught:
        batch_of(folder, content, name)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PLAIN.encode(), "a.csv"),
        (PLAIN.encode("utf-8-sig"), "a.csv"),
        (PLAIN.encode("utf-16"), "a.csv"),
        (b"\xfe\xff" + PLAIN.encode("utf-16-be"), "a.csv"),
        (PLAIN.encode("utf-16-le"), "a.csv"),
        (PLAIN.encode("utf-16-be"), "a.csv"),
        (PLAIN.encode("cp1252"), "a.csv"),
        (gzip.compress(PLAIN.encode()), "a.csv.gz"),
        (PLAIN.replace(",", ";").encode(), "a.csv"),
        (PLAIN.replace(",", "|").encode(), "a.csv"),
        (PLAIN.replace(",", "\t").encode(), "a.tsv"),
        (PLAIN.replace("\n", "\r\n").encode(), "a.csv"),
        (PLAIN.replace("\n", "\r").encode(), "a.csv"),
        (PLAIN.rstrip().encode(), "a.csv"),
        (b"\n\n" + PLAIN.encode() + b"\n\n", "a.csv"),
        ('Source_id, Name\n"a", "Ünal €"\n'.encode(), "a.csv"),
    ],
    ids=[
        *("utf-8", "bom", "utf-16", "utf-16-be", "utf-16-le without bom", "utf-16-be without bom"),
        *("cp1252", "gzip", "semicolon", "pipe", "tab", "crlf", "cr", "no last line end", "blank"),
        "blanks before quotes",
    ],
)
def test_the_same_records_are_read_from_every_dress(tmp_path, content, name):
    batch = batch_of(tmp_path, content, name)

    assert batch.header == ("Source_id", "Name")
    assert batch.rows.select("source_id", "name").rows() == [("a", "Ünal €")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"Source_id,Name\n", "0 rows"),
        (b"PK\x03\x04more", "the zip file is damaged"),
        (bytes(range(256)) * 9, "binary"),
        (b"\x1f\x8b\x08\x00broken", "gzip"),
        (b"Source_id,x,metadata.x\na,b,c\n", "both mean `metadata.x`"),
        (b"ann@example.com,12\nbob@example.com,13\n", "expected a header line"),
        (b'Source_id,Name\na,b\nc,"d\ne,f\n', "line 3: the quote that opens here"),
        (b'Source_id,Name\n"a\nb","d\ne,f\n', "line 3: the quote that opens here"),
        (b'Source_id,Name\na,"' + b"x" * (40 << 20) + b'"\n', "line 2: expected a record of"),
    ],
    ids=[
        *("empty", "blank", "header only", "workbook", "binary", "damaged gzip"),
        *("same field", "no header", "open quote", "open quote below", "giant"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path, content, message):
    assert message in fault_of(tmp_path, content)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ImportFileError, match=r"gone\.csv"):
        read(tmp_path / "gone.csv", CUSTOMERS, ImportMapping(), ZONE)


def test_a_cell_of_ten_megabytes_goes_in(tmp_path):
    batch = batch_of(tmp_path, b"Source_id,Name\na," + b"x" * (10 << 20) + b"\nb,y\n")

    assert batch.rows["name"].str.len_bytes().to_list() == [10 << 20, 1]


def test_a_nul_in_a_cell_is_text(tmp_path):
    batch = batch_of(tmp_path, b"Source_id,Name\na,x\0y\n")

    assert batch.rows["name"].to_list() == ["x\0y"]


def test_every_line_end_inside_quotes_is_text(tmp_path):
    batch = batch_of(tmp_path, b'Source_id,Name\n"a\rb","c\r\nd"\ne,f\n')

    found = batch.rows.select("line", "source_id", "name").rows()
    assert found == [(2, "a\rb", "c\r\nd"), (5, "e", "f")]


def test_short_rows_are_padded_and_long_ones_rejected_with_row_and_line(tmp_path):
    content = 'Source_id,Name\na,"x\ny"\n\nb\nc,d,e\n"f",g\nh,i,,\n'

    batch = batch_of(tmp_path, content)

    assert batch.rows.select("row", "line", "name").rows() == [
        *((1, 2, "x\ny"), (2, 5, None), (4, 7, "g"), (5, 8, "i")),
    ]
    assert batch.rejected.rows() == [(3, 6, "expected 2 cells, got 3", ["c", "d", "e"])]


def test_all_reasons_of_a_row_are_joined_and_its_cells_are_kept(tmp_path):
    content = "Source_id,Birthdate,Loyalty_points,x\na,12/32/1990,1.5,\nb,1990-12-31,7,1\n"

    batch = batch_of(tmp_path, content)

    row, line, reason, cells = batch.rejected.row(0)
    assert (row, line, cells) == (1, 2, ["a", "12/32/1990", "1.5", ""])
    assert [part.split(":")[0] for part in reason.split("; ")] == ["birthdate", "loyalty.points"]
    assert '"12/32/1990"' in reason
    assert '"1.5"' in reason
    assert batch.rows["row"].to_list() == [2]
    assert batch.rows.schema["loyalty_points"] == pl.Int64


def test_the_cells_of_any_row_can_be_asked_for_later(tmp_path):
    batch = batch_of(tmp_path, "Source_id,Name\na,b\nc,\n")

    assert batch.cells(pl.Series([2])).rows() == [(2, ["c", ""])]


def test_naive_instants_are_read_in_the_zone(tmp_path):
    batch = batch_of(tmp_path, "Source_id,Created_at\na,2024-07-01T00:00:00\n")

    assert str(batch.rows["created_at"][0]) == "2024-06-30 22:00:00+00:00"


def test_the_mapping_names_encoding_and_delimiter(tmp_path):
    mapping = parse_mapping({"encoding": "cp1250", "delimiter": "~"})

    batch = batch_of(tmp_path, "Source_id~Name\na~Łódź\n".encode("cp1250"), mapping=mapping)

    assert batch.rows["name"].to_list() == ["Łódź"]


def test_a_progress_that_raises_stops_the_work(tmp_path):
    def stop(_share: float) -> None:
        raise CancelledError("stopped")

    (tmp_path / "a.csv").write_text(PLAIN)

    with pytest.raises(CancelledError):
        read(tmp_path / "a.csv", CUSTOMERS, ImportMapping(), ZONE, stop)


def test_progress_rises_from_0_to_1(tmp_path):
    shares: list[float] = []
    (tmp_path / "a.csv").write_text("Source_id,x,y\na,1,2\n")

    read(tmp_path / "a.csv", CUSTOMERS, ImportMapping(), ZONE, shares.append)

    assert shares == sorted(shares)
    assert shares[-1] == 1


# The csv module of Python 3.11 leaves a carriage return unquoted where lines end in \n.
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=6)


@given(
    cells=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    ending=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_the_csv_module_writes_is_read_back(
    tmp_path_factory, cells, delimiter, ending, quoting
):
    rows = [(f"k{number}", *row) for number, row in enumerate(cells)]  # without, some are footers
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    writer.writerow(["Source_id", "Name", "x"])
    writer.writerows(rows)
    path = tmp_path_factory.mktemp("csv") / "file.csv"
    path.write_bytes(text.getvalue().encode())

    mapping = parse_mapping({"encoding": "utf-8", "delimiter": delimiter, "quote": '"'})
    records = read_records(open_source(path, mapping))

    assert records.rejected.is_empty()
    found = records.cells.select(pl.all().exclude("row", "line").fill_null("")).rows()
    assert found == rows
    assert records.cells["row"].to_list() == list(range(1, len(rows) + 1))
