"""`export` and `exports`: records go out, and the log of it."""

from collections.abc import Iterator
from pathlib import Path

import click

from engine.cli.door import Door, command, progress
from engine.exports.formats import FORMATS
from engine.exports.replay import Difference, Replay, replay
from engine.exports.run import Order, export_records, log, receipt
from engine.listings import LISTINGS
from engine.store.runs import ExportRun

exports = click.Group("exports", help="The log of exports.")


@command("export")
@click.argument("what", type=click.Choice(list(LISTINGS)))
@click.option("--to", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--fields", default="", help="Field paths, separated by commas; all by default.")
@click.option("--segment", help="Only of its members: an id or a name.")
@click.option("--order", "sort", help="A field path, with - before it for descending.")
@click.option("--delimiter", default=",", show_default=True)
@click.option("--format", type=click.Choice(list(FORMATS)), default="csv", show_default=True)
@click.option("--bom", is_flag=True, help="Begin a CSV with the mark that Excel looks for.")
@click.option("--limit", type=click.IntRange(0), help="Only so many, the first in the order.")
@click.option("--time-zone", default="UTC", show_default=True, help="Of instants.")
@click.option("--formula-guard/--no-formula-guard", "guard", default=True, show_default=True)
def export(door: Door, what: str, to: Path, fields: str, **options: object) -> None:
    """Write records to a file, with a receipt in the log."""
    paths = tuple(path.strip() for path in fields.split(",") if path.strip())
    order = Order(what=what, fields=paths, **options)  # type: ignore[arg-type]  # click has checked them
    with door.open() as workbench:
        run = export_records(workbench, order, to.absolute(), progress(what))
        door.tell(
            document(run), f"{run.rows:,} rows, {run.file_bytes:,} bytes in {to} ({run.id})",
            f"sha256 {run.file_sha256}",
        )  # fmt: skip


@command("list")
def list_command(door: Door) -> None:
    """Every export, newest first."""
    with door.open() as workbench:
        for run in log(workbench):
            door.tell(document(run), line(run))


@command("show")
@click.argument("run_id")
def show(door: Door, run_id: str) -> None:
    """One receipt, whole."""
    with door.open() as workbench:
        run = receipt(workbench, run_id)
        details = (f"{key}: {value}" for key, value in document(run).items())
        door.tell(document(run), line(run), *details)


@command("replay")
@click.argument("run_id")
def replay_command(door: Door, run_id: str) -> None:
    """Carry an export out again and compare."""
    with door.open() as workbench:
        again = replay(workbench, run_id, progress("replay"))
        told = {
            "id": run_id,
            "identical": again.identical,
            "before": {"rows": again.run.rows, "change": again.run.change,
                       "sha256": again.run.file_sha256},
            "now": {"rows": again.now.rows, "change": again.now.change,
                    "sha256": again.now.sha256},
            "difference": vars(again.difference) if again.difference else None,
        }  # fmt: skip
        door.tell(told, *_lines(again))


def document(run: ExportRun) -> dict[str, object]:
    """The receipt as JSON."""
    return {**vars(run), "at": run.at.isoformat()}


def line(run: ExportRun) -> str:
    """The receipt in one line."""
    return f"{run.at:%Y-%m-%d %H:%M}  {run.id}  {run.rows:>12,} {run.what}  {run.file_name}"


def _lines(again: Replay) -> Iterator[str]:
    if again.identical:
        yield f"identical: {again.now.rows:,} rows, sha256 {again.now.sha256}"
        return
    yield (
        f"different: {again.run.rows:,} rows at data version {again.run.change}, "
        f"{again.now.rows:,} rows at data version {again.now.change}"
    )
    if again.difference:
        yield from _compared(again.difference)


def _compared(difference: Difference) -> Iterator[str]:
    yield f"{difference.left:,} lines are gone, {difference.entered:,} are new"
    yield from (f"- {line}" for line in difference.examples_left)
    yield from (f"+ {line}" for line in difference.examples_entered)


for part in (list_command, show, replay_command):
    exports.add_command(part)
