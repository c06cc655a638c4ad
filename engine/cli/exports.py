"""`export` and `exports`: records go out, and the log of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click

from engine.cli.commands import Commands
from engine.cli.door import Door, command, progress, read_filter, warning
from engine.cli.lines import lines_of
from engine.exports.about import file_name, words
from engine.exports.draws import Holdout, Sample
from engine.exports.formats import FORMATS, format_of
from engine.exports.layout import DECIMALS, HEADERS, MONEY
from engine.exports.order import EXPORTED, MOVES, Order, held_out_customers
from engine.exports.replay import LineDifference, Replay, replay
from engine.exports.run import ExportRun, export_records, log, receipt
from engine.segments import library
from engine.text.counts import counted

T = TypeVar("T")
ALSO = {"entered-and-left": MOVES}  # what else something that can go out is called


class _What(click.Choice[str]):
    """A key of `EXPORTED`, or another word for it."""

    def __init__(self) -> None:
        super().__init__([*EXPORTED, *ALSO])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        word = super().convert(value, param, ctx)
        return ALSO.get(word, word)


exports = Commands("exports", help="The log of exports.")


@command("export")
@click.argument("what", type=_What())
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    help="The file, or a folder; by default named by segment and date, in this folder.",
)
@click.option("--force", is_flag=True, help="Replace the file that is there.")
@click.option("--fields", default="", help="Field paths, separated by commas; all by default.")
@click.option("--segment", help="Only of its members: an id or a name.")
@click.option(
    "--filter", "filter_file", metavar="FILE", help="Only what its JSON matches; - reads it here."
)
@click.option("--since", metavar="ISO", help="Of moves: only from this day or instant on.")
@click.option("--order", "sort", help="A field path, with - before it for descending.")
@click.option("--format", type=click.Choice(list(FORMATS)), help="By default that of the file.")
@click.option(
    "--headers",
    type=click.Choice(HEADERS),
    help="Words that people read, or field paths; by default words in CSV and Excel.",
)
@click.option(
    "--money",
    type=click.Choice(MONEY),
    help="12.50 or 1250; by default currency below readable headers in CSV and Excel.",
)
@click.option(
    "--decimal",
    type=click.Choice(list(DECIMALS)),
    default=".",
    show_default=True,
    help="The mark in numbers of a CSV.",
)
@click.option("--delimiter", help="Between cells; by default ; with a decimal comma, else a comma.")
@click.option("--cut-texts", is_flag=True, help="Cut texts that no cell of Excel can hold.")
@click.option("--bom", is_flag=True, help="Begin a CSV with the mark that Excel looks for.")
@click.option("--with-visitors", "visitors", is_flag=True, help="Customers without a name too.")
@click.option("--with-suppressed", "suppressed", is_flag=True,
              help="Also who is unsubscribed or on the suppression list.")  # fmt: skip
@click.option("--limit", type=click.IntRange(0), help="Only so many, the first in the order.")
@click.option("--sample", type=int, help="So many of the rest, drawn at random.")
@click.option("--seed", help="Of the sample: another word draws others.")
@click.option("--holdout", type=float, help="Keep this percentage of the customers out.")
@click.option("--holdout-name", "name", help="Of the holdout: another name draws others.")
@click.option("--held-out", "instead", is_flag=True, default=None, help="Write those instead.")
@click.option("--held-out-as", metavar="SEGMENT", help="Also save those as a static segment.")
@click.option("--time-zone", help="Of instants; by default UTC, in Excel the project's.")
@click.option("--formula-guard/--no-formula-guard", "guard", default=True, show_default=True)
def export(door: Door, what: str, to: Path | None, fields: str, **options: Any) -> None:
    """
    Write records to a file, with a receipt in the log.

    WHAT is customers, orders, redemptions, events, vouchers, campaigns, or moves (also called
    entered-and-left): who entered and who left a segment, when, why, and what moved.

    A sample and a holdout are drawn by the ids of the records: the same again from the same data.
    """
    segment = options.pop("held_out_as")
    force = options.pop("force")
    order = _order(what, fields, to, options)
    with door.open() as workbench:
        if to is None or to.is_dir():
            to = (to or Path()) / file_name(workbench, order, workbench.now())
        out = None if segment is None else held_out_customers(workbench, order)
        if out is not None:
            library.check_size(workbench, out.count)  # before there is a file
        run = export_records(
            workbench, order, to.absolute(), progress(what), force=force, warn=warning
        )
        door.tell(
            document(run), words(run, workbench.zone),
            f"{run.file_bytes:,} bytes in {to} ({run.id})",
            *held_out(run), f"sha256 {run.file_sha256}",
        )  # fmt: skip
        if out is not None:
            made = library.fix(workbench, segment, out)
            door.tell(library.to_object(made), f"saved {made.name} ({made.id})")


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
        door.tell(document(run), line(run), *lines_of(document(run)))


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


def held_out(run: ExportRun) -> list[str]:
    """How many a holdout kept out or let out, in a line; none without one."""
    return [] if run.held_out is None else [f"{counted(run.held_out, run.what)} held out"]


def _order(what: str, fields: str, to: Path | None, options: dict[str, Any]) -> Order:
    form = options.pop("format") or _format(to)
    file = options.pop("filter_file")
    seed, name, instead = (options.pop(key) for key in ("seed", "name", "instead"))
    return Order(
        what=what,
        format=form,
        filter=None if file is None else read_filter(file),
        fields=tuple(path.strip() for path in fields.split(",") if path.strip()),
        sample=_drawn(Sample, "--sample", options.pop("sample"), seed=seed),
        holdout=_drawn(Holdout, "--holdout", options.pop("holdout"), name=name, instead=instead),
        **options,
    )


def _format(to: Path | None) -> str:
    """The key of the format that the name of a file says; CSV where it says none."""
    if to is None or to.is_dir() or not to.suffix:
        return "csv"
    if (named := format_of(to.name)) is None:
        known = ", ".join(row.suffix for row in FORMATS.values())
        raise click.UsageError(f"expected a file that ends in {known}, or --format, got {to.name}")
    return named.key


def _drawn(part: Callable[..., T], option: str, how_many: float | None, **more: Any) -> T | None:
    """The part of an order that an option asks for; the others only say more of it."""
    said = {name: value for name, value in more.items() if value is not None}
    if how_many is None and said:
        raise click.UsageError(f"expected {option} beside the options that say more of it")
    return None if how_many is None else part(how_many, **said)


def _lines(again: Replay) -> Iterator[str]:
    if again.identical:
        yield f"identical: {counted(again.now.rows, 'rows')}, sha256 {again.now.sha256}"
        return
    yield (
        f"different: {counted(again.run.rows, 'rows')} at data version {again.run.change}, "
        f"{counted(again.now.rows, 'rows')} at data version {again.now.change}"
    )
    if again.difference:
        yield from _compared(again.difference)


def _compared(difference: LineDifference) -> Iterator[str]:
    yield f"{counted(difference.left, 'lines')} gone, {difference.entered:,} new"
    yield from (f"- {line}" for line in difference.examples_left)
    yield from (f"+ {line}" for line in difference.examples_entered)


for part in (list_command, show, replay_command):
    exports.add_command(part)
