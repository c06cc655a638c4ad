"""Frames as Delta keeps them, and the latest version of each record."""

from hashlib import sha256

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow.parquet import ParquetFile

from engine.errors import StoreError
from engine.store.records import lake as lake_of
from engine.store.records import logs
from engine.store.records.lake import Lake
from engine.store.records.latest import latest
from engine.store.records.storage import to_storage
from engine.store.records.tables import RecordTable


def test_storage_has_the_columns_of_the_schema_in_its_order_and_types():
    frame = pl.DataFrame({"b": ["x"], "a": [1], "more": [2]}, schema_overrides={"a": pl.UInt8})
    schema = {"a": pl.Int64(), "b": pl.String(), "c": pl.List(pl.Float64)}

    stored = to_storage(frame, schema)

    assert stored.schema == schema
    assert stored.rows() == [(1, "x", None)]


def test_categories_become_text_and_nothing_becomes_typed_nothing():
    frame = pl.DataFrame({"a": pl.Series(["x"], dtype=pl.Categorical), "b": [None]})

    stored = to_storage(frame, {"a": pl.String(), "b": pl.Date()})

    assert stored.dtypes == [pl.String, pl.Date]


def test_files_of_one_change_set_are_read_in_the_order_of_their_rows(tmp_path):
    """In order `latest` copies nothing: of ten million customers 5 GB."""
    table, lake = RecordTable("things", "t_", {"id": pl.String()}, {}), Lake(tmp_path)
    version = lake.create(table)
    for rows in ([4, 5], [0, 1], [6, 7], [2, 3]):
        ids = [f"t_{row}" for row in rows]
        versions = pl.DataFrame({"row": rows, "change": 1, "deleted": False, "id": ids})
        version = lake.append(table, version, versions, table.schema)

    assert lake.read(table, version, table.schema)["row"].to_list() == [*range(8)]


def test_dictionaries_of_ever_other_texts_end_soon_and_only_two_columns_have_statistics(tmp_path):
    """Of a million e-mails Delta would make one of 1 MB for nothing, and copy some into its log."""
    table, lake = RecordTable("things", "t_", {"id": pl.String()}, {}), Lake(tmp_path)
    rows = range(30_000)
    ids = [sha256(b"%d" % row).hexdigest() for row in rows]  # ZSTD makes them half as long
    versions = pl.DataFrame({"row": rows, "change": 1, "deleted": False, "id": ids})
    lake.append(table, lake.create(table), versions, table.schema)

    [file] = (tmp_path / "things").glob("*.parquet")
    chunks = ParquetFile(file).metadata.row_group(0).to_dict()["columns"]
    columns = {each["path_in_schema"]: each for each in chunks}
    words = columns["id"]["data_page_offset"] - columns["id"]["dictionary_page_offset"]

    assert 0 < words < 128 * 1024 < columns["id"]["total_compressed_size"]
    assert [name for name, each in columns.items() if each["statistics"]] == ["row", "change"]


def test_what_is_read_of_a_new_table_without_delta_is_what_delta_says_whatever_is_damaged(tmp_path):
    table, lake = RecordTable("things", "t_", {"id": pl.String()}, {}), Lake(tmp_path)
    lake.create(table)
    [log] = (tmp_path / "things" / "_delta_log").iterdir()
    whole = log.read_bytes()
    seen = set()
    for place in range(0, len(whole), 5):
        log.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        known = said(lambda: lake.content_and_last_change(table, 0)[0])
        assert known == said(lambda: lake.content(table, 0)), whole[place - 40 : place + 1]
        seen.add(known)
    assert len(seen) > 2  # refused, as it was, of another id


def test_a_new_table_has_no_files_and_is_clean_without_delta(tmp_path, monkeypatch):
    table, lake = RecordTable("things", "t_", {"id": pl.String()}, {}), Lake(tmp_path)
    lake.create(table)
    by_delta = lake_of._added(tmp_path / "things")  # of the newest version, which Delta is asked
    monkeypatch.setattr(lake_of, "opened", None)

    assert by_delta.equals(lake_of._added(tmp_path / "things", 0))
    assert by_delta.schema == pl.Schema(lake_of.ADDED)
    assert (lake.files(table, 0), lake.damages(table, 0), lake.clean(table, 0)) == ([], [], 0)


def test_what_a_killed_writer_left_in_a_new_table_is_taken_away(tmp_path):
    table, lake = RecordTable("things", "t_", {"id": pl.String()}, {}), Lake(tmp_path)
    lake.create(table)
    stray = tmp_path / "things" / "part-half.parquet"
    stray.write_bytes(b"half")
    lake.clean(table, 0)

    assert not stray.exists()


def said(ask):
    """What is answered, or that it is refused."""
    try:
        return ask()
    except StoreError:
        return StoreError


def test_what_came_behind_a_new_table_is_seen(tmp_path):
    table, lake = RecordTable("things", "t_", {"id": pl.String()}, {}), Lake(tmp_path)
    made = lake.create(table)
    assert 0 == lake.content_and_last_change(table, made)[1]

    row = pl.DataFrame({"row": [0], "change": [7], "deleted": [False], "id": ["t_0"]})
    lake.append(table, made, row, table.schema)
    assert (lake.content(table, made), 7) == lake.content_and_last_change(table, made)


def test_text_in_a_numeric_column_is_an_error_and_never_a_silent_null():
    with pytest.raises(pl.exceptions.PolarsError):
        to_storage(pl.DataFrame({"a": ["x"]}), {"a": pl.Int64()})


versions = st.lists(
    st.tuples(st.integers(0, 5), st.integers(1, 6), st.booleans()), unique_by=lambda one: one[:2]
)


@given(versions)
def test_the_latest_version_of_each_living_record_in_order_of_row(rows):
    frame = pl.DataFrame(
        rows,
        schema={"row": pl.Int64, "change": pl.Int64, "deleted": pl.Boolean},
        orient="row",
    )
    newest = {row: (row, change, gone) for row, change, gone in sorted(rows, key=lambda r: r[1])}
    expected = [one for _, one in sorted(newest.items()) if not one[2]]

    assert expected == latest(frame).rows()


@pytest.fixture
def shortened(tmp_path):
    """A lake with a table of one row whose log begins with a checkpoint; and that."""
    table, lake = RecordTable("things", "t_", {"id": pl.String()}, {}), Lake(tmp_path)
    row = pl.DataFrame({"row": [0], "change": [1], "deleted": [False], "id": ["t_0"]})
    version = lake.append(table, lake.create(table), row, table.schema)
    lake.shorten_log(table, version)
    [checkpoint] = (tmp_path / "things" / "_delta_log").glob("*.checkpoint.parquet")
    return lake, table, version, checkpoint


def test_a_log_that_is_shortened_while_it_is_read_is_read_again(shortened, monkeypatch):
    """As two who erase somebody do it: one reads what the other one takes away."""
    lake, table, version, checkpoint = shortened
    away, looks, names = checkpoint.rename(checkpoint.with_suffix(".away")), [], logs._names

    def looked(log):
        if len(looks) == 3:  # two tries have found nothing, and now there is something
            away.rename(checkpoint)
        looks.append(log)
        return names(log) if len(looks) != 2 else {"something else"}

    monkeypatch.setattr(logs, "_names", looked)

    assert lake.read(table, version, table.schema)["id"].to_list() == ["t_0"]
    assert len(looks) == 5  # before each of three tries, and behind two


def test_a_log_that_lacks_something_and_stays_as_it_is_is_damaged(shortened):
    lake, table, version, checkpoint = shortened
    checkpoint.unlink()

    with pytest.raises(StoreError, match="cannot be read or written"):
        lake.read(table, version, table.schema)
