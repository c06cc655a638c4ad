"""A disk that takes nothing more: what is there is read, and a write says why it is not."""

import json
from typing import NamedTuple

import pytest

from tests.forks import Fork
from tests.integrity.shop import sql

# Where no file may grow, as on a full disk; every write is tried before it is told.
LIMITED = """
import resource, sys
from engine.cli.main import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
main(sys.argv[2:])
"""
ROOMS = (0, 20_000)  # bytes: SQLite cannot begin; SQLite can, and Delta's file does not fit
EVERYBODY = '{"created_at": {"conditions": {"$has_value": true}}}'
WRITES = (
    ("import", "customers", "{folder}/large.csv"),
    ("settings", "set", "currency", "PLN"),
    ("segments", "create", "All", "{folder}/filter.json"),
    ("clear", "--yes"),
    ("erase", "a", "--yes"),
    ("retention", "set", "orders", "--older-than", "9"),
)


class SessionAct(NamedTuple):
    """What became of a command."""

    stdout: str
    stderr: str
    returncode: int


@pytest.fixture
def limited(shell, processes):
    """Runs a command in a process whose files may not grow beyond so many bytes."""
    rows = "".join(f"{row},{row:0300}\n" for row in range(300))
    shell.file("large.csv", f"Source_id,Name\n{rows}")
    shell.file("filter.json", EVERYBODY)

    def run(room, *words):
        words = [word.format(folder=shell.folder) for word in words]
        place = ["--workspace", str(shell.folder / "workspace")]
        command = Fork(LIMITED, room, *words, *place, env=processes)
        return SessionAct(*command.communicate(), command.returncode)

    return run


def test_what_is_there_can_be_read(limited):
    counted = limited(0, "count", "{folder}/filter.json")
    listed = limited(0, "segments", "list")
    checked = limited(0, "check", "--json")

    assert (counted.stdout, counted.returncode) == ("3\n", 0)
    assert listed.returncode == 0
    assert json.loads(checked.stdout)["whole"]


@pytest.mark.parametrize("words", WRITES, ids=lambda words: " ".join(words[:2]))
def test_a_write_says_why_it_is_not_done_and_leaves_nothing_half(limited, shell, words):
    done = limited(0, *words)

    assert done.returncode == 1
    assert "error: a file may not grow so large here" in done.stderr
    assert not any(sign in done.stderr for sign in ("Traceback", "panicked"))
    assert shell.json("check") == [{"whole": True, "customers": 3, "change": 1}]


def test_no_room_for_temporary_files_is_told(limited):
    done = limited(0, "demo", "--customers", "20")

    assert done.returncode == 1
    assert "error: no folder for temporary files takes any" in done.stderr
    assert "Traceback" not in done.stderr


def test_records_that_do_not_fit_end_in_no_panic(limited, shell):
    done = limited(ROOMS[1], *WRITES[0])

    assert done.returncode == 1
    assert not any(sign in done.stderr for sign in ("Traceback", "panicked"))
    assert shell.json("check") == [{"whole": True, "customers": 3, "change": 1}]
    shell.run("import", "customers", shell.folder / "large.csv")
    assert shell.json("check")[0]["customers"] == 303


@pytest.mark.parametrize("file", ["all.csv", "all.jsonl", "all.parquet", "all.xlsx"])
def test_an_export_that_does_not_fit_says_where_and_leaves_no_file(limited, shell, file):
    target = shell.folder / "out" / file
    target.parent.mkdir()
    done = limited(0, "export", "customers", "--to", str(target))

    assert done.returncode == 1
    assert "error: a file may not grow so large here" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(target.parent.iterdir()) == []


def test_a_backup_and_a_restore_that_do_not_fit_say_so_and_leave_nothing(limited, shell):
    shell.run("backup", shell.folder / "b.zip")
    before = sorted(shell.folder.rglob("*"))
    backup = limited(10_000, "backup", "{folder}/c.zip")
    restore = limited(10_000, "restore", "{folder}/b.zip", "--replace")

    for done in (backup, restore):
        assert done.returncode == 1
        assert "error: a file may not grow so large here" in done.stderr
        assert "Traceback" not in done.stderr
    locks = {".lock", ".db-shm", ".db-wal"}
    assert [file for file in sorted(shell.folder.rglob("*"))
            if file not in before and file.suffix not in locks | {""}] == []  # fmt: skip
    assert shell.json("check", "--deep") == [{"whole": True, "customers": 3, "change": 1}]


def test_a_repair_that_cannot_be_written_changes_nothing_and_says_why(limited, shell):
    shell.run("segments", "create", "All", shell.folder / "filter.json")
    sql(shell.folder / "workspace", "UPDATE membership SET count = 7")
    refused = limited(0, "check", "--repair")
    told = shell.run("check", code=1).stderr
    repaired = shell.run("check", "--repair").stderr

    assert refused.returncode == 1
    assert "error: a file may not grow so large here" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "expected 7 members, got 3: `workbench check --repair` makes it anew" in told
    assert "repaired: How many are in each segment" in repaired
    assert shell.json("check", "--deep")[0]["whole"]


def test_a_clock_that_was_set_back_is_told_and_a_backup_is_made_all_the_same(shell):
    early = "2026-01-01T00:00:00Z"
    file = shell.file("more.csv", "Source_id\nz\n")
    told = shell.run("import", "customers", file, now=early, code=1).stderr
    shell.run("backup", shell.folder / "b.zip", now=early)
    shell.run("restore", shell.folder / "b.zip", "--workspace", shell.folder / "w", now=early)

    assert "a write cannot be backdated" in told
    assert shell.json("check", "--deep", "--workspace", shell.folder / "w", now=early)[0]["whole"]
