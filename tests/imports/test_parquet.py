"""A Parquet file becomes a batch: its types as they are, its objects as columns."""

import io
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

from engine.errors import ImportFileError
from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, STRING
from engine.imports.columns.mapping import parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.reading import read
from engine.limits import CELLS, COLUMNS
from tests.imports.test_reading_csv import ZONE

NOON = datetime(2020, 1, 1, 12)  # noqa: DTZ001 - some columns have no zone


def written(columns) -> bytes:
    """A file of these columns, as Polars or as Arrow has them."""
    content = io.BytesIO()
    if isinstance(columns, pa.Table):
        parquet.write_table(columns, content)
    else:
        pl.DataFrame(columns).write_parquet(content)
    return content.getvalue()


@pytest.fixture
def batch(tmp_path):
    """Reads a file of this content."""

    def made(content, kind="customers", **mapping):
        path = tmp_path / "file.parquet"
        path.write_bytes(content if isinstance(content, bytes) else written(content))
        return read(path, TABLES[kind], parse_mapping(mapping), ZONE)

    return made


COLUMNS_OF = [
    (pl.Series([1, None], dtype=pl.Int32), NUMBER, "1"),
    (pl.Series([1, 2], dtype=pl.UInt64), NUMBER, "1"),
    (pl.Series([12345678901234567, 1]), STRING, "12345678901234567"),
    (pl.Series([2.5, float("nan")]), NUMBER, "2.5"),
    (pl.Series([5.0, 1e-7]), NUMBER, "5"),
    (pl.Series([1e300, 1]), NUMBER, "1" + "0" * 300),
    (pl.Series([0.1], dtype=pl.Float32), NUMBER, "0.1"),
    (pl.Series([Decimal("12.50"), Decimal("3.00")]), NUMBER, "12.50"),
    (pl.Series([Decimal("12.00"), Decimal("3.00")]), NUMBER, "12.00"),  # amounts, perhaps
    (pl.Series([Decimal("12.000"), Decimal("3.000")]), NUMBER, "12"),
    (pl.Series([Decimal("1234567890123.456")]), STRING, "1234567890123.456"),
    (pl.Series([True, False]), BOOLEAN, "true"),
    (pl.Series(["x", ""]), STRING, "x"),
    (pl.Series(["00123"]), STRING, "00123"),
    (pl.Series(["2020-01-02"]), DATE, "2020-01-02"),
    (pl.Series(["x", "y"], dtype=pl.Categorical), STRING, "x"),
    (pl.Series(["x", "y"], dtype=pl.Enum(["x", "y"])), STRING, "x"),
    (pl.Series([date(2020, 1, 2)]), DATE, "2020-01-02"),
    (pl.Series([NOON]), INSTANT, "2020-01-01T12:00:00"),
    (pl.Series([NOON], dtype=pl.Datetime("ns")), INSTANT, "2020-01-01T12:00:00"),
    (pl.Series([NOON]).dt.replace_time_zone("Europe/Berlin"), INSTANT, "2020-01-01T11:00:00Z"),
    (pl.Series([time(3, 4)]), STRING, "03:04:00"),
    (pl.Series([timedelta(hours=30)]), STRING, "P1DT6H"),
    (pl.Series([b"text"]), STRING, "text"),
    (pl.Series([b"\xff\xfe"]), STRING, "//4="),
]


@pytest.mark.parametrize(("values", "kind", "text"), COLUMNS_OF, ids=range(len(COLUMNS_OF)))
def test_a_column_has_the_type_that_the_file_says(batch, values, kind, text):
    ids = [f"c{at}" for at in range(len(values))]
    found = batch({"source_id": ids, "k": values})
    [key] = found.keys

    assert (key.path, key.fits.kind, key.fits.many) == (("k",), kind, False)
    assert found.cells(pl.Series([1]))["cells"][0][1] == text


@pytest.mark.parametrize(
    ("values", "kind", "first"),
    [
        ([["a", "b"], [], None], STRING, ["a", "b"]),
        ([[1, None, 2]], NUMBER, [1.0, 2.0]),
        ([[True]], BOOLEAN, [True]),
        ([[date(2020, 1, 2)]], DATE, ["2020-01-02"]),
        ([[10**16, 1]], STRING, ["10000000000000000", "1"]),
        ([[{"a": 1}]], STRING, ['{"a":1}']),
        ([[[1], [2]]], STRING, ["[1]", "[2]"]),
    ],
)
def test_lists_are_lists(batch, values, kind, first):
    found = batch({"source_id": [f"c{at}" for at in range(len(values))], "k": values})
    [key] = found.keys
    [(_, name)] = key.variants.items()

    assert (key.fits.kind, key.fits.many) == (kind, True)
    assert found.rows[name].to_list()[0] == first
    assert found.rows[name].to_list()[1:] == ([[], None] if len(values) > 1 else [])


def test_objects_are_columns_named_by_their_paths_as_in_json(batch, tmp_path):
    record = {
        "source_id": "a",
        "address": {"city": "Rome"},
        "metadata": {"x": 1, "deep": {"y": True}, "dotted.key": "z"},
    }
    found = batch(pa.Table.from_pylist([record, {"source_id": "b"}]))
    path = tmp_path / "file.jsonl"
    path.write_text(json.dumps(record) + '\n{"source_id": "b"}\n')
    same = read(path, TABLES["customers"], parse_mapping({}), ZONE)

    assert found.header[1:4] == ("address.city", "metadata.x", "metadata.deep.y")
    assert found.rows["address_city"].to_list() == ["Rome", None]
    assert [(k.path, k.fits) for k in found.keys] == [(k.path, k.fits) for k in same.keys]


def test_the_parts_of_a_record_are_a_list_of_objects(batch):
    items = [{"product_id": "p1", "quantity": 2}]
    found = batch(pa.Table.from_pylist([{"id": "o1", "items": items}]), "orders")

    assert found.rejected.is_empty()
    assert found.rows["items"][0][0]["quantity"] == 2


def test_known_columns_take_typed_values(batch):
    at = datetime(2020, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
    found = batch({"source_id": [7], "birthdate": [date(1990, 1, 2)], "created_at": [at]})

    assert found.rows.drop("row", "line").rows() == [("7", date(1990, 1, 2), at)]


def test_types_that_only_arrow_has_are_text(batch):
    ids = pa.array(["a"])
    uuid = pa.array([b"\x11" * 16], pa.uuid())
    found = batch(pa.table({"source_id": ids, "k": uuid, "j": pa.array(['{"a":1}'], pa.json_())}))
    cells = found.cells(pl.Series([1]))["cells"][0]

    assert list(cells) == ["a", "11111111-1111-1111-1111-111111111111", '{"a":1}']


def test_rows_are_numbered_over_all_batches(batch):
    found = batch({"source_id": [f"c{at}" for at in range(300_000)]})

    assert found.rows["line"].to_list() == list(range(1, 300_001))


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-4],
        lambda content: content[:-20] + b"x" * 16 + content[-4:],
        lambda content: content[: len(content) // 2],
        lambda content: content[:4] + bytes(40) + content[44:],
        lambda _: b"PAR1",
    ],
    ids=["no end", "footer", "half", "pages", "nothing"],
)
def test_a_damaged_file_is_refused(batch, damage):
    with pytest.raises(ImportFileError, match="the Parquet file is damaged"):
        batch(damage(written({"source_id": ["a", "b"], "name": ["x", "y"]})))


def test_a_file_of_too_many_cells_or_columns_is_refused(batch):
    many = pl.repeat(0, CELLS.most + 1, dtype=pl.Int8, eager=True)
    with pytest.raises(ImportFileError, match=f"at most {CELLS}"):
        batch({"source_id": many})
    with pytest.raises(ImportFileError, match=f"at most {COLUMNS}, got 5,001"):
        batch({f"c{at}": [1] for at in range(COLUMNS.most + 1)})


def test_of_two_names_of_one_field_the_first_counts_and_the_other_is_metadata(batch):
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], ["source_id", "Source-ID"])
    found = batch(table)
    [key] = found.keys

    assert found.rows["source_id"].to_list() == ["a"]
    assert (key.path, found.rows[key.text].to_list()) == (("Source-ID",), ["b"])


def test_no_rows_are_refused(batch):
    with pytest.raises(ImportFileError, match="0 rows"):
        batch({"source_id": pl.Series([], dtype=pl.String)})
