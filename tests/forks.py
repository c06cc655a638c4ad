"""
Programs in processes of their own, each a fork of one that has loaded the engine.

A new interpreter takes 1.3 s of CPU until Polars and the engine are loaded, a fork 0.05 s. The one
that is forked is made once in each process of the tests, has opened nothing and waits. How long a
command takes from nothing, and what it loads, is seen in `cli/test_main.py` and `cli/test_rest.py`.
"""

import os
import sys
from contextlib import contextmanager
from multiprocessing import get_context
from types import ModuleType

LOADED = ("engine.cli.main", "engine.cli.imports", "engine.cli.segments", "engine.exports.run",
          "engine.redemptions.redeem", "engine.privacy.retention", "engine.workspace.workbench",
          "tests.bases", "tests.store.steps")  # fmt: skip
SERVER = ("engine.cli.serve", "engine.api.app", "streamlit.web.cli", "plotly.express")
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload([*LOADED])


def preload_server():
    """Loads what a server needs too, in a process whose first fork is one: it takes 1 s."""
    FORKS.set_forkserver_preload([*LOADED, *SERVER])


class Fork:
    """
    A program that runs in a process of its own; asked as `subprocess.Popen` is.

    Args:
        program: Python text; what is printed and read are the pipes of this object.
        words: what it finds in `sys.argv[1:]`.
        env: its environment; this process's unless given.
    """

    def __init__(self, program, *words, env=None):
        ends = [FORKS.Pipe(duplex=False) for _ in range(3)]
        theirs = ends[0][0], ends[1][1], ends[2][1]
        ours = ends[0][1], ends[1][0], ends[2][0]
        words, env = [*map(str, words)], dict(os.environ if env is None else env)
        self._process = FORKS.Process(target=_run, args=(program, words, env, *theirs))
        with _no_main():
            self._process.start()
        self.stdin, self.stdout, self.stderr = (
            os.fdopen(os.dup(end.fileno()), mode) for end, mode in zip(ours, "wrr", strict=True)
        )
        for end in (*theirs, *ours):
            end.close()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.communicate()

    @property
    def pid(self):
        """Its number."""
        return self._process.pid

    @property
    def returncode(self):
        """As of a process: below 0 the signal that ended it; None while it runs."""
        return self._process.exitcode

    def tell(self, text):
        """Writes to its input at once."""
        self.stdin.write(text)
        self.stdin.flush()

    def communicate(self, said="", timeout=60):
        """Writes the last of its input; gives what it printed from here on, once it has ended."""
        with self.stdin, self.stdout, self.stderr:
            try:
                self.tell(said)
                self.stdin.close()
            except BrokenPipeError:  # it has ended and reads no more
                pass
            told = self.stdout.read(), self.stderr.read()  # less than a pipe holds, 64 KiB each
        self.wait(timeout)
        return told

    def wait(self, timeout=60):
        """Until it has ended."""
        self._process.join(timeout)
        assert self.returncode is not None
        return self.returncode

    def ended(self, within):
        """Whether it has, waiting for it so many seconds at most."""
        self._process.join(within)
        return self.returncode is not None

    def kill(self):
        """As `kill -9` does."""
        self._process.kill()


@contextmanager
def _no_main():
    """A fork would run the main module again: that of pytest, or the last page that was drawn."""
    ours = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = ours


def _run(program, words, env, *pipes):
    """What the process does."""
    for number, pipe in enumerate(pipes):
        os.dup2(pipe.fileno(), number)
        pipe.close()
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode) for number, mode in enumerate("rww")
    )
    sys.argv = ["-c", *words]
    os.environ.clear()
    os.environ.update(env)
    exec(compile(program, "<program>", "exec"), {"__name__": "__main__"})
