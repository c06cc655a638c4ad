"""`webhooks`: where events go out to, and what became of them."""

from typing import Any

import click

from engine.cli.commands import Commands
from engine.cli.door import Door, command
from engine.cli.lines import lines_of
from engine.memberships.happenings import EVENTS
from engine.messages import targets

webhooks = Commands("webhooks", help="Where events go out to.")
ONCE = "Keep the secret: it is shown this once."
NAME = click.argument("name")
EVENT = click.option(
    "--event",
    "events",
    type=click.Choice(list(EVENTS)),
    multiple=True,
    help="What it is sent; several are possible, all unless given.",
)


@command("create")
@click.option("--name", required=True, help="Who receives, as the change log says it.")
@click.option("--url", required=True, help="Where to: http or https.")
@EVENT
def create(door: Door, name: str, url: str, events: tuple[str, ...]) -> None:
    """Add a webhook; its secret is shown once."""
    with door.open() as workbench:
        _tell_secret(door, targets.create(workbench, name, url, events or tuple(EVENTS)))


@command("list")
def list_command(door: Door) -> None:
    """Every webhook, with what waits, was delivered and is dead."""
    with door.open() as workbench:
        known = targets.progress(workbench)
        for target in targets.targets(workbench):
            far = known[target.id]
            told = {**_public(target), **vars(far)}
            state = "on" if target.active else "off"
            counts = f"waiting {far.waiting:,}, delivered {far.delivered:,}, dead {far.dead:,}"
            last = f"  last answer: {far.answer}" if far.answer else ""
            door.tell(told, f"{target.id}  {target.name}  {target.url}  {state}  {counts}{last}")


@command("edit")
@NAME
@click.option("--new-name", help="Another name.")
@click.option("--url", help="Another address.")
@EVENT
def edit(
    door: Door, name: str, new_name: str | None, url: str | None, events: tuple[str, ...]
) -> None:
    """Change the name, the address or the events of a webhook."""
    said = {"name": new_name, "url": url, "events": events or None}
    _change(door, name, {key: value for key, value in said.items() if value is not None})


@command("enable")
@NAME
def enable(door: Door, name: str) -> None:
    """Send to a webhook again, what waits first."""
    _change(door, name, {"active": True})


@command("disable")
@NAME
def disable(door: Door, name: str) -> None:
    """Send nothing to a webhook for now."""
    _change(door, name, {"active": False})


@command("rotate")
@NAME
def rotate(door: Door, name: str) -> None:
    """Give a webhook a new secret, which is shown once."""
    with door.open() as workbench:
        _tell_secret(door, targets.rotate(workbench, name))


@command("delete")
@NAME
def delete(door: Door, name: str) -> None:
    """Take a webhook away, with all that waits for it."""
    with door.open() as workbench:
        gone = targets.remove(workbench, name)
        door.tell({**_public(gone), "deleted": True}, f"deleted {gone.name}")


@command("deliveries")
@NAME
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
def deliveries(door: Door, name: str, limit: int) -> None:
    """The messages that a webhook has not taken, oldest first."""
    with door.open() as workbench:
        for one in targets.dead(workbench, name, limit):
            told = {"id": targets.id_of(one.key, one.subject), "event": one.event,
                    "at": one.at.isoformat(timespec="seconds"), "answer": one.answer}  # fmt: skip
            door.tell(told, "  ".join(told.values()))


@command("send-again")
@NAME
@click.option("--message", help="One message by its id; all that were not taken unless given.")
def send_again(door: Door, name: str, message: str | None) -> None:
    """Send messages again, behind all that waits; a server that runs delivers them."""
    with door.open() as workbench:
        count = targets.send_again(workbench, name, message)
        noun = "message waits" if count == 1 else "messages wait"
        door.tell({"waiting_again": count}, f"{count:,} {noun} again")


for part in (create, list_command, edit, enable, disable, rotate, delete, deliveries, send_again):
    webhooks.add_command(part)


def _change(door: Door, name: str, values: dict[str, Any]) -> None:
    with door.open() as workbench:
        target = targets.change(workbench, name, **values)
        door.tell(_public(target), f"{target.name}  {target.url}  {', '.join(target.events)}")


def _public(target: targets.Webhook) -> dict[str, Any]:
    """All but the secret."""
    return {key: value for key, value in vars(target).items() if key != "secret"}


def _tell_secret(door: Door, made: targets.NewSecret) -> None:
    door.tell(vars(made), *lines_of(vars(made)))
    click.echo(ONCE, err=True)
