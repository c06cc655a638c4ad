"""The sample shop that a new workspace opens with, and the way to an empty one."""

import json
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.demo import write_customers
from engine.imports.commit import import_file
from engine.imports.history import receipts
from engine.imports.mapping import ImportMapping, parse_mapping
from engine.imports.source import Progress
from engine.imports.table import CUSTOMERS
from engine.store.runs import ImportRun
from engine.workbench import Workbench

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


def load(workbench: Workbench, progress: Progress | None = None) -> ImportRun:
    """Imports the sample customers like any other file."""
    return import_file(workbench, CUSTOMERS, SAMPLES / "customers.csv", _mapping(), progress)


def demo(workbench: Workbench, customers: int, progress: Progress | None = None) -> ImportRun:
    """Imports a generated shop of any size; the same size is the same file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"demo-{customers}.csv"
        write_customers(file, customers)
        return import_file(workbench, CUSTOMERS, file, _mapping(), progress)


def is_loaded(workbench: Workbench) -> bool:
    """Whether the sample is all that was imported so far."""
    digest = sha256((SAMPLES / "customers.csv").read_bytes()).hexdigest()
    return {run.file_sha256 for run in receipts(workbench)} == {digest}


def clear(workbench: Workbench) -> None:
    """Empties the workspace: all records, history and results."""
    with workbench.change_set("clear") as (change, _profile):
        change.empty()
    for file in (workbench.store.folder / "exports").iterdir():
        file.unlink()


def _mapping() -> ImportMapping:
    return parse_mapping(json.loads((SAMPLES / "customers.mapping.json").read_text("utf-8")))
