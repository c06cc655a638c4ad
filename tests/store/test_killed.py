"""Killed at any instant, an import is there whole or not at all, for whoever looks."""

import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from engine.store.check import faults
from tests.bases import Base

KILLS = 50
ROWS = 5_000
HERE = Path(__file__).parent
# Imports the program first and the file when it is told to: the kill then falls into the work.
WRITER = """
import sys
from engine.cli.imports import import_command
print("ready", flush=True)
sys.stdin.readline()
import_command(["customers", sys.argv[1], "--workspace", sys.argv[2]])
"""


def started(*command):
    """A Python process that can be told something and heard."""
    command = [sys.executable, *map(str, command)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)


def written(path, name):
    lines = (f"{row},{name},{row % 97}\n" for row in range(ROWS))
    path.write_text("Source_id,Name,shelf\n" + "".join(lines))
    return path


def test_fifty_kills_of_an_import_leave_nothing_half_done(tmp_path):
    folder = tmp_path / "workspace"
    files = [written(tmp_path / f"{name}.csv", name) for name in ("one", "two")]
    base = Base(folder)
    base.bring(files[0])
    base.close()
    reader = started(HERE / "reader.py", folder)
    writers = [started("-c", WRITER, file, folder) for file in files[::-1]]
    whole = run_of(writers.pop(0), timeout=60)
    chance = random.Random(50)
    finished = 0
    for turn in range(KILLS):
        writers.append(started("-c", WRITER, files[turn % 2], folder))
        finished += killed(writers.pop(0), chance.uniform(0, whole))
        opened_clean(folder, turn)

    for writer in writers:
        killed(writer, 0)
    reads, _ = reader.communicate(timeout=60)

    assert reader.returncode == 0
    assert int(reads) > 10
    assert finished < KILLS


def run_of(writer, timeout):
    """Lets a writer do all its work; gives its seconds."""
    writer.stdout.readline()
    begun = time.perf_counter()
    writer.communicate(b"go\n", timeout)
    assert writer.returncode == 0
    return time.perf_counter() - begun


def killed(writer, seconds):
    """Kills a writer so long after its start; whether it had ended by then."""
    writer.stdout.readline()
    writer.stdin.write(b"go\n")
    writer.stdin.flush()
    with suppress(subprocess.TimeoutExpired):
        writer.wait(seconds)
    writer.kill()
    writer.communicate()
    return writer.returncode == 0


def opened_clean(folder, turn):
    """The next to come finds a whole base and writes to it."""
    base = Base(folder)
    base.now = base.workbench.store.snapshot().at
    assert faults(base.workbench.store) == []
    assert {"one", "two"} >= set(base.column("name")[:ROWS])
    assert len(set(base.column("name")[:ROWS])) == 1
    assert base.csv(f"Source_id\nafter {turn}\n").created == 1
    base.close()
