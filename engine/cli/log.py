"""`log`: what was changed, by whom and why."""

from datetime import datetime

import click

from engine.changes.log import LogFilter, LogLine, in_words, label, log, to_object
from engine.cli.door import INSTANT_OPTION, NUMBER, Door, command


@command("log")
@click.option("--since", type=INSTANT_OPTION, help="Only changes at or after that instant.")
@click.option("--limit", type=NUMBER, help="Only so many, the newest.")
def log_command(door: Door, since: datetime | None, limit: int | None) -> None:
    """What was changed, by whom and why; oldest first."""
    with door.open() as workbench:
        for line in reversed(log(workbench, LogFilter(since=since), limit).lines):
            door.tell(to_object(line), _told(line))


def _told(line: LogLine) -> str:
    who = f"{line.actor} ({line.door})" if line.door else line.actor
    undone = "" if line.undone_by is None else f"  [undone by {line.undone_by}]"
    what = f"{label(line.cause)}: {' '.join(in_words(line).split())}{undone}"
    return f"{line.number:>5}  {line.at:%Y-%m-%d %H:%M}  {who}  {what}"
