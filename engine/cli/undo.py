"""`undo`: a change is taken back; and what `imports undo` shares with it."""

from collections.abc import Callable
from typing import Any

import click

from engine.changes.undo import preview, undo
from engine.cli.door import NUMBER, Door, command
from engine.errors import ConflictError, Issue
from engine.imports.undo import Conflict, UndoEffect
from engine.text.counts import counted
from engine.workspace.workbench import Access

OPTIONS = (
    click.option("--preview", "only_told", is_flag=True, help="Say what it would do; do nothing."),
    click.option("--force", is_flag=True, help="Undo in spite of conflicts; later values stay."),
    click.option("--take", type=click.Choice(["later", "earlier"]), help="Which values of those."),
)


def undo_command(argument: str, **more: Any) -> Callable[[Callable[..., None]], click.Command]:
    """
    A command `undo` with the choices of an undo.

    Args:
        argument: the name of what is undone; `more` are options of `click.argument`.
    """

    def register(function: Callable[..., None]) -> click.Command:
        for option in reversed((click.argument(argument, **more), *OPTIONS)):
            function = option(function)
        return command("undo")(function)

    return register


@undo_command("number", type=NUMBER)
def undo_number(door: Door, number: int, **how: Any) -> None:
    """Take a change back, by its number in the log."""
    with door.open() as workbench:
        tell_undone(door, take_back(workbench, number, **how))


def take_back(
    access: Access, number: int, *, only_told: bool, force: bool, take: str | None
) -> UndoEffect:
    """
    Undoes a change, or says what that would do.

    Raises:
        ConflictError: it cannot be undone, or there are conflicts that nobody has decided.
    """
    told = preview(access, number)
    if only_told:
        return told
    if told.conflicts and not force and take is None:
        raise ConflictError(
            f"{counted(len(told.conflicts), 'values')} written again since: say --force, or "
            "--take later or --take earlier",
            [Issue(f"{one.table} {one.record} {one.path}", _choice(one)) for one in told.conflicts],
        )
    return undo(access, number, told.conflicts if take == "earlier" else ())


def tell_undone(door: Door, told: UndoEffect, **more: Any) -> None:
    """Prints what an undo did, or would do."""
    document = {
        **more,
        "number": told.line.number,
        "change": told.change,
        "deleted": told.deleted,
        "changed": told.changed,
        "fields": told.fields,
        "conflicts": [vars(conflict) for conflict in told.conflicts],
    }
    would = "" if told.done else "would be "
    lines = [f"{counted(count, what)} {would}deleted" for what, count in told.deleted.items()]
    lines += [f"{counted(count, what)} {would}changed back" for what, count in told.changed.items()]
    lines += [f"{counted(len(told.fields), 'fields')} {would}taken back" for _ in told.fields[:1]]
    lines += [f"conflict: {one.record} {one.path}: {_choice(one)}" for one in told.conflicts]
    door.tell(document, *(lines or ["nothing changes"]))


def _choice(conflict: Conflict) -> str:
    return f"later `{conflict.later}`, earlier `{conflict.earlier}`"
