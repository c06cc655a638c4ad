"""What the base comes to over time: totals, what the last days brought, month by month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from engine.base.kinds.orders import PAID, TOTAL
from engine.base.kinds.redemptions import ATTEMPTS, OUTCOME, ROLLBACK, SUCCEEDED, SUCCESSFUL
from engine.base.kinds.registry import CUSTOMERS, RECORD_TABLES, dated_kinds
from engine.base.profiles import Profile
from engine.filters.clock import Clock

RECENT = timedelta(days=30)
MICROSECOND = timedelta(microseconds=1)
SPANS = 12  # of thirty days, of a sparkline
MONTHS = 24  # of a chart, this one included


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
    spans: tuple[int, ...]  # in each 30 days up to now, oldest first; from the first that has any

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
    Measure(SUCCESSFUL, "redemptions", pl.len(), ~ROLLBACK & SUCCEEDED),
)


def periods(clock: Clock) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime]]:
    """The recent days, up to now, and as many before them; each from and to an instant."""
    begin = clock.now - RECENT
    return (begin, clock.now), (begin - RECENT, begin)


def figures(profile: Profile, clock: Clock) -> tuple[Figure, ...]:
    """Each measure, with its movement up to now."""
    return tuple(_figure(profile, measure, clock.now) for measure in MEASURES)


def redemptions_by_month(profile: Profile, clock: Clock) -> pl.DataFrame:
    """
    One row per month and outcome: `Month`, `Outcome`, `Redemption attempts`; the last 24.

    The record of a rollback is no redemption of its own.
    """
    records = _records(profile, "redemptions").filter(~ROLLBACK)
    months = _latest(records, "date", clock).select("Month", OUTCOME.alias("Outcome"))
    counts = months.group_by("Month", "Outcome").len(ATTEMPTS)
    return counts.sort("Month", "Outcome").collect()


def customers_by_month(profile: Profile, clock: Clock) -> pl.DataFrame:
    """One row per month of creation: `Month`, `Customers`; the last 24 of the zone."""
    months = _latest(_records(profile, CUSTOMERS.name), "created_at", clock)
    return months.group_by("Month").len("Customers").sort("Month").collect()


def _figure(profile: Profile, measure: Measure, end: datetime) -> Figure:
    records = _records(profile, measure.table)
    if measure.counted is not None:
        records = records.filter(measure.counted)
    counts = records.group_by(_span(measure, end)).agg(measure.value.alias("value")).collect()
    return Figure(measure, int(counts["value"].sum() or 0), _spans(counts))


def _span(measure: Measure, end: datetime) -> pl.Expr:
    """In which thirty days up to `end` a record lies, 0 for the last; null where nobody knows."""
    age = pl.lit(end) - pl.col(_instants()[measure.table])
    return (age.dt.total_microseconds() // (RECENT // MICROSECOND)).alias("span")


def _spans(counts: pl.DataFrame) -> tuple[int, ...]:
    """The measure in each span of thirty days, the last of them up to now."""
    found = dict(counts.drop_nulls().iter_rows())
    oldest = max((place for place in found if 0 <= place < SPANS), default=0)
    # Two at least: the recent days stand against those before.
    return tuple(int(found.get(place, 0)) for place in reversed(range(max(oldest + 1, 2))))


def _latest(records: pl.LazyFrame, column: str, clock: Clock) -> pl.LazyFrame:
    """The records of the last months up to now, with the first day of their `Month`."""
    local = pl.col(column).dt.convert_time_zone(clock.zone.key).dt.date()
    first = pl.lit(clock.now.astimezone(clock.zone).date()).dt.truncate("1mo")
    begin = first.dt.offset_by(f"-{MONTHS - 1}mo")
    dated = records.filter(pl.col(column) <= clock.now).with_columns(
        local.dt.truncate("1mo").alias("Month")
    )
    return dated.filter(pl.col("Month") >= begin)


def _records(profile: Profile, table: str) -> pl.LazyFrame:
    """Those of a table, read as far as is asked; of customers those with a name."""
    records, named = profile.records(RECORD_TABLES[table]).lazy(), profile.named
    return records if table != CUSTOMERS.name or named is None else records.filter(named)


def _instants() -> Mapping[str, str]:
    return {CUSTOMERS.name: "created_at", **dated_kinds()}
