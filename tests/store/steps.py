"""
A process that counts its own steps and kills itself at one of them, so that no clock says where.

A step is a call that code of the engine makes or gets, or the end of one, in any thread: into
SQLite, Polars and Delta too. The same work has the same steps, however busy the machine is.
"""

import os
import signal
import sys
import threading
from itertools import count
from pathlib import Path

import engine

HERE = f"{Path(engine.__file__).parent}{os.sep}"
NEVER = 0  # steps begin with 1
PROGRAM = """
import sys
from datetime import datetime
from pathlib import Path
from engine.actors import Actor
from engine.workspace.workbench import Workbench
{imported}
from tests.store.steps import Steps, kill
last, at, who = sys.stdin.readline().split()
workbench = Workbench.open(Path(sys.argv[1]), lambda: datetime.fromisoformat(at))
access = workbench.acting(Actor("me", "test"))
steps = Steps(int(last))
{deed}
print(steps.number, flush=True)
kill()
"""


class Steps:
    """
    The steps from here on.

    Args:
        last: at this one the process is killed, as by `kill -9`.
    """

    def __init__(self, last):
        self._numbers, self._last, self.number = count(1), last, 0
        threading.setprofile(self._step)
        sys.setprofile(self._step)

    def _step(self, frame, _event, _argument):
        if frame.f_code.co_filename.startswith(HERE):
            self.number = next(self._numbers)
            if self.number == self._last:
                kill()


def kill():
    """Ends this process at once: nothing of Python is run any more, no file is written out."""
    os.kill(os.getpid(), signal.SIGKILL)


def drawn(chance, most, turns):
    """One step for each turn: the very first, then one out of each part of a run; never, last."""
    inside = turns - 2
    assert inside > 0  # else nothing is killed in the middle
    parts = (int(most * (turn + chance.random()) / inside) for turn in range(inside))
    return [1, *(max(step, 1) for step in parts), NEVER]


def program(imported, deed):
    """
    A program that does something once it is told at which step to die, and when it is.

    Args:
        imported: the lines that import what it needs beside the workbench.
        deed: what it does with `access`; `who` is the third word that it is told.
    """
    return PROGRAM.format(imported=imported, deed=deed)
