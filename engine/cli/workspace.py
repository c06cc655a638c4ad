"""`check`, `clear` and `demo`: what concerns the workspace as a whole."""

import click

from engine import samples
from engine.cli.door import Door, command, progress
from engine.errors import StoreError


@command("check")
def check(door: Door) -> None:
    """Is the workspace whole?"""
    with door.open() as workbench:
        found = workbench.faults()
        if found:
            raise StoreError("the workspace is damaged", found)
        profile = workbench.profile()
        document = {"whole": True, "customers": profile.total, "change": profile.change}
        door.tell(document, f"whole: {profile.total:,} customers at data version {profile.change}")


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
    """
    Import a generated shop of any size.

    Customers with their activity: the same size gives the same records.
    """
    with door.open() as workbench:
        runs = samples.demo(workbench, customers, progress("demo"))
        lines = (f"{run.created:,} {run.kind} in {run.seconds:.1f} s" for run in runs)
        door.tell({run.kind: run.created for run in runs}, *lines)
