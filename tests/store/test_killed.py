"""Killed at any instant, an import or a refresh is there whole or not at all, for whoever looks."""

import random
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from engine.segments import library
from tests.bases import NOW, Base
from tests.forks import Fork
from tests.integrity.shop import told
from tests.memberships.law import afresh, check, stored
from tests.store.steps import NEVER, drawn
from tests.strategies import examples

pytestmark = pytest.mark.hypothesis  # `make fuzz` kills more often
IMPORTS, REFRESHES = examples(4, fuzzed=50), examples(3, fuzzed=50)
ROWS, DAY = 5_000, timedelta(days=1)
HERE = Path(__file__).parent
# Loads the program first and is told its words when it is ready: the kill falls into the work.
# Past its work it says how many steps that had, and is killed before it can end in order.
WRITER = """
import sys
from engine.cli.imports import import_command
from engine.cli.segments import refresh
from tests.store.steps import Steps, kill
last, *words = sys.stdin.readline().split()
command = {"import": import_command, "refresh": refresh}[sys.argv[2]]
steps = Steps(int(last))
command([*words, "--workspace", sys.argv[1]], standalone_mode=False)
print(steps.number, flush=True)
kill()
"""


def test_kills_of_an_import_leave_nothing_half_done(tmp_path):
    folder = tmp_path / "workspace"
    files = {name: written(tmp_path / f"{name}.csv", name) for name in ("one", "two", "three")}
    killed(Fork(WRITER, folder, "import"), NEVER, f"customers {files['one']}")
    segmented(folder)
    most = killed(Fork(WRITER, folder, "import"), NEVER, f"customers {files['two']}")
    reader = Fork((HERE / "reader.py").read_text(), folder)
    held, kept = "two", []
    for turn, step in enumerate(drawn(random.Random(50), most, IMPORTS)):
        brought = next(name for name in files if name != held)
        killed(Fork(WRITER, folder, "import"), step, f"customers {files[brought]}")
        held = held_after(folder, turn)
        kept.append(held == brought)
        assert reader.stdout.read(1) == "."  # it has read whole states as often as we have
    reader.communicate()

    assert reader.returncode == 0
    assert (kept[0], kept[-1]) == (False, True)  # killed at the first step, and behind the last


def test_kills_of_a_refresh_move_all_members_or_nobody(tmp_path):
    folder = tmp_path / "workspace"
    aged(folder)
    at, moved = NOW + DAY, []
    most = killed(Fork(WRITER, folder, "refresh"), NEVER, f"--now {at.isoformat()}")
    for step in drawn(random.Random(51), most, REFRESHES):
        killed(Fork(WRITER, folder, "refresh"), step, f"--now {(at + DAY).isoformat()}")
        reached = refreshed_until(folder, (at, at + DAY))
        moved.append(reached > at)
        at = reached

    assert (moved[0], moved[-1]) == (False, True)


def written(path, name):
    """A file that gives every customer this name."""
    lines = (f"{row},{name},{row % 97}\n" for row in range(ROWS))
    path.write_text("Source_id,Name,shelf\n" + "".join(lines))
    return path


def killed(writer, step, words):
    """Lets a writer work until it kills itself; gives its steps, None where it was at one."""
    said, _ = writer.communicate(f"{step} {words}\n")
    assert writer.returncode == -signal.SIGKILL
    number = said.splitlines()[-1:]
    return int(number[0]) if number and number[0].isdigit() else None


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
    found = told(base)
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
    found = told(base)
    kept, right = stored(base), []
    for base.now in instants:
        ids = afresh(base, library.saved(base.workbench))
        right += [base.now] if ids == kept else []
    [base.now] = right
    check(base)
    base.close()

    assert found == []
    return right[0]
