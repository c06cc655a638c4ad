"""`erase`, `erasures` and `subject-access`: what people may ask of their own data."""

from pathlib import Path
from typing import Any

import click

from engine.cli.commands import Commands
from engine.cli.door import Door, command, read_text
from engine.errors import UsageError
from engine.privacy import consent, erasure
from engine.privacy.access_file import subject_access
from engine.privacy.access_page import FORMATS, format_of, to_text
from engine.privacy.erasure import Erasure, ErasurePreview
from engine.privacy.inventory import PLACES
from engine.privacy.people import names_in
from engine.system.disk import replaced
from engine.text.counts import counted
from engine.text.display import visible
from engine.workspace.settings import ACTIVITY
from engine.workspace.workbench import Access


@command("erase")
@click.argument("customers", nargs=-1)
@click.option("--file", metavar="FILE", help="Ids, source ids, e-mails or phones, one a line.")
@click.option(
    "--activity",
    type=click.Choice([*ACTIVITY]),
    help="Whether orders and the like stay as nobody's; as the workspace is set.",
)
@click.option(
    "--again",
    is_flag=True,
    help="Erase whoever was erased before and is back, as behind a restored backup.",
)
@click.option(
    "--notes",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --again: the erased.json of another copy of the workspace.",
)
@click.option("--yes", is_flag=True, help="Do it: it cannot be undone. Else only say what goes.")
def erase_command(
    door: Door,
    customers: tuple[str, ...],
    file: str | None,
    activity: str | None,
    *,
    again: bool,
    notes: Path | None,
    yes: bool,
) -> None:
    """Erase customers for good, from every place and version."""
    names = [*customers, *(names_in(read_text(file)) if file else ())]
    if again == bool(names):
        raise click.UsageError("expected customers or --file, or --again, got both or neither")
    with door.open() as workbench:
        if again:
            _tell_again(door, workbench, notes)
        elif yes:
            _tell(door, erasure.erase(workbench, names, activity))
        else:
            _tell_preview(door, erasure.preview(workbench, names, activity))


@click.group("erasures", cls=Commands)
def erasures() -> None:
    """Certificates of erasures, and letting somebody come back."""


@command("list")
def list_command(door: Door) -> None:
    """Every erasure, newest first."""
    with door.open() as workbench:
        for one in erasure.index(workbench):
            door.tell(_document(one), _line(one))


@command("show")
@click.argument("erasure_id")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="Write it to a file.")
def show(door: Door, erasure_id: str, to: Path | None) -> None:
    """The certificate of an erasure: what, when, by whom, how much."""
    with door.open() as workbench:
        found = erasure.show(workbench, erasure_id)
        if to is not None:
            _write(to, to_text(found.certificate, "json"))
        door.tell(_document(found), *_lines(found))


@command("lift")
@click.argument("identity")
def lift(door: Door, identity: str) -> None:
    """Let somebody who was erased come back, who has asked for it."""
    with door.open() as workbench:
        count = erasure.lift_tombstones(workbench, identity)
        told = f"may come back: {counted(count, 'identities')} are known no more"
        door.tell({"lifted": count}, told)


for row in (list_command, show, lift):
    erasures.add_command(row)


@click.group("suppressions", cls=Commands)
def suppression_commands() -> None:
    """Who leaves in no export of people: the list, with reasons."""


@command("list")
def list_suppressions(door: Door) -> None:
    """Everybody on the list, newest first; and how many are unsubscribed by their own field."""
    with door.open() as workbench:
        for one in consent.suppression_list(workbench):
            said = {"customer": one.customer, **vars(one.line)}
            told = f"{one.line.at:%Y-%m-%d}  {visible(one.customer)}  {visible(one.line.reason)}"
            door.tell(said, told)
        count = int(consent.unsubscribed(workbench, workbench.profile()).sum())
        field = workbench.project.unsubscribed_field
        door.tell({"unsubscribed": count}, f"{counted(count, 'customers')} unsubscribed: {field}")


@command("add")
@click.argument("customer")
@click.option("--reason", required=True, help="Such as a complaint, in a few words.")
def add_suppression(door: Door, customer: str, reason: str) -> None:
    """Keep a customer out of exports of people."""
    with door.open() as workbench:
        consent.hold_back(workbench, customer, reason)
        door.tell({"suppressed": customer}, f"held back from now on: {visible(customer)}")


@command("remove")
@click.argument("customer")
def remove_suppression(door: Door, customer: str) -> None:
    """Let a customer into exports again."""
    with door.open() as workbench:
        consent.let_out(workbench, customer)
        door.tell({"released": customer}, f"in exports again: {visible(customer)}")


for row in (list_suppressions, add_suppression, remove_suppression):
    suppression_commands.add_command(row)


@command("subject-access")
@click.argument("customer")
@click.option(
    "--to",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.",
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="By the name of the file unless given."
)
def subject_access_command(door: Door, customer: str, to: Path, form: str | None) -> None:
    """Write all that is known of a person, under every id, to one file."""
    with door.open() as workbench:
        found = subject_access(workbench, customer)
        _write(to, to_text(found, form or format_of(to)))
        counts = {key: len(rows) for key, rows in found.items() if isinstance(rows, list)}
        told = (f"{key}: {count:,}" for key, count in counts.items() if count)
        door.tell({"file": str(to), "counts": counts}, f"wrote {to}", *told)


def _write(to: Path, text: str) -> None:
    """
    Writes a file, whole or not at all.

    Raises:
        UsageError: it cannot be written there.
    """
    try:
        replaced(to, text)
    except OSError as error:
        raise UsageError(
            f"expected a file that can be written at {to}, got: {error.strerror}"
        ) from None


def _tell_again(door: Door, access: Access, notes: Path | None) -> None:
    found = erasure.erase_again(access, notes)
    if found is None:
        door.tell({"erasure": None}, "nobody who was erased is back")
    else:
        _tell(door, found)


def _tell(door: Door, done: Erasure) -> None:
    door.tell(_document(done), f"erased; the certificate is {done.id}", *_lines(done))


def _document(one: Erasure) -> dict[str, Any]:
    return dict(one.certificate)


def _line(one: Erasure) -> str:
    said = one.certificate
    return f"{one.id}  {said['at']}  {visible(said['by'])}  {counted(said['people'], 'customers')}"


def _lines(one: Erasure) -> list[str]:
    said = one.certificate
    return [
        _line(one),
        *(f"  {row['where']}: {row['count']:,} ({row['how']})" for row in said["erased"]),
        *(f"  removed {file}" for file in said["files"]),
        f"  sha256 {said['sha256']}",
    ]


def _tell_preview(door: Door, found: ErasurePreview) -> None:
    rows = [
        f"  {key}: {count:,}: {PLACES[key].holds}; {PLACES[key].way}"
        for key, count in found.counts.items()
    ]
    shared = [f"  stays, as others have it too: {visible(one)}" for one in found.shared]
    outside = [f"  remove by hand if it names them: {visible(one)}" for one in found.outside]
    door.tell(
        {**vars(found), "counts": dict(found.counts)},
        f"would erase {counted(found.people, 'customers')} in "
        f"{counted(found.profiles, 'profiles')}; {ACTIVITY[found.activity]}",
        *rows,
        *shared,
        *outside,
        "it cannot be undone: say --yes to do it",
    )
