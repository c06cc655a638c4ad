"""A workbook becomes a batch: its sheet, its cells as they are typed, and how large it may be."""

import io
import re
import zipfile
from datetime import date, datetime, timedelta

import pytest
import xlsxwriter

from engine.errors import ImportFileError, UsageError
from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, STRING
from engine.imports.columns.mapping import parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.files import archives, sheet_parts
from engine.imports.files.workbook_size import Extent
from engine.imports.reading import read
from engine.limits import CELLS, MB
from tests.imports.test_reading_csv import ZONE

MOMENT = datetime(2020, 1, 2, 3, 4)  # noqa: DTZ001 - a workbook knows no zones


def book(sheets, hidden=()) -> bytes:
    """A workbook: rows by the name of their sheet; None is no cell."""
    content = io.BytesIO()
    written = xlsxwriter.Workbook(content, {"strings_to_numbers": False})
    day = written.add_format({"num_format": "yyyy-mm-dd"})
    moment = written.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    span = written.add_format({"num_format": "[h]:mm:ss"})
    formats = {date: day, datetime: moment, timedelta: span}
    for name, rows in sheets.items():
        sheet = written.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(at, place, cell)
                elif cell is not None:
                    sheet.write(at, place, cell, formats.get(type(cell)))
    written.close()
    return content.getvalue()


@pytest.fixture
def batch(tmp_path):
    """Reads a workbook."""

    def made(content, kind="customers", **mapping):
        path = tmp_path / "file.xlsx"
        path.write_bytes(content)
        return read(path, TABLES[kind], parse_mapping(mapping), ZONE)

    return made


def column(*cells):
    """A workbook of one column of metadata."""
    rows = [["Source_id", "k"], *([f"c{at}", cell] for at, cell in enumerate(cells))]
    return book({"Data": rows})


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        ((1, 2.5), NUMBER, ["1", "2.5"]),
        ((3 * 19.99,), NUMBER, ["59.97"]),
        ((-731.2715117751975,), NUMBER, ["-731.271511775197"]),
        ((0.1, "0.30000000000000004"), NUMBER, ["0.1", "0.30000000000000004"]),
        (("0.300000000000000001",), STRING, ["0.300000000000000001"]),
        ((1e-7, 1e14), NUMBER, ["0.0000001", "100000000000000"]),
        ((True, False), BOOLEAN, ["true", "false"]),
        ((date(2020, 1, 2),), DATE, ["2020-01-02"]),
        ((MOMENT, date(2020, 1, 3)), INSTANT,
         ["2020-01-02T03:04:00", "2020-01-03"]),
        (("00123", "1"), STRING, ["00123", "1"]),
        (("true",), STRING, ["true"]),
        (("2020-01-02",), DATE, ["2020-01-02"]),
        ((1, "x"), STRING, ["1", "x"]),
        ((True, 1), STRING, ["true", "1"]),
        ((1e15,), NUMBER, ["1000000000000000"]),
        ((1234567890123456,), STRING, ["1234567890123456"]),
        ((timedelta(hours=30, minutes=1),), STRING, ["30:01:00"]),
        ((None, 1, None), NUMBER, ["1"]),
    ],
    ids=str,
)  # fmt: skip
def test_a_cell_is_what_it_is_typed_as(batch, cells, kind, values):
    found = batch(column(*cells))
    [key] = found.keys
    told = found.cells(found.rows["row"])["cells"].list.get(1)

    assert (key.fits.kind, key.fits.many) == (kind, False)
    assert [text for text in told if text] == values


def test_the_known_columns_take_typed_cells(batch):
    found = batch(
        book({"Data": [["Source_id", "Birthdate", "Phone", "Created_at", "Loyalty_points"],
                       [7, date(1990, 1, 2), 491234567890, MOMENT, 12]]})
    )  # fmt: skip
    [row] = found.rows.drop("row", "line").rows()

    assert row[:3] == ("7", date(1990, 1, 2), "491234567890")
    assert (row[3].isoformat(), row[4]) == ("2020-01-02T02:04:00+00:00", 12)


def test_an_id_of_more_digits_than_a_sheet_holds_rejects_its_row(batch):
    found = batch(book({"Data": [["Source_id", "Name"], [12345678901234561, "a"], [7, "b"]]}))

    assert found.rows["source_id"].to_list() == ["7"]
    assert "has lost its digits in a sheet" in found.rejected["reason"].item()


def test_what_the_mapping_says_of_a_column_is_said_of_its_text(batch):
    content = column("1", "2")
    [number] = batch(content, columns={"k": {"field": "metadata.k", "type": "number"}}).keys
    [many] = batch(column("a;b"), columns={"k": {"field": "metadata.k", "list": ";"}}).keys

    assert number.fits.kind is NUMBER
    assert many.fits.many


def test_blank_rows_and_columns_are_passed_over_and_lines_are_rows_of_the_sheet(batch):
    rows = [[], [None, "Source_id", None, "k"], [], [None, "a", None, 1], [], [None, None, None, 2]]
    found = batch(book({"Data": rows}))

    assert found.header == ("Source_id", "k")
    assert found.rows.select("row", "line").rows() == [(1, 4), (2, 6)]


def test_an_empty_cell_clears_where_the_import_replaces(batch):
    content = book({"Data": [["Source_id", "Name"], ["a", "Ann"], ["b", None]]})
    found = batch(content, replace=True)

    assert found.rows[found.cleared["name"]].to_list() == [False, True]


SHEETS = {"Empty": [], "Draft": [["Source_id"], ["x"]], "Data": [["Source_id"], ["a"]]}


def test_the_first_visible_sheet_with_cells_is_read_and_the_others_are_named(batch):
    found = batch(book(SHEETS, hidden=["Draft"]))

    assert found.rows["source_id"].to_list() == ["a"]
    assert [note.text for note in found.notes] == [
        "sheet `Data`, the first visible one with cells; not read: `Empty`, `Draft` (hidden)"
    ]
    assert batch(column(1)).notes == ()


def test_the_sheet_asked_for_is_read_hidden_or_not(batch):
    content = book(SHEETS, hidden=["Draft"])

    assert batch(content, sheet="Draft").rows["source_id"].to_list() == ["x"]
    with pytest.raises(UsageError, match="no sheet `Nope`: it has `Empty`, `Draft`"):
        batch(content, sheet="Nope")
    with pytest.raises(ImportFileError, match="the sheet `Empty` is empty"):
        batch(content, sheet="Empty")


def test_a_workbook_without_cells_is_refused(batch):
    with pytest.raises(ImportFileError, match="a visible sheet with cells, got none"):
        batch(book({"Empty": []}))
    with pytest.raises(ImportFileError, match="0 rows"):
        batch(book({"Data": [["Source_id"]]}))


@pytest.mark.parametrize(
    "cover",
    [[["Customers of 2024"]], [["Report", "Customers"], [], ["Created", date(2024, 1, 2)]]],
    ids=["title", "pairs"],
)
def test_a_cover_gives_way_to_the_one_sheet_with_a_table(batch, cover):
    table = [["Source_id"], ["a"]]
    found = batch(book({"Cover": cover, "Data": table, "End": [["Thanks"]]}))

    assert found.rows["source_id"].to_list() == ["a"]
    assert [note.text for note in found.notes] == [
        "sheet `Data`, the only visible one with a table; not read: `Cover`, `End`"
    ]


@pytest.mark.parametrize("asked", [{}, {"sheet": "Cover"}], ids=["the first", "asked for"])
@pytest.mark.parametrize("rows", [[["Customers of 2024"]], [[], ["Source_id", "Name"]]])
def test_a_sheet_without_records_is_refused_with_the_others_to_choose_from(batch, rows, asked):
    table = [["Source_id"], ["a"]]
    content = book({"Cover": rows, "Data": table, "More": table, "Old": []}, hidden=["Old"])
    has = r"`Cover`, `Data`, `More`, `Old` \(hidden\)"
    message = rf"sheet `Cover` has 0 rows.* has {has}: .* with --sheet"

    with pytest.raises(ImportFileError, match=message):
        batch(content, **asked)
    assert batch(content, sheet="Data").rows["source_id"].to_list() == ["a"]


def rewritten(content: bytes, change) -> bytes:
    """The workbook with the XML of its first sheet changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            inner = old.read(name)
            new.writestr(name, change(inner) if name.endswith("sheet1.xml") else inner)
    return out.getvalue()


FAR = [
    lambda xml: xml.replace(b'r="B2"', b'r="XFD1048576"'),
    lambda xml: xml.replace(b'<c r="B2"', b"<c t='n' r = 'XFD1048576'").replace(b' t="n">', b">"),
    lambda xml: (
        re.sub(rb"<(/?)(c|row|sheetData|worksheet)\b", rb"<\1x:\2", xml)
        .replace(b"xmlns=", b"xmlns:x=")
        .replace(b'r="B2"', b'r="XFD1048576"')
    ),
    lambda xml: xml.replace(
        b"</sheetData>", b'<row r="1048000">' + b"<c><v>1</v></c>" * 9_000 + b"</row></sheetData>"
    ),
]


@pytest.mark.parametrize("change", FAR, ids=["plain", "odd", "prefix", "no labels"])
def test_a_cell_far_from_the_others_is_refused_before_the_grid_is_built(batch, change):
    with pytest.raises(ImportFileError, match=f"at most {CELLS} from the first cell"):
        batch(rewritten(column(1), change))


def without_labels(xml):
    return re.sub(rb'<(c|row) r="[A-Z0-9]+"', rb"<\1", xml)


def with_prefix(xml):
    prefixed = re.sub(rb"<(/?)(c|v|row|sheetData|worksheet)\b", rb"<\1x:\2", xml)
    return prefixed.replace(b"xmlns=", b"xmlns:x=")


@pytest.mark.parametrize("change", [lambda xml: xml, without_labels, with_prefix])
def test_a_large_sheet_says_in_parts_what_it_says_as_a_whole(batch, change, monkeypatch):
    rows = [["List of", "all"], [], ["Source_id", "name", "k"]]
    rows += [[f"c{at}", f"Ann {at}", at, *("x" for _ in range(at // 190))] for at in range(200)]
    rows[100:100] = [[], []]
    content = rewritten(book({"Data": rows, "Notes": [["Only for us"]]}), change)
    whole = batch(content)

    monkeypatch.setattr(archives, "BLOCK", 1000)
    monkeypatch.setattr(sheet_parts, "PART", 5000)
    parted = batch(content)

    assert len([*sheet_parts.parts_of(io.BytesIO(content))]) > 3
    assert parted.rows.equals(whole.rows)
    assert (parted.header, parted.notes) == (whole.header, whole.notes)


@pytest.mark.parametrize("part", [sheet_parts.PART, 5000])
@pytest.mark.parametrize("place", ["worksheets/", "worksheets/sheet2"])
def test_a_sheet_is_read_wherever_in_the_workbook_it_lies(batch, place, part, monkeypatch):
    rows = [["Source_id", "k"], *([f"c{at}", at] for at in range(200))]
    content, moved = book({"Others": rows, "Data": rows}), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(moved, "w") as new:
        for name in old.namelist():
            inner = old.read(name).replace(place.encode(), b"tables/of")
            new.writestr(name.replace(place, "tables/of"), inner)
    monkeypatch.setattr(archives, "BLOCK", 1000)
    monkeypatch.setattr(sheet_parts, "PART", part)

    assert batch(moved.getvalue(), sheet="Data").rows["source_id"].to_list() == [
        f"c{at}" for at in range(200)
    ]


def test_cells_without_labels_are_read(batch):
    [key] = batch(rewritten(column(1, 2), without_labels)).keys

    assert key.fits.kind is NUMBER


def test_the_extent_of_a_sheet_does_not_depend_on_its_blocks():
    xml = b"".join(b'<row r="%d"><c r="AB%d"><v>1</v></c></row>' % (at, at) for at in range(1, 99))
    for size in (7, 100, len(xml)):
        extent = Extent()
        for start in range(0, len(xml), size):
            extent.add(xml[start : start + size])
        assert (extent.height, extent.width) == (98, 28)


def test_a_workbook_that_unpacks_to_hundreds_of_times_its_size_is_refused(batch):
    bomb = rewritten(column(1), lambda xml: xml + b" " * (40 * MB))
    with pytest.raises(ImportFileError, match="at most 200 times its size"):
        batch(bomb)


@pytest.mark.parametrize("cut", [30, 2_000])
def test_a_damaged_workbook_is_refused(batch, cut):
    with pytest.raises(ImportFileError, match="damaged"):
        batch(column(1)[:-cut])


@pytest.mark.parametrize(
    "change",
    [lambda _: b"<worksheet", lambda _: b"", lambda xml: xml[: len(xml) // 2]],
    ids=["no xml", "nothing", "half"],
)
def test_a_sheet_of_broken_xml_is_refused(batch, change):
    with pytest.raises(ImportFileError):
        batch(rewritten(column(1), change))


@pytest.mark.parametrize("cell", ["a;b", '["a","b"]', " a ; b "])
def test_a_cell_of_a_stored_list_is_split_as_in_any_table(base, cell):
    base.json({"source_id": "k", "metadata": {"tags": ["a", "b"]}})

    run = base.bring(base.file(book({"Data": [["Source_id", "tags"], ["k", cell]]}), "c.xlsx"))

    assert (run.updated, run.unchanged) == (0, 1)
    assert base.customer("k")["metadata"]["tags"] == ["a", "b"]


def test_a_text_with_a_semicolon_is_no_list_where_the_key_is_text(base):
    base.json({"source_id": "k", "metadata": {"note": "a;b"}})

    run = base.bring(base.file(book({"Data": [["Source_id", "note"], ["k", "a;b"]]}), "c.xlsx"))

    assert (run.updated, run.unchanged) == (0, 1)
