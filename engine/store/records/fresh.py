"""What the last change sets of this process wrote, so that it need not be read back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from engine.system.spool import mapped

Written = Mapping[str, pl.DataFrame]  # versions, by record table
MOST_BATCHES, MOST_ROWS = 64, 100_000


def apart(frame: pl.DataFrame) -> pl.DataFrame:
    """
    The same rows and columns alone in their memory, or on the disk where they are many.

    Rows of a file would hold all text of it for as long as they are kept. Text is copied to where
    it stands without gaps, a million cells in 20 ms. Ten million customers in 20 columns would
    take 7 GB until the commit. Lists are gathered before, because a slice of them brings along the
    elements of all rows: of a million customers 25 MB and 50 ms for each row. Of a single row
    gathering alone holds no others, at a tenth of what a way through Arrow takes.

    Raises:
        DiskError: the folder for temporary files takes no more.
    """
    if frame.height > MOST_ROWS:  # the next reader takes them from their files
        return mapped(frame)
    if frame.height == 1:
        return frame[[0]]
    rows = frame[pl.int_range(frame.height, eager=True)] if _has_lists(frame) else frame
    return pl.DataFrame(rows.to_arrow(compat_level=pl.CompatLevel.oldest()))


def _has_lists(frame: pl.DataFrame) -> bool:
    return any(dtype.is_nested() for dtype in frame.dtypes)


def joined(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Versions below each other, at least one part of them; the columns that any of them has."""
    return parts[0] if len(parts) == 1 else pl.concat(parts, how="diagonal")


@dataclass(frozen=True)
class WrittenBatch:
    """What change sets wrote that follow each other: one, or a group of them."""

    first: int  # of their numbers
    written: Written


Batches = Mapping[int, WrittenBatch]  # by the last number of each


class Fresh:
    """The last of them; what was erased since must be forgotten."""

    def __init__(self) -> None:
        self.batches: Batches = {}  # replaced as a whole: readers hold the one they took
        self._rows: dict[int, int] = {}  # of each; to ask every frame again takes 0.1 ms a write

    def keep(self, last: int, batch: WrittenBatch) -> None:
        """Takes in what one commit wrote, and lets go of the oldest that are too much."""
        kept = {**self.batches, last: batch}
        self._rows[last] = sum(versions.height for versions in batch.written.values())
        while len(kept) > MOST_BATCHES or sum(self._rows.values()) > MOST_ROWS:
            oldest = min(kept)
            del kept[oldest], self._rows[oldest]
        self.batches = kept

    def recent(
        self, table: str, pending: Batches, last: int, after: int
    ) -> tuple[list[pl.DataFrame], int]:
        """
        The versions of a table that are in memory of the last change sets, in their order.

        Args:
            pending: what is not committed yet.
            last, after: the numbers of the last change set that counts, and of the last that does
                not.

        Returns:
            A frame for each commit, and the number of the change set before them.
        """
        known, low = {**self.batches, **pending}, last
        found: list[WrittenBatch] = []
        while low > after and low in known:
            found.insert(0, known[low])
            low = known[low].first - 1
        return [one.written[table] for one in found if table in one.written], low

    def forget(self) -> None:
        """Lets go of everything."""
        self.batches, self._rows = {}, {}
