"""`settings`: how times and money are read in this workspace, and its caps."""

import click

from engine.cli.commands import Commands
from engine.cli.door import Door, command
from engine.cli.lines import lines_of
from engine.workspace.settings import Project

SAID = {"true": True, "false": False}


@click.group("settings", cls=Commands)
def settings() -> None:
    """Settings of the workspace."""


@command("show")
def show(door: Door) -> None:
    """Every setting."""
    with door.open() as workbench:
        _tell(door, workbench.project)


@command("set")
@click.argument("name")
@click.argument("value")
def set_command(door: Door, name: str, value: str) -> None:
    """Give a setting another value."""
    with door.open() as workbench:
        _tell(door, workbench.configure(**{name: _taken(value)}))


for row in (show, set_command):
    settings.add_command(row)


def _taken(text: str) -> int | bool | str:
    if text in SAID:
        return SAID[text]
    return int(text) if text.isascii() and text.isdecimal() else text


def _tell(door: Door, settings: Project) -> None:
    door.tell(vars(settings), *lines_of(vars(settings)))
