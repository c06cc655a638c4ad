"""`log`: what was changed, by whom and why; and `log verify`, whether that is what was written."""

from datetime import datetime
from typing import Any

import click

from engine.changes.chain import SHORTEST, chain_report
from engine.changes.log import CAUSES, LogFilter, LogLine, csv, in_words, label, log, to_object
from engine.changes.names import by_names, with_names
from engine.cli.commands import Commands
from engine.cli.door import INSTANT_OPTION, NUMBER, Door, command
from engine.errors import StoreError
from engine.text.counts import counted


@command("list")
@click.option("--since", type=INSTANT_OPTION, help="Only changes at or after that instant.")
@click.option("--until", type=INSTANT_OPTION, help="Only changes before that instant.")
@click.option("--who", multiple=True, help="Only what somebody did; may be said several times.")
@click.option("--through", multiple=True, help="Only through a door, such as page or HTTP.")
@click.option("--cause", multiple=True, type=click.Choice(sorted(CAUSES)), help="Only because of.")
@click.option("--text", default="", help="Only lines that say this.")
@click.option("--limit", type=NUMBER, help="Only so many, the newest.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def lines(
    door: Door,
    since: datetime | None,
    until: datetime | None,
    who: tuple[str, ...],
    through: tuple[str, ...],
    cause: tuple[str, ...],
    text: str,
    limit: int | None,
    *,
    as_csv: bool,
) -> None:
    """What was changed, by whom and why; oldest first."""
    wanted = LogFilter(since, until, text, who, through, cause)
    with door.open() as workbench:
        found = log(workbench, by_names(workbench, wanted), limit).lines[::-1]
        if as_csv:
            click.echo(csv(found), nl=False)
            return
        for line, named in zip(found, with_names(workbench, found), strict=True):
            door.tell(to_object(line), _in_words(named))


@command("verify")
@click.option("--expect", metavar="HASH", help="A hash that was noted down: it has to be there.")
def verify(door: Door, expect: str | None) -> None:
    """
    Is the log the one that was written?

    Each line carries a hash of what it says and of the line before: one that was changed, taken
    away, put in or moved is named. A tail that was cut off is found by a hash that was noted down
    before.
    """
    if expect is not None and len(expect.strip()) < SHORTEST:
        raise click.UsageError(f"expected at least {SHORTEST} characters of a hash, got {expect!r}")
    with door.open() as workbench:
        found = chain_report(workbench, expect)
    if found.faults:
        raise StoreError("the log is not the one that was written", found.faults)
    document = {key: value for key, value in vars(found).items() if key != "faults"}
    noted = "" if found.noted is None else f"; the hash expected is that of line {found.noted:,}"
    blanked = f", {found.blanked:,} of them blanked in part" if found.blanked else ""
    door.tell(
        {"whole": True, **document},
        f"whole: {counted(found.lines, 'lines')}{blanked}{noted}",
        f"the last is {found.last:,}, hash {found.hash}: note it down to compare",
    )


@click.pass_context
def _lines_unless(context: click.Context, /, **options: Any) -> None:
    if context.invoked_subcommand is None and lines.callback:
        lines.callback(**options)


log_command = Commands(
    "log",
    {"list": lines, "verify": verify},
    invoke_without_command=True,
    params=lines.params,
    callback=_lines_unless,
    help=lines.help,
)


def _in_words(line: LogLine) -> str:
    who = f"{line.actor} ({line.door})" if line.door else line.actor
    undone = "" if line.undone_by is None else f"  [undone by {line.undone_by}]"
    what = f"{label(line.cause)}: {' '.join(in_words(line).split())}{undone}"
    return f"{line.number:>5}  {line.at:%Y-%m-%d %H:%M}  {who}  {what}"
