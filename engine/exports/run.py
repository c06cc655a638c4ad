"""An export: the rows of a moment, streamed to a file that appears whole, with a receipt."""

import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from engine.errors import DiskError, NotFoundError, UsageError
from engine.exports.columns import chosen_fields, default_fields, row_total
from engine.exports.files import appearing
from engine.exports.fit import check_shape, check_texts
from engine.exports.formats import Style, find_format
from engine.exports.order import Order, extract
from engine.exports.target import export_target
from engine.exports.unfinished import remove_unfinished
from engine.lists.listings import find_listing
from engine.store.results.runs import ExportRun as ExportRun  # for the doors too
from engine.store.results.runs import exports, find_export, record_export
from engine.text.display import quoted
from engine.workspace.access import is_plain
from engine.workspace.workbench import Access, Workbench

Progress = Callable[[float], None]
UNFINISHED = "unfinished"  # the folder of a workspace that remembers files being written
SLICE = 50_000  # rows at a time: 1 M rows need 100 MB more memory and the time of one write


@dataclass(frozen=True)
class FileContent:
    """What lies in a file."""

    fields: tuple[str, ...]  # paths
    change: int  # the last change set that the rows include
    rows: int
    held_out: int | None  # of those that the rest of the order leaves; None: no holdout
    size: int  # bytes
    sha256: str


def export_records(
    access: Access,
    order: Order,
    to: Path | None = None,
    progress: Progress | None = None,
    *,
    force: bool = False,
    warn: Callable[[str], None] | None = None,
) -> ExportRun:
    """
    Writes records to a file, under the paths of their fields, with a receipt in the log.

    Args:
        to: the file; None puts it among the workspace's exports, named by its id.
        progress: gets 0 to 1; what it raises stops the work and leaves no file.
        force: whether a file that is there may be replaced.
        warn: is told where the file is written but its receipt cannot be, as from a disk that is
            read-only; without it that is an error.

    Raises:
        DiskError: the receipt cannot be written.
        NotFoundError: there is no such segment.
        FilterError: the filter cannot be understood.
        UsageError: a column or a setting cannot be used, or the file cannot be written.
    """
    started = time.perf_counter()
    run_id = f"exp_{secrets.token_hex(12)}"
    name = f"{run_id}{find_format(order.format).suffix}"
    folder, tell = access.store.folder, progress or (lambda _share: None)
    remove_unfinished(folder / UNFINISHED)
    if to is None:
        written = write_file(access, order, folder / "exports" / name, tell)
    else:
        target = export_target(to, folder, force=force)
        still = partial(export_target, target, folder, force=force)
        written = write_file(access, order, target, tell, still)
    run = ExportRun(
        id=run_id,
        at=access.now(),
        actor=access.actor.name,
        what=order.what,
        parameters={
            **asdict(order),
            "fields": list(written.fields),
            "customers": list(order.customers),
        },
        change=written.change,
        rows=written.rows,
        held_out=written.held_out,
        file_name=str(to) if to else name,
        file_bytes=written.size,
        file_sha256=written.sha256,
        seconds=round(time.perf_counter() - started, 3),
    )
    try:
        with access.write("export") as (connection, act):
            record_export(connection, run)
            act.touched |= {"exports": [run.id], run.what: run.rows}
    except DiskError as error:
        if warn is None:
            raise
        warn(f"the file is whole, but no receipt of it was kept: {error}")
    return run


def write_file(
    workbench: Workbench,
    order: Order,
    target: Path,
    tell: Progress,
    still: Callable[[], object] = lambda: None,
) -> FileContent:
    """
    Writes the file of an order, slice by slice; after a failure there is none.

    Args:
        still: asked at the end, just before the file appears; what it raises leaves none.
    """
    going = extract(workbench, order)
    found, positions = going.found, going.positions
    listing, kind, zone = find_listing(order.what), find_format(order.format), _zone(order)
    paths = list(order.fields) or default_fields(listing, found.profile)
    fields = chosen_fields(listing.catalogue(found.profile), paths)
    rows = row_total(found.records, fields, positions)
    check_shape(kind, rows, len(fields), order.what)
    slices = [positions.slice(at, SLICE) for at in range(0, max(len(positions), 1), SLICE)]

    def content(some: pl.Series) -> Any:
        return kind.content(found.records, fields, some, zone)

    check_texts(kind, found.records, slices, content)
    with appearing(target, workbench.store.folder / UNFINISHED, still) as file:
        writer = kind.writer(file, Style(order.delimiter, order.bom, order.what, order.guard))
        for place, some in enumerate(slices):
            writer.add(content(some))
            tell(place / len(slices))
        writer.end()
        tell(1)  # the last chance to stop it: behind this line the file is there
    written = tuple(field.path for field in fields)
    change, sha256 = found.records.change, file.digest.hexdigest()
    return FileContent(written, change, len(positions), going.held_out, file.written, sha256)


def log(workbench: Workbench) -> list[ExportRun]:
    """Every export, newest first."""
    with workbench.store.read() as connection:
        return exports(connection)


def receipt(workbench: Workbench, run_id: str) -> ExportRun:
    """
    One export.

    Raises:
        NotFoundError: there is no such export.
    """
    with workbench.store.read() as connection:
        return find_export(connection, run_id)


def stored_file(workbench: Workbench, run_id: str) -> Path:
    """
    The file of an export, whose name says all where it lies outside the workspace.

    Raises:
        NotFoundError: there is no such export.
    """
    return workbench.store.folder / "exports" / receipt(workbench, run_id).file_name


def own_file(workbench: Workbench, run_id: str) -> Path:
    """
    The file of an export, where the workspace still has it.

    Raises:
        NotFoundError: there is no such export, its file lies elsewhere, or it is gone.
    """
    file = stored_file(workbench, run_id).resolve()
    if file.parent != (workbench.store.folder / "exports").resolve():
        raise NotFoundError(
            f"the file of the export {run_id} was written outside the workspace: open it there"
        )
    if not is_plain(file):
        raise NotFoundError(f"the file of the export {run_id} is gone: export it again")
    return file


def _zone(order: Order) -> ZoneInfo:
    try:
        return ZoneInfo(order.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # it is looked for as a file
        raise UsageError(
            f"expected a time zone such as Europe/Warsaw, got {quoted(order.time_zone)}"
        ) from None
