"""
Dates and times as files write them: the order of day, month and year, clocks, zones, names.

All become ISO 8601: `2024-01-31`, or `2024-01-31T10:00:00` with `Z` or an offset where one is
said. Numbers are dates where it is known that they can be nothing else, as the moment of an event:
`20240131`, seconds since 1970, or the days of sheets; elsewhere 45000 may be anything.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

import polars as pl

from engine.filters.kinds import DATE
from engine.imports.columns import calendar_words
from engine.imports.columns.calendar_words import ENGLISH, alternatives
from engine.imports.columns.calendar_words import MONTH as MONTH_NAME
from engine.imports.values.families import Family, Notation, Pattern, Read, only, staged

ISO_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]+)?)?"
OFFSET = "[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9]"
WEEKDAY = f"(?:(?:{calendar_words.WEEKDAY})\\.?,?\\s+)?"
OF = "(?:(?:de|del)\\s+|d['’]\\s?)?"  # "12 de marzo del 2025"
TIME = (  # hour, minute, second, its fraction, half of the day, zone
    f"(?:(?:T|,?\\s+|,)(?:(?:{calendar_words.AT})\\s+)?"
    "([0-9]{1,2})[:h]([0-5][0-9])(?::([0-5][0-9])(?:[.,]([0-9]+))?)?"
    f"\\s*([AaPp]\\.?\\s?[Mm]\\.?)?\\s*(?:{calendar_words.CLOCK})?\\s*"
    f"({alternatives(calendar_words.ZONES)}"
    "|(?:UTC|GMT)?\\s?[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)?)?$"
)
NTH = "([0-9]{1,2})(?:st|nd|rd|th|er|º|ª)?"
CENTURY = 31  # a short year up to it is of this century, one above it of the last
MIDNIGHT = "T00:00(?::00(?:\\.0+)?)?(?:Z|[+-]00:?00)?$"
DAY, MONTH = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])"
YEARLESS = (
    f"(?i)^(?:--?{MONTH}-{DAY}|{MONTH}[./-]{DAY}\\.?|{DAY}[./-]{MONTH}\\.?"
    f"|(?:{ENGLISH})\\.?\\s+{DAY}(?:st|nd|rd|th)?"
    f"|{DAY}(?:st|nd|rd|th|er|º|ª)?\\.?\\s+{OF}(?:{MONTH_NAME})\\.?)$"
)


def _parts(*parts: str) -> str:
    """Digits with one of the marks between them; the same one on both sides."""
    marks = ("\\.\\s?", "\\s?/\\s?", "-")
    return "|".join(mark.join(parts) for mark in marks)


def _numeric(pattern: str, order: str) -> Read:
    """A reader of dates in numbers; `order` says what each part is, such as `dmy`."""
    places = {part: place for place, part in enumerate(order)}
    reads = [_groups(each, places) for each in pattern.split("|")]
    return staged(*reads)


def _groups(pattern: str, places: Mapping[str, int]) -> Read:
    """A reader of texts whose date has its parts in these groups of a pattern."""
    whole = f"(?i)^{WEEKDAY}{pattern}{TIME}"

    def read(texts: pl.Series) -> pl.Series:
        fitting = texts.str.contains(whole)
        nothing = pl.Series(texts.name, [None], pl.String).new_from_index(0, len(texts))
        if not fitting.any():
            return nothing
        frame = texts.filter(fitting).alias("text").to_frame()
        parts = frame.select(pl.col("text").str.extract_groups(whole)).to_series().struct.unnest()
        parts.columns = [str(place) for place in range(parts.width)]
        date = _date(*(pl.col(str(places[part])) for part in "ymd"))
        clock = _clock(*(pl.col(str(place)) for place in range(3, 9)))
        shown = pl.when(pl.col("3").is_null()).then(date).otherwise(date + clock)
        found = parts.lazy().select(pl.when(_exists(date)).then(shown)).collect().to_series()
        return nothing.scatter(fitting.arg_true(), found)

    return read


def _exists(date: pl.Expr) -> pl.Expr:
    return date.str.to_date("%Y-%m-%d", strict=False).dt.year() >= 1


def _date(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    past = year.cast(pl.Int64, strict=False) > CENTURY
    century = pl.when(past).then(pl.lit("19")).otherwise(pl.lit("20"))
    full = pl.when(year.str.len_bytes() == 2).then(century + year).otherwise(year)
    number = month.str.to_lowercase().replace(calendar_words.MONTHS).str.zfill(2)
    return full + "-" + number + "-" + day.str.zfill(2)


def _clock(
    hour: pl.Expr, minute: pl.Expr, second: pl.Expr, part: pl.Expr, half: pl.Expr, zone: pl.Expr
) -> pl.Expr:
    """`T10:00:00` and what is said of the zone; null for an hour that there is not."""
    said = hour.cast(pl.Int64, strict=False)
    later = pl.when(half.str.to_lowercase().str.starts_with("p")).then(12).otherwise(0)
    of_twelve = pl.when(said.is_between(1, 12)).then(said % 12 + later)
    hours = pl.when(half.is_null()).then(said).otherwise(of_twelve)
    shown = pl.when(hours <= 23).then(hours.cast(pl.String).str.zfill(2))
    seconds = second.fill_null("00") + (pl.lit(".") + part).fill_null("")
    return pl.lit("T") + shown + ":" + minute + ":" + seconds + _offset(zone)


def _offset(zone: pl.Expr) -> pl.Expr:
    """`Z`, `+01:00`, or nothing where no zone is said."""
    named = zone.str.to_uppercase().replace_strict(calendar_words.ZONES, default=None)
    ahead = zone.str.to_uppercase().str.replace("^(?:UTC|GMT)?\\s?", "")
    whole = pl.when(ahead.str.len_bytes() == 3).then(ahead + ":00").otherwise(ahead)
    return pl.coalesce(named, whole).fill_null("")


def _cut(pattern: str, year: int, month: int, day: int) -> Read:
    """A reader of texts with their parts at fixed places: groups cost 1.5 s a million."""

    def read(texts: pl.Series) -> pl.Series:
        text = pl.col("text")
        parts = (text.str.slice(year, 4), text.str.slice(month, 2), text.str.slice(day, 2))
        date = pl.concat_str(*parts, separator="-")
        shown = (
            pl.when(text.str.len_bytes() == 10)
            .then(date)
            .otherwise(date + "T" + text.str.slice(11))
        )
        frame = texts.alias("text").to_frame().lazy()
        found = frame.select(pl.when(_exists(date)).then(shown)).collect().to_series()
        return found.str.replace(" ?UTC$", "Z") if found.str.ends_with("UTC").any() else found

    return only(f"^{pattern}(?:[ T]{CLOCK}(?: ?UTC|Z|{OFFSET})?)?$", read)


def _long(order: str, cut: str, places: tuple[int, int, int]) -> Read:
    """Two digits at fixed places nearly always, and what is written otherwise."""
    sizes = {"d": "([0-9]{1,2})", "m": "([0-9]{1,2})", "y": "([0-9]{4})"}
    fixed = f"^{cut}(?:[ T]{CLOCK})?$"  # one of these that does not exist is no other date
    free = _numeric(_parts(*(sizes[part] for part in order)), order)
    return staged(_cut(cut, *places), only(fixed, free, but=True))


def _short(order: str) -> Read:
    size = "([0-9]{2})" if order[0] == "y" else "([0-9]{1,2})"
    read = _numeric(_parts(size, size, "([0-9]{2})"), order)
    return only("[./-]\\s?[0-9]{1,2}\\s?[./-]\\s?[0-9]{2}(?:[^0-9]|$)", read)


def _month_by_name(year: str) -> Read:
    """A reader of dates with the name of a month, whose year has these digits."""
    reads = (
        _groups(f"({ENGLISH})\\.?[\\s-]+{NTH},?[\\s-]+({year})", {"m": 0, "d": 1, "y": 2}),
        _groups(
            f"{NTH}\\.?[\\s-]+{OF}({MONTH_NAME})\\.?,?[\\s-]+{OF}({year})",
            {"d": 0, "m": 1, "y": 2},
        ),
    )
    return only("\\p{L}{3}", staged(*reads))


NAMED = _month_by_name("[0-9]{4}")
NAMED_SHORT = _month_by_name("[0-9]{2}")  # "31-Jan-25": only the year stands last
COMPACT = only(
    "^[12][0-9]{7}(?:[ T]|$)", _groups("([0-9]{4})([0-9]{2})([0-9]{2})", {"y": 0, "m": 1, "d": 2})
)
RUN_ON = "T([0-9]{2})([0-9]{2})([0-9]{2})"  # 20240131T101112Z


def _apart(texts: pl.Series) -> pl.Series:
    return COMPACT(texts.str.replace(RUN_ON, "T$1:$2:$3"))


EPOCH = "^1(?:[0-9]{9}|[0-9]{12}|[0-9]{15})$"  # seconds since 1970, thousandths, millionths


def _since_1970(texts: pl.Series) -> pl.Series:
    size = pl.col("text").str.len_bytes().cast(pl.Int64)
    count = pl.col("text").cast(pl.Int64, strict=False)
    moment = pl.from_epoch(count * 10 ** (16 - size), time_unit="us")
    shown = moment.dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")
    return texts.alias("text").to_frame().lazy().select(shown).collect().to_series()


SHEET = "^[1-6][0-9]{4}(?:\\.[0-9]+)?$"  # days since the end of 1899, from 1927 to 2091
DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001 - sheets know no zone


def _of_sheets(texts: pl.Series) -> pl.Series:
    """A day, or a moment of it where the number has a part; to the second."""
    days = pl.col("text").cast(pl.Float64)
    moment = pl.lit(DAY_0) + pl.duration(seconds=(days * 86_400).round())
    shown = (
        pl.when(days % 1 == 0)
        .then(moment.dt.strftime("%Y-%m-%d"))
        .otherwise(moment.dt.strftime("%Y-%m-%dT%H:%M:%S"))
    )
    return texts.alias("text").to_frame().lazy().select(shown).collect().to_series()


SHEETS = only(SHEET, _of_sheets)
# Where it is known that a number can only be a moment.
NUMERIC = staged(
    COMPACT, only(f"^[12][0-9]{{7}}{RUN_ON}", _apart), only(EPOCH, _since_1970), SHEETS
)
TWO_TWO_FOUR = "[0-9]{2}(?:\\.[0-9]{2}\\.|/[0-9]{2}/|-[0-9]{2}-)[0-9]{4}"
FOUR_TWO_TWO = "[0-9]{4}[./-][0-9]{2}[./-][0-9]{2}"
LONG = (
    Notation("day-first", "day before month", _long("dmy", TWO_TWO_FOUR, (6, 3, 0))),
    Notation("month-first", "month before day", _long("mdy", TWO_TWO_FOUR, (6, 0, 3))),
)
# With a mark behind the day too, as in Hungarian and Japanese: "2024. 01. 31.", "2024年1月31日".
CLOSED = _groups(
    "([0-9]{4})(?:\\.\\s?|年)([0-9]{1,2})(?:\\.\\s?|月)([0-9]{1,2})(?:\\.|日)",
    {"y": 0, "m": 1, "d": 2},
)
# Where the mapping says that the year comes first, nothing else is read.
YEAR = Notation("year-first", "year before month", only("^$", NAMED))
# Years of two digits, where only one order fits the whole column.
SHORT = (
    Notation("short day-first", "day, month, year of two digits", _short("dmy")),
    Notation("short month-first", "month, day, year of two digits", _short("mdy")),
    Notation("short year-first", "year of two digits, month, day", _short("ymd")),
)
ALL = tuple(reading.key for reading in (*LONG, YEAR, *SHORT))


def _shaped(pattern: str) -> Callable[[pl.Expr], pl.Expr]:
    """Of this shape, and of a day that exists; only what has the shape is looked up."""
    return lambda text: _exists(pl.when(text.str.contains(pattern)).then(text.str.slice(0, 10)))


def _perhaps(text: pl.Expr) -> pl.Expr:
    """It begins as dates do, has three digits, and a mark between them, eight in a row or five."""
    begun = text.str.contains(f"(?i)^{WEEKDAY}(?:[0-9]|{ENGLISH})")
    parts = text.str.contains("[^0-9]|[0-9]{8}|^[0-9]{5}$")
    return begun & text.str.contains("^(?:[^0-9]*[0-9]){3}") & parts


def _family(readings: tuple[Notation, ...], named: Read) -> Family:
    return Family(
        DATE,
        "a date",
        readings,
        (
            Pattern(_shaped(f"^{ISO_DAY}$"), ALL),
            Pattern(_shaped(f"^{ISO_DAY}T{CLOCK}(?:Z|{OFFSET})?$"), ALL, marked=True),
        ),
        common=staged(
            only("^[0-9]{4}", _long("ymd", FOUR_TWO_TWO, (0, 5, 8))),
            only("^[0-9]{4}", CLOSED),
            named,
        ),
        mark="T",
        rivals=("day-first", "month-first"),
        reaching=frozenset(each.key for each in SHORT),
        possible=_perhaps,
    )


FAMILY = _family((*LONG, YEAR, *SHORT), staged(NAMED, NAMED_SHORT))
MOMENTS = _family((*LONG, YEAR, *SHORT), staged(NAMED, NAMED_SHORT, NUMERIC))
BIRTHDAYS = _family(
    (*LONG, YEAR), staged(NAMED, COMPACT, SHEETS)
)  # of a birthday two digits do not tell the century
