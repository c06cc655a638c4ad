"""Workbooks: cells as Excel has them, in which zone, and what cannot stand in one."""

from datetime import datetime

import openpyxl
import pytest

from engine.errors import UsageError
from engine.exports.about import words
from engine.exports.contents import settled
from engine.exports.formats import FORMATS
from engine.exports.order import Order
from engine.exports.replay import replay
from engine.exports.run import export_records, stored_file
from engine.segments import library
from tests.bases import counts
from tests.exports.test_layout import FIELDS, file_of, sell, sheet

naive = datetime.fromisoformat  # as a cell has it


@pytest.fixture
def shop(base):
    return base.filled(sell)


def test_a_workbook_of_another_time_zone_says_so_above_or_within_its_cells(base):
    base.json({"source_id": "a", "metadata": {"seen": "2026-03-04T02:00:00Z"}})
    fields = ("source_id", "created_at", "metadata.seen")
    order = Order(fields=fields, format="excel", time_zone="America/New_York")
    file = stored_file(base.workbench, export_records(base.workbench, order).id)
    header, row = openpyxl.load_workbook(file)["customers"].iter_rows(values_only=True)

    assert header == ("Source ID", "Created at (America/New_York)", "seen")
    assert row[2] == "2026-03-03T21:00:00.000-05:00"
    assert counts(base.bring(file)) == (0, 0, 1, 0, 0)


def test_a_workbook_has_numbers_amounts_and_dates_as_such_with_their_formats(base):
    base.json(
        {"source_id": "a", "birthdate": "1899-12-31", "created_at": "2024-07-01T22:30:00Z"},
        {"source_id": "b", "birthdate": "1900-01-01", "created_at": "2026-10-25T00:30:00Z"},
        {"source_id": "c", "birthdate": "1990-02-03", "created_at": "2026-10-25T01:30:00Z"},
        {"source_id": "d", "created_at": "2024-07-01T22:30:00.123456Z"},
    )
    file = file_of(
        base, fields=("birthdate", "created_at"), format="excel", time_zone="Europe/Warsaw"
    )
    book = openpyxl.load_workbook(file)["customers"]
    rows = [[cell.value for cell in row] for row in book.iter_rows(min_row=2)]

    assert [row[0] for row in rows] == [
        "1899-12-31",
        naive("1900-01-01 00:00:00"),
        naive("1990-02-03 00:00:00"),
        None,
    ]
    assert [row[1] for row in rows] == [
        naive("2024-07-02 00:30:00"),
        naive("2026-10-25 02:30:00"),
        "2026-10-25T02:30:00+01:00",  # the hour that comes twice
        "2024-07-02T00:30:00.123456+02:00",
    ]
    assert book["A3"].number_format == "yyyy-mm-dd"
    assert book["B2"].number_format == "yyyy-mm-dd hh:mm:ss"
    assert (book.freeze_panes, book.auto_filter.ref) == ("A2", "A1:B5")
    assert 9 <= book.column_dimensions["A"].width <= 48


def test_amounts_in_a_workbook_are_numbers_with_two_decimals(shop):
    file = file_of(shop, what="orders", fields=FIELDS, format="excel")
    book = openpyxl.load_workbook(file)["orders"]

    assert [book["B2"].value, book["C2"].value] == [12, 11.5]
    assert book["B2"].number_format == "#,##0.00"


def test_a_number_that_a_cell_would_round_is_text_and_comes_back_as_a_number(base):
    numbers = {"exact": 0.1, "longer": 0.30000000000000004, "tiny": -1.1754943508222875e-38}
    base.json({"source_id": "a", "metadata": numbers})
    fields = ("source_id", *(f"metadata.{key}" for key in numbers))
    rows = sheet(base, "customers", fields=fields)

    assert rows[1][1:] == [0.1, "0.30000000000000004", "-1.1754943508222875e-38"]
    assert counts(base.bring(file_of(base, fields=fields, format="excel"))) == (0, 0, 1, 0, 0)


def test_a_workbook_says_what_it_is(shop):
    made = library.create(
        shop.workbench, "Anns", {"name": {"conditions": {"$is": ["Ann"]}}}, "passive"
    )
    told = dict(sheet(shop, "About", segment=made.id, limit=5, time_zone="Europe/Warsaw"))

    assert told["What"] == "Customers"
    assert (told["Segment"], told["Definition"]) == ("Anns", "Customers whose name is Ann")
    assert told["As of"] == "2026-11-02 10:30:00+01:00"
    assert (told["Rows"], told["Limit"], told["Exported by"]) == (1, "5", "me")
    assert (told["Data version"], told["Time zone"]) == (
        shop.workbench.profile().change,
        "Europe/Warsaw",
    )


def test_a_workbook_is_the_same_bytes_again_whenever_and_whoever_replays_it(shop):
    run = export_records(shop.workbench, Order(format="excel"))

    assert replay(shop.later(hours=5).workbench, run.id).identical


def test_instants_of_a_workbook_are_in_the_zone_of_the_project(shop):
    shop.workbench.configure(time_zone="Europe/Warsaw")
    zones = {form: settled(shop.workbench, Order(format=form)).time_zone for form in FORMATS}

    assert zones == {"csv": "UTC", "excel": "Europe/Warsaw", "parquet": "UTC", "jsonl": "UTC"}


def test_a_text_past_the_limit_of_a_cell_is_refused_by_its_row_or_cut_when_asked(base):
    base.json({"source_id": "a", "name": "x"}, {"source_id": "b", "name": "y" * 32_766 + "🙂z"})
    with pytest.raises(UsageError) as caught:
        export_records(base.workbench, Order(format="excel"))
    assert "row 2 (source_id `b`) has a text of 32,769 characters" in str(caught.value)
    assert list((base.folder / "exports").iterdir()) == []

    run = export_records(base.workbench, Order(fields=("name",), format="excel", cut_texts=True))
    book = openpyxl.load_workbook(stored_file(base.workbench, run.id))["customers"]
    assert book["A3"].value == "y" * 32_766
    assert "1 text cut" in words(run, base.workbench.zone)
