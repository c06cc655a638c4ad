"""`check`, `clear` and `demo`: what concerns the workspace as a whole."""

from datetime import datetime

import click

from engine.cli.door import Door, command, progress, say
from engine.errors import Issue, StoreError
from engine.integrity.checks import examined
from engine.integrity.repair import repair, repoint
from engine.samples import sample_shop
from engine.text.counts import counted
from engine.workspace.adoption import adopt, is_whole


@command("check")
@click.option("--deep", is_flag=True, help="Count everything afresh and compare.")
@click.option("--repair", "repairs", is_flag=True, help="Make right again what can be.")
@click.option("--accept", "accepts", is_flag=True, help="With --repair: keep the rest as it is.")
@click.option("--adopt", "adopts", is_flag=True, help="Go on with the records that are there.")
def check(door: Door, *, deep: bool, repairs: bool, accepts: bool, adopts: bool) -> None:
    """
    Is the workspace whole?

    Every damage is a line: where, what, and what to do; the exit status is 1 where there is one.

    With --deep all that is stored is read and compared with a count afresh. With --repair what is
    made from something else is made anew, as one change in the log; of what is nowhere else a
    backup has to tell, or --accept goes on with it as it is.

    With --adopt a workspace whose workbench.db is lost or does not fit its records gets a new one,
    from the records and from what can be read of the old file; old files are kept in `set-aside`.
    """
    if accepts and not repairs:
        raise click.UsageError("expected --accept with --repair")
    if repairs:
        _say(repoint(door.workspace, door.who(), door.clock))
    if adopts and not is_whole(door.workspace, door.clock):
        _adopt(door)
    with door.open() as workbench:
        if repairs:
            repaired = repair(workbench, accept=accepts)
            _say(repaired.done)
            found = repaired.left
        else:
            found = examined(workbench, deep=deep)
        for one in found:
            if one.check.harmless:
                say(f"note: {one}", err=True)
        if left := [Issue(one.path, one.text) for one in found if not one.check.harmless]:
            raise StoreError("the workspace is damaged", left)
        profile = workbench.profile()
        document = {"whole": True, "customers": profile.size, "change": profile.change}
        door.tell(
            document,
            f"whole: {counted(profile.size, 'customers')} at data version {profile.change}",
        )


def _say(done: list[str]) -> None:
    for line in done:
        say(f"repaired: {line}", err=True)


def _adopt(door: Door) -> None:
    """Makes a new workbench.db and says what is in it; the members of segments are found anew."""
    adoption = adopt(door.workspace, door.who(), door.clock())
    for line in adoption.found:
        say(f"adopted: {line}", err=True)
    for line in adoption.missing:
        say(f"lost: {line}", err=True)
    say(f"the old files are kept in {adoption.aside}", err=True)
    with door.open() as workbench:
        workbench.refresh()


@command("clear")
@click.confirmation_option(prompt="Empty the workspace: all customers, segments and history?")
def clear(door: Door) -> None:
    """Empty the workspace."""
    with door.open() as workbench:
        sample_shop.clear(workbench)
        door.tell({"cleared": True}, "the workspace is empty")


@command("demo")
@click.option("--customers", type=click.IntRange(1, 10_000_000), default=2_000, show_default=True)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Nothing happens then or later.")
def demo(door: Door, customers: int, until: datetime | None) -> None:
    """
    Import a generated shop of any size.

    Customers with their activity: the same size and end give the same records.
    """
    with door.open() as workbench:
        runs = sample_shop.demo(workbench, customers, until and until.date(), progress("demo"))
        lines = (f"{counted(run.created, run.kind)} in {run.seconds:.1f} s" for run in runs)
        door.tell({run.kind: run.created for run in runs}, *lines)
