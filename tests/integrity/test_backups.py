"""A backup is of one moment, appears whole or not at all, and comes back as it was."""

import json
import logging
import sqlite3
from contextlib import closing
from shutil import copytree
from zipfile import ZipFile

import pytest
from filelock import FileLock

from engine.errors import CancelledError, WorkbenchError
from engine.integrity.backups import MANIFEST, back_up, read_manifest, usual_place
from engine.integrity.restoring import restore
from engine.segments import library
from engine.store import database as store_database
from engine.store.copying import copied
from engine.workspace.journal import Journal
from tests.bases import ME, Base
from tests.integrity.beside import writing
from tests.integrity.shop import fill, told
from tests.store.older import BEFORE_STROKES


@pytest.fixture
def shop(base):
    return base.filled(fill)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A backup of the shop, and its clock."""
    folder = tmp_path_factory.mktemp("made")
    base = Base.new(folder / "workspace").filled(fill)
    back_up(base.workbench, folder / "b.zip")
    base.close()
    return folder / "b.zip", base.now


def content(base):
    """What a workspace says, the line about its restoring left out."""
    members = base.workbench.memberships.sizes(*base.workbench.state())
    names = [(row.name, row.filter, members[row.id]) for row in library.saved(base.workbench)]
    return base.rows("source_id", "name"), names, base.workbench.project


def restored(made, folder, **options):
    file, now = made
    done = restore(file, folder, ME, lambda: now, **options)
    return done, Base(folder, now)


def test_what_is_restored_is_what_was_backed_up(shop, tmp_path):
    manifest = back_up(shop.workbench, tmp_path / "b.zip")
    before = content(shop)
    shop.csv("Source_id,Name\n1,Eve\n")
    done, again = restored((tmp_path / "b.zip", shop.now), tmp_path / "again")

    assert content(again) == before
    assert told(again) == []
    assert (done.manifest, done.before) == (manifest, None)
    assert "600 customers at data version" in manifest.in_words
    again.csv("Source_id,Name\n1,Zoe\n")
    assert told(again) == []
    again.close()


def test_writers_go_on_while_a_backup_is_made(shop, tmp_path):
    with writing(lambda row: shop.csv(f"Source_id,Name\nnew {row},New\n")) as wait:
        # A whole write between two files of the backup.
        made = back_up(shop.workbench, tmp_path / "b.zip", lambda _share: wait())
    _, again = restored((tmp_path / "b.zip", shop.now), tmp_path / "again")

    assert again.workbench.profile().change >= made.change
    assert len(again.column("name")) == made.customers
    assert told(again) == []
    again.close()


def test_a_copy_of_the_folder_under_writes_opens_and_is_whole(shop, tmp_path):
    with writing(lambda row: shop.csv(f"Source_id,Name\nnew {row},New\n")) as wait:
        wait()
        copytree(shop.folder, tmp_path / "copy")
    again = Base(tmp_path / "copy", shop.now)
    again.csv("Source_id,Name\nlast,Last\n")

    assert told(again) == []
    again.close()


def test_a_file_that_is_there_is_replaced_only_if_asked(shop, tmp_path):
    (tmp_path / "b.zip").write_text("a letter")

    with pytest.raises(WorkbenchError, match="not there yet"):
        back_up(shop.workbench, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_text() == "a letter"
    back_up(shop.workbench, tmp_path / "b.zip", force=True)
    assert read_manifest(tmp_path / "b.zip").customers == 600


def test_a_page_puts_it_among_the_backups_and_no_other_file_of_the_workspace(shop):
    back_up(shop.workbench, usual_place(shop.workbench))

    assert [file.name for file in (shop.folder / "backups").iterdir()] == [
        "backup-20261102T093100Z.zip"
    ]
    with pytest.raises(WorkbenchError, match="outside the workspace"):
        back_up(shop.workbench, shop.folder / "tables" / "b.zip", force=True)


def test_a_backup_that_is_stopped_leaves_no_file(shop, tmp_path):
    def stop(share):
        if share > 0.5:
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        back_up(shop.workbench, tmp_path / "b.zip", stop)
    assert not [file for file in tmp_path.iterdir() if "part" in file.name or "zip" in file.name]


def test_damaged_records_are_not_backed_up(shop, tmp_path):
    file = next(shop.folder.glob("tables/customers/*.parquet"))
    file.write_bytes(file.read_bytes()[:-1])

    with pytest.raises(WorkbenchError, match="no backup was made"):
        back_up(shop.workbench, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def test_it_is_a_line_of_the_log(shop, tmp_path):
    back_up(shop.workbench, tmp_path / "b.zip")
    _, again = restored((tmp_path / "b.zip", shop.now), tmp_path / "again")
    with again.workbench.store.read() as connection:
        last = connection.exec_driver_sql(
            "SELECT cause, touched FROM change_log ORDER BY number DESC LIMIT 1"
        ).one()
    again.close()

    assert tuple(last) == ("restore", json.dumps({"backups": [str(tmp_path / "b.zip")]}))


def test_a_workspace_that_is_there_is_replaced_only_if_asked_and_kept_beside(made, tmp_path):
    other = Base.new(tmp_path / "other")
    other.csv("Source_id,Name\nx,Xenia\n")
    other.close()
    with pytest.raises(WorkbenchError, match="--replace"):
        restored(made, tmp_path / "other")
    done, again = restored(made, tmp_path / "other", replace=True)
    kept = Base(done.before, made[1])

    assert len(again.column("name")) == 600
    assert kept.column("name") == ["Xenia"]
    again.close()
    kept.close()


def test_a_workspace_that_somebody_has_open_is_not_replaced(made, tmp_path):
    Base.new(tmp_path / "other").close()
    journal = Journal(tmp_path / "other" / "jobs")
    with pytest.raises(WorkbenchError, match="end the server"):
        restored(made, tmp_path / "other", replace=True)
    journal.close()


def rewritten(file, to, change):
    """A copy of an archive in which a file is another."""
    with ZipFile(file) as old, ZipFile(to, "w") as new:
        for name in old.namelist():
            for each in change(name, old.read(name)):
                new.writestr(*each)
    return to


BROKEN = {
    "a changed byte of a record": lambda name, data: [
        (name, data[:-1] + b"x" if name.endswith(".parquet") else data)
    ],
    "a file that is gone": lambda name, data: [] if name.endswith(".parquet") else [(name, data)],
    "a name outside": lambda name, data: [
        (name, data.replace(b"workbench.db", b"../outside.db") if name == MANIFEST else data)
    ],
    "no list of files": lambda name, data: [] if name == MANIFEST else [(name, data)],
    "a list that is none": lambda name, data: [(name, b"[]" if name == MANIFEST else data)],
    "a newer form": lambda name, data: [
        (name, data.replace(b'"format": 1', b'"format": 2') if name == MANIFEST else data)
    ],
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_backup_replaces_nothing(made, tmp_path, what):
    file = rewritten(made[0], tmp_path / "b.zip", BROKEN[what])
    other = Base.new(tmp_path / "other")
    other.close()
    before = sorted(tmp_path.iterdir())

    with pytest.raises(WorkbenchError, match=r"b\.zip"):
        restored((file, made[1]), tmp_path / "other", replace=True)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("data", [b"", b"PK", b"letter" * 99])
def test_what_is_no_backup_says_so(tmp_path, data, made):
    (tmp_path / "b.zip").write_bytes(data)

    with pytest.raises(WorkbenchError, match="expected a backup"):
        restored((tmp_path / "b.zip", made[1]), tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_half_a_backup_is_none(made, tmp_path):
    data = made[0].read_bytes()
    (tmp_path / "b.zip").write_bytes(data[: len(data) // 2])

    with pytest.raises(WorkbenchError, match="expected a backup"):
        restored((tmp_path / "b.zip", made[1]), tmp_path / "again")


def test_a_database_is_copied_before_it_is_migrated(shop, caplog, monkeypatch):
    # A server that another test starts in this process may switch off the loggers that are there.
    monkeypatch.setattr(logging.getLogger(store_database.__name__), "disabled", False)
    shop.close()
    file = shop.folder / "workbench.db"
    with closing(sqlite3.connect(file)) as database, database:
        for statement in (*BEFORE_STROKES, "CREATE TABLE move_customer (move_id)"):
            database.execute(statement)
        database.execute("DROP TABLE checksum")
        database.execute("DROP TABLE person")
        database.execute("DROP TABLE page_session")
        database.execute("ALTER TABLE pointer DROP COLUMN since")
        database.execute("ALTER TABLE pointer DROP COLUMN folded")
        database.execute("ALTER TABLE change_log DROP COLUMN digests")
        database.execute("ALTER TABLE change_log DROP COLUMN hash")
        database.execute("UPDATE alembic_version SET version_num = '0015'")
    for older in range(3):
        (shop.folder / "backups").mkdir(exist_ok=True)
        (shop.folder / "backups" / f"workbench-000{older}.db").touch()
    again = Base(shop.folder, shop.now)
    kept = shop.folder / "backups" / "workbench-0015.db"
    with closing(sqlite3.connect(kept)) as database:
        [version] = database.execute("SELECT version_num FROM alembic_version").fetchone()

    assert version == "0015"
    assert str(kept) in caplog.text
    assert len(list(kept.parent.iterdir())) == 3
    assert told(again) == []
    again.close()


def test_a_copy_waits_for_no_writer(shop, tmp_path):
    with FileLock(shop.folder / "writer.lock"), copied(shop.workbench.store, tmp_path) as copy:
        assert copy.change == shop.workbench.profile().change
