"""What makes a damage right again, or takes what is there for right."""

from collections.abc import Callable
from contextlib import suppress

from pyroaring import BitMap

from engine.integrity.damages import other_files
from engine.integrity.inspection import Inspection
from engine.memberships.ledger import SILENT
from engine.store.database import Transaction
from engine.store.folder import ASIDE
from engine.store.results.checksums import count_anew, count_parts_anew
from engine.store.results.log_chain import chain_anew
from engine.store.results.members import members_of, rewrite_members
from engine.store.results.memberships import (
    Membership,
    Pass,
    last_pass,
    memberships,
    record_pass,
    save_lines,
)
from engine.store.results.moves import Move, moves_of, record_moves, rewrite_index
from engine.store.results.segments import segments

Remedy = Callable[[Inspection, Transaction], None]
Tidy = Callable[[Inspection], None]  # what is not in the database


def members(inspection: Inspection, connection: Transaction) -> None:
    """Finds the members of every segment with a filter anew, and counts those of the others."""
    right, known = inspection.right, memberships(connection)
    rewrite_members(connection, right)
    lists = inspection.definitions.keys() - inspection.definitions.evaluated
    counts = {key: len(found) for key, found in right.items()}
    for key in lists:
        with suppress(ValueError):  # a list that cannot be read is told by itself
            counts[key] = len(members_of(connection, [key])[key].rows)
    save_lines(connection, [_line(inspection, known.get(key), key, counts[key]) for key in counts])
    last = last_pass(connection)
    record_pass(connection, Pass(last.number + 1, last.zone))
    count_anew(connection, ("membership",))
    count_parts_anew(connection, "membership_part", right)


def _line(inspection: Inspection, known: Membership | None, key: str, count: int) -> Membership:
    """The line of a segment; where time moves its members they are looked at again at once."""
    at, slides = inspection.instant(key), key in inspection.definitions.sliding
    return Membership(key, (known.revision if known else 0) + 1, count, at, at if slides else None)


def index(_evidence: Inspection, connection: Transaction) -> None:
    """Makes the index of entries and exits anew."""
    rewrite_index(connection)


def sums(inspection: Inspection) -> None:
    """Notes the check sums that are missing; what the files hold was read before."""
    inspection.store.note_sums()


def memory(inspection: Inspection) -> None:
    """Reads everything anew."""
    inspection.workbench.memberships.profiles.forget()


def exports(inspection: Inspection) -> None:
    """Moves files aside that are not those of their receipts."""
    aside = inspection.store.folder / ASIDE / f"{inspection.workbench.now():%Y%m%dT%H%M%S%fZ}"
    for file in other_files(inspection):
        aside.mkdir(parents=True, exist_ok=True)
        file.rename(aside / file.name)


def strays(inspection: Inspection) -> None:
    """Removes what belongs to nothing; waits for writers."""
    inspection.store.reclaim()


def rows(_evidence: Inspection, connection: Transaction) -> None:
    """Takes the rows of every table as they are."""
    count_anew(connection)


def log(_evidence: Inspection, connection: Transaction) -> None:
    """Chains the lines of the log as they are."""
    chain_anew(connection)


def history(inspection: Inspection, connection: Transaction) -> None:
    """Adds a stroke that leads to the members of each segment whose strokes do not."""
    told = {one.id: one for one in segments(connection) if one.type not in SILENT}
    strokes = []
    for key in inspection.right.keys() & told.keys():
        found, right = BitMap(), inspection.right[key]
        for move in moves_of(connection, key):
            found = (found | move.entered) - move.left
        if found != right:
            version, at = told[key].version, inspection.instant(key)
            strokes.append(Move(key, at, "repair", None, version, right - found, found - right))
    record_moves(connection, strokes)
