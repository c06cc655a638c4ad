"""`keys`: who may use the HTTP API."""

from datetime import datetime

import click

from engine.accounts import keys as accounts
from engine.accounts.roles import KEYS, roles_for
from engine.cli.commands import Commands
from engine.cli.door import Door, command
from engine.cli.lines import lines_of
from engine.rights import ADMIN

keys = Commands("keys", help="Keys of the HTTP API.")
ONCE = "Keep the tokens: they are shown this once."


@command("create")
@click.option("--name", required=True, help="Who uses it, as the change log says it.")
@click.option(
    "--role",
    "roles",
    type=click.Choice(roles_for(KEYS)),
    multiple=True,
    default=(ADMIN,),
    show_default=True,
    help="What it may do; several are possible.",
)
def create(door: Door, name: str, roles: tuple[str, ...]) -> None:
    """Make a key; its tokens are shown once."""
    with door.open() as workbench:
        tell_credentials(door, accounts.create(workbench, name, roles))


@command("list")
def list_command(door: Door) -> None:
    """Every key, with its roles and its last use."""
    with door.open() as workbench:
        for key in accounts.keys(workbench):
            told = {"app_id": key.id, "client_app_id": key.client_id, "name": key.name,
                    "roles": list(key.roles), "created_at": _at(key.created_at),
                    "created_by": key.created_by, "rotated_at": _at(key.rotated_at),
                    "revoked_at": _at(key.revoked_at), "used_at": _at(key.used_at)}  # fmt: skip
            state = "revoked" if key.revoked_at else f"used {_at(key.used_at) or 'never'}"
            door.tell(told, f"{key.id}  {key.name}  {', '.join(key.roles)}  {state}")


@command("rotate")
@click.argument("name")
def rotate(door: Door, name: str) -> None:
    """Give a key new tokens; the old ones end at once."""
    with door.open() as workbench:
        tell_credentials(door, accounts.rotate(workbench, name))


@command("revoke")
@click.argument("name")
def revoke(door: Door, name: str) -> None:
    """End a key for good."""
    with door.open() as workbench:
        gone = accounts.revoke(workbench, name)
        door.tell({"app_id": gone.id, "name": gone.name, "revoked": True}, f"revoked {gone.name}")


for part in (create, list_command, rotate, revoke):
    keys.add_command(part)


def tell_credentials(door: Door, made: accounts.Credentials) -> None:
    """Prints what a program sends; what is no token or id goes to standard error."""
    door.tell(vars(made), *lines_of(vars(made)))
    click.echo(ONCE, err=True)


def _at(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat(timespec="seconds")
