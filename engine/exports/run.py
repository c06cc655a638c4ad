"""An export: the rows of a moment, streamed to a file that appears whole, with a receipt."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from getpass import getuser
from pathlib import Path
from typing import Any

import polars as pl

from engine.errors import UsageError
from engine.exports.columns import chosen_fields, default_fields, text_frame
from engine.exports.files import appearing
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


def export_customers(
    workbench: Workbench,
    order: Order,
    to: Path | None = None,
    progress: Callable[[float], None] | None = None,
) -> ExportRun:
    """
    Writes customers to a CSV file: UTF-8, one header line of field paths.

    Args:
        to: the file; None puts it among the workspace's exports, named by its id.
        progress: gets 0 to 1; what it raises stops the work and leaves no file.

    Raises:
        NotFoundError: there is no such segment.
        UsageError: a column or the delimiter cannot be used, or the file cannot be written.
    """
    if len(order.delimiter.encode()) != 1 or order.delimiter in '"\r\n':
        raise UsageError(f"expected one sign such as ; as delimiter, got `{order.delimiter}`")
    started = time.perf_counter()
    tell = progress or (lambda _share: None)
    profile, positions = chosen(workbench, order)
    fields = chosen_fields(profile, list(order.fields) or default_fields(profile))
    run_id = f"exp_{secrets.token_hex(12)}"
    target = to or workbench.store.folder / "exports" / f"{run_id}.csv"
    with appearing(target) as file:
        for start in range(0, max(len(positions), 1), SLICE):
            frame = text_frame(profile, fields, positions.slice(start, SLICE), guard=order.guard)
            text = frame.write_csv(include_header=start == 0, separator=order.delimiter)
            file.write(text.encode())
            tell(start / max(len(positions), 1))
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
    return found.profile, _sorted(found.profile, found.positions, order.sort)


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
