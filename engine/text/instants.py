"""Instants as text in ISO 8601, as the service writes them."""

from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

import polars as pl

MILLISECOND, MINUTE, DAY = 1000, 60_000_000, 86_400_000_000  # in microseconds
FIRST, LAST = date(1970, 1, 1), date(2069, 12, 31)  # of the days that stand in a table


def instant_text(instant: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    """
    In milliseconds; in microseconds where milliseconds would round.

    Args:
        instant: microseconds, aware.
        zone: whose time it is. The offset is told, as `Z` in UTC.
    """
    if zone.key != "UTC":
        return _by_pattern(instant.dt.convert_time_zone(zone.key), "%:z")
    return instant.map_batches(_in_utc, return_dtype=pl.String)


def _in_utc(instants: pl.Series) -> pl.Series:
    """Put together from tables where they have it: a pattern takes four times as long."""
    found = instants.to_frame("at").select(text=_from_tables(pl.col("at").to_physical()))["text"]
    if found.null_count() == instants.null_count():
        return found
    lacking = (found.is_null() & instants.is_not_null()).arg_true()
    few = instants.gather(lacking).to_frame("at").select(_by_pattern(pl.col("at"), "Z"))
    return found.scatter(lacking, few.to_series())


def _from_tables(us: pl.Expr) -> pl.Expr:
    """Null for what is not of whole milliseconds, or of a day that stands in no table."""
    days, minutes, rest = map(pl.lit, _tables())
    whole = pl.when((us >= 0) & (us % MILLISECOND == 0)).then(us)  # -1 would be the last day
    return pl.concat_str(
        days.gather(whole // DAY, null_on_oob=True),
        minutes.gather(us // MINUTE % (DAY // MINUTE)),
        rest.gather(us // MILLISECOND % (MINUTE // MILLISECOND)),
    )


@cache
def _tables() -> tuple[pl.Series, pl.Series, pl.Series]:
    """Each day, each minute of a day, and each millisecond of a minute."""
    days = pl.date_range(FIRST, LAST, eager=True).dt.to_string("%Y-%m-%d")
    minutes = pl.int_range(0, DAY, MINUTE, eager=True).cast(pl.Datetime("us"))
    rest = pl.int_range(0, MINUTE, MILLISECOND, eager=True).cast(pl.Datetime("us"))
    return days, minutes.dt.to_string("T%H:%M"), rest.dt.to_string(":%S%.3fZ")


def _by_pattern(instant: pl.Expr, offset: str) -> pl.Expr:
    short = instant.dt.to_string(f"%Y-%m-%dT%H:%M:%S%.3f{offset}")
    finer = pl.when(instant.dt.microsecond() % MILLISECOND != 0).then(instant)  # hardly any
    return pl.coalesce(finer.dt.to_string(f"%Y-%m-%dT%H:%M:%S%.6f{offset}"), short)
