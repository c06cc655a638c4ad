"""
Older versions of records are folded away: of those up to a change set each record's last one stays.

What was before that change set cannot be told any more, and is refused; privacy rule 26.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from engine.base.kinds.customers import MERGED
from engine.base.profiles import Profile
from engine.store.changes import ChangeSet
from engine.store.records.tables import RecordTable
from engine.workspace.workbench import Workbench

# All that is left of whoever was deleted: a number that nobody has again, and who they became.
LEFT = ("row", "change", "deleted")
MERGE = ("id", "source_id", MERGED)


@dataclass(eq=False)
class HistoryFold:
    """The history of all tables up to a change set as one version a record."""

    workbench: Workbench
    profile: Profile
    upto: int  # the number of the change set; 0: none is as old
    at: datetime | None = None  # its instant
    counts: dict[str, int] = field(default_factory=dict)  # versions that go, by record table

    def find(self) -> None:
        """Counts what goes."""
        store = self.workbench.store
        for name, table in store.tables.items():
            keys = store.columns(table, self.profile.snapshot, ["row"])
            early = keys.filter(pl.col("change") <= self.upto)
            if count := early.height - early["row"].n_unique():
                self.counts[name] = count

    def of(self, table: RecordTable, versions: Callable[[], pl.DataFrame]) -> pl.DataFrame | None:
        """What stays of some versions of a table, all columns; None: nothing of it is to go."""
        return folded(versions(), self.upto) if table.name in self.counts else None

    def note(self, change: ChangeSet) -> None:
        """Says in the change set what can be told no more."""
        for name in self.counts:
            change.forget_before(change.tables[name], self.upto, self.upto)


def folded(versions: pl.DataFrame, upto: int) -> pl.DataFrame:
    """
    Of the versions up to a change set the last one of each record; later ones as they are.

    Returns:
        One row a version, in order of `change`; all columns of `versions`.
    """
    is_early = pl.col("change") <= upto
    ordered = versions.sort("change", maintain_order=True)
    last = ordered.filter(is_early).unique("row", keep="last", maintain_order=True)
    merged = pl.col(MERGED).is_not_null() if MERGED in versions.columns else pl.lit(value=False)
    kept = [
        pl.when(~pl.col("deleted") | (merged if name in MERGE else False)).then(pl.col(name))
        for name in versions.columns
        if name not in LEFT
    ]
    return pl.concat([last.with_columns(kept), ordered.filter(~is_early)])
