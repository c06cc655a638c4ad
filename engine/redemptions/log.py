"""The redemption log: what its filters ask for, and what the redemptions they leave come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.base.kinds.redemptions import OUTCOME
from engine.base.kinds.redemptions import SUCCEEDED as WORKED
from engine.base.records import Records, records_of
from engine.filters.kinds import INSTANT
from engine.lists.choices import between
from engine.lists.selection import SelectedRecords
from engine.store.records.tables import OWNER

OUTCOMES = (SUCCEEDED, FAILED, ROLLED_BACK, ROLLBACK) = (
    *("Succeeded", "Failed", "Rolled back", "Rollback"),
)
# The shortest period that leaves a chart readable, by the days it spans.
GRAINS = ((62, "day", "1d"), (550, "week", "1w"), (None, "month", "1mo"))
SUGGESTED = 200  # values at most


@dataclass(frozen=True)
class RedemptionFilter:
    """What the log is filtered by; nothing given is everything."""

    first: date | None = None  # a day of the project zone, included
    last: date | None = None  # included
    outcomes: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    vouchers: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()

    def to_filter(self) -> dict[str, Any] | None:
        """The same in the language of filters; None without any."""
        wanted = {
            "outcome": self.outcomes,
            "failure_code": self.failures,
            "voucher.code": self.vouchers,
            "campaign": self.campaigns,
        }
        tests = {path: {"$is": list(values)} for path, values in wanted.items() if values}
        tests |= {"date": days} if (days := between(INSTANT, self.first, self.last)) else {}
        conditions = {path: {"conditions": each} for path, each in tests.items()}
        return {"junction": "and", **conditions} if conditions else None


def rollback_of(log: Records, redemption: str) -> int | None:
    """The position of the record by which a redemption was taken back; None: there is none."""
    theirs = pl.col("redemption").eq_missing(pl.lit(redemption))
    found = log.frame.select((OUTCOME == ROLLBACK) & WORKED & theirs).to_series().arg_true()
    return int(found[-1]) if len(found) else None


@dataclass(frozen=True)
class Totals:
    """What some redemptions come to; the record of a rollback is no redemption of its own."""

    redemptions: int
    succeeded: int  # and not rolled back since
    failed: int
    rolled_back: int
    customers: int  # different ones
    order_amount: int | None  # cents, of what succeeded; None: no record says
    gift_amount: int | None  # cents, of what succeeded; None: no record says


@dataclass(frozen=True, eq=False)
class Course:
    """Redemptions over time."""

    period: str  # day, week or month
    counts: pl.DataFrame  # `period` (Date, its first day), `outcome`, `redemptions`; by both


def totals(found: SelectedRecords) -> Totals:
    """The totals of a selection of redemptions."""
    tried = _tried(found, OWNER, "order_amount", "gift_amount")
    counted = dict(tried.group_by("outcome").len().iter_rows())
    succeeded = tried.filter(pl.col("outcome") == SUCCEEDED)
    return Totals(
        redemptions=tried.height,
        succeeded=counted.get(SUCCEEDED, 0),
        failed=counted.get(FAILED, 0),
        rolled_back=counted.get(ROLLED_BACK, 0),
        customers=tried[OWNER].n_unique(),
        order_amount=_sum(succeeded["order_amount"]),
        gift_amount=_sum(succeeded["gift_amount"]),
    )


def course(found: SelectedRecords, zone: ZoneInfo) -> Course:
    """How many redemptions each period saw, in days of the zone; empty periods are left out."""
    name = f"days {zone.key}"
    log = records_of(found.profile, "redemptions")
    days = log.once(name, lambda: log.frame["date"].dt.convert_time_zone(zone.key).dt.date())
    counted = _tried(found).with_columns(days.filter(_kept(found)).alias("period"))
    counts = counted.drop_nulls("period").group_by("period", "outcome").len("redemptions")
    if counts.is_empty():
        return Course("day", counts)
    span = counts.select(pl.col("period").max() - pl.col("period").min()).item().days
    period, step = next(row[1:] for row in GRAINS if row[0] is None or span < row[0])
    coarser = counts.with_columns(pl.col("period").dt.truncate(step))
    summed = coarser.group_by("period", "outcome").agg(pl.col("redemptions").sum())
    return Course(period, summed.sort("period", "outcome"))


def suggestions(log: Records, path: str) -> Mapping[str, int]:
    """The values that most redemptions have in a text field, with how many, most first."""
    return log.once(f"suggestions {path}", lambda: _suggestions(log, path))


def _suggestions(log: Records, path: str) -> dict[str, int]:
    values = log.frame[str(log.catalogue.field(path).column)]
    counted = values.drop_nulls().value_counts(sort=True).head(SUGGESTED)
    return dict(counted.iter_rows())


def _kept(found: SelectedRecords) -> pl.Series:
    """True for each redemption that is selected; the records of rollbacks are none."""
    outcomes = _outcomes(records_of(found.profile, "redemptions"))
    return found.mask & outcomes.ne_missing(ROLLBACK)


def _tried(found: SelectedRecords, *columns: str) -> pl.DataFrame:
    """One row per redemption: `outcome` and these columns of the record."""
    log = records_of(found.profile, "redemptions")
    return log.frame.select(*columns, _outcomes(log)).filter(_kept(found))


def _outcomes(log: Records) -> pl.Series:
    kinds = pl.Enum(OUTCOMES)
    return log.once(
        "outcomes", lambda: log.frame.select(OUTCOME.cast(kinds).alias("outcome")).to_series()
    )


def _sum(amounts: pl.Series) -> int | None:
    return int(amounts.sum()) if amounts.count() else None
