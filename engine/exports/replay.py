"""An export once more: whether the same order gives the same file today, and else what moved."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from engine.exports.about import Requester
from engine.exports.contents import settled
from engine.exports.draws import Holdout, Sample
from engine.exports.formats import find_format
from engine.exports.order import Order
from engine.exports.partial_files import unfinished
from engine.exports.run import UNFINISHED, FileContent, Progress, receipt, stored_file, write_file
from engine.store.results.runs import ExportRun
from engine.workspace.workbench import Workbench

# What receipts without these words meant: they are older than the choice.
EARLIER: Mapping[str, Any] = {
    "headers": "fields", "money": "cents", "time_zone": "UTC", "suppressed": True
}  # fmt: skip
SHOWN = 10  # lines of each side
DRAWN: Mapping[str, Callable[..., Any]] = {"holdout": Holdout, "sample": Sample}


@dataclass(frozen=True)
class LineDifference:
    """What two files of lines do not share; a line counts as often as it stands there."""

    left: int  # lines that only the first file has
    entered: int  # lines that only the file of today has
    examples_left: tuple[str, ...]  # some of them, in the order of the file
    examples_entered: tuple[str, ...]


@dataclass(frozen=True)
class Replay:
    """An export beside the same order carried out now."""

    run: ExportRun
    now: FileContent
    difference: (
        LineDifference | None
    )  # None: identical, no file of lines, or the first file is gone

    @property
    def identical(self) -> bool:
        """Whether both files are the same, byte for byte."""
        return self.run.file_sha256 == self.now.sha256


def replay(workbench: Workbench, run_id: str, progress: Progress | None = None) -> Replay:
    """
    Carries out the order of an export again and compares; nothing is kept of it.

    Raises:
        NotFoundError: there is no such export, or its segment is gone.
        FilterError, UsageError: what it asks for is not known any more.
    """
    run = receipt(workbench, run_id)
    order = settled(workbench, order_of(run))
    folder = workbench.store.folder
    with unfinished(folder / UNFINISHED, folder / "exports") as again:
        tell = progress or (lambda _share: None)
        written = write_file(workbench, order, again, tell, Requester(run.actor, run.at))
        first = stored_file(workbench, run_id)
        moved = find_format(order.format).lines and written.sha256 != run.file_sha256
        difference = _difference(first, again) if moved and _is_as_written(first, run) else None
    return Replay(run, written, difference)


def order_of(run: ExportRun) -> Order:
    """The order of an export, its columns as they were then."""
    known = {row.name for row in fields(Order)}
    said = {name: value for name, value in run.parameters.items() if name in known}
    listed = {name: tuple(said.get(name) or ()) for name in ("fields", "customers", "titles")}
    drawn = {name: part(**said[name]) for name, part in DRAWN.items() if said.get(name)}
    return Order(**{**EARLIER, **said, **listed, **drawn, "what": run.what})


def _is_as_written(file: Path, run: ExportRun) -> bool:
    """Whether the file of an export still is what was written."""
    if not file.is_file():
        return False
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == run.file_sha256


def _difference(first: Path, again: Path) -> LineDifference:
    before, after = (Counter(_lines(file)) for file in (first, again))
    left, entered = before - after, after - before
    return LineDifference(left.total(), entered.total(), _some(left), _some(entered))


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8-sig").splitlines()


def _some(lines: Counter[str]) -> tuple[str, ...]:
    return tuple(line for line, _ in zip(lines.elements(), range(SHOWN), strict=False))
