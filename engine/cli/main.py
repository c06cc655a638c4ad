"""The `workbench` command: its parts, and what concerns the workspace as a whole."""

import click

from engine import samples
from engine.cli.door import Door, command, progress
from engine.cli.exports import export, exports
from engine.cli.filters import count, describe, explain, members
from engine.cli.imports import import_command, imports
from engine.cli.log import log_command
from engine.cli.segments import segments
from engine.cli.serve import serve
from engine.cli.settings import settings
from engine.cli.undo import undo_number
from engine.errors import StoreError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Customer segments with counts that are exact, immediate and explained."""


@command("check")
def check(door: Door) -> None:
    """Is the workspace whole?"""
    with door.open() as workbench:
        found = workbench.faults()
        if found:
            raise StoreError("the workspace is damaged", found)
        profile = workbench.profile()
        document = {"whole": True, "customers": profile.total, "change": profile.change}
        door.tell(document, f"whole: {profile.total:,} customers at change set {profile.change}")


@command("clear")
@click.confirmation_option(prompt="Empty the workspace: all customers, segments and history?")
def clear(door: Door) -> None:
    """Empty the workspace."""
    with door.open() as workbench:
        samples.clear(workbench)
        door.tell({"cleared": True}, "the workspace is empty")


@command("demo")
@click.option("--customers", type=click.IntRange(1, 10_000_000), default=2_000, show_default=True)
def demo(door: Door, customers: int) -> None:
    """Import a generated shop with its activity: the same size, the same records."""
    with door.open() as workbench:
        runs = samples.demo(workbench, customers, progress("demo"))
        lines = (f"{run.created:,} {run.kind} in {run.seconds:.1f} s" for run in runs)
        door.tell({run.kind: run.created for run in runs}, *lines)


for part in (
    *(import_command, imports, count, members, describe, explain),
    *(segments, export, exports, settings, log_command, undo_number, serve, check, clear, demo),
):
    main.add_command(part)
