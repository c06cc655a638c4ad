"""The kinds of value a field can have: how each is read from JSON and text, shown, and stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.filters import reading

# A date, or a date with a time: seconds and a fraction of them, then an offset, may follow.
INSTANT_SHAPE = (
    f"^{reading.ISO_DATE}(?:T[0-9]{{2}}:[0-9]{{2}}(?::[0-5][0-9](?:\\.[0-9]+)?)?"
    "(?:Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])?)?$"
)
LONGEST_GAP = timedelta(hours=25)  # no clock skips more: Samoa's skipped a day


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of value; the readers raise ValueError with what was expected and what came."""

    key: str
    label: str
    dtype: Any  # the Polars type of a stored value
    read_json: Callable[[Any, ZoneInfo], Any]  # an operand, to the Python value
    read_text: Callable[[str, ZoneInfo], Any]  # a cell of a file, to the Python value
    show: Callable[[Any], Any]  # the Python value as JSON; read_json(show(x)) == x
    text_expression: Callable[
        [pl.Expr, ZoneInfo], pl.Expr
    ]  # `read_text` of a String column, else null
    widget: str  # which input the builder offers

    def __repr__(self) -> str:
        return f"Kind({self.key})"


def _itself(value: Any) -> Any:
    return value


def _anything(raw: Any, _zone: ZoneInfo) -> Any:
    return raw


def _show_number(value: float) -> int | float:
    whole = abs(value) < 10**reading.EXACT_DIGITS and value == int(value)
    return int(value) if whole else value


def _show_instant(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def _as_text(text: pl.Expr, _zone: ZoneInfo) -> pl.Expr:
    return text


def _as_number(text: pl.Expr, _zone: ZoneInfo) -> pl.Expr:
    number = text.cast(pl.Float64, strict=False)
    return _where(text.str.contains(f"^{reading.NUMBER_CELL}$") & number.is_finite(), number)


def _as_boolean(text: pl.Expr, _zone: ZoneInfo) -> pl.Expr:
    return _where(text.is_in(["true", "false"]), text == "true")


def _as_date(text: pl.Expr, _zone: ZoneInfo) -> pl.Expr:
    day = text.str.to_date("%Y-%m-%d", strict=False)
    return _where(text.str.contains(f"^{reading.ISO_DATE}$") & (day.dt.year() >= 1), day)


def _as_instant(text: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    """ISO instants and dates in UTC; naive ones are read in `zone`."""
    read = partial(_instants, zone=zone)
    return text.map_batches(read, return_dtype=INSTANT.dtype, is_elementwise=True)


def _instants(texts: pl.Series, zone: ZoneInfo) -> pl.Series:
    """
    Texts as instants, in steps of which each reads what the one before has found.

    As one expression Polars computed its parts up to sixteen times, which took 10 ms of three texts
    and twice as long of a million.

    Parts are cut at fixed places, and what few texts have is looked for in those that can have it:
    groups of a pattern cost 1.5 s a million.
    """
    text, naive, moment = pl.col("text"), pl.col("naive"), pl.col("moment")
    shaped = texts.to_frame("text").with_columns(
        pl.when(text.str.contains(INSTANT_SHAPE)).then(text).alias("text")
    )
    if shaped["text"].null_count() == len(texts):
        return pl.Series(texts.name, [None], INSTANT.dtype).new_from_index(0, len(texts))
    in_zulu = text.str.ends_with("Z")
    offset = pl.when(~in_zulu).then(text).str.extract(r"([+-][0-9]{2}:?[0-9]{2})$")
    parts = shaped.select(in_zulu=in_zulu, naive=_clock_time(text), offset=offset)
    stated = pl.col("in_zulu") | pl.col("offset").is_not_null()
    in_utc = naive.dt.replace_time_zone("UTC") - _ahead(pl.col("offset"))
    apart = parts.select(naive, pl.when(stated).then(in_utc).alias("in_utc"),
                         local=_where(~stated, naive))  # fmt: skip
    found = apart.select(naive, moment=pl.coalesce("in_utc", _local(apart["local"], zone)))
    possible = naive.dt.year().is_between(1, 9999) & moment.dt.year().is_between(1, 9999)
    return found.select(_where(possible, moment)).to_series().alias(texts.name)


def _clock_time(text: pl.Expr) -> pl.Expr:
    """The date and time as written, whatever the offset; a date alone is its midnight."""
    has_seconds = text.str.slice(16, 1) == ":"
    seconds = pl.when(has_seconds).then(text.str.slice(16, 3)).otherwise(pl.lit(":00"))
    timed = text.str.slice(10, 6) + seconds
    time = pl.when(text.str.len_bytes() > 10).then(timed).otherwise(pl.lit("T00:00:00"))
    whole = (text.str.slice(0, 10) + time).str.to_datetime(
        "%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us"
    )
    long = pl.when(text.str.len_bytes() > len("2024-01-31T10:00:00Z")).then(text)
    fraction = long.str.extract(r"\.([0-9]{1,6})").str.pad_end(6, "0").cast(pl.Int64, strict=False)
    return whole + pl.duration(microseconds=fraction.fill_null(0), time_unit="us")


def _ahead(offset: pl.Expr) -> pl.Expr:
    """How far an offset such as +02:00 is ahead of UTC; nothing where there is none."""
    hours = offset.str.slice(1, 2).cast(pl.Int64, strict=False)
    minutes = hours * 60 + offset.str.slice(-2).cast(pl.Int64, strict=False)
    signed = pl.when(offset.str.starts_with("-")).then(-minutes).otherwise(minutes)
    return pl.duration(minutes=signed.fill_null(0))


def _local(naive: pl.Series, zone: ZoneInfo) -> pl.Series:
    """
    Local times as UTC: the earlier of a repeated hour; a skipped time as the offset before it says.

    Polars has no rule for skipped times, so those are read 25 h earlier and moved on.
    """

    def read(times: pl.Series) -> pl.Series:
        there = times.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
        return there.dt.convert_time_zone("UTC")

    found = read(naive)
    skipped = (found.is_null() & naive.is_not_null()).arg_true()
    if skipped.is_empty():
        return found
    return found.scatter(skipped, read(naive.gather(skipped) - LONGEST_GAP) + LONGEST_GAP)


def _where(fits: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.when(fits).then(value)


STRING = Kind(
    "string", "Text", pl.String, reading.string, reading.string, _itself, _as_text, "text"
)
NUMBER = Kind(
    "number",
    "Number",
    pl.Float64,
    reading.number,
    reading.number_cell,
    _show_number,
    _as_number,
    "number",
)
BOOLEAN = Kind(
    "boolean",
    "Yes or no",
    pl.Boolean,
    reading.boolean,
    reading.boolean,
    _itself,
    _as_boolean,
    "boolean",
)
DATE = Kind(
    "date",
    "Date",
    pl.Date,
    reading.day,
    reading.date_cell,
    lambda day: day.isoformat(),
    _as_date,
    "date",
)
INSTANT = Kind(
    "instant",
    "Date and time",
    pl.Datetime("us", "UTC"),
    reading.instant,
    reading.instant,
    _show_instant,
    _as_instant,
    "instant",
)
# A name that nobody has yet: every operator is allowed, every value is missing.
ANY = Kind("any", "Nobody has it yet", pl.Null, _anything, _anything, _itself, _as_text, "text")

KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.key: kind for kind in (STRING, NUMBER, BOOLEAN, DATE, INSTANT, ANY)}
)
