"""The files of a shop as they would have come in: their days moved, cut into deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import polars as pl

WEEK = timedelta(weeks=1)
DAY = 10  # characters of an instant that are its day
# By kind, the columns with an instant or a day that moves along; a birthday does not.
DATED: Mapping[str, tuple[str, ...]] = {
    "customers": ("Created_at", "Updated_at", "last_store_visit", "app_last_seen"),
    "campaigns": (),
    "vouchers": (),
    "orders": ("Created_at",),
    "redemptions": ("Date",),
    "events": ("Created_at",),
}


@dataclass(frozen=True, eq=False)
class ShopFiles:
    """
    The records of a shop by kind, each cell as the text of its file.

    Days move by whole weeks, so that a Saturday stays one.
    """

    kinds: Mapping[str, pl.DataFrame]

    @classmethod
    def read(cls, folder: Path, weeks: int = 0) -> "ShopFiles":
        """The files of a folder, so many weeks later than they say."""
        read = partial(pl.read_csv, infer_schema=False)
        return cls(
            {
                kind: read(folder / f"{kind}.csv").with_columns(
                    _moved(name, weeks) for name in dated
                )
                for kind, dated in DATED.items()
            }
        )

    def write(self, folder: Path, until: date) -> None:
        """Writes what was before a day, one CSV for each kind; existing ones are replaced."""
        for kind in self.kinds:
            self.delivery(kind, None, until).write_csv(folder / f"{kind}.csv")

    def delivery(self, kind: str, since: date | None, until: date) -> pl.DataFrame:
        """
        The records of a kind that are new, or had something happen, from one day to another.

        Args:
            since: the first of the days; None for all before `until`.
            until: the day behind the last; a later day is not told yet, its cell is blank.
        """
        frame, dated = self.kinds[kind], DATED[kind]
        if not dated:
            return frame if since is None else frame.clear()
        told = [
            pl.when(pl.col(name).str.head(DAY) < until.isoformat()).then(name).alias(name)
            for name in dated
        ]
        known = frame.with_columns(told).filter(pl.col(dated[0]).is_not_null())
        if since is None:
            return known
        return known.filter(pl.max_horizontal(dated).str.head(DAY) >= since.isoformat())


def weeks_until(today: date, ends: date) -> int:
    """By how many whole weeks days move so that the day behind the last is today, or later."""
    return -((ends - today) // WEEK)


def _moved(column: str, weeks: int) -> pl.Expr:
    text = pl.col(column)
    day = (text.str.head(DAY).str.to_date() + weeks * WEEK).dt.to_string("iso")
    return (day + text.str.slice(DAY)).alias(column)
