"""Instants as text in ISO 8601, as the service writes them."""

from datetime import date
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pyarrow as pa

MILLISECOND, MINUTE, DAY = 1000, 60_000_000, 86_400_000_000  # in microseconds
Texts = np.ndarray[Any, np.dtype[np.bytes_]]
TEXT = np.dtype([("day", "S10"), ("minute", "S6"), ("rest", "S8")])  # 2026-11-02 T09:30 :00.000Z
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
    """Put together from tables where they have it: a pattern takes eight times as long."""
    found = _from_tables(instants)
    if found.null_count() == instants.null_count():
        return found
    lacking = (found.is_null() & instants.is_not_null()).arg_true()
    few = instants.gather(lacking).to_frame("at").select(_by_pattern(pl.col("at"), "Z"))
    return found.scatter(lacking, few.to_series())


def _from_tables(instants: pl.Series) -> pl.Series:
    """Null for what is not of whole milliseconds, or of a day that stands in no table."""
    microseconds = instants.to_physical().fill_null(-1).to_numpy()  # -1 is before FIRST
    day, within = np.divmod(microseconds, DAY)
    minute, rest = np.divmod(within, MINUTE)
    millisecond, finer = np.divmod(rest, MILLISECOND)
    days, minutes, milliseconds = _tables()
    text = np.empty(len(day), TEXT)
    text["day"] = days.take(day, mode="clip")
    text["minute"] = minutes.take(minute)
    text["rest"] = milliseconds.take(millisecond)
    known = (day >= 0) & (day < len(days)) & (finer == 0)
    ends = np.arange(0, text.nbytes + 1, TEXT.itemsize)
    buffers = (ends, text, np.packbits(known, bitorder="little"))
    array = pa.LargeStringArray.from_buffers(len(text), *map(pa.py_buffer, buffers))
    return pl.Series(instants.name, array, pl.String)


@cache
def _tables() -> tuple[Texts, Texts, Texts]:
    """Each day, each minute of a day, and each millisecond of a minute."""
    days = pl.date_range(FIRST, LAST, eager=True).dt.to_string("%Y-%m-%d")
    minutes = pl.int_range(0, DAY, MINUTE, eager=True).cast(pl.Datetime("us"))
    rest = pl.int_range(0, MINUTE, MILLISECOND, eager=True).cast(pl.Datetime("us"))
    texts = days, minutes.dt.to_string("T%H:%M"), rest.dt.to_string(":%S%.3fZ")
    day, minute, millisecond = (np.array(each.to_list(), TEXT[at]) for at, each in enumerate(texts))
    return day, minute, millisecond


def _by_pattern(instant: pl.Expr, offset: str) -> pl.Expr:
    short = instant.dt.to_string(f"%Y-%m-%dT%H:%M:%S%.3f{offset}")
    finer = pl.when(instant.dt.microsecond() % MILLISECOND != 0).then(instant)  # hardly any
    return pl.coalesce(finer.dt.to_string(f"%Y-%m-%dT%H:%M:%S%.6f{offset}"), short)
