"""An export: the rows of a moment, streamed to a file that appears whole, with a receipt."""

import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from getpass import getuser
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.errors import UsageError
from engine.exports.columns import chosen_fields, default_fields, guarded, row_total
from engine.exports.files import appearing
from engine.exports.formats import Style, find_format
from engine.exports.order import Order, chosen
from engine.listings import find_listing
from engine.store.runs import ExportRun, exports, find_export, record_export
from engine.workbench import Workbench

Progress = Callable[[float], None]
SLICE = 50_000  # rows at a time: 1 M rows need 100 MB more memory and the time of one write


@dataclass(frozen=True)
class Written:
    """What lies in a file."""

    fields: tuple[str, ...]  # paths
    change: int  # the last change set that the rows include
    rows: int
    held_out: int | None  # of those that the rest of the order leaves; None: no holdout
    size: int  # bytes
    sha256: str


def export_records(
    workbench: Workbench,
    order: Order,
    to: Path | None = None,
    progress: Progress | None = None,
) -> ExportRun:
    """
    Writes records to a file, under the paths of their fields, with a receipt in the log.

    Args:
        to: the file; None puts it among the workspace's exports, named by its id.
        progress: gets 0 to 1; what it raises stops the work and leaves no file.

    Raises:
        NotFoundError: there is no such segment.
        FilterError: the filter cannot be understood.
        UsageError: a column or a setting cannot be used, or the file cannot be written.
    """
    started = time.perf_counter()
    run_id = f"exp_{secrets.token_hex(12)}"
    suffix = find_format(order.format).suffix
    target = to or workbench.store.folder / "exports" / f"{run_id}{suffix}"
    written = write_file(workbench, order, target, progress or (lambda _share: None))
    run = ExportRun(
        id=run_id,
        at=workbench.now(),
        actor=getuser(),
        what=order.what,
        parameters={
            **asdict(order),
            "fields": list(written.fields),
            "customers": list(order.customers),
        },
        change=written.change,
        rows=written.rows,
        held_out=written.held_out,
        file_name=str(to) if to else target.name,
        file_bytes=written.size,
        file_sha256=written.sha256,
        seconds=round(time.perf_counter() - started, 3),
    )
    with workbench.store.write() as connection:
        record_export(connection, run)
    return run


def write_file(workbench: Workbench, order: Order, target: Path, tell: Progress) -> Written:
    """Writes the file of an order, slice by slice; after a failure there is none."""
    going = chosen(workbench, order)
    found, positions = going.found, going.positions
    listing, kind, zone = find_listing(order.what), find_format(order.format), _zone(order)
    paths = list(order.fields) or default_fields(listing, found.profile)
    fields = chosen_fields(listing.catalogue(found.profile), paths)
    rows = row_total(found.listed, fields, positions)
    if kind.most_rows is not None and rows > kind.most_rows:
        raise UsageError(
            f"expected at most {kind.most_rows:,} {order.what} in a file of {kind.label}, got "
            f"{rows:,}: choose another format or a limit"
        )
    with appearing(target) as file:
        writer = kind.writer(file, Style(order.delimiter, order.bom, order.what))
        for start in range(0, max(len(positions), 1), SLICE):
            some = positions.slice(start, SLICE)
            content = kind.content(found.listed, fields, some, zone)
            writer.add(guarded(content) if order.guard and kind.guards else content)
            tell(start / max(len(positions), 1))
        writer.end()
        tell(1)  # the last chance to stop it: behind this line the file is there
    written = tuple(field.path for field in fields)
    change, sha256 = found.listed.change, file.digest.hexdigest()
    return Written(written, change, len(positions), going.held_out, file.written, sha256)


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


def _zone(order: Order) -> ZoneInfo:
    try:
        return ZoneInfo(order.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise UsageError(
            f"expected a time zone such as Europe/Warsaw, got `{order.time_zone}`"
        ) from None
