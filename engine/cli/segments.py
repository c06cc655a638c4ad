"""`segments`: saved filters and fixed lists."""

from datetime import datetime

import click

from engine.cli.commands import Commands
from engine.cli.door import AS_OF, Door, command, read_text
from engine.cli.lines import lines_of
from engine.cli.people import FORMATS, names, printed
from engine.segments import history, library, tags, versions
from engine.segments.library import Segment
from engine.workspace.workbench import Workbench

segments = Commands("segments", help="Saved segments.")


@command("create")
@click.argument("name")
@click.argument("filter_file", metavar="[FILTER.json]", required=False)
@click.option("--type", "kind", type=click.Choice(library.DYNAMIC_TYPES), default="auto-update")
@click.option("--static", "ids_file", help="File of ids, source ids or e-mails, one a line.")
def create(door: Door, name: str, filter_file: str | None, kind: str, ids_file: str | None) -> None:
    """Save a filter, or with --static a fixed list of customers."""
    if (filter_file is None) == (ids_file is None):
        raise click.UsageError("expected either FILTER.json or --static IDS_FILE")
    with door.open() as workbench:
        if ids_file is not None:
            made = library.create_static(workbench, name, _names(ids_file))
        else:
            made = library.create(workbench, name, read_text(str(filter_file)), kind)
        _tell(door, workbench, made)


@command("edit")
@click.argument("segment")
@click.argument("filter_file", metavar="FILTER.json")
@click.option("--name", "new_name", help="Another name.")
def edit(door: Door, segment: str, filter_file: str, new_name: str | None) -> None:
    """Give a segment another filter: a new version."""
    with door.open() as workbench:
        raw = read_text(filter_file)
        _tell(door, workbench, library.edit(workbench, segment, raw=raw, new_name=new_name))


@command("delete")
@click.argument("segment")
def delete(door: Door, segment: str) -> None:
    """Remove a segment."""
    with door.open() as workbench:
        gone = library.delete(workbench, segment)
        door.tell({"id": gone.id, "deleted": True}, f"deleted {gone.name} ({gone.id})")


@command("list")
@click.option("--tag", "wanted", help="Only segments with this tag.")
@AS_OF
def list_command(door: Door, wanted: str | None, as_of: datetime | None) -> None:
    """Every segment with its size now."""
    with door.open() as workbench:
        sizes = workbench.memberships.sizes(*workbench.state(as_of))
        for row in library.saved(workbench):
            if wanted is not None and not tags.has(row, wanted):
                continue
            document = {**library.to_object(row), "size": sizes[row.id], "tags": list(row.tags)}
            told = f"  [{', '.join(row.tags)}]" if row.tags else ""
            line = f"{row.id}  {row.type:11}  {sizes[row.id]:>12,}  {row.name}{told}"
            door.tell(document, line)


@command("tag")
@click.argument("segment")
@click.argument("added", metavar="[TAG]...", nargs=-1)
@click.option("--remove", "removed", metavar="TAG", multiple=True, help="A tag to take off.")
def tag(door: Door, segment: str, added: tuple[str, ...], removed: tuple[str, ...]) -> None:
    """Add tags to a segment, or take some off."""
    if not added and not removed:
        raise click.UsageError("expected a TAG to add, or --remove TAG")
    with door.open() as workbench:
        tagged = tags.tag(workbench, segment, added, removed)
        document = {"id": tagged.id, "name": tagged.name, "tags": list(tagged.tags)}
        door.tell(document, f"{tagged.name}: {', '.join(tagged.tags) or 'no tags'}")


@command("show")
@click.argument("segment")
def show(door: Door, segment: str) -> None:
    """One segment object."""
    with door.open() as workbench:
        _tell(door, workbench, library.find(workbench, segment))


@command("members")
@click.argument("segment")
@click.option("--format", "form", type=click.Choice(sorted(FORMATS)), default="ids")
@AS_OF
def members(door: Door, segment: str, form: str, as_of: datetime | None) -> None:
    """Who is in a segment."""
    with door.open() as workbench:
        found = library.members(workbench, library.find(workbench, segment), as_of)
        printed(found, "jsonl" if door.json else form)


@command("refresh")
def refresh(door: Door) -> None:
    """Let the clock move whoever is due to enter or leave a segment."""
    with door.open() as workbench:
        clock = workbench.clock()
        moved = workbench.refresh()
        document = {"at": library.instant(clock.instant), "moved": moved}
        door.tell(document, f"{moved:,} entered or left")


@command("history")
@click.argument("segment")
def history_command(door: Door, segment: str) -> None:
    """Who entered and who left, oldest first, and because of what."""
    with door.open() as workbench:
        for entry in history.entries(workbench, library.find(workbench, segment)):
            paths = list(dict.fromkeys(moved.path for moved in entry.fields))
            document = {
                "at": library.instant(entry.at),
                "source_id": entry.name,
                "direction": entry.direction,
                "cause": entry.cause,
                "change": entry.change,
                "version": entry.version,
                "fields": paths,
            }
            moved = f" ({', '.join(paths)})" if paths else ""
            line = f"{document['at']}  {entry.name}  {entry.direction}  {entry.cause}{moved}"
            door.tell(document, line)


@command("versions")
@click.argument("segment")
def versions_command(door: Door, segment: str) -> None:
    """Every version of a segment's definition, oldest first."""
    with door.open() as workbench:
        for edition in versions.versions(workbench, segment):
            version = edition.version
            document = {
                **vars(version),
                "at": library.instant(version.at),
                "sentence": edition.sentence,
                "difference": edition.difference,
            }
            line = f"{version.number}  {document['at']}  {version.actor}  {edition.sentence}"
            door.tell(document, line, *(f"   {changed}" for changed in edition.difference))


@command("restore")
@click.argument("segment")
@click.argument("version", type=int)
def restore(door: Door, segment: str, version: int) -> None:
    """Give a segment the filter of an earlier version, as a new one."""
    with door.open() as workbench:
        _tell(door, workbench, versions.restore(workbench, segment, version))


@command("preview")
@click.argument("segment")
@click.argument("filter_file", metavar="FILTER.json")
def preview(door: Door, segment: str, filter_file: str) -> None:
    """Who would enter and who would leave with another filter."""
    with door.open() as workbench:
        found = versions.preview(workbench, segment, read_text(filter_file))
        document = {"entering": names(found.entering), "leaving": names(found.leaving)}
        lines = (f"  {way} {name}" for way, people in document.items() for name in people)
        coming, going = (len(people) for people in document.values())
        moves = f"{coming:,} would enter, {going:,} would leave"
        door.tell(document, moves, *lines)


@command("freeze")
@click.argument("segment")
@click.argument("name")
def freeze(door: Door, segment: str, name: str) -> None:
    """Save whoever is in a segment now as a static one."""
    with door.open() as workbench:
        _tell(door, workbench, versions.freeze(workbench, segment, name))


@command("edit-members")
@click.argument("segment")
@click.option("--add", "added", help="File of ids, source ids or e-mails, one a line.")
@click.option("--remove", "removed", help="File of ids, source ids or e-mails, one a line.")
@click.option("--reason", required=True, help="Why; it is kept with the version.")
def edit_members(
    door: Door, segment: str, added: str | None, removed: str | None, reason: str
) -> None:
    """Change a static segment by hand."""
    with door.open() as workbench:
        add, remove = (_names(file) if file else [] for file in (added, removed))
        edited = versions.edit_members(workbench, segment, reason, add=add, remove=remove)
        _tell(door, workbench, edited)


@command("used-in")
@click.argument("segment")
def used_in(door: Door, segment: str) -> None:
    """The segments whose filters name this one."""
    with door.open() as workbench:
        for row in versions.used_in(workbench, segment):
            door.tell(library.to_object(row), f"{row.id}  {row.name}")


for row in (
    *(create, edit, tag, delete, list_command, show, members, refresh, history_command),
    *(versions_command, restore, preview, freeze, edit_members, used_in),
):
    segments.add_command(row)


def _names(file: str) -> list[str]:
    """The customers in a file, one a line."""
    return [line.strip() for line in read_text(file).splitlines() if line.strip()]


def _tell(door: Door, workbench: Workbench, segment: Segment) -> None:
    document = library.to_object(segment)
    newest = versions.versions(workbench, segment.id)[-1]
    size = workbench.memberships.sizes(*workbench.state(None))[segment.id]
    told = {**document, "filter": newest.sentence, "customers": size}
    door.tell(document, *lines_of(told))
