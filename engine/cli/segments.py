"""`segments`: saved filters and fixed lists."""

import click

from engine import library
from engine.cli.door import Door, command, read_text
from engine.cli.people import FORMATS, printed
from engine.store.segments import Segment

segments = click.Group("segments", help="Saved segments.")


@command("create")
@click.argument("name")
@click.argument("filter_file", metavar="[FILTER.json]", required=False)
@click.option("--type", "kind", type=click.Choice(library.DYNAMIC_TYPES), default="auto-update")
@click.option("--static", "ids_file", help="File of ids or source ids, one a line.")
def create(door: Door, name: str, filter_file: str | None, kind: str, ids_file: str | None) -> None:
    """Save a filter, or with --static a fixed list of customers."""
    if (filter_file is None) == (ids_file is None):
        raise click.UsageError("expected either FILTER.json or --static IDS_FILE")
    with door.open() as workbench:
        if ids_file is not None:
            customers = [line.strip() for line in read_text(ids_file).splitlines()]
            made = library.create_static(workbench, name, filter(None, customers))
        else:
            made = library.create(workbench, name, read_text(str(filter_file)), kind)
        _tell(door, made)


@command("edit")
@click.argument("segment")
@click.argument("filter_file", metavar="FILTER.json")
@click.option("--name", "new_name", help="Another name.")
def edit(door: Door, segment: str, filter_file: str, new_name: str | None) -> None:
    """Give a segment another filter: a new version."""
    with door.open() as workbench:
        raw = read_text(filter_file)
        _tell(door, library.edit(workbench, segment, raw=raw, new_name=new_name))


@command("delete")
@click.argument("segment")
def delete(door: Door, segment: str) -> None:
    """Remove a segment."""
    with door.open() as workbench:
        gone = library.delete(workbench, segment)
        door.tell({"id": gone.id, "deleted": True}, f"deleted {gone.name} ({gone.id})")


@command("list")
def list_command(door: Door) -> None:
    """Every segment with its size now."""
    with door.open() as workbench:
        for row in library.saved(workbench):
            size = library.members(workbench, row).count
            document = {**library.to_object(row), "size": size}
            door.tell(document, f"{row.id}  {row.type:11}  {size:>12,}  {row.name}")


@command("show")
@click.argument("segment")
def show(door: Door, segment: str) -> None:
    """One segment object."""
    with door.open() as workbench:
        _tell(door, library.find(workbench, segment))


@command("members")
@click.argument("segment")
@click.option("--format", "form", type=click.Choice(sorted(FORMATS)), default="ids")
def members(door: Door, segment: str, form: str) -> None:
    """Who is in a segment now."""
    with door.open() as workbench:
        found = library.members(workbench, library.find(workbench, segment))
        printed(found, "jsonl" if door.json else form)


for row in (create, edit, delete, list_command, show, members):
    segments.add_command(row)


def _tell(door: Door, segment: Segment) -> None:
    document = library.to_object(segment)
    door.tell(document, *(f"{key}: {value}" for key, value in document.items()))
