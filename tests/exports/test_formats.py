"""Every kind of file, read back by a program that is not ours."""

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import openpyxl
import polars as pl
import pytest

from engine.errors import UsageError
from engine.exports import formats
from engine.exports import run as exports
from engine.exports.formats import FORMATS, find_format, format_of
from engine.exports.order import Order
from engine.exports.run import export_records, stored_file

TEXTS = (
    "+48 500 600",
    "=1+1",
    "@now",
    "007",
    "https://a.b",
    "Zażółć",
    "山田 太郎",
    "ليلى",
    "'",
    "1",
)
FIELDS = ("name", "birthdate", "created_at", "loyalty.points", "metadata.on", "metadata.brands")
naive = datetime.fromisoformat  # as a cell has it


@pytest.fixture
def shop(base):
    return base.filled(fill)


def fill(base):
    base.json(
        *(
            {
                "source_id": f"s{row}",
                "name": text,
                "birthdate": "1990-03-15",
                "created_at": "2024-07-01T22:30:00.5Z",
                "loyalty": {"points": row},
                "metadata": {"on": row % 2 == 0, "brands": ["x", text]},
            }
            for row, text in enumerate(TEXTS)
        ),
        {"source_id": "last", "created_at": "2024-01-01T00:00:00Z"},
    )


def exported(base, **order):
    """The file of an export."""
    return stored_file(
        base.workbench, export_records(base.workbench, Order(**{"headers": "fields", **order})).id
    )


@pytest.mark.parametrize("size", [50_000, 3])
def test_a_workbook_keeps_texts_as_texts_and_numbers_as_numbers(shop, monkeypatch, size):
    monkeypatch.setattr(exports, "SLICE", size)
    file = exported(shop, fields=FIELDS, format="excel")
    header, *rows = openpyxl.load_workbook(file)["customers"].iter_rows()

    assert [cell.value for cell in header] == list(FIELDS)
    assert [row[0].value for row in rows] == [*TEXTS, None]
    assert {row[0].data_type for row in rows[:-1]} == {"s"}
    assert not any(cell.hyperlink for row in rows for cell in row)
    assert [cell.value for cell in rows[3]][1:] == [
        naive("1990-03-15 00:00:00"), naive("2024-07-01 22:30:00.500000"), 3, False, "x;007"
    ]  # fmt: skip
    assert [cell.value for cell in rows[-1]] == [
        None,
        None,
        naive("2024-01-01 00:00:00"),
        *[None] * 3,
    ]


@pytest.mark.parametrize("size", [50_000, 3])
def test_parquet_has_the_type_of_every_field(shop, monkeypatch, size):
    monkeypatch.setattr(exports, "SLICE", size)
    file = exported(
        shop,
        fields=(*FIELDS, "phone", "metadata.nobody"),
        format="parquet",
        time_zone="Europe/Warsaw",
    )
    frame = pl.read_parquet(file)

    assert dict(frame.schema) | {"loyalty.points": None} == {
        "name": pl.String,
        "birthdate": pl.Date,
        "created_at": pl.Datetime("us", "Europe/Warsaw"),
        "loyalty.points": None,
        "metadata.on": pl.Boolean,
        "metadata.brands": pl.List(pl.String),
        "phone": pl.String,
        "metadata.nobody": pl.Null,
    }
    assert frame["name"].to_list() == [*TEXTS, None]
    assert frame["loyalty.points"].to_list() == [*range(len(TEXTS)), None]
    assert frame["birthdate"][0] == date(1990, 3, 15)
    assert frame["created_at"][0] == datetime(2024, 7, 1, 22, 30, 0, 500_000, UTC)
    assert frame["metadata.brands"].to_list()[1] == ["x", "=1+1"]


def test_json_lines_leave_out_what_is_missing(shop):
    file = exported(shop, fields=FIELDS, format="jsonl", time_zone="Europe/Warsaw")
    first, *_, last = [json.loads(line) for line in file.read_bytes().splitlines()]

    assert first == {
        "name": "+48 500 600",
        "birthdate": "1990-03-15",
        "created_at": "2024-07-02T00:30:00.500000+02:00",
        "loyalty": {"points": 0},
        "metadata": {"on": True, "brands": ["x", "+48 500 600"]},
    }
    assert last == {"created_at": "2024-01-01T01:00:00+01:00"}


def test_a_csv_may_begin_with_a_mark_and_tells_instants_in_a_zone(shop):
    file = exported(
        shop, fields=("name", "created_at"), bom=True, time_zone="Europe/Warsaw", limit=3
    )
    content = file.read_bytes()
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))

    assert content.startswith(b"\xef\xbb\xbfname,created_at")
    assert content.count(b"\xef\xbb\xbf") == 1
    assert rows[1:] == [
        ["+48 500 600", "2024-07-02T00:30:00.500+02:00"],
        ["'=1+1", "2024-07-02T00:30:00.500+02:00"],
        ["'@now", "2024-07-02T00:30:00.500+02:00"],
    ]
    instant = datetime.fromisoformat(rows[1][1])
    assert instant.tzinfo == timezone(timedelta(hours=2))
    assert instant.astimezone(ZoneInfo("Europe/Warsaw")).hour == 0


@pytest.mark.parametrize("key", FORMATS)
def test_a_format_writes_nobody_and_is_known_by_its_suffix(shop, key):
    file = exported(shop, fields=FIELDS, limit=0, format=key)

    assert file.exists()
    assert format_of(file.name) is find_format(key)


def test_a_sheet_that_would_be_too_long_is_refused_before_it_is_written(shop, monkeypatch):
    row = formats.FORMATS["excel"]
    short = replace(row, most_rows=2)
    monkeypatch.setattr(formats, "FORMATS", {"excel": short})
    with pytest.raises(UsageError, match="at most 2 customers in a file of Excel, got 11"):
        exported(shop, format="excel")

    assert list((shop.folder / "exports").iterdir()) == []


@pytest.mark.parametrize(
    "order", [{"format": "xls"}, {"time_zone": "Mars/Base"}, {"delimiter": ";;"}], ids=str
)
def test_a_setting_that_does_not_fit_is_told(shop, order):
    with pytest.raises(UsageError, match="expected"):
        exported(shop, **order)

    assert list((shop.folder / "exports").iterdir()) == []
