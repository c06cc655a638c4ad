"""`export` and `exports`: customers go out, and the log of it."""

from pathlib import Path

import click

from engine.cli.door import Door, command, progress
from engine.exports.formats import FORMATS
from engine.exports.run import Order, export_customers, log

exports = click.Group("exports", help="The log of exports.")


@command("export")
@click.argument("what", type=click.Choice(["customers"]))
@click.option("--to", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--fields", default="", help="Field paths, separated by commas; all by default.")
@click.option("--segment", help="Only its members: an id or a name.")
@click.option("--order", "sort", help="A field path, with - before it for descending.")
@click.option("--delimiter", default=",", show_default=True)
@click.option("--format", type=click.Choice(list(FORMATS)), default="csv", show_default=True)
@click.option("--bom", is_flag=True, help="Begin a CSV with the mark that Excel looks for.")
@click.option("--limit", type=click.IntRange(0), help="Only so many, the first in the order.")
@click.option("--time-zone", default="UTC", show_default=True, help="Of instants.")
@click.option("--formula-guard/--no-formula-guard", "guard", default=True, show_default=True)
def export(door: Door, what: str, to: Path, fields: str, **options: object) -> None:
    """Write customers to a file, with a receipt in the log."""
    paths = tuple(path.strip() for path in fields.split(",") if path.strip())
    order = Order(fields=paths, **options)  # type: ignore[arg-type]  # click has checked them
    with door.open() as workbench:
        run = export_customers(workbench, order, to.absolute(), progress(what))
        document = {**vars(run), "at": run.at.isoformat()}
        door.tell(
            document, f"{run.rows:,} rows, {run.file_bytes:,} bytes in {to} ({run.id})",
            f"sha256 {run.file_sha256}",
        )  # fmt: skip


@command("list")
def list_command(door: Door) -> None:
    """Every export, newest first."""
    with door.open() as workbench:
        for run in log(workbench):
            document = {**vars(run), "at": run.at.isoformat()}
            line = f"{run.at:%Y-%m-%d %H:%M}  {run.id}  {run.rows:>12,} rows  {run.file_name}"
            door.tell(document, line)


exports.add_command(list_command)
