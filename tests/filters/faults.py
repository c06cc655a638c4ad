"""What the parser says of a wrong filter: path, message and suggestion of every fault."""

from zoneinfo import ZoneInfo

import pytest

from engine.base.kinds.fields import catalogue
from engine.errors import FilterError
from engine.filters.fields import NameType
from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, STRING
from engine.filters.parser import parse

BERLIN = ZoneInfo("Europe/Berlin")
CATALOGUE = catalogue(
    metadata={
        "color": NameType(STRING),
        "age": NameType(NUMBER),
        "vip": NameType(BOOLEAN),
        "day": NameType(DATE),
        "at": NameType(INSTANT),
        "tags": NameType(STRING, True),
        "sizes": NameType(NUMBER, True),
        "a.b": NameType(STRING),
    },
    system_metadata={"app": NameType(STRING)},
    events=("cart.abandoned now",),
    records={"orders": {"channel": NameType(STRING)}},
)


def one(field, operator, operand, **more):
    return {field: {"conditions": {operator: operand}, **more}}


def read(source, catalogue=CATALOGUE):
    return parse(source, catalogue, BERLIN)


def faults(source, catalogue=CATALOGUE):
    with pytest.raises(FilterError) as caught:
        read(source, catalogue)
    return [(issue.path, issue.message, issue.suggestion) for issue in caught.value.issues]


def fault(source, catalogue=CATALOGUE):
    (found,) = faults(source, catalogue)
    return found


OK = one("name", "$is", "x")


ORDERS = "summary.orders.total_count"
