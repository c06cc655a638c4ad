"""
People are erased: through every row of the inventory and every version, as one change set.

The records, the texts of the database, the tombstones and the certificate are one commit; what then
lies behind it on the disk is noted in that commit and taken away at once, or, after a kill, by
whoever opens the workspace next. Privacy rules 4 to 16.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.base.kinds.registry import CUSTOMERS
from engine.base.profiles import Profile
from engine.errors import NotFoundError
from engine.privacy.erasure_plan import Plan, brought_up, plan_of, with_later_files
from engine.privacy.inventory import PLACES
from engine.privacy.people import DataSubject, find_people, people_of_rows
from engine.privacy.records import erase_records
from engine.privacy.texts import FILTERS, counts, erase_texts
from engine.rights import ERASE
from engine.store.changes import ChangeSet
from engine.store.database import Transaction
from engine.store.folder import ERASED
from engine.store.purge import note_purge
from engine.store.results.erasures import Erasure as Erasure  # for the doors too
from engine.store.results.erasures import add_erasure, erasures, find_erasure
from engine.store.results.moves import moves_of
from engine.store.results.runs import ExportRun, exports, mark_erased
from engine.store.results.suppressions import release
from engine.store.results.tombstones import (
    Tombstones,
    add_tombstones,
    kept_in,
    lift,
    ready,
    take_over,
    tombstones,
)
from engine.text.display import quoted
from engine.workspace.workbench import Access, Workbench

FORMAT = 1  # of certificates
Who = Callable[[Profile], Sequence[DataSubject]]


@dataclass(frozen=True)
class ErasurePreview:
    """What an erasure would do; nothing is written."""

    people: int
    profiles: int  # with those merged into them and deleted before
    counts: Mapping[str, int]  # records, values or files, by the row of the inventory
    activity: str  # a key of ACTIVITY
    shared: tuple[str, ...]  # values that another customer has as well: they stay there
    outside: tuple[str, ...]  # exported files that lie elsewhere: nobody here can remove them


def preview(
    workbench: Workbench, names: Iterable[str], activity: str | None = None
) -> ErasurePreview:
    """
    What the erasure of some people would do.

    Args:
        names: of each person an id, a source id, an e-mail or a phone.
        activity: a key of ACTIVITY; as the workspace is set unless given.

    Raises:
        NotFoundError: nobody, or several, go by one of the names.
    """
    profile = workbench.profile()
    plan = plan_of(workbench, profile, find_people(workbench, profile, names), activity)
    with workbench.store.read() as connection:
        found = plan.counts | counts(connection, plan.traces)
        outside = tuple(run.file_name for run in exports(connection) if _is_elsewhere(run))
    shared = (each for person in plan.people for each in person.shared)
    profiles = sum(len(person.rows) for person in plan.people)
    return ErasurePreview(
        len(plan.people), profiles, found, plan.activity, tuple(dict.fromkeys(shared)), outside
    )


def erase(access: Access, names: Iterable[str], activity: str | None = None) -> Erasure:
    """
    Erases some people for good; takes and raises what `preview` does.

    Raises:
        ClockError: the clock is before the last change; or all is done but for what a reader of
            another program still holds.
    """
    wanted = list(names)
    return _erase(access, lambda profile: find_people(access, profile, wanted), activity)


def erase_again(access: Access, notes: Path | None = None) -> Erasure | None:
    """
    Erases whoever was erased before and is back, as behind a restored backup; None: nobody is.

    Args:
        notes: the file of tombstones; that of the workspace unless given.
    """
    kept = kept_in(notes or access.store.folder / ERASED)
    access.expect(ERASE)
    with access.note() as connection:  # also where the clock is behind what it has brought
        take_over(connection, kept)
        known = tombstones(connection)
        if known.hashes:
            note_purge(connection)  # the file beside the database is written anew
    access.purge()
    rows = [row for stones in {known, kept.known} for row in _returned(access, stones)]
    if not rows:
        return None
    return _erase(access, lambda profile: people_of_rows(access, profile, rows), None)


def show(workbench: Workbench, erasure_id: str) -> Erasure:
    """
    One erasure with its certificate.

    Raises:
        NotFoundError: there is none.
    """
    with workbench.store.read() as connection:
        return find_erasure(connection, erasure_id)


def index(workbench: Workbench) -> list[Erasure]:
    """Every erasure, newest first."""
    with workbench.store.read() as connection:
        return erasures(connection)


def segments_left(workbench: Workbench, made: Erasure) -> int:
    """How many segments somebody has left by an erasure."""
    with workbench.store.read() as connection:
        return len({move.segment_id for move in moves_of(connection, change=made.change)})


def lift_tombstones(access: Access, identity: str) -> int:
    """
    Lets somebody who was erased come back, under all identities; gives how many those are.

    Raises:
        NotFoundError: nobody of that identity was erased.
    """
    with access.write("erasure") as (connection, act):
        count = lift(connection, identity)
        if not count:
            raise NotFoundError(f"nobody was erased who had {quoted(identity)}")
        act.touched["lifted tombstones"] = count
        note_purge(connection)  # the file beside the database is written anew
    access.purge()
    return count


def _is_elsewhere(run: ExportRun) -> bool:
    """Whether the file of an export lies outside the workspace, by the name that it was given."""
    return Path(run.file_name).name != run.file_name


def _erase(access: Access, who: Who, activity: str | None) -> Erasure:
    """Who and what is meant is sought before the lock is taken: that takes seconds a million."""
    before = access.profile()
    plan = plan_of(access, before, who(before), activity)
    with access.change_set("erasure", gathered=True) as (change, profile):
        if profile.change != plan.change:
            plan = brought_up(access, plan, profile, who(profile))
        erase_records(access, profile, change, plan.records, plan.traces)
        erasure_id = write_erasure(access, change, plan)
        change.act.touched |= {"persons": len(plan.people), "erasures": [erasure_id]}
    access.purge()
    return show(access, erasure_id)


def write_erasure(access: Access, change: ChangeSet, plan: Plan, *, remembered: bool = True) -> str:
    """
    Adds all that an erasure writes into the database, beside the pointers to the records.

    Args:
        remembered: by tombstones, so that nobody brings them back.

    Returns:
        The id of its certificate.
    """
    erasure_id = f"del_{secrets.token_hex(12)}"

    def write(connection: Transaction) -> None:
        _write(access, connection, change, plan, erasure_id, remembered=remembered)

    change.record(write)
    return erasure_id


def _write(
    access: Access,
    connection: Transaction,
    change: ChangeSet,
    planned: Plan,
    erasure_id: str,
    *,
    remembered: bool,
) -> None:
    plan = with_later_files(planned, access.store.folder)
    lost = erase_texts(connection, plan.traces)
    change.redefined |= {str(cell.key[0]) for cell in lost.get(FILTERS, ())}
    found = plan.counts | {key: len(cells) for key, cells in lost.items()}
    release(connection, [row for person in plan.people for row in person.rows])
    stones, known = ready(connection), plan.people if remembered else ()
    hashes = [[stones.of(one) for one in person.identities] for person in known]
    mark_erased(connection, {Path(file).name for file in plan.removed}, erasure_id)
    content = _certificate(change, plan, found, erasure_id, hashes)
    add_erasure(connection, Erasure(erasure_id, change.now, change.number, content))
    add_tombstones(connection, erasure_id, hashes)
    note_purge(connection, plan.removed)


def _certificate(
    change: ChangeSet,
    plan: Plan,
    found: Mapping[str, int],
    erasure_id: str,
    hashes: Iterable[Iterable[str]],
) -> dict[str, Any]:
    """What was done, by whom and when, and nothing of the people; with a hash of all that."""
    said = {
        "format": FORMAT,
        "id": erasure_id,
        "at": change.now.isoformat(),
        "by": change.act.actor.name,
        "door": change.act.actor.door,
        "because": change.act.cause,
        "change": change.number,
        "people": len(plan.people),
        "profiles": sum(len(person.rows) for person in plan.people),
        "activity": plan.activity,
        "erased": [
            {"where": key, "what": PLACES[key].holds, "how": PLACES[key].way, "count": count}
            for key, count in found.items()
        ],
        "files": plan.removed,
        "tombstones": sorted(one for some in hashes for one in some),
    }
    return {**said, "sha256": digest(said)}


def digest(certificate: Mapping[str, Any]) -> str:
    """The hash over a certificate, its own aside."""
    said = {key: value for key, value in certificate.items() if key != "sha256"}
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _returned(access: Access, stones: Tombstones) -> list[int]:
    """The `row` of every profile of whom an identity has a tombstone."""
    if not stones.hashes:
        return []
    names = ("row", "id", "source_id", "email", "phone")
    keys = access.store.columns(CUSTOMERS, access.store.snapshot(), names)
    found = dict.fromkeys(
        row
        for name in names[1:]
        for row, value in keys.select("row", name).drop_nulls().unique().iter_rows()
        if (stones.holds_phone(value) if name == "phone" else stones.holds(value))
    )
    return list(found)
