"""Killed at any instant, an import is there whole or not at all, for whoever looks."""

import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from engine import library
from engine.store.check import faults
from tests.bases import Base
from tests.memberships.law import check

KILLS = 12  # 2.5 s each, a process for every one; 50 pass as well
ROWS = 5_000
HERE = Path(__file__).parent
# Loads the program first and is told the file when it is ready: the kill falls into the work.
WRITER = """
import sys
from engine.cli.imports import import_command
print("ready", flush=True)
import_command(["customers", sys.stdin.readline().strip(), "--workspace", sys.argv[1]])
"""


def test_kills_of_an_import_leave_nothing_half_done(tmp_path):
    folder = tmp_path / "workspace"
    files = {name: written(tmp_path / f"{name}.csv", name) for name in ("one", "two", "three")}
    writers = [started("-c", WRITER, folder) for _ in range(3)]
    run_of(writers.pop(0), files["one"])
    whole = run_of(writers.pop(0), files["two"])
    segmented(folder)
    reader = started(HERE / "reader.py", folder)
    chance = random.Random(50)
    held, kept = "two", 0
    for turn in range(KILLS):
        writers.append(started("-c", WRITER, folder))
        brought = next(name for name in files if name != held)
        killed(writers.pop(0), files[brought], chance.uniform(0, whole))
        held = held_after(folder, turn)
        kept += held == brought

    for writer in writers:
        writer.kill()
        writer.communicate()
    reads, _ = reader.communicate(timeout=60)

    assert reader.returncode == 0
    assert int(reads) > 10
    assert 0 < kept < KILLS


def written(path, name):
    """A file that gives every customer this name."""
    lines = (f"{row},{name},{row % 97}\n" for row in range(ROWS))
    path.write_text("Source_id,Name,shelf\n" + "".join(lines))
    return path


def started(*command):
    """A Python process that can be told something and heard."""
    command, pipe = [sys.executable, *map(str, command)], subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)


def run_of(writer, file):
    """Lets a writer do all its work; gives its seconds."""
    writer.stdout.readline()
    begun = time.perf_counter()
    writer.communicate(f"{file}\n", timeout=60)
    assert writer.returncode == 0
    return time.perf_counter() - begun


def killed(writer, file, seconds):
    """Kills a writer so long after it was told the file."""
    writer.stdout.readline()
    writer.stdin.write(f"{file}\n")
    writer.stdin.flush()
    with suppress(subprocess.TimeoutExpired):
        writer.wait(seconds)
    writer.kill()
    writer.communicate()


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
