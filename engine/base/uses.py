"""
How often each voucher was used, by whom, and what was spent of it: kept from state to state.

What counts is what succeeded and was not rolled back since. A state is a frame and what came later
in layers, so that a redemption costs some microseconds, whatever came before, and nobody sees what
another state adds. It equals a count afresh (tests/base/test_uses.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce

import numpy as np
import polars as pl

from engine.base.indexes import places
from engine.base.kinds.redemptions import ROLLBACK, ROLLBACKS, ROLLED_BACK, SUCCEEDED
from engine.store.records.latest import at_places
from engine.store.records.tables import OWNER

COUNTED = ~ROLLBACK & SUCCEEDED & ~ROLLED_BACK & pl.col("voucher_code").is_not_null()
LAYERS = 64  # more are joined, which copies them
MANY = 100_000  # codes and customers in layers: a frame made anew is cheaper than copying these
NOBODY = -1  # the row of no customer
READ = ("voucher_code", OWNER, "gift_amount", "object", "result", "status")


@dataclass(frozen=True)
class Use:
    """How often, and what was spent of it in cents."""

    times: int = 0
    spent: int = 0

    def __add__(self, other: "Use") -> "Use":
        return Use(self.times + other.times, self.spent + other.spent)


SUMMED = ("times", "spent")
SUMS = [pl.col(name).sum().cast(pl.Int64) for name in SUMMED]
NEWER = {"code": pl.String, **dict.fromkeys(SUMMED, pl.Int64)}
Counts = dict[tuple[str, int | None], Use]  # by code and customer's `row`; None: everybody


class Uses:
    """The uses at one state of the redemptions."""

    def __init__(self, frame: pl.DataFrame, layers: tuple[Counts, ...] = ()) -> None:
        self._frame, self._layers = frame, layers
        self._marks = frame["mark"].to_numpy()

    @classmethod
    def of(cls, redemptions: pl.DataFrame) -> "Uses":
        """Those of all redemptions, one row each."""
        # A hash in place of a code: two of a million are the same once in 10^7 workspaces.
        counted = redemptions.lazy().filter(COUNTED)  # of which few columns are read
        known = counted.select(
            code="voucher_code",
            row=pl.col(OWNER).fill_null(NOBODY),
            spent=pl.col("gift_amount").fill_null(0),
        ).collect()
        by = known.lazy().with_columns(mark=_marks(known["code"])).group_by("mark", "row")
        summed = by.agg(times=pl.len(), spent=pl.col("spent").sum())
        return cls(summed.sort("mark", "row").collect())

    def following(self, before: pl.DataFrame, newer: pl.DataFrame) -> "Uses":
        """
        Those of a later state.

        Args:
            before: the redemptions of this one, in order of `row`.
            newer: versions since, in order of their change sets.
        """
        layers = (*self._layers, moved(before, newer))
        if len(layers) > LAYERS:
            layers = (reduce(joined, layers, {}),)
        return Uses(self._frame, layers)

    @property
    def is_long(self) -> bool:
        """Whether it is better made anew."""
        return sum(map(len, self._layers)) > MANY

    def of_code(self, code: str) -> Use:
        """By everybody."""
        found = self._frame[slice(*self._place(code))]
        stored = Use(int(found["times"].sum()), int(found["spent"].sum()))
        return self._newest(stored, (code, None))

    def of_each(self, codes: pl.Series) -> pl.DataFrame:
        """
        `of_code` of many at once, of which none comes twice: a million take 0.3 s.

        Returns:
            One row per code, in their order: `code`, `times`, and `spent` in cents.
        """
        asked = pl.DataFrame({"code": codes, "mark": _marks(codes)})
        stored = self._frame.join(asked, on="mark", how="semi").group_by("mark").agg(SUMS)
        newer = [(code, use.times, use.spent) for layer in self._layers
                 for (code, row), use in layer.items() if row is None]  # fmt: skip
        since = pl.DataFrame(newer, NEWER, orient="row").group_by("code").agg(SUMS)
        found = asked.join(stored, on="mark", how="left", maintain_order="left").join(
            since, on="code", how="left", maintain_order="left", suffix="_since"
        )
        return found.select(
            "code",
            *(pl.col(name).fill_null(0) + pl.col(f"{name}_since").fill_null(0) for name in SUMMED),
        )

    def of_customer(self, code: str, row: int) -> int:
        """How often one customer has used it."""
        first, last = self._place(code)
        rows = self._frame["row"][first:last]
        at = rows.search_sorted(row)
        there = at < len(rows) and rows[at] == row
        stored = Use(int(self._frame["times"][first + at])) if there else Use()
        return self._newest(stored, (code, row)).times

    def _place(self, code: str) -> tuple[int, int]:
        mark = _mark(code)
        first, last = (np.searchsorted(self._marks, mark, side) for side in ("left", "right"))
        return int(first), int(last)

    def _newest(self, stored: Use, key: tuple[str, int | None]) -> Use:
        return sum((layer[key] for layer in self._layers if key in layer), start=stored)


@lru_cache(maxsize=4096)
def _mark(code: str) -> np.uint64:
    return np.uint64(_marks(pl.Series([code]))[0])


def _marks(codes: pl.Series) -> pl.Series:
    """A frame's hashes, as a column's are a query: 0.3 ms for one code instead of 0.03."""
    return codes.to_frame().hash_rows()


def moved(before: pl.DataFrame, newer: pl.DataFrame) -> Counts:
    """
    What later versions add to the uses, and what they take away.

    Args:
        before, newer: as in `Uses.following`.
    """
    last = newer
    if newer.height > 1:
        last = newer.unique("row", keep="last", maintain_order=True)
    living = last.filter(~pl.col("deleted")) if last["deleted"].any() else last
    found: Counts = {}
    for versions, sign in ((_stored(before, last["row"]), -1), (living, 1)):
        for code, row, spent in _uses(versions):
            for place in ((code, row), (code, None)):
                found[place] = found.get(place, Use()) + Use(sign, sign * spent)
    return found


def _stored(before: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """The records among these `row`s; those that are new lie behind the last one there is."""
    top = before["row"][-1] if before.height else NOBODY
    known = sorted(row for row in rows.to_list() if row <= top)
    # To look at a million costs 2 ms, which each of a group would pay for each before it.
    return at_places(before, places(before, pl.Series(known, dtype=pl.Int64)))


def joined(one: Counts, other: Counts) -> Counts:
    """Both together."""
    return one | {key: one.get(key, Use()) + use for key, use in other.items()}


def _uses(redemptions: pl.DataFrame) -> Iterator[tuple[str, int, int]]:
    """Those of few redemptions, in plain Python: a query takes 0.3 ms, however few they are."""
    columns = (redemptions[name].to_list() for name in READ)
    for code, row, spent, kind, result, status in zip(*columns, strict=True):
        succeeded = result == "SUCCESS" or (result is None and status == "SUCCEEDED")
        if code is not None and kind != ROLLBACKS and succeeded and status != "ROLLED_BACK":
            yield code, NOBODY if row is None else row, spent or 0
