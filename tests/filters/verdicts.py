"""What filters say of single values, by every storage and by plain Python, which must agree."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl

from engine.base.kinds.fields import catalogue
from engine.filters.clock import Clock
from engine.filters.compiler import mask
from engine.filters.fields import NameType
from engine.filters.in_python import matches
from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, STRING
from engine.filters.parser import parse
from tests import strategies
from tests.filters.stored import STORAGES

CATALOGUE = catalogue(
    metadata={
        "text": NameType(STRING),
        "number": NameType(NUMBER),
        "flag": NameType(BOOLEAN),
        "day": NameType(DATE),
        "at": NameType(INSTANT),
        "tags": NameType(STRING, True),
        "numbers": NameType(NUMBER, True),
    },
    events=("visit",),
)
COUNTER = "summary.orders.total_amount"
NOW = "2024-03-15T12:00:00+00:00"  # a Friday


def clock(now=NOW, zone="UTC"):
    return Clock(datetime.fromisoformat(now), ZoneInfo(zone))


def at(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def days(*texts):
    return [date.fromisoformat(text) for text in texts]


def holds(field, operator, operand, values, *, when=None, **more):
    """The verdict for each value of one field, on which every storage and plain Python agree."""
    when = when or clock()
    group = parse({field: {"conditions": {operator: operand}, **more}}, CATALOGUE, when.zone)
    path = CATALOGUE.field(field).path
    customers = [{path: value} for value in values]
    plain = [matches(group, customer, CATALOGUE, when) for customer in customers]
    for storage in STORAGES:
        frame, locate = storage(strategies.frame(customers, CATALOGUE))
        answer = pl.DataFrame({"row": range(len(values))}).hstack(frame)
        compiled = answer.select(mask(group, CATALOGUE, locate, when).alias("in"))["in"].to_list()
        assert compiled == plain, storage.__name__
    return plain
