"""
Each benchmark is also a command, which a smaller shop makes quick:

    python -m tests.benchmarks.bench_filters --customers 20000 --json
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Collection, Mapping
from contextlib import redirect_stdout
from typing import Any

import pytest

from tests.measuring.machine import machine

PLAIN = "sqlite_"  # what the names of figures of plain SQLite begin with
SIZES = ("customers", "segments", "writes", "edits")


def size(name: str, usual: int) -> int:
    """How many of `SIZES`: what the command says, or BENCH_CUSTOMERS and so on, or the usual."""
    return int(os.environ.get(_variable(name), usual))


def is_usual() -> bool:
    """Whether nobody asked for another size."""
    return not any(_variable(name) in os.environ for name in SIZES)


def _variable(name: str) -> str:
    return f"BENCH_{name.upper()}"


class Figures:
    """What the benchmarks of one file say by `record_property`: by name, of each contestant."""

    def __init__(self) -> None:
        self.figures: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Takes what one benchmark recorded."""
        if report.when == "call":
            self.figures |= report.user_properties


def _asked() -> bool:
    """Whether JSON is asked for; the sizes asked for go where the benchmarks read them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    for name in SIZES:
        parser.add_argument(f"--{name}", type=int)
    asked = vars(parser.parse_args())
    os.environ |= {_variable(name): str(asked[name]) for name in SIZES if asked[name] is not None}
    return bool(asked["json"])


def main(file: str) -> None:
    """Runs the benchmarks of a file; with `--json` the answer is one JSON object."""
    found, asked = Figures(), _asked()
    words = [file, "-o", "python_files=bench_*.py", "-p", "no:randomly", "-q"]
    with redirect_stdout(sys.stderr if asked else sys.stdout):
        code = pytest.main(words if asked else [*words, "-s"], plugins=[found])
    if asked:
        contestants = _contestants(found.figures)
        answer = {"figures": found.figures, "contestants": contestants, "machine": machine()}
        sys.stdout.write(json.dumps(answer) + "\n")
    sys.exit(int(code))


def told(measured: Callable[..., Mapping[str, Any]], about: str | None, **usual: int) -> None:
    """
    Prints what a benchmark found: one JSON object, or one figure a line.

    Args:
        measured: gets the sizes asked for, in the order of `usual`.
        about: what the help of the command says.
    """
    parser = argparse.ArgumentParser(description=about)
    for name, number in usual.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--json", action="store_true")
    asked = vars(parser.parse_args())
    found = measured(*(asked[name] for name in usual))
    lines = [f"{name:<20} {value}" for name, value in found.items()]
    answer = {**found, **_compared(found, usual)}
    sys.stdout.write(json.dumps(answer) + "\n" if asked["json"] else "\n".join(lines) + "\n")


def _compared(found: Mapping[str, Any], sizes: Collection[str]) -> dict[str, Any]:
    """The same figures as the benchmarks of `main` give them: by name, of each contestant."""
    figures: dict[str, dict[str, Any]] = {}
    for key, value in found.items():
        if key != "machine" and key not in sizes:
            who = "sqlite3" if key.startswith(PLAIN) else "workbench"
            figures.setdefault(key.removeprefix(PLAIN), {})[who] = value
    return {"figures": figures, "contestants": _contestants(figures)}


def _contestants(figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return sorted({name for each in figures.values() for name in each})
