"""What the base comes to over time: totals, what the last days brought, month by month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from engine.base.kinds.orders import PAID, TOTAL
from engine.base.kinds.redemptions import OUTCOME, ROLLBACK, SUCCEEDED
from engine.base.kinds.registry import CUSTOMERS, RECORD_TABLES, dated_kinds
from engine.base.profiles import Profile
from engine.filters.clock import Clock

RECENT = timedelta(days=30)
MICROSECOND = timedelta(microseconds=1)
SPANS = 12  # of thirty days, of a sparkline


@dataclass(frozen=True, eq=False)
class Measure:
    """One number of the base: which records, and what is added up."""

    label: str
    table: str
    value: pl.Expr  # an aggregation; cents where the unit says so
    counted: pl.Expr | None = None  # which records; all unless given
    unit: str | None = None


@dataclass(frozen=True, eq=False)
class Figure:
    """A measure with its movement."""

    measure: Measure
    total: int
    spans: tuple[int, ...]  # in each 30 days up to `until`, oldest first

    @property
    def recent(self) -> int:
        """In the last 30 days."""
        return self.spans[-1]

    @property
    def before(self) -> int:
        """In the 30 days before those."""
        return self.spans[-2]


MEASURES = (
    Measure("Customers", CUSTOMERS.name, pl.len()),
    Measure("Orders", "orders", pl.len(), PAID),
    Measure("Revenue", "orders", TOTAL.sum(), PAID, unit="cents"),
    Measure("Redemptions", "redemptions", pl.len(), ~ROLLBACK & SUCCEEDED),
)


def until(profile: Profile, clock: Clock) -> datetime:
    """The end of the recent days: now, or the last record where nothing came in since."""
    instants = [_records(profile, table)[column].max() for table, column in _instants().items()]
    last = max((at for at in instants if isinstance(at, datetime)), default=clock.now)
    return min(last, clock.now)


def figures(profile: Profile, clock: Clock) -> tuple[Figure, ...]:
    """Each measure, with its movement up to the end of the recent days."""
    end = until(profile, clock)
    return tuple(_figure(profile, measure, end) for measure in MEASURES)


def redemptions_by_month(profile: Profile, zone: ZoneInfo) -> pl.DataFrame:
    """
    One row per month and outcome: `Month`, `Outcome`, `Redemptions`; months of the zone.

    The record of a rollback is no redemption of its own.
    """
    records = profile.activity.records("redemptions").filter(~ROLLBACK)
    months = records.select(_month("date", zone).alias("Month"), OUTCOME.alias("Outcome"))
    counts = months.drop_nulls("Month").group_by("Month", "Outcome").len("Redemptions")
    return counts.sort("Month", "Outcome")


def customers_by_month(profile: Profile, zone: ZoneInfo) -> pl.DataFrame:
    """One row per month of creation: `Month`, `Customers`; months of the zone."""
    months = profile.customers.select(_month("created_at", zone).alias("Month"))
    return months.drop_nulls().group_by("Month").len("Customers").sort("Month")


def _figure(profile: Profile, measure: Measure, end: datetime) -> Figure:
    records = _records(profile, measure.table)
    if measure.counted is not None:
        records = records.filter(measure.counted)
    return Figure(measure, _summed(records, measure), _spans(records, measure, end))


def _spans(records: pl.DataFrame, measure: Measure, end: datetime) -> tuple[int, ...]:
    """The measure in each span of thirty days, the last of them up to `end`."""
    age = pl.lit(end) - pl.col(_instants()[measure.table])
    span = (age.dt.total_microseconds() // (RECENT // MICROSECOND)).alias("span")
    counts = records.group_by(span).agg(measure.value.alias("value"))
    found = dict(counts.drop_nulls().iter_rows())
    return tuple(int(found.get(place, 0)) for place in reversed(range(SPANS)))


def _summed(records: pl.DataFrame, measure: Measure) -> int:
    return int(records.select(measure.value).item() or 0)


def _month(column: str, zone: ZoneInfo) -> pl.Expr:
    return pl.col(column).dt.convert_time_zone(zone.key).dt.date().dt.truncate("1mo")


def _records(profile: Profile, table: str) -> pl.DataFrame:
    return profile.records(RECORD_TABLES[table])


def _instants() -> Mapping[str, str]:
    return {CUSTOMERS.name: "created_at", **dated_kinds()}
