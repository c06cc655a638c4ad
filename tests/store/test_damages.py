"""A damaged, lost or strange workspace says so: it never becomes an empty one without a word."""

import random
import re
import sqlite3
from contextlib import closing
from shutil import copytree, rmtree

import pytest

from engine.base.kinds.registry import RECORD_TABLES
from engine.errors import StoreError, WorkbenchError
from engine.segments import library
from engine.store.check import faults
from engine.store.store import Store
from engine.workspace.adoption import adopt, is_whole
from tests.bases import ME, NOW, Base

CHANCE = random.Random(11)


def deleted(file):
    file.unlink()


def emptied(file):
    file.write_bytes(b"")


def truncated(file):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def replaced_by_a_folder(file):
    file.unlink()
    file.mkdir()


def made_garbage(file):
    file.write_bytes(CHANCE.randbytes(3_000))


def with_bytes_flipped(file):
    content = bytearray(file.read_bytes())
    for place in CHANCE.sample(range(len(content)), min(20, len(content))):
        content[place] ^= 1 << CHANCE.randrange(8)
    file.write_bytes(content)


DAMAGES = (deleted, emptied, truncated, replaced_by_a_folder, made_garbage, with_bytes_flipped)
RIGHT = ["Ann", "Bob"]
FILES = ("workbench.db", "tables/customers/*.parquet", "tables/customers/_delta_log/*0.json",
         "tables/customers/_delta_log/*1.json", "tables/orders/*.parquet",
         "tables/orders/_delta_log/*1.json")  # fmt: skip
SIDE_FILES = ("tables/metadata.json", "tables/customers/_sums/*", "writer.lock")


@pytest.fixture
def filled(workspace):
    """The folder of a workspace with records, a metadata key, a segment and a setting; closed."""
    Base.new(workspace).filled(fill).close()
    return workspace


def fill(base):
    base.csv("Source_id,Name,size\na,Ann,1\nb,Bob,2\n")
    base.csv("Source_id,Customer_source_id,Amount\no,a,100\n", kind="orders")
    library.create(base.workbench, "Anns", {"name": {"conditions": {"$is": ["Ann"]}}})
    library.create_static(base.workbench, "Fixed", ["b"])
    base.workbench.configure(currency="PLN")
    base.gather()


def the(folder, pattern):
    """The one file of a pattern."""
    [file] = folder.glob(pattern)
    return file


def names(folder):
    """Everybody's name, in a workspace that opens and is whole; or what is wrong with it."""
    try:
        base = Base(folder)
    except StoreError as error:
        return error
    try:
        found = faults(base.workbench.store)
        return base.column("name") if not found else StoreError("damaged", found)
    except StoreError as error:
        return error
    finally:
        base.close()


@pytest.mark.parametrize("pattern", FILES)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_told_and_nothing_is_made_in_its_place(filled, pattern, damage):
    damage(the(filled, pattern))
    told = names(filled)

    # A changed byte may lie where SQLite keeps nothing.
    harmless = (damage, pattern) == (with_bytes_flipped, "workbench.db") and told == RIGHT
    assert harmless or isinstance(told, StoreError)
    assert harmless or "restore" in str(told).lower() or "damaged" in str(told)


@pytest.mark.parametrize("word", [b"redemptions", b"number"])
def test_a_changed_bit_in_a_name_is_told_or_does_no_harm(filled, word):
    file = filled / "workbench.db"
    content = file.read_bytes()
    for place in (found.end() for found in re.finditer(word, content)):
        # An index may have the name as it was: then the line is found and is another one.
        file.write_bytes(content[: place - 1] + b"~" + content[place:])
        told = names(filled)

        assert told == RIGHT or isinstance(told, StoreError), place


@pytest.mark.parametrize("pattern", SIDE_FILES)
@pytest.mark.parametrize("damage", [deleted, emptied, made_garbage])
def test_a_broken_side_file_breaks_nothing_else(filled, pattern, damage):
    damage(the(filled, pattern))

    assert names(filled) == ["Ann", "Bob"]


@pytest.mark.parametrize("gone", ["workbench.db", "tables", "tables/customers", "tables/orders"])
def test_what_was_moved_away_is_missed_and_may_come_back(filled, gone):
    away = filled.with_name("away")
    (filled / gone).rename(away)
    told = names(filled)
    assert isinstance(told, StoreError)
    assert "--adopt" in str(told)
    assert not (filled / gone).exists()
    away.rename(filled / gone)

    assert names(filled) == ["Ann", "Bob"]


def test_the_tables_of_another_workspace_are_not_taken_for_its_own(filled, tmp_path):
    other = Base.new(tmp_path / "other")
    for row in range(3):
        other.csv(f"Source_id\n{row}\n")
    other.csv("Source_id,Customer_source_id\no,1\n", kind="orders")
    other.close()
    # The workspaces of the tests are copies of one: their tables must not be.
    new = Base(tmp_path / "new")
    new.csv("Source_id,Name\nx,Xenia\ny,Yann\n")
    new.gather()
    new.close()
    rmtree(filled / "tables" / "customers")
    copytree(tmp_path / "new" / "tables" / "customers", filled / "tables" / "customers")

    assert "that of another one" in str(names(filled))


def test_a_database_older_than_its_records_takes_nothing_back(filled):
    before = (filled / "workbench.db").read_bytes()
    base = Base(filled)
    for row in range(2):
        base.csv(f"Source_id,Name\nnew {row},New\n")
    base.gather()
    base.close()
    (filled / "workbench.db").write_bytes(before)

    assert "older than the records" in str(names(filled))


def test_the_database_of_another_program_is_left_alone(tmp_path):
    file = tmp_path / "workbench.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE letter (text)")
    before = file.read_bytes()

    with pytest.raises(StoreError, match="another program"):
        Store.open(tmp_path, RECORD_TABLES)
    assert file.read_bytes() == before


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("text")

    with pytest.raises(StoreError, match=r"new or empty.*letter\.txt"):
        Store.open(tmp_path, RECORD_TABLES)
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


def test_a_link_to_a_disk_that_is_not_there_is_told(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "gone")

    with pytest.raises(StoreError, match="is its disk connected"):
        Store.open(tmp_path / "link", RECORD_TABLES)


def test_a_new_folder_is_new_once(workspace):
    first, second = Store.open(workspace, RECORD_TABLES), Store.open(workspace, RECORD_TABLES)
    first.close()
    second.close()

    assert (first.new, second.new) == (True, False)


def test_adopting_goes_on_with_the_records_and_keeps_the_old_files(filled):
    truncated(filled / "workbench.db")
    left = (filled / "workbench.db").read_bytes()
    adoption = adopt(filled, ME, NOW)

    assert names(filled) == ["Ann", "Bob"]
    assert {"2 customers", "1 order"} <= set(adoption.found)
    assert any(line.startswith("receipts of imports") for line in adoption.missing)
    assert (adoption.aside / "workbench.db").read_bytes() == left


def test_adopting_takes_over_small_changes_that_no_table_has_yet(filled):
    base = Base(filled)
    base.csv("Source_id,Name\na,Anna\nc,Cid\n")
    base.close()
    adopt(filled, ME, NOW)

    assert names(filled) == ["Anna", "Bob", "Cid"]


def test_adopting_says_that_small_changes_may_be_lost_with_the_database(filled):
    deleted(filled / "workbench.db")
    adoption = adopt(filled, ME, NOW)

    assert any("small changes" in line for line in adoption.missing)


def test_adopting_keeps_the_names_of_metadata_and_can_be_written_to(filled):
    deleted(filled / "workbench.db")
    adopt(filled, ME, NOW)
    base = Base(filled)

    assert base.who("metadata.size", "$is", 2) == ["b"]
    assert base.csv("Source_id,size\nb,3\nc,4\n").created == 1
    assert base.who("metadata.size", "$is", 3) == ["b"]
    assert faults(base.workbench.store) == []
    base.close()


def test_metadata_whose_names_are_lost_is_kept_under_others(filled):
    deleted(filled / "workbench.db")
    deleted(filled / "tables" / "metadata.json")
    adoption = adopt(filled, ME, NOW)
    base = Base(filled)

    assert base.who("metadata.m1_number", "$is", 2) == ["b"]
    assert "the names of 1 keys of metadata" in adoption.missing
    base.close()


def test_adopting_without_a_table_keeps_segments_and_settings(filled):
    rmtree(filled / "tables" / "orders")
    adoption = adopt(filled, ME, NOW)
    base = Base(filled)
    base.workbench.memberships.refresh(base.workbench.clock)
    sizes = base.workbench.memberships.sizes(*base.workbench.state())
    called = {row.name: sizes[row.id] for row in library.saved(base.workbench)}

    assert (called, base.workbench.project.currency) == ({"Anns": 1, "Fixed": 1}, "PLN")
    assert faults(base.workbench.store) == []
    assert any(line.startswith("orders: ") for line in adoption.missing)
    base.close()


def test_without_customers_their_activity_and_fixed_lists_go_aside(filled):
    emptied(the(filled, "tables/customers/*.parquet"))
    adoption = adopt(filled, ME, NOW)
    base = Base(filled)

    assert base.column("name") == []
    assert [row.name for row in library.saved(base.workbench)] == ["Anns"]
    assert (adoption.aside / "orders").is_dir()
    assert faults(base.workbench.store) == []
    base.close()


def test_a_whole_workspace_and_one_of_a_newer_program_are_not_adopted(filled):
    assert is_whole(filled, lambda: NOW)
    with closing(sqlite3.connect(filled / "workbench.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(WorkbenchError, match="newer workbench"):
        adopt(filled, ME, NOW)


def test_what_an_unfinished_creation_left_is_finished(workspace):
    workspace.mkdir()
    (workspace / "writer.lock").touch()
    (workspace / "exports").mkdir()
    (workspace / "workbench.db").touch()

    assert names(workspace) == []


def changed(folder, statement, *values):
    with closing(sqlite3.connect(folder / "workbench.db")) as database, database:
        database.execute(statement, values)


@pytest.mark.parametrize("place", [0, 3, 200, -1])
def test_a_changed_byte_of_a_small_change_is_told(filled, place):
    base = Base(filled)
    base.csv("Source_id,Name\na,Anna\nc,Cid\n")
    base.close()
    with closing(sqlite3.connect(filled / "workbench.db")) as database:
        [(blob,)] = database.execute("SELECT versions FROM small_write").fetchall()
    content = bytearray(blob)
    content[place] ^= 4
    changed(filled, "UPDATE small_write SET versions = ?", bytes(content))

    assert "not what was written" in str(names(filled))
    assert any("small changes" in line for line in adopt(filled, ME, NOW).missing)
    assert names(filled) == RIGHT


def test_small_changes_that_are_gone_are_missed(filled):
    base = Base(filled)
    base.csv("Source_id,Name\na,Anna\nc,Cid\n")
    base.close()
    changed(filled, "DELETE FROM small_write")

    assert "expected 1 small changes in workbench.db, got 0" in str(names(filled))


def test_a_member_in_place_of_another_is_told(filled):
    with closing(sqlite3.connect(filled / "workbench.db")) as database:
        blobs = database.execute("SELECT rowid, rows FROM membership_part").fetchall()
    for place, blob in blobs:
        content = blob[:-1] + bytes([blob[-1] ^ 64])  # the last half of the last number
        changed(filled, "UPDATE membership_part SET rows = ? WHERE rowid = ?", content, place)

    assert "not what was written" in str(names(filled))
