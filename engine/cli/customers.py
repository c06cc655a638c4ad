"""`customers`: one customer shown, created, edited; two merged; and who may be the same."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click
import polars as pl

from engine.base.answers import find
from engine.base.profiles import Profile
from engine.cli.commands import Commands
from engine.cli.door import Door, command, read_text
from engine.cli.lines import lines_of
from engine.customers.detail import to_objects
from engine.customers.duplicates import Duplicates, duplicates
from engine.customers.editing import CustomerChange, create, edit
from engine.customers.field_texts import written_document
from engine.customers.merging import CustomerMerge, FieldChoice, merge, preview
from engine.errors import FilterError, UsageError
from engine.filters.document import load
from engine.filters.reading import mistaken
from engine.text.counts import counted
from engine.text.display import visible

PAIR = "FIELD=VALUE"
SET = click.option(
    "--set", "sets", multiple=True, metavar=PAIR, help="A field and its value, by its type."
)
DOCUMENT = click.option(
    "--document", metavar="FILE", help="A customer in the API's JSON, or - for standard input."
)


@click.group("customers", cls=Commands)
def customers() -> None:
    """One customer: shown, created, edited, merged with another."""


@command("show")
@click.argument("customer")
def show(door: Door, customer: str) -> None:
    """Everything that is known of a customer, by id, source id, e-mail or phone."""
    with door.open() as workbench:
        profile = workbench.profile()
        position = find(profile, customer)
        document = next(to_objects(profile, pl.Series([position])))
        inside = workbench.memberships.containing(profile, workbench.clock(), position)
        names = sorted(each.name for each in workbench.memberships.segments() if each.id in inside)
        door.tell(
            {**document, "segments": names},
            *lines_of(document),
            f"segments: {', '.join(map(visible, names)) or 'none'}",
        )


@command("create")
@SET
@DOCUMENT
def create_command(door: Door, sets: tuple[str, ...], document: str | None) -> None:
    """Create a customer."""
    with door.open() as workbench:
        said = _document(workbench.profile(), sets, (), document)
        _tell_change(door, create(workbench, said))


@command("edit")
@click.argument("customer")
@SET
@click.option("--clear", "cleared", multiple=True, metavar="FIELD", help="A field to empty.")
@DOCUMENT
def edit_command(
    door: Door,
    customer: str,
    sets: tuple[str, ...],
    cleared: tuple[str, ...],
    document: str | None,
) -> None:
    """Change fields of a customer; what is not given stays."""
    with door.open() as workbench:
        profile = workbench.profile()
        position = find(profile, customer)
        said = _document(profile, sets, cleared, document, position)
        _tell_change(door, edit(workbench, profile.ids[position], said))


@command("merge")
@click.argument("first")
@click.argument("second")
@click.option("--keep", "kept", multiple=True, metavar="FIELD=first|second",
              help="Whose value stays; source_id says whose profile.")  # fmt: skip
@click.option("--preview", "only_told", is_flag=True, help="Show both profiles; do nothing.")
def merge_command(
    door: Door, first: str, second: str, kept: tuple[str, ...], *, only_told: bool
) -> None:
    """Make one customer of two; the one with a source id stays and wins each field."""
    keep = _pairs(kept, "--keep", "FIELD=first or FIELD=second")
    with door.open() as workbench:
        told = preview if only_told else merge
        _tell_merge(door, told(workbench, first, second, keep))


@command("duplicates")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100,
              help="Groups of each kind to list; counts are of all.")  # fmt: skip
def duplicates_command(door: Door, limit: int) -> None:
    """Who may be the same: by e-mail, by phone, by name and birthdate."""
    with door.open() as workbench:
        profile = workbench.profile()
        found = duplicates(profile, limit)
        documents = [_of_likeness(profile, each) for each in found]
        door.tell({"duplicates": documents}, *_lines(documents))


for row in (show, create_command, edit_command, merge_command, duplicates_command):
    customers.add_command(row)


def _document(
    profile: Profile,
    sets: tuple[str, ...],
    cleared: Iterable[str],
    file: str | None,
    position: int | None = None,
) -> dict[str, Any]:
    """
    What is said in options and in a file.

    Raises:
        UsageError: it cannot be read, or nothing is said.
    """
    texts = _pairs(sets, "--set", PAIR)
    said = written_document(profile, texts, cleared, position)
    given = {} if file is None else read_object(file)
    if not said and not given:
        raise UsageError("expected --set, --clear or --document with something to write, got none")
    return {**given, **said}


def read_object(file: str) -> dict[str, Any]:
    """
    A JSON object in a file.

    Raises:
        UsageError: it is none.
    """
    try:
        found = load(read_text(file))
    except FilterError as error:
        raise UsageError("the document is not JSON", error.issues) from None
    if not isinstance(found, dict):
        raise UsageError(str(mistaken("an object of fields", found)))
    return found


def _pairs(texts: Iterable[str], option: str, form: str) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    wrong = [text for text, sign, _ in pairs if not sign or not text]
    if wrong:
        raise click.UsageError(f"expected {option} {form}, got {wrong[0]!r}")
    return {name: value for name, _, value in pairs}


def _tell_change(door: Door, told: CustomerChange) -> None:
    document = {
        "id": told.id,
        "source_id": told.source_id,
        "created": told.created,
        "change": told.change,
        "fields": [
            {"path": one.field.path, "before": one.before, "after": one.after}
            for one in told.differences
        ],
    }
    name = visible(told.source_id or told.id)
    done = f"created {name}" if told.created else f"changed {name}"
    said = done if told.change else f"nothing changes: {name} has these values already"
    door.tell(document, said, *(f"  {visible(str(one))}" for one in told.differences))


def _tell_merge(door: Door, told: CustomerMerge) -> None:
    document = {**vars(told), "fields": [vars(one) for one in told.fields]}
    done = "merged" if told.change else "would be merged"
    moves = ", ".join(counted(count, what) for what, count in told.records.items())
    door.tell(
        document,
        f"{told.goes} {done} into {told.stays}" + (f"; with {moves}" if moves else ""),
        *map(_choice, told.fields),
    )


def _choice(one: FieldChoice) -> str:
    sign = "≠" if one.differs else " "
    return (
        f"  {sign} {visible(one.label)}: {visible(one.first)} | {visible(one.second)} → {one.kept}"
    )


def _of_likeness(profile: Profile, found: Duplicates) -> dict[str, Any]:
    ids, sources = profile.ids, profile.customers["source_id"]
    return {
        "by": found.likeness.key,
        "label": found.likeness.label,
        "groups": found.count,
        "customers": found.customers,
        "listed": [
            {
                "value": group.value,
                "customers": [{"id": ids[at], "source_id": sources[at]} for at in group.positions],
            }
            for group in found.groups
        ],
    }


def _lines(documents: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for found in documents:
        groups, people = (
            counted(found["groups"], "groups"),
            counted(found["customers"], "customers"),
        )
        yield f"{found['label']}: {groups}, {people}"
        for group in found["listed"]:
            names = (visible(one["source_id"] or one["id"]) for one in group["customers"])
            yield f"  {visible(group['value'])}: {', '.join(names)}"
