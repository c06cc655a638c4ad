"""`retention`: how long records are kept, what goes by that, and letting it go."""

from typing import Any

import click

from engine.cli.commands import Commands
from engine.cli.door import Door, command
from engine.privacy import retention
from engine.privacy.inventory import PLACES
from engine.privacy.retention import RetentionPreview, RuleCount
from engine.privacy.retention_rules import (
    CONDITIONS,
    HISTORY,
    WHOLE,
    RetentionRule,
    remove_rule,
    rules,
    set_rule,
    usual_date,
)
from engine.segments.library import instant
from engine.text.counts import counted
from engine.text.display import visible
from engine.workspace.settings import ACTIVITY

NO_RULES = "no rules: everything is kept"
ONCE = "records that go cannot be brought back: changes that wrote them are undone without them"


@click.group("retention", cls=Commands)
def retention_commands() -> None:
    """How long records are kept, and what goes by that."""


@command("show")
def show(door: Door) -> None:
    """Every rule, and when the rules were applied last."""
    with door.open() as workbench:
        found, last = rules(workbench), retention.last_run(workbench)
        document = {"rules": [_rule(rule) for rule in found], "last_run": last and instant(last)}
        told = [in_words(rule) for rule in found] or [NO_RULES]
        when = "never" if last is None else f"{last:%Y-%m-%d %H:%M}"
        door.tell(document, *told, f"applied last: {when}; a process that serves does it every day")


@command("set")
@click.argument("kind", type=click.Choice(WHOLE))
@click.option("--older-than", "days", required=True, type=int, metavar="DAYS", help="The age.")
@click.option(
    "--by", metavar="FIELD", help="By which date of the record; when it was created unless given."
)
@click.option("--only", type=click.Choice([*filter(None, CONDITIONS)]), help="Which of them.")
def set_command(door: Door, kind: str, days: int, by: str | None, only: str | None) -> None:
    """Keep records of a kind so many days, or their older versions: `history`."""
    with door.open() as workbench:
        date = usual_date(kind) if by is None else by
        rule = RetentionRule(kind, days, date, only or "")
        set_rule(workbench, rule)
        door.tell(_rule(rule), f"set: {in_words(rule)}")


@command("remove")
@click.argument("rule")
def remove(door: Door, rule: str) -> None:
    """Remove a rule, by its name, such as `orders` or `customers without-orders`."""
    with door.open() as workbench:
        remove_rule(workbench, rule)
        door.tell({"removed": rule}, f"removed: {visible(rule)}")


@command("preview")
def preview(door: Door) -> None:
    """Say what would go now, to the last record; nothing is written."""
    with door.open() as workbench:
        found = retention.preview(workbench)
        door.tell(_foreseen(found), *_preview_lines(found))


@command("run")
@click.option("--yes", is_flag=True, help="Do it: it cannot be undone. Else only say what goes.")
def run(door: Door, *, yes: bool) -> None:
    """Let go of what is older than the rules say, now."""
    with door.open() as workbench:
        if not yes:
            found = retention.preview(workbench)
            more = ["say --yes to do it"] if found.rules else []
            door.tell({**_foreseen(found), "change": None}, *_preview_lines(found), *more)
            return
        done = retention.run(workbench)
        if done is None:
            none = "nothing is older than the rules say" if rules(workbench) else NO_RULES
            door.tell({"change": None}, none)
            return
        document = {"change": done.change, "rules": [_count(one) for one in done.rules]}
        door.tell(document, f"done, as data version {done.change}", *map(_line, done.rules))


for row in (show, set_command, remove, preview, run):
    retention_commands.add_command(row)


def in_words(rule: RetentionRule) -> str:
    """A rule as a sentence."""
    days = counted(rule.days, "days")
    if rule.kind == HISTORY:
        return f"{rule.key}: versions of records that were replaced {days} ago go"
    which = f", {CONDITIONS[rule.only].label}," if rule.only else ""
    return f"{rule.key}: {rule.kind}{which} go {days} after their {rule.by}"


def _rule(rule: RetentionRule) -> dict[str, Any]:
    return {"name": rule.key, **vars(rule)}


def _foreseen(found: RetentionPreview) -> dict[str, Any]:
    since = {name: instant(at) for name, at in found.told_since.items()}
    return {**vars(found), "rules": [_count(one) for one in found.rules], "told_since": since}


def _count(one: RuleCount) -> dict[str, Any]:
    return {**_rule(one.rule), "before": instant(one.before), "count": one.count,
            "staying": one.staying}  # fmt: skip


def _line(one: RuleCount) -> str:
    what = "older versions" if one.rule.kind == HISTORY else one.rule.kind
    stay = f"; {one.staying:,} stay, as their vouchers count them" if one.staying else ""
    return (
        f"  {one.rule.key}: {counted(one.count, what)} of before {one.before:%Y-%m-%d %H:%M}{stay}"
    )


def _preview_lines(found: RetentionPreview) -> list[str]:
    if not found.rules:
        return [NO_RULES]
    moved = [
        f"  {what} {visible(name)}: {count:,}"
        for what, some in (("leave", found.left), ("enter", found.entered))
        for name, count in some.items()
    ]
    return [
        "would go:",
        *map(_line, found.rules),
        *(f"  {key}: {count:,}: {PLACES[key].holds}" for key, count in found.counts.items()),
        *([f"  of the customers who go, {ACTIVITY[found.activity]}"] if found.people else []),
        *moved,
        *(f"  {name} as of before {at:%Y-%m-%d %H:%M} can be told no more"
          for name, at in found.told_since.items()),
        *([ONCE] if found.told_since else []),
    ]  # fmt: skip
