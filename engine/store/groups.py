"""
CommitGroup commit: change sets that waited together share the lock and one transaction.

Each has a number, a line in the log and results of its own; all are there, or none.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl
from sqlalchemy import Connection, insert

from engine.actors import Actor
from engine.store.changes import ChangeSet
from engine.store.records.fresh import Written, WrittenBatch, joined
from engine.store.records.pointers import save_pointer
from engine.store.records.small_writes import keep_small
from engine.store.results.change_log import Act, record_all
from engine.store.results.tables import change_set
from engine.store.snapshot import Snapshot, snapshot_in

NUMBERED = insert(change_set)


@dataclass
class CommitGroup:
    """Change sets being written, one after the other, all at one instant; mostly a single one."""

    begin: Callable[[Snapshot, Act], ChangeSet]
    before: Snapshot
    at: datetime
    changes: list[ChangeSet] = field(default_factory=list)
    # What their results come to together, written behind them and before the lines of the log.
    follow: Callable[[Connection], object] | None = None
    concerned: list[frozenset[int]] = field(default_factory=list)  # the customers' `row` of each
    after: Snapshot | None = None  # the state that it leaves, if somebody has asked for it
    _pending: dict[int, WrittenBatch] = field(default_factory=dict)
    _together: tuple[int, Written] = (0, {})  # of how many change sets, and what

    def change_set(self, cause: str, actor: Actor) -> ChangeSet:
        """The next one; it is part of the group once it is kept."""
        return self.begin(self.state, Act(actor, cause, self.at))

    def keep(self, change: ChangeSet) -> None:
        """Takes in what has been written."""
        self.changes.append(change)

    def cut(self, concerned: list[frozenset[int]]) -> None:
        """Lets go of all but the first, of which each concerns customers of its own."""
        self.concerned = concerned
        del self.changes[len(concerned) :]

    @property
    def wrote(self) -> list[ChangeSet]:
        """Those that have a number."""
        return [change for change in self.changes if change.wrote]

    @property
    def state(self) -> Snapshot:
        """The state behind what was kept, but for names and columns that are new."""
        pending = {one.number: WrittenBatch(one.number, one.written) for one in self.wrote}
        last = self.changes[-1].leaves if self.changes else self.before
        return replace(last, pending=pending)

    @property
    def written(self) -> Written:
        """The versions of all change sets, by record table."""
        many, known = self._together
        if many != len(self.changes):
            known = _joined([change.written for change in self.wrote])
            self._together = len(self.changes), known
        return known

    def left_in(self, connection: Connection) -> Snapshot:
        """The state that the group leaves, as the transaction that commits it sees it."""
        self._pending |= self.batch
        self.after = replace(snapshot_in(connection), pending=self._pending)
        return self.after

    def commit(self, connection: Connection) -> None:
        """Writes the numbers, the results, the pointers, what follows, and the log's lines."""
        numbers = [{"number": one.number, "at": one.now} for one in self.wrote]
        if numbers:
            connection.execute(NUMBERED, numbers)
        for result in (result for change in self.changes for result in change.results):
            result(connection)
        for name, where in self.state.pointers.items():
            small = [one.written[name] for one in self.changes if name in one.small]
            left = replace(where, waiting=where.waiting + keep_small(connection, name, small))
            if left != self.before.pointers[name]:
                save_pointer(connection, left)
        if self.follow and self.wrote:
            self.follow(connection)
        lines = [(one.done(), one.number if one.wrote else None) for one in self.changes]
        record_all(connection, lines)

    @property
    def batch(self) -> dict[int, WrittenBatch]:
        """What it wrote as one, under the last number; nothing if it wrote nothing."""
        numbers = [change.number for change in self.wrote]
        return {numbers[-1]: WrittenBatch(numbers[0], self.written)} if numbers else {}

    def committed(self) -> None:
        """Frees what others hold of it from now on."""
        self._pending.clear()


def _joined(written: list[Written]) -> Written:
    parts: dict[str, list[pl.DataFrame]] = {}
    for one in written:
        for table, versions in one.items():
            parts.setdefault(table, []).append(versions)
    return {table: joined(some) for table, some in parts.items()}
