"""Killed at any instant, an import or a refresh is there whole or not at all, for whoever looks."""

import random
import subprocess
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from engine.segments import library
from engine.store.check import faults
from tests.bases import NOW, Base
from tests.memberships.law import afresh, check, stored
from tests.strategies import examples

pytestmark = pytest.mark.hypothesis  # `make fuzz` kills more often: 2.5 s each, with a process
LONGER = 4  # than an import without segments and with no reader beside it
IMPORTS, REFRESHES = examples(9, fuzzed=50), examples(4, fuzzed=50)
ROWS, DAY = 5_000, timedelta(days=1)
HERE = Path(__file__).parent
# Loads the program first and is told its words when it is ready: the kill falls into the work.
WRITER = """
import sys
from engine.cli.imports import import_command
from engine.cli.segments import refresh
print("ready", flush=True)
command = {"import": import_command, "refresh": refresh}[sys.argv[2]]
command([*sys.stdin.readline().split(), "--workspace", sys.argv[1]])
"""


def test_kills_of_an_import_leave_nothing_half_done(tmp_path):
    folder = tmp_path / "workspace"
    files = {name: written(tmp_path / f"{name}.csv", name) for name in ("one", "two", "three")}
    writers = [started("-c", WRITER, folder, "import") for _ in range(3)]
    run_of(writers.pop(0), f"customers {files['one']}")
    whole = run_of(writers.pop(0), f"customers {files['two']}")
    segmented(folder)
    reader = started(HERE / "reader.py", folder)
    chance = random.Random(50)
    held, kept = "two", 0
    for turn in range(IMPORTS):
        brought = next(name for name in files if name != held)
        instant = LONGER * whole * (turn + chance.random()) / IMPORTS
        killed(writers.pop(0), f"customers {files[brought]}", instant)
        writers.append(started("-c", WRITER, folder, "import"))  # it loads while nobody is timed
        held = held_after(folder, turn)
        kept += held == brought

    for writer in writers:
        writer.kill()
        writer.communicate()
    reads, _ = reader.communicate(timeout=60)

    assert reader.returncode == 0
    assert int(reads) > 10
    assert 0 < kept < IMPORTS


def test_kills_of_a_refresh_move_all_members_or_nobody(tmp_path):
    folder = tmp_path / "workspace"
    aged(folder)
    writers = [started("-c", WRITER, folder, "refresh") for _ in range(2)]
    at, moved = NOW + DAY, 0
    whole = run_of(writers.pop(0), f"--now {at.isoformat()}")
    chance = random.Random(51)
    for turn in range(REFRESHES):
        instant = whole * (turn + chance.random()) / REFRESHES
        killed(writers.pop(0), f"--now {(at + DAY).isoformat()}", instant)
        writers.append(started("-c", WRITER, folder, "refresh"))
        reached = refreshed_until(folder, (at, at + DAY))
        moved += reached > at
        at = reached
    run_of(writers.pop(0), f"--now {(at + DAY).isoformat()}")

    assert refreshed_until(folder, (at, at + DAY)) == at + DAY
    assert moved < REFRESHES


def written(path, name):
    """A file that gives every customer this name."""
    lines = (f"{row},{name},{row % 97}\n" for row in range(ROWS))
    path.write_text("Source_id,Name,shelf\n" + "".join(lines))
    return path


def started(*command):
    """A Python process that can be told something and heard."""
    command, pipe = [sys.executable, *map(str, command)], subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)


def run_of(writer, words):
    """Lets a writer do all its work; gives the seconds until it answers."""
    told(writer, words)
    begun = time.perf_counter()
    assert writer.stdout.readline()
    seconds = time.perf_counter() - begun
    writer.communicate(timeout=60)
    assert writer.returncode == 0
    return seconds


def killed(writer, words, seconds):
    """Kills a writer so long after it was told its words."""
    told(writer, words)
    with suppress(subprocess.TimeoutExpired):
        writer.wait(seconds)
    writer.kill()
    writer.communicate()


def told(writer, words):
    """Tells a writer its words once it is ready."""
    writer.stdout.readline()
    writer.stdin.write(f"{words}\n")
    writer.stdin.flush()


def segmented(folder):
    """Saves segments that every import moves, with members as of the last one."""
    base = Base(folder)
    base.now = base.workbench.store.snapshot().at
    library.create(base.workbench, "Twos", {"name": {"conditions": {"$is": ["two"]}}})
    library.create(base.workbench, "Late", {"updated_at": {"conditions": {"$less_than": [1]}}})
    base.close()


def held_after(folder, turn):
    """The one name that everybody has; whoever comes next finds a whole base and can write."""
    base = Base(folder)
    base.now = base.workbench.store.snapshot().at
    found = faults(base.workbench.store)
    check(base)
    [name] = set(base.column("name")) - {None}
    brought = base.csv(f"Source_id\nafter {turn}\n")
    base.close()

    assert found == []
    assert brought.created == 1
    return name


def aged(folder):
    """A base of every age from 0 to 99 days, and segments that each day moves."""
    base = Base(folder)
    days = [(NOW - row % 100 * DAY).isoformat() for row in range(ROWS)]
    lines = (f"{row},{day}\n" for row, day in enumerate(days))
    base.csv("Source_id,Created_at\n" + "".join(lines))
    for days in range(5, 65, 3):
        young = {"created_at": {"conditions": {"$less_than": [days]}}}
        library.create(base.workbench, f"Younger than {days}", young)
    base.close()


def refreshed_until(folder, instants):
    """The one instant at which all members are right, as the history says too."""
    base = Base(folder)
    found = faults(base.workbench.store)
    kept, right = stored(base), []
    for base.now in instants:
        ids = afresh(base, library.saved(base.workbench))
        right += [base.now] if ids == kept else []
    [base.now] = right
    check(base)
    base.close()

    assert found == []
    return right[0]
