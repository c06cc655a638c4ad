"""An export: the rows of a moment, streamed to a file that appears whole, with a receipt."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from getpass import getuser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from engine.errors import UsageError
from engine.exports.columns import chosen_fields, default_fields, guarded
from engine.exports.files import appearing
from engine.exports.formats import Style, find_format
from engine.profiles import Profile
from engine.selection import Selection, selected
from engine.store.runs import ExportRun, exports, find_export, record_export
from engine.workbench import Workbench

SLICE = 50_000  # rows at a time: 1 M rows need 100 MB more memory and the time of one write


@dataclass(frozen=True)
class Order:
    """What to export, and how."""

    segment: str | None = None  # id or name; None is everybody
    fields: tuple[str, ...] = ()  # none: every field that somebody has a value for
    sort: str | None = None  # a field's path, with `-` before it for descending; None: as imported
    delimiter: str = ","
    guard: bool = True  # cells that a spreadsheet would run as a formula begin with `'`
    filter: Mapping[str, Any] | None = None  # who else has to fit, in the language of filters
    search: str = ""
    customers: tuple[str, ...] = ()  # ids or source ids; none: all that the rest leaves
    limit: int | None = None  # only so many, the first in the order
    format: str = "csv"  # a key of FORMATS
    bom: bool = False  # a CSV begins with the mark that Excel knows UTF-8 by
    time_zone: str = "UTC"  # of instants


def export_customers(
    workbench: Workbench,
    order: Order,
    to: Path | None = None,
    progress: Callable[[float], None] | None = None,
) -> ExportRun:
    """
    Writes customers to a file, under the paths of their fields.

    Args:
        to: the file; None puts it among the workspace's exports, named by its id.
        progress: gets 0 to 1; what it raises stops the work and leaves no file.

    Raises:
        NotFoundError: there is no such segment.
        UsageError: a column or a setting cannot be used, or the file cannot be written.
    """
    started = time.perf_counter()
    tell = progress or (lambda _share: None)
    profile, positions = chosen(workbench, order)
    fields = chosen_fields(profile, list(order.fields) or default_fields(profile))
    run_id = f"exp_{secrets.token_hex(12)}"
    kind = find_format(order.format)
    if kind.most_rows is not None and len(positions) > kind.most_rows:
        raise UsageError(
            f"expected at most {kind.most_rows:,} customers in a file of {kind.label}, got "
            f"{len(positions):,}: choose another format or a limit"
        )
    target = to or workbench.store.folder / "exports" / f"{run_id}{kind.suffix}"
    with appearing(target) as file:
        writer = kind.writer(file, Style(order.delimiter, bom=order.bom))
        for start in range(0, max(len(positions), 1), SLICE):
            some = positions.slice(start, SLICE)
            frame = kind.frame(profile, fields, some, _zone(order.time_zone))
            writer.add(guarded(frame) if order.guard and kind.guards else frame)
            tell(start / max(len(positions), 1))
        writer.end()
    run = ExportRun(
        id=run_id,
        at=workbench.now(),
        actor=getuser(),
        what="customers",
        parameters={
            **asdict(order),
            "fields": [row.path for row in fields],
            "customers": list(order.customers),
        },
        change=profile.change,
        rows=len(positions),
        file_name=str(to) if to else target.name,
        file_bytes=file.written,
        file_sha256=file.digest.hexdigest(),
        seconds=round(time.perf_counter() - started, 3),
    )
    with workbench.store.write() as connection:
        record_export(connection, run)
    tell(1)
    return run


def log(workbench: Workbench) -> list[ExportRun]:
    """Every export, newest first."""
    with workbench.store.read() as connection:
        return exports(connection)


def stored_file(workbench: Workbench, run_id: str) -> Path:
    """
    The file of an export that lies in the workspace.

    Raises:
        NotFoundError: there is no such export.
    """
    with workbench.store.read() as connection:
        run = find_export(connection, run_id)
    return workbench.store.folder / "exports" / run.file_name


def chosen(workbench: Workbench, order: Order) -> tuple[Profile, pl.Series]:
    """
    The base and the positions of who goes out, in the order asked for.

    Raises:
        NotFoundError: there is no such segment.
        FilterError: the filter cannot be understood.
        UsageError: the column to sort by, or one of the customers, is not known.
    """
    wanted = Selection(order.segment, order.filter, order.search, order.customers)
    found = selected(workbench, wanted)
    positions = _sorted(found.profile, found.positions, order.sort)
    return found.profile, positions if order.limit is None else positions.head(order.limit)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise UsageError(f"expected a time zone such as Europe/Warsaw, got `{name}`") from None


def _sorted(profile: Profile, positions: pl.Series, sort: str | None) -> pl.Series:
    if sort is None:
        return positions
    field = chosen_fields(profile, [sort.removeprefix("-")])[0]
    values = profile.values(field, positions)
    if field.many:
        raise UsageError(f"expected a field with one value to sort by, got `{field.path}`: a list")
    if values is None:
        return positions
    order = values.arg_sort(descending=sort.startswith("-"), nulls_last=True)
    return positions.gather(order)
