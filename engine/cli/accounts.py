"""`people`: who may sign in to the pages, and as what."""

import sys

import click

from engine.accounts import people as accounts
from engine.accounts.roles import PEOPLE, roles_for
from engine.cli.commands import Commands
from engine.cli.door import Door, command
from engine.errors import UsageError

people = Commands("people", help="Who may sign in to the pages, and as what.")
ROLES = click.Choice(roles_for(PEOPLE))
without_admin_option = click.option(
    "--without-admin",
    is_flag=True,
    help="Though nobody on the list has the role admin then, so that no page changes the list.",
)


@command("add")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    type=ROLES,
    multiple=True,
    default=("view",),
    show_default=True,
    help="What they may do; several are possible.",
)
@click.option("--email", help="By which a provider (OIDC) knows them.")
@click.option("--no-password", is_flag=True, help="They sign in through a provider alone.")
@without_admin_option
def add(
    door: Door,
    name: str,
    roles: tuple[str, ...],
    email: str | None,
    *,
    no_password: bool,
    without_admin: bool,
) -> None:
    """
    Put somebody on the list, who is an administrator (--role admin) if they are the first.

    The password is asked for, or is the one line on standard input.
    """
    password = None if no_password else _password()
    with door.open() as workbench:
        added = accounts.add(workbench, name, roles, password, email, without_admin=without_admin)
        _tell(door, added, "added")


@command("list")
def list_command(door: Door) -> None:
    """Everybody on the list, with their roles."""
    with door.open() as workbench:
        for person in accounts.people(workbench):
            _tell(door, person)


@command("role")
@click.argument("name")
@click.argument("roles", type=ROLES, nargs=-1, required=True)
@without_admin_option
def role(door: Door, name: str, roles: tuple[str, ...], *, without_admin: bool) -> None:
    """Give somebody other roles in place of those they had; their sessions end."""
    with door.open() as workbench:
        changed = accounts.set_roles(workbench, name, roles, without_admin=without_admin)
        _tell(door, changed, "changed")


@command("password")
@click.argument("name")
def password(door: Door, name: str) -> None:
    """
    Give somebody another password; their sessions end.

    It is asked for, or is the one line on standard input.
    """
    given = _password()
    with door.open() as workbench:
        _tell(door, accounts.set_password(workbench, name, given), "changed")


@command("remove")
@click.argument("name")
@without_admin_option
def remove(door: Door, name: str, *, without_admin: bool) -> None:
    """Take somebody off the list; their sessions end."""
    with door.open() as workbench:
        gone = accounts.remove(workbench, name, without_admin=without_admin)
        _tell(door, gone, "removed")


for part in (add, list_command, role, password, remove):
    people.add_command(part)


def _password() -> str:
    """
    From a person, who sees nothing of it and types it twice, or from a program.

    Raises:
        UsageError: there is more than one line.
    """
    if sys.stdin.isatty():
        asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return asked
    lines = sys.stdin.read(10_000).splitlines()
    if len(lines) != 1:
        raise UsageError(f"expected the password as one line, got {len(lines):,} lines")
    return lines[0]


def _tell(door: Door, person: accounts.Account, what: str = "") -> None:
    told = {
        "name": person.name,
        "email": person.email,
        "roles": list(person.roles),
        "signs_in_with": "provider" if person.password is None else "password",
        "created_at": person.created_at.isoformat(timespec="seconds"),
        "created_by": person.created_by,
    }
    words = [person.name, person.email or "", ", ".join(person.roles), what]
    door.tell(told, "  ".join(filter(None, words)))
