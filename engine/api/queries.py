"""What lists are asked for: pages, orders, instants in every spelling, filters in brackets."""

import re
from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends
from pydantic import BaseModel, BeforeValidator, Field, model_validator
from starlette.requests import Request

from engine.api.errors import ApiError
from engine.api.spelling import PART, nested, pairs_of
from engine.filters.expression import DEEPEST
from engine.filters.kinds import INSTANT
from engine.filters.operators.operands import FLAG
from engine.filters.operators.table import OPERATORS
from engine.limits import PAGES

MOST_PAGES = PAGES.most
# Clients write offsets without a colon, and a `+` that nobody encoded arrives as a blank.
OFFSET = re.compile(r"[ +](\d\d):?(\d\d)$")
UNSIGNED = re.compile(r"^([\d-]{10}T[\d:.]+) (\d\d:?\d\d)$")
MINUS = re.compile(r"-(\d\d)(\d\d)$")
FINER = re.compile(r"(\.\d{6})\d+")
EXACT = re.compile(r".{10}T.*(Z|[+-]\d\d:?\d\d)")
DATED = ("created_at", "updated_at", "date")  # by us, in microseconds
# Tests of what is equal to an instant, and whether they hold for what is not.
NEGATIVE: Mapping[str, bool] = {"$is": False, "$in": False, "$is_not": True, "$not_in": True}
UTC = ZoneInfo("UTC")


def read_instant(raw: Any) -> Any:
    """An instant as any client writes it; without an offset it is in UTC."""
    if not isinstance(raw, str):
        return raw
    text = FINER.sub(r"\1", raw.strip())
    if "T" in text:
        text = MINUS.sub(r"-\1:\2", OFFSET.sub(r"+\1:\2", text))
    return INSTANT.read_json(text, UTC)


When = Annotated[datetime, BeforeValidator(read_instant)]


class QueryParameters(BaseModel):
    """Parameters of an address; an empty one is how clients write a null, which is not sent."""

    @model_validator(mode="before")
    @classmethod
    def _given(cls, sent: Any) -> Any:
        return {name: value for name, value in sent.items() if value != ""}


class PageQuery(QueryParameters):
    """Which page of a list."""

    limit: int = Field(10, ge=1, le=100, description="Items on a page")
    page: int = Field(1, ge=1, le=MOST_PAGES, description="Which page, from 1")

    @property
    def start(self) -> int:
        """How many items stand before the page."""
        return (self.page - 1) * self.limit


def _parameters(request: Request) -> dict[str, Any]:
    try:
        return nested(pairs_of(request.scope))
    except ValueError as error:
        raise ApiError(400, "invalid_query_params", "Invalid query params", str(error)) from None


def _ids(request: Request) -> list[str]:
    """`ids=a&ids=b`, `ids[]=a` and `ids[0]=a`."""
    pairs = pairs_of(request.scope)
    return [value for name, value in pairs if PART.sub("", name) == "ids" and value]


def _filters(request: Request) -> dict[str, Any]:
    found = _parameters(request).get("filters") or {}
    if not isinstance(found, dict):
        raise ApiError(
            400, "invalid_query_params", "Invalid query params",
            "expected filters[FIELD][conditions][$OPERATOR]=VALUE",
        )  # fmt: skip
    return {name: _condition(each) for name, each in found.items() if each != NOT_GIVEN}


def _condition(raw: Any) -> Any:
    """A single value is one of a list."""
    if not isinstance(raw, dict) or not isinstance(raw.get("conditions"), dict):
        return raw
    tests: dict[str, Any] = raw["conditions"]
    given = {name: value for name, value in tests.items() if value != NOT_GIVEN} or tests
    operands = {name: _operand(name, value) for name, value in given.items()}
    return {**raw, "conditions": operands}


def _operand(operator: str, value: Any) -> Any:
    """An operand that is a flag stands as a word or an empty text; every other one as it came."""
    if isinstance(value, list):
        return [_operand(operator, each) for each in value]
    if not isinstance(value, str):
        return value
    return SAID.get(value.lower(), value) if operator in FLAGS else UNSIGNED.sub(r"\1+\2", value)


NOT_GIVEN = "None"  # as the Python client writes each field and test that it was not given
FLAGS = frozenset(row.key for row in OPERATORS if row.operand is FLAG)
SAID: Mapping[str, bool] = {"": True, "true": True, "false": False}
Parameters = Annotated[dict[str, Any], Depends(_parameters)]
Filters = Annotated[dict[str, Any], Depends(_filters)]
Ids = Annotated[list[str], Depends(_ids)]  # only the records of these, where any are named


def conditions(**tests: Mapping[str, Any] | None) -> dict[str, Any]:
    """Conditions by field, with `__` for a point; those without a test are left out."""
    return {
        name.replace("__", "."): {"conditions": dict(each)} for name, each in tests.items() if each
    }


def joined(*filters: Mapping[str, Any]) -> dict[str, Any] | None:
    """
    One filter, by the millisecond, of which each of some has to hold; None: none says anything.
    """
    said = map(by_millisecond, filters)
    groups = [{"junction": "and", **each} for each in said if {*each} - {"junction"}]
    if len(groups) < 2:  # their faults are told by the paths that the caller knows
        return groups[0] if groups else None
    return {"junction": "and", "$groups": groups}


def between(after: datetime | None, before: datetime | None) -> dict[str, Any] | None:
    """The test of an instant between two others, as answers show instants: by the millisecond."""
    found = {"$after": after and _end_of_millisecond(after), "$before": before}
    return {name: [at.isoformat()] for name, at in found.items() if at is not None} or None


def _end_of_millisecond(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000 + 999)


def by_millisecond(filters: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """
    A filter in our names whose instants are tested as answers show them: by the millisecond.

    What is equal to one, or to none of several, becomes a group: it lies between two instants.
    All else stays where it is, so that its faults are told by the paths that the caller knows.

    Args:
        depth: how many filters the filter lies in.
    """
    said = filters.get("$groups", [])
    if depth > DEEPEST or not isinstance(said, list) or ("$groups" in filters and not said):
        return {**filters}  # a fault that is told where the filter is read
    kept: dict[str, Any] = {}
    groups = [by_millisecond(one, depth + 1) if isinstance(one, Mapping) else one for one in said]
    for name, raw in filters.items():
        if name != "$groups":
            rest, made = _parted(name, raw)
            if made and str(filters.get("junction")).lower() == "or":  # one field's tests all hold
                rest, made = {}, [{"junction": "and", **rest, "$groups": made}]
            kept |= rest
            groups += made
    return {**kept, "$groups": groups} if groups else kept


def _parted(name: str, raw: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What is left of the tests of a field; and a group for each that asks for equal instants."""
    tests = _tests(raw) if name in DATED else {}
    found = {test: _instants(tests[test]) for test in NEGATIVE if test in tests}
    if not any(found.values()) or {*raw} != {"conditions"}:
        return {name: _after(raw)}, []
    groups = [
        {"junction": "or", "$not": NEGATIVE[test], "$groups": [_around(name, at) for at in some]}
        for test, some in found.items()
        if some
    ]
    others = {test: each for test, each in tests.items() if not found.get(test)}
    return {name: _after({"conditions": others})} if others else {}, groups


def _around(name: str, at: datetime) -> dict[str, Any]:
    first, step = at.replace(microsecond=at.microsecond // 1000 * 1000), timedelta(milliseconds=1)
    return {name: {"conditions": between(first - step, first + step)}}


def _after(raw: Any) -> Any:
    """The tests of one field; what is later than an instant lies behind the millisecond shown."""
    tests = _tests(raw)
    if len(at := _instants(tests.get("$after"))) != 1:  # several are told where the filter is read
        return raw
    return {**raw, "conditions": {**tests, "$after": [_end_of_millisecond(at[0]).isoformat()]}}


def _tests(raw: Any) -> Mapping[str, Any]:
    """The tests of one field, as far as they can be read."""
    tests = raw.get("conditions") if isinstance(raw, dict) else None
    return tests if isinstance(tests, dict) else {}


def _instants(said: Any) -> list[datetime]:
    """The instants of a test that each say their time of day and their zone; else none."""
    found = [_instant(one) for one in (said if isinstance(said, list) else [said])]
    known = [one for one in found if one is not None]
    return known if len(known) == len(found) else []


def _instant(said: Any) -> datetime | None:
    if not isinstance(said, str) or not EXACT.fullmatch(said):
        return None
    try:
        at: datetime = INSTANT.read_json(said, UTC)
    except ValueError:  # told where the filter is read
        return None
    return at if MINYEAR < at.year < MAXYEAR else None  # else nothing may lie beside it
