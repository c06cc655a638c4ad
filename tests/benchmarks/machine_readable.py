"""Each benchmark is also a command: `python -m tests.benchmarks.bench_filters --json`."""

import json
import sys
from contextlib import redirect_stdout
from typing import Any

import pytest

from tests.benchmarks.machine import machine


class Figures:
    """What the benchmarks of one file say by `record_property`: by name, of each contestant."""

    def __init__(self) -> None:
        self.figures: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Takes what one benchmark recorded."""
        if report.when == "call":
            self.figures |= report.user_properties


def main(file: str) -> None:
    """Runs the benchmarks of a file; with `--json` the answer is one JSON object."""
    found, asked = Figures(), "--json" in sys.argv[1:]
    words = [file, "-o", "python_files=bench_*.py", "-p", "no:randomly", "-q"]
    with redirect_stdout(sys.stderr if asked else sys.stdout):
        code = pytest.main(words if asked else [*words, "-s"], plugins=[found])
    if asked:
        contestants = sorted({name for figures in found.figures.values() for name in figures})
        answer = {"figures": found.figures, "contestants": contestants, "machine": machine()}
        sys.stdout.write(json.dumps(answer) + "\n")
    sys.exit(int(code))
