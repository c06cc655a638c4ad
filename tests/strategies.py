"""Drawn values, operands, filters and tables; every new kind or operand shape is added here."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import settings
from hypothesis import strategies as st

from engine.base.kinds.fields import catalogue
from engine.filters.clock import Clock
from engine.filters.expression import Condition, Group, Test
from engine.filters.fields import Field, NameType
from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, STRING
from engine.filters.operators.table import operators_for


def examples(few: int, *, fuzzed: int) -> int:
    """How many a test draws: few, or what `make fuzz` asks for."""
    return fuzzed if settings.get_current_profile_name() == "fuzz" else few


ZONES = [ZoneInfo(key) for key in ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia")]

# Days on which calendars go wrong: leap days, year ends, clock changes, a day Samoa skipped.
ODD_DAYS = [
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2023, 2, 28),
    date(2023, 3, 1),
    date(2023, 12, 31),
    date(2024, 1, 1),
    date(2024, 3, 31),
    date(2024, 10, 27),
    date(2011, 12, 30),
    date(2020, 2, 29),
    date(2000, 2, 29),
    date(1900, 2, 28),
]

WORDS = ["", "a", "A", "ab", "b.c", "ß", "SS", "ss", "é", "É", "ﬁ", "İ", "ǰ", "01", "1", "10%"]

days = st.sampled_from(ODD_DAYS) | st.dates(date(1899, 1, 1), date(2060, 12, 31))
near_days = st.builds(
    lambda day, off: day + timedelta(days=off), st.sampled_from(ODD_DAYS), st.integers(-40, 40)
)
zones = st.sampled_from(ZONES)


def instants(around=days):
    """Instants in UTC, often on a full hour of an odd day."""
    seconds = st.sampled_from([0, 1, 3600, 7200, 43_200, 82_800, 86_399]) | st.integers(0, 86_399)
    micros = st.sampled_from([0, 1, 999_999])
    return st.builds(
        lambda day, second, micro: (
            datetime(day.year, day.month, day.day, tzinfo=UTC)
            + timedelta(seconds=second, microseconds=micro)
        ),
        around,
        seconds,
        micros,
    )


clocks = st.builds(Clock, instants(near_days), zones)

VALUES = {
    STRING: st.sampled_from(WORDS) | st.text(max_size=4),
    NUMBER: st.sampled_from([0.0, -0.0, 1.0, 2.5, 100.0, 1e15, -3.0])
    | st.floats(-1e6, 1e6)
    | st.integers(-9, 9).map(float),
    BOOLEAN: st.booleans(),
    DATE: near_days | days,
    INSTANT: instants(near_days) | instants(),
}

SHAPES = {
    "days": st.sampled_from([0, 1, 2, 7, 28, 30, 365, 366, 36_500]),
    "span": st.sampled_from([0, 1, 2, 7, 28, 30, 365, 366, 36_500]),
    "year days": st.sampled_from([0, 1, 2, 30, 59, 60, 61, 300, 364, 365]),
    "year span": st.sampled_from([0, 1, 2, 30, 59, 60, 61, 300, 364, 365]),
    "years back": st.integers(0, 30),
    "days of the month": st.integers(1, 31),
    "weekdays": st.sampled_from([1, 2, 3, 4, 5, 6, 7, "Sunday", "monday"]),
    "months": st.integers(1, 12) | st.sampled_from(["February", "MARCH"]),
    "years": st.sampled_from([1900, 2000, 2011, 2023, 2024, "2024"]),
    "counts": st.integers(0, 4),
    "count": st.integers(0, 4),
}

# One field of every kind and shape, beside those whose missing record means 0 or "empty".
CATALOGUE = catalogue(
    metadata={kind.key: NameType(kind) for kind in VALUES}
    | {f"{kind.key}s": NameType(kind, many=True) for kind in VALUES},
    events=("visit",),
)
PATHS = [f"metadata.{name}" for name in CATALOGUE.metadata] + [
    "birthdate",
    "summary.orders.total_amount",
    "loyalty.points",
    "segments",
    "events.visit.count",
    "events.visit.last_occurred",
    "metadata.nobody",
    "events.nobody.count",
]


def values(field: Field):
    """A Python value of a field, or None for missing."""
    one = VALUES.get(field.kind, st.none()) if field.known else st.none()
    many = st.lists(one | st.none(), max_size=4)
    return st.none() | (many if field.many else one)


@st.composite
def operands(draw, row, kind):
    """Raw operands of a row, of the field's kind where the row reads that."""
    shape = SHAPES.get(row.operand.key, VALUES.get(kind, VALUES[STRING]).map(kind.show))
    most = {"none": 0, "one": 1, "many": 3}[row.operand.arity]
    return tuple(draw(st.lists(shape, min_size=min(most, 1), max_size=most)))


@st.composite
def tests_of(draw, field):
    """One test that a field allows."""
    row = draw(st.sampled_from(operators_for(field)))
    kind = field.kind if field.kind in row.kinds and field.kind in VALUES else row.kinds[0]
    return Test(row.key, draw(operands(row, kind)))


@st.composite
def conditions(draw):
    """One condition on one of the paths."""
    field = CATALOGUE.field(draw(st.sampled_from(PATHS)))
    found = draw(
        st.lists(tests_of(field), min_size=1, max_size=2, unique_by=lambda one: one.operator)
    )
    return Condition(
        field.path, tuple(found), draw(st.sampled_from(["match", "skip"])), draw(st.booleans())
    )


def groups(depth=2):
    """Filters over the paths of `CATALOGUE`."""
    inner = st.lists(groups(depth - 1), max_size=2) if depth else st.just([])
    held = st.lists(conditions(), min_size=1, max_size=3, unique_by=lambda one: one.field)
    junctions = st.sampled_from(["and", "or"])
    return st.builds(Group, junctions, held.map(tuple), inner.map(tuple), st.booleans())


def rows(paths=PATHS):
    """One customer: a value or None for every path."""
    return st.fixed_dictionaries({path: values(CATALOGUE.field(path)) for path in paths})


def frame(customers, catalogue=CATALOGUE):
    """The profile frame of drawn customers: one column per path, in the dtype of its kind."""
    fields = [field for path in customers[0] if (field := catalogue.field(path)).known]
    return pl.DataFrame(
        [
            pl.Series(
                field.path,
                [customer[field.path] for customer in customers],
                dtype=pl.List(field.kind.dtype) if field.many else field.kind.dtype,
            )
            for field in fields
        ]
    )
