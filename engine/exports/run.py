"""An export: the rows of a moment, streamed to a file that appears whole, with a receipt."""

import secrets
import time
from collections.abc import Callable, Collection
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from engine.errors import DiskError, MovedError, NotFoundError
from engine.exports.about import Requester, about, title
from engine.exports.contents import contents, masked_for, settled
from engine.exports.files import appearing
from engine.exports.fit import check_shape, check_texts
from engine.exports.formats import find_format
from engine.exports.order import Order
from engine.exports.partial_files import remove_unfinished, without_receipt
from engine.exports.style import Style
from engine.exports.target import export_target
from engine.rights import ADMIN, EXPORT, REVEAL
from engine.store.folder import EXPORTS
from engine.store.results.erasures import erased_since
from engine.store.results.runs import (
    ERASED,
    count_exports,
    exports,
    find_export,
    record_export,
)
from engine.store.results.runs import ExportRun as ExportRun  # for the doors too
from engine.system.ahead import abreast
from engine.workspace.access import is_plain
from engine.workspace.downloads import note_download
from engine.workspace.workbench import Access, Workbench

Progress = Callable[[float], None]
UNFINISHED = "unfinished"  # the folder of a workspace that remembers files being written
SLICE = 20_000  # rows at a time: 1 M rows need 100 MB more memory and the time of one write


@dataclass(frozen=True)
class FileContent:
    """What lies in a file."""

    fields: tuple[str, ...]  # paths
    change: int  # the last change set that the rows include
    rows: int
    held_out: int | None  # of those that the rest of the order leaves; None: no holdout
    held_back: int  # records of people who are not to be written to
    names: tuple[str, ...]  # paths of the columns that name people
    cut: int  # cells whose text is not whole
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
    run_id: str | None = None,
) -> ExportRun:
    """
    Writes records to a file, under the paths of their fields, with a receipt in the log.

    Args:
        to: the file; None puts it among the workspace's exports, named by its id.
        progress: gets 0 to 1; what it raises stops the work and leaves no file.
        force: whether a file that is there may be replaced.
        run_id: of the receipt; a new one unless given.
        warn: is told where the file is written but its receipt cannot be, as from a disk that is
            read-only; without it that is an error.

    Raises:
        ClockError: the clock is before the last change, and the receipt would be.
        DiskError: the receipt cannot be written.
        MovedError: somebody was erased meanwhile whom the file may name.
        NotFoundError: there is no such segment.
        FilterError: the filter cannot be understood.
        UsageError: a column or a setting cannot be used, or the file cannot be written.
    """
    access.expect(EXPORT, *([ADMIN] if order.suppressed else []))  # before any work
    access.expect_clock()
    started = time.perf_counter()
    order, who = (
        settled(access, masked_for(access, order)),
        Requester(access.actor.name, access.now()),
    )
    run_id = run_id or new_id()
    name = f"{run_id}{find_format(order.format).suffix}"
    folder, tell = access.store.folder, progress or (lambda _share: None)
    remove_leftovers(access)
    own = folder / EXPORTS / name
    with nullcontext() if to else without_receipt(folder / UNFINISHED, own):
        if to is None:
            written = write_file(access, order, own, tell, who)
        else:
            target = export_target(to, folder, force=force)
            still = partial(export_target, target, folder, force=force)
            written = write_file(access, order, target, tell, who, still)
        run = ExportRun(
            id=run_id,
            at=who.at,
            actor=who.name,
            what=order.what,
            parameters={
                **asdict(order),
                "fields": list(written.fields),
                "customers": list(order.customers),
                "titles": [list(pair) for pair in order.titles],
                "title": title(access, order),
                "cut": written.cut,
                "held_back": written.held_back,
                "names": list(written.names),
            },
            change=written.change,
            rows=written.rows,
            held_out=written.held_out,
            file_name=str(to) if to else name,
            file_bytes=written.size,
            file_sha256=written.sha256,
            seconds=round(time.perf_counter() - started, 3),
        )
        _keep(access, run, to or own, warn)
    return run


def _keep(access: Access, run: ExportRun, file: Path, warn: Callable[[str], None] | None) -> None:
    """Writes the receipt; where somebody was erased meanwhile, the file goes."""
    try:
        with access.write("export") as (connection, act):
            if erased_since(connection, run.change):
                file.unlink(missing_ok=True)
                raise MovedError(
                    "somebody was erased while the file was written, whom it may name: it was "
                    "removed; export again"
                )
            record_export(connection, run)
            act.touched |= {"exports": [run.id], run.what: run.rows}
    except DiskError as error:
        if warn is None:
            raise
        warn(f"the file is whole, but no receipt of it was kept: {error}")


def remove_leftovers(workbench: Workbench) -> None:
    """Removes the files of exports and backups whose process is gone."""

    def has_receipt(run_id: str) -> bool:
        return any(run.id == run_id for run in log(workbench))

    remove_unfinished(workbench.store.folder / UNFINISHED, has_receipt)


def new_id() -> str:
    """The id of an export to come."""
    return f"exp_{secrets.token_hex(12)}"


def write_file(
    workbench: Workbench,
    order: Order,
    target: Path,
    tell: Progress,
    who: Requester,
    still: Callable[[], object] = lambda: None,
) -> FileContent:
    """
    Writes the file of a settled order, slice by slice; after a failure there is none.

    Args:
        who: told in a file that says what it is.
        still: asked at the end, just before the file appears; what it raises leaves none.
    """
    content = contents(workbench, order)
    going, kind = content.extract, content.format
    slices = content.slices(SLICE)
    check_shape(kind, content.rows, len(content.fields), order.what)
    cut = check_texts(kind, content.records, slices, content.cells, cut=order.cut_texts)
    told = about(workbench, content, who) if kind.local else ()
    style = Style(str(order.delimiter), order.bom, order.what, order.guard, told)

    def made(place: int) -> Any:
        return kind.part(content.cells(slices[place]), style, place)

    with appearing(target, workbench.store.folder / UNFINISHED, still) as file:
        writer = kind.writer(file, style)
        for place, part in enumerate(abreast(made, range(len(slices)), kind.at_once)):
            writer.add(part)
            tell(place / len(slices))
        writer.end()
        tell(1)  # the last chance to stop it: behind this line the file is there
    return FileContent(
        fields=tuple(field.path for field in content.fields),
        change=going.found.records.change,
        rows=len(going.positions),
        held_out=going.held_out,
        held_back=going.held_back,
        names=tuple(content.names),
        cut=cut,
        size=file.written,
        sha256=file.digest.hexdigest(),
    )


def log(
    workbench: Workbench,
    most: int | None = None,
    skipped: int = 0,
    segments: Collection[str] | None = None,
) -> list[ExportRun]:
    """
    Exports, newest first.

    Args:
        most, skipped: a page of them; all unless given.
        segments: only those of one of these segments, each by id or name.
    """
    with workbench.store.read() as connection:
        return exports(connection, most, skipped, segments)


def count(workbench: Workbench, segments: Collection[str] | None = None) -> int:
    """How many exports there were, of all or of some segments."""
    with workbench.store.read() as connection:
        return count_exports(connection, segments)


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


def download(access: Access, run_id: str) -> Path:
    """
    The file of an export for whoever takes it away, which the log keeps.

    Raises:
        NotFoundError: there is no such export, its file lies elsewhere, or it is gone.
    """
    file = own_file(access, run_id)
    names = [] if is_masked(receipt(access, run_id)) else [REVEAL]
    note_download(access, "exports", [run_id], EXPORT, *names)
    return file


def is_masked(run: ExportRun) -> bool:
    """Whether the file of an export names nobody; older ones do not say, and may."""
    return bool(run.parameters.get("masked")) or run.parameters.get("names") == []


def own_file(workbench: Workbench, run_id: str) -> Path:
    """
    The file of an export, where the workspace still has it.

    Raises:
        NotFoundError: there is no such export, its file lies elsewhere, or it is gone.
    """
    run = receipt(workbench, run_id)
    if erasure := run.parameters.get(ERASED):
        raise NotFoundError(
            f"the file of the export {run_id} went with the erasure {erasure}: export it again"
        )
    file = stored_file(workbench, run_id).resolve()
    if file.parent != (workbench.store.folder / "exports").resolve():
        raise NotFoundError(
            f"the file of the export {run_id} was written outside the workspace: open it there"
        )
    if not is_plain(file):
        raise NotFoundError(f"the file of the export {run_id} is gone: export it again")
    return file
