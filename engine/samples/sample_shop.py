"""The sample shop that a new workspace opens with, and the way to an empty one."""

import json
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

from engine.imports.columns.mapping import ImportMapping, parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.commit import import_file
from engine.imports.files.source import Progress
from engine.imports.history import receipts
from engine.samples.activity import KINDS, write_shop
from engine.store.results.runs import ImportRun
from engine.system.disk import refusals_told
from engine.system.scratch import scratch
from engine.workspace.workbench import Access, Workbench

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
FILES = ("customers", *KINDS)  # each an import of its own, in this order


def load(access: Access, progress: Progress | None = None) -> list[ImportRun]:
    """Imports the sample shop like any other files; the receipts, that of the customers first."""
    return _bring(access, SAMPLES, progress)


def demo(access: Access, customers: int, progress: Progress | None = None) -> list[ImportRun]:
    """Imports a generated shop of any size; the same size is the same files."""
    with scratch("demo") as folder:
        with refusals_told(folder.parent):
            write_shop(folder, customers)
        return _bring(access, folder, progress)


def is_loaded(workbench: Workbench) -> bool:
    """Whether the sample is all that was imported so far."""
    digests = {sha256((SAMPLES / f"{kind}.csv").read_bytes()).hexdigest() for kind in FILES}
    return {run.file_sha256 for run in receipts(workbench)} == digests


def clear(access: Access) -> None:
    """Empties the workspace; the disk is free again, and the log still says who did what."""
    with access.change_set("clear") as (change, profile):
        change.empty()
        change.act.touched["customers"] = profile.total
    access.store.reclaim()
    for file in (access.store.folder / "exports").glob("*"):
        if file.is_dir() and not file.is_symlink():
            rmtree(file)
        else:
            file.unlink()


def _bring(access: Access, folder: Path, progress: Progress | None) -> list[ImportRun]:
    tell = progress or (lambda _share: None)
    runs = []
    for place, kind in enumerate(FILES):
        mapping = _mapping() if kind == "customers" else ImportMapping()

        def part(share: float, done: int = place) -> None:
            tell((done + share) / len(FILES))

        file = folder / f"{kind}.csv"
        runs.append(import_file(access, TABLES[kind], file, mapping, part))
    return runs


def _mapping() -> ImportMapping:
    return parse_mapping(json.loads((SAMPLES / "customers.mapping.json").read_text("utf-8")))
