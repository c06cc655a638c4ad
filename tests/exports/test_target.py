"""Where an export may write, and what a killed one leaves behind."""

import os
import random
import signal
import socket
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from engine.errors import StoreError, UsageError
from engine.exports.files import SENT, appearing
from engine.exports.order import Order
from engine.exports.partial_files import unfinished
from engine.exports.run import UNFINISHED, export_records, log, remove_leftovers
from engine.exports.target import export_target
from tests.bases import Base
from tests.forks import Fork
from tests.store.steps import NEVER, drawn, program
from tests.store.test_killed import killed as killed_at
from tests.strategies import examples

KILLS = examples(3, fuzzed=50)
REFUSING = """CREATE TRIGGER refusing BEFORE INSERT ON export_run
              BEGIN SELECT raise(ABORT, 'no'); END"""
WRITER = program(
    "from engine.exports.order import Order\nfrom engine.exports.run import export_records",
    "export_records(access, Order())",
)


@pytest.fixture
def outside(base):
    """The folder around the workspace."""
    base.csv("Source_id\na\n")
    return base.folder.parent


def content(folder):
    return {
        path: path.stat().st_ino for path in folder.rglob("*") if path.parent.name != UNFINISHED
    }


@pytest.mark.parametrize(
    "name",
    [
        *("workbench.db", "writer.lock", "exports/mine.csv", "new.csv", "jobs/x.json"),
        *("tables/customers/_delta_log/00000000000000000000.json", "tables/customers/new.parquet"),
        *("../link/workbench.db", "../linked.db", "tables/../workbench.db"),
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_nothing_in_the_workspace_is_written(base, outside, name, force):
    (outside / "link").symlink_to(base.folder)
    (outside / "linked.db").symlink_to(base.folder / "workbench.db")
    before = content(base.folder)

    with pytest.raises(UsageError, match="expected a file outside the workspace"):
        export_records(base.workbench, Order(), base.folder / name, force=force)
    assert content(base.folder) == before
    assert log(base.workbench) == []


@pytest.mark.parametrize("kind", ["folder", "pipe", "socket", "device", "a link to one"])
def test_nothing_but_a_plain_file_is_replaced(base, outside, kind):
    target = outside / "out.csv"
    if kind == "folder":
        target.mkdir()
    elif kind == "pipe":
        os.mkfifo(target)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(os.path.relpath(target))
    else:
        os.mkfifo(outside / "pipe")
        target.symlink_to("/dev/null" if kind == "device" else outside / "pipe")
    before = target.lstat()

    with pytest.raises(UsageError, match="expected a plain file to write"):
        export_records(base.workbench, Order(), target, force=True)
    assert target.lstat() == before


def test_a_file_that_is_there_is_replaced_only_when_forced(base, outside):
    target = outside / "out.csv"
    target.write_text("as it was")

    with pytest.raises(UsageError, match="replace it with --force"):
        export_records(base.workbench, Order(), target)
    assert target.read_text() == "as it was"
    export_records(
        base.workbench, Order(headers="fields", fields=("source_id",)), target, force=True
    )
    assert target.read_text() == "source_id\na\n"


def test_a_link_stays_and_the_file_that_it_points_to_is_written(base, outside):
    link = outside / "latest.csv"
    link.symlink_to(outside / "real.csv")
    export_records(base.workbench, Order(headers="fields", fields=("source_id",)), link)

    assert link.is_symlink()
    assert (outside / "real.csv").read_text() == "source_id\na\n"
    with pytest.raises(UsageError, match="--force"):
        export_records(base.workbench, Order(), link)


def test_a_file_that_goes_to_the_disk_in_steps_is_what_was_written(tmp_path):
    parts = [bytes([number]) * (SENT * 2 // 5 + number) for number in range(9)]
    with appearing(tmp_path / "large", tmp_path / "notes") as file:
        for part in parts:
            file.write(part)
    content = (tmp_path / "large").read_bytes()

    assert content == b"".join(parts)
    assert (file.written, file.digest.digest()) == (len(content), sha256(content).digest())


@pytest.mark.parametrize("there", ["file", "device"])
def test_what_comes_there_meanwhile_is_not_replaced(base, outside, there):
    target = outside / "out.csv"

    def come(_share):
        if not target.is_symlink():
            (target.symlink_to("/dev/null") if there == "device" else target.touch())

    with pytest.raises(UsageError):
        export_records(base.workbench, Order(), target, come, force=there == "device")
    assert target.is_symlink() == (there == "device")
    assert [path.name for path in outside.iterdir() if path.suffix == ".part"] == []


@pytest.mark.parametrize("name", ["loop", "nul\0", "x" * 300, "lost/../\ud800"])
def test_what_is_no_path_is_told(base, outside, name):
    (outside / "loop").symlink_to(outside / "loop")

    with pytest.raises(UsageError, match="expected a file that can be written at"):
        export_target(outside / name, base.folder)


KILLED = """
import sys, time
from pathlib import Path
from engine.exports.partial_files import unfinished
with unfinished(Path(sys.argv[1]), Path(sys.argv[2])) as part:
    part.write_text("ann@example.com")
    print(part, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def killed(base, outside):
    """The file of an export whose process was killed, outside the workspace."""
    command = [sys.executable, "-c", KILLED, str(base.folder / UNFINISHED), str(outside)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        part = Path(process.stdout.readline().decode().strip())
        remove_leftovers(base.workbench)
        assert part.exists()  # its process lives
        process.send_signal(signal.SIGKILL)
    return part


def test_the_next_export_removes_what_a_killed_one_left(base, killed):
    assert killed.read_text() == "ann@example.com"
    export_records(base.workbench, Order())

    assert not killed.exists()
    assert list((base.folder / UNFINISHED).iterdir()) == []


@pytest.mark.parametrize("noted", ["/nowhere", "", "\0", "precious.csv", b"\xff\xfe"])
def test_a_note_that_is_broken_or_names_another_file_removes_nothing(base, outside, noted):
    notes = base.folder / UNFINISHED
    notes.mkdir()
    precious = outside / "precious.csv"
    precious.touch()
    text = str(precious) if noted == "precious.csv" else noted
    (notes / f"{'a' * 16}.note").write_bytes(text if isinstance(text, bytes) else text.encode())
    remove_leftovers(base.workbench)

    assert precious.exists()
    assert list(notes.iterdir()) == []


def test_a_file_that_got_its_name_stays(base, outside):
    notes = base.folder / UNFINISHED
    with unfinished(notes, outside) as part:
        part.write_text("whole")
        part.replace(outside / "out.csv")

    assert (outside / "out.csv").read_text() == "whole"
    assert list(notes.iterdir()) == []


@pytest.mark.hypothesis
def test_after_kills_every_file_among_the_exports_has_its_receipt(base):
    base.csv("Source_id\na\n")
    base.close()
    at, found = base.now.isoformat(), []
    most = killed_at(Fork(WRITER, base.folder), NEVER, f"{at} me")
    for step in drawn(random.Random(56), most, KILLS):
        killed_at(Fork(WRITER, base.folder), step, f"{at} me")
        again = Base(base.folder, base.now)
        remove_leftovers(again.workbench)
        found.append(len(log(again.workbench)))
        files = {file.name for file in (base.folder / "exports").iterdir()}
        assert files == {run.file_name for run in log(again.workbench)}
        assert list((base.folder / UNFINISHED).iterdir()) == []
        again.close()

    assert (found[0], found[-1]) == (1, found[-2] + 1)  # killed at once, and not at all


@pytest.mark.parametrize("kept", [True, False])
def test_a_file_whose_process_was_killed_behind_it_stays_if_it_has_a_receipt(base, kept):
    run = export_records(base.workbench, Order())
    file = base.folder / "exports" / (run.file_name if kept else "exp_1.csv")
    file.touch()
    note = base.folder / UNFINISHED / f"{file.stem}.note"
    note.write_text(str(file))
    remove_leftovers(base.workbench)

    assert file.exists() is kept
    assert not note.exists()


def test_a_file_whose_receipt_cannot_be_kept_is_removed(base):
    with base.workbench.note() as connection:
        connection.exec_driver_sql(REFUSING)

    with pytest.raises(StoreError):
        export_records(base.workbench, Order())
    assert list((base.folder / "exports").iterdir()) == []
