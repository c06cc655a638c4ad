"""Every benchmark is a command that answers in one JSON object of one shape."""

import json
import sys
from pathlib import Path

import pytest

from tests.measuring.machine_readable import told

BENCHMARKS = sorted((Path(__file__).parent / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("file", BENCHMARKS, ids=lambda file: file.stem)
def test_each_file_is_a_command(file):
    lines = file.read_text("utf-8").splitlines()

    assert lines[-2] == 'if __name__ == "__main__":'
    assert lines[-1].startswith(("    main(__file__)", "    told(measured, __doc__"))


def test_what_is_measured_is_told_by_contestant(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["small", "--writes", "3", "--json"])
    told(
        lambda writes: {"writes": writes, "per_s": 5, "sqlite_per_s": 9, "files": 2, "machine": {}},
        "About.",
        writes=1,
    )

    assert json.loads(capsys.readouterr().out) == {
        "writes": 3,
        "per_s": 5,
        "sqlite_per_s": 9,
        "files": 2,
        "machine": {},
        "figures": {"per_s": {"workbench": 5, "sqlite3": 9}, "files": {"workbench": 2}},
        "contestants": ["sqlite3", "workbench"],
    }
