"""
What others hear of: one row for each event, and whom it happened to.

It is written by the transaction in which it happened, one row of the outbox for all whom one stroke
concerns. Where no active webhook wants an event, nothing is looked for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

import polars as pl
from pyroaring import BitMap

from engine.base.indexes import places
from engine.base.kinds.customers import MERGED
from engine.base.kinds.redemptions import FAILED, ROLLBACK, SUCCEEDED
from engine.base.kinds.registry import CUSTOMERS
from engine.base.profiles import Profile
from engine.memberships.bitmaps import bitmap_of
from engine.memberships.ledger import Ledger
from engine.store.changes import ChangeSet
from engine.store.database import Transaction
from engine.store.results.moves import Move
from engine.store.results.outbox import Happening, send_out, wanted

KNOWN, GONE = pl.col("@known"), pl.col("deleted")
REDEMPTIONS = "redemptions"


@dataclass(frozen=True, eq=False)
class EventRow:
    """One event."""

    key: str
    label: str
    doc: str
    table: str  # of whom or what it is told
    test: pl.Expr | None = None  # of a version; `@known`: it was there before
    moved: str | None = None  # of a move in a segment: who


def _redeemed(test: pl.Expr) -> pl.Expr:
    return ~KNOWN & ~GONE & test


EVENTS: Mapping[str, EventRow] = {
    row.key: row
    for row in (
        EventRow(
            "customer.created",
            "Customer created",
            "A customer is there who was not",
            CUSTOMERS.name,
            ~KNOWN & ~GONE,
        ),
        EventRow(
            "customer.updated",
            "Customer updated",
            "A profile has changed",
            CUSTOMERS.name,
            KNOWN & ~GONE,
        ),
        EventRow(
            "customer.merged",
            "Customers merged",
            "A profile turned out to be another customer's",
            CUSTOMERS.name,
            KNOWN & GONE & pl.col(MERGED).is_not_null(),
        ),
        EventRow(
            "redemption.succeeded",
            "Redemption succeeded",
            "A code was redeemed",
            REDEMPTIONS,
            _redeemed(~ROLLBACK & SUCCEEDED),
        ),
        EventRow(
            "redemption.failed",
            "Redemption failed",
            "A code could not be redeemed",
            REDEMPTIONS,
            _redeemed(~ROLLBACK & FAILED),
        ),
        EventRow(
            "redemption.rolled_back",
            "Redemption rolled back",
            "A redemption was taken back",
            REDEMPTIONS,
            _redeemed(ROLLBACK & SUCCEEDED),
        ),
        EventRow(
            "customer.segment.entered",
            "Segment entered",
            "A customer came into an auto-update segment",
            CUSTOMERS.name,
            moved="entered",
        ),
        EventRow(
            "customer.segment.left",
            "Segment left",
            "A customer went out of an auto-update segment",
            CUSTOMERS.name,
            moved="left",
        ),
    )
}
RECORDED = [row for row in EVENTS.values() if row.test is not None]
MOVED = [row for row in EVENTS.values() if row.moved is not None]


def tell(
    connection: Transaction,
    ledger: Ledger,
    before: Profile | None = None,
    changes: Iterable[ChangeSet] = (),
) -> None:
    """
    Puts what happened in this transaction into the outbox, as far as somebody wants to hear of it.

    Args:
        ledger: with the entries and exits of which the history is kept.
        before: the base before the change sets.
    """
    if wanting := wanted(connection):
        rows = [row for row in RECORDED if row.key in wanting]
        happened = [
            one for change in changes if before is not None for one in _of(change, before, rows)
        ]
        happened += [one for move in ledger.history for one in _moved(move, ledger, wanting)]
        send_out(connection, sorted(happened, key=lambda one: one.change or 0), wanting)


def _of(change: ChangeSet, before: Profile, rows: Iterable[EventRow]) -> Iterator[Happening]:
    """What a change set made of records."""
    for row in rows:
        versions = change.written.get(row.table)
        if versions is not None and row.test is not None:
            known = _known(change, before, row.table, versions["row"])
            found = versions.with_columns(known.alias("@known")).filter(row.test)["row"]
            if len(found):
                subjects = bitmap_of(found.to_numpy())
                yield Happening(row.key, change.now, change.act.cause, change.number, subjects)


def _known(change: ChangeSet, before: Profile, table: str, rows: pl.Series) -> pl.Series:
    """Whether each was there; a customer who is back, by an undo, was not."""
    if table != CUSTOMERS.name:
        return rows < change.before.next_rows[table]
    there = before.customers["row"].gather(places(before.customers, rows.sort()))
    return rows.is_in(there.implode())


def _moved(move: Move, ledger: Ledger, wanting: Mapping[str, object]) -> Iterator[Happening]:
    for row in MOVED:
        subjects: BitMap = attrgetter(str(row.moved))(move)
        if subjects and row.key in wanting:
            name = ledger.definitions[move.segment_id].segment.name
            yield Happening(
                row.key, move.at, move.cause, move.change, subjects, move.segment_id, name
            )
