"""Who was erased stays so behind a restored backup, unless they have asked to be back."""

from shutil import copytree, rmtree

from engine.integrity.backups import back_up
from engine.integrity.restoring import restore
from engine.privacy import erasure
from engine.samples.sample_shop import clear
from tests.bases import ME, Base
from tests.privacy.bytes import found
from tests.privacy.everywhere import KEY, MAIL, NAME


def brought(base):
    base.csv(f"Source_id,Name,Email\n{KEY},{NAME},{MAIL}\nben-1,Ben,\n")
    base.later(seconds=1)


def restored(base, backup):
    """The database and the records of a copy, beside what else the workspace holds."""
    base.close()
    for name in ("workbench.db", "workbench.db-wal", "workbench.db-shm"):
        (base.folder / name).unlink(missing_ok=True)
    rmtree(base.folder / "tables")
    copytree(backup, base.folder, dirs_exist_ok=True)
    base._open(base.now)


def test_a_backup_of_before_is_erased_again_from_the_tombstones(base, tmp_path):
    brought(base)
    base.close()
    copytree(base.folder, tmp_path / "backup")
    base._open(base.now)
    first = erasure.erase(base.workbench, [KEY])
    restored(base, tmp_path / "backup")
    known = base.rows("source_id")
    refused = base.csv(f"Source_id,Name\n{KEY},Z\n").suppressed
    again = erasure.erase_again(base.workbench)

    assert (known, refused) == ([(KEY,), ("ben-1",)], 1)
    assert base.rows("source_id") == [("ben-1",)]
    assert found(base.folder, [KEY, NAME, MAIL]) == []
    assert {one.id for one in erasure.index(base.workbench)} == {first.id, again.id}
    assert erasure.erase_again(base.workbench) is None


def test_another_copy_is_told_by_the_file_of_tombstones(base, tmp_path):
    brought(base)
    base.close()
    copytree(base.folder, tmp_path / "copy")
    base._open(base.now)
    erasure.erase(base.workbench, [KEY])
    other = Base(tmp_path / "copy")
    other.later(seconds=1)
    erasure.erase_again(other.workbench, base.folder / "erased.json")

    assert other.rows("source_id") == [("ben-1",)]
    other.close()


def test_an_emptied_workspace_knows_who_was_erased(base):
    brought(base)
    erasure.erase(base.workbench, [KEY])
    clear(base.workbench)
    base.later(seconds=1)

    assert base.csv(f"Source_id,Email\n{KEY},\nnew-1,{MAIL}\n").suppressed == 2


def test_somebody_who_asks_comes_back_under_every_identity(base):
    brought(base)
    erasure.erase(base.workbench, [KEY])
    count = erasure.lift_tombstones(base.workbench, MAIL.upper())
    base.later(seconds=1)
    run = base.csv(f"Source_id,Name,Email\n{KEY},{NAME},{MAIL}\n")

    assert count == 3  # id, source id, e-mail
    assert (run.created, run.suppressed) == (1, 0)
    base.close()
    base._open(base.now)  # the file beside the database does not know them either
    assert base.csv(f"Source_id,Name\n{KEY},Z\n").suppressed == 0


def test_a_restore_erases_again_whoever_was_erased_since_the_backup(base, tmp_path):
    brought(base)
    back_up(base.workbench, tmp_path / "backup.zip")
    base.later(seconds=1)
    erasure.erase(base.workbench, [KEY])
    base.close()
    restore(tmp_path / "backup.zip", base.folder, ME, lambda: base.now, replace=True)
    base._open(base.now)

    assert base.rows("source_id") == [("ben-1",)]
    assert found(base.folder, [KEY, NAME, MAIL]) == []
    assert base.csv(f"Source_id,Email\nnew-1,{MAIL}\n").suppressed == 1
