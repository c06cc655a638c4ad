"""What makes a damage right again, or takes what is there for right."""

from collections.abc import Callable
from contextlib import suppress

from pyroaring import BitMap

from engine.integrity.damages import other_files
from engine.integrity.evidence import Evidence
from engine.memberships.ledger import SILENT
from engine.store.database import Transaction
from engine.store.folder import ASIDE
from engine.store.results.checksums import count_anew, count_parts_anew
from engine.store.results.log_chain import chain_anew
from engine.store.results.members import members_of, rewrite_members
from engine.store.results.memberships import (
    Membership,
    Move,
    Pass,
    last_pass,
    memberships,
    moves_of,
    record_moves,
    record_pass,
    rewrite_index,
    save_lines,
)
from engine.store.results.segments import segments

Remedy = Callable[[Evidence, Transaction], None]
Tidy = Callable[[Evidence], None]  # what is not in the database


def members(evidence: Evidence, connection: Transaction) -> None:
    """Finds the members of every segment with a filter anew, and counts those of the others."""
    right, known = evidence.right, memberships(connection)
    rewrite_members(connection, right)
    sliding = evidence.workbench.memberships.definitions(
        evidence.profile, evidence.workbench.clock()
    ).sliding
    lines = [_line(evidence, known[key], key in sliding) for key in right]
    for key in known.keys() - right.keys():
        line = known[key]
        with suppress(ValueError):  # a list that cannot be read is told by itself
            count = len(members_of(connection, [key])[key].rows)
            lines.append(Membership(key, line.revision + 1, count, line.at, None))
    save_lines(connection, lines)
    last = last_pass(connection)
    record_pass(connection, Pass(last.number + 1, last.zone))
    count_anew(connection, ("membership",))
    count_parts_anew(connection, "membership_part", right)


def _line(evidence: Evidence, line: Membership, slides: bool) -> Membership:  # noqa: FBT001 - a fact
    """The line of a segment; where time moves its members they are looked at again at once."""
    at, key = evidence.instant(line.segment_id), line.segment_id
    return Membership(key, line.revision + 1, len(evidence.right[key]), at, at if slides else None)


def index(_evidence: Evidence, connection: Transaction) -> None:
    """Makes the index of entries and exits anew."""
    rewrite_index(connection)


def sums(evidence: Evidence) -> None:
    """Notes the check sums that are missing; what the files hold was read before."""
    evidence.store.note_sums()


def keys(evidence: Evidence) -> None:
    """Notes the keys of metadata beside the records."""
    evidence.store.note_keys()


def memory(evidence: Evidence) -> None:
    """Reads everything anew."""
    evidence.workbench.memberships.profiles.drop()


def exports(evidence: Evidence) -> None:
    """Moves files aside that are not those of their receipts."""
    aside = evidence.store.folder / ASIDE / f"{evidence.workbench.now():%Y%m%dT%H%M%S%fZ}"
    for file in other_files(evidence):
        aside.mkdir(parents=True, exist_ok=True)
        file.rename(aside / file.name)


def strays(evidence: Evidence) -> None:
    """Removes what belongs to nothing; waits for writers."""
    evidence.store.reclaim()


def rows(_evidence: Evidence, connection: Transaction) -> None:
    """Takes the rows of every table as they are."""
    count_anew(connection)


def log(_evidence: Evidence, connection: Transaction) -> None:
    """Chains the lines of the log as they are."""
    chain_anew(connection)


def history(evidence: Evidence, connection: Transaction) -> None:
    """Adds a stroke that leads to the members of each segment whose strokes do not."""
    told = {one.id: one for one in segments(connection) if one.type not in SILENT}
    strokes = []
    for key in evidence.right.keys() & told.keys():
        found, right = BitMap(), evidence.right[key]
        for move in moves_of(connection, key):
            found = (found | move.entered) - move.left
        if found != right:
            version, at = told[key].version, evidence.instant(key)
            strokes.append(Move(key, at, "repair", None, version, right - found, found - right))
    record_moves(connection, strokes)
