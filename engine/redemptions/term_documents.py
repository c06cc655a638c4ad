"""The terms of a voucher or a campaign in the API's JSON, read: all faults at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.base.kinds.terms import DISCOUNT, GIFT, GIFT_TYPES, VOUCHER_TYPES
from engine.customers.documents import Statement, read_statement
from engine.errors import Issue, NotFoundError, UsageError
from engine.redemptions.discounts import ADD_MANY, DISCOUNTS
from engine.redemptions.terms import OFF
from engine.redemptions.units import stored_units
from engine.segments import library
from engine.store.records.tables import RecordTable
from engine.text.counts import counted
from engine.text.display import quoted
from engine.workspace.workbench import Workbench

# Where the service's JSON keeps what a column of ours says.
ELSEWHERE = {("gift", "amount"): "value", ("redemption", "quantity"): "redemption_limit"}
# What a discount gives, by stored column.
GIVES = (
    *("value", "discount_effect", "discount_amount_limit", "discount_unit_type"),
    *("discount_units", *OFF.values()),
)
TYPES = tuple(name for name in DISCOUNTS if name in OFF)
Values = Mapping[str, Any]


def read_terms(
    workbench: Workbench, table: RecordTable, document: Any, before: Values | None = None
) -> Statement:
    """
    What a document says of a voucher or a campaign.

    Args:
        before: as stored, where it is changed; then a null clears.

    Raises:
        UsageError: something does not fit; all of it at once.
    """
    if not isinstance(document, dict):
        raise UsageError("the terms have 1 fault", [Issue("$", "expected an object")])
    flat, unfit = _with_units(_flat(document))
    said = read_statement(flat, workbench.zone, clears=before is not None, table=table)
    named, issues = _segments(workbench, said.columns.get("segments") or ())
    issues += unfit
    columns = {**_cleared(said.columns, before or {}), **said.columns}
    columns |= {"segments": named} if named else {}
    if columns.get("discount_units") and "discount_effect" not in columns:
        columns["discount_effect"] = ADD_MANY
    if before is None and "type" not in columns:
        columns["type"] = (
            GIFT if "value" in columns and "discount_type" not in columns else DISCOUNT
        )
    whole = {**(before or {}), **columns}
    whole |= {"discount_effect": ADD_MANY, "discount_units": unfit} if unfit else {}
    issues += [issue for check in CHECKS for issue in check(whole)]
    if issues:
        count = len(issues)
        faults = counted(count, "faults")
        raise UsageError(f"the terms have {faults}", issues)
    return replace(said, columns=columns)


def _cleared(said: Values, before: Values) -> Values:
    """What gives another thing leaves nothing of what was given before: no card has a discount."""
    if {"type"} <= said.keys() & before.keys() and _is_gift(said) != _is_gift(before):
        return dict.fromkeys(("discount_type", *GIVES))
    kind, known = said.get("discount_type"), before.get("discount_type")
    return {} if None in (kind, known) or kind == known else dict.fromkeys(GIVES)


def _is_gift(terms: Values) -> bool:
    return terms["type"] in GIFT_TYPES


def _flat(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with what the service nests where our columns are."""
    found = dict(document)
    for (outer, inner), path in ELSEWHERE.items():
        held = found.pop(outer, None)
        if isinstance(held, dict) and inner in held:
            found[path] = held[inner]
    return found


def _with_units(document: dict[str, Any]) -> tuple[dict[str, Any], list[Issue]]:
    """The document with units of several products as they are stored, and what does not fit."""
    discount = document.get("discount")
    if not isinstance(discount, dict) or discount.get("units") is None:
        return document, []
    units, issues = stored_units(discount["units"])
    return {**document, "discount": {**discount, "units": units or None}}, issues


def _segments(workbench: Workbench, names: Iterable[str]) -> tuple[list[str], list[Issue]]:
    """The ids of the segments that are named, by id or name; and which are not there."""
    found, issues = [], []
    for name in names:
        try:
            found.append(library.find(workbench, name).id)
        except NotFoundError as error:
            issues.append(Issue("$.segments", error.message))
    return list(dict.fromkeys(found)), issues


def _type(terms: Values) -> Iterator[Issue]:
    if terms["type"] not in (*VOUCHER_TYPES, *GIFT_TYPES):
        yield _among("$.type", VOUCHER_TYPES, terms["type"])


def _gift(terms: Values) -> Iterator[Issue]:
    if terms["type"] in GIFT_TYPES and terms.get("value") is None:
        yield Issue("$.gift.amount", "expected the amount of the gift card in cents, got nothing")


def _discount(terms: Values) -> Iterator[Issue]:
    kind, effect = terms.get("discount_type"), terms.get("discount_effect")
    if terms["type"] in GIFT_TYPES:
        return
    if kind not in OFF:
        yield _among("$.discount.type", TYPES, kind)
        return
    if effect is not None and effect not in DISCOUNTS[kind]:
        yield _among("$.discount.effect", tuple(DISCOUNTS[kind]), effect)
    if effect == ADD_MANY:
        if not terms.get("discount_units"):
            yield Issue("$.discount.units", "expected the products that are given, got nothing")
        return
    if terms.get(OFF[kind]) is None and terms.get("value") is None:
        path = OFF[kind].replace("discount_", "$.discount.")
        yield Issue(path, f"expected how much a discount of the type {kind} gives, got nothing")
    if kind == "UNIT" and not terms.get("discount_unit_type"):
        yield Issue("$.discount.unit_type", "expected the product that is given, got nothing")
    if (terms.get("discount_percent_off") or 0) > 100:
        shown = terms["discount_percent_off"]
        yield Issue("$.discount.percent_off", f"expected at most 100 per cent, got {shown:g}")


def _amounts(terms: Values) -> Iterator[Issue]:
    for name in ("value", "discount_amount_limit", "minimum_amount", *OFF.values()):
        if (terms.get(name) or 0) < 0:
            path = name.replace("discount_", "discount.")
            yield Issue(f"$.{path}", f"expected nothing below zero, got {terms[name]:,}")


def _limits(terms: Values) -> Iterator[Issue]:
    for name in ("redemption_limit", "customer_limit"):
        limit = terms.get(name)
        if limit is not None and limit < 1:
            yield Issue(f"$.{name}", f"expected 1 or more, got {limit:,}")


def _dates(terms: Values) -> Iterator[Issue]:
    start, end = terms.get("start_date"), terms.get("expiration_date")
    if start and end and start > end:
        message = f"expected a day after {start:%Y-%m-%d %H:%M}, got {end:%Y-%m-%d %H:%M}"
        yield Issue("$.expiration_date", message)


def _among(path: str, allowed: tuple[str, ...], got: Any) -> Issue:
    given = "nothing" if got is None else quoted(str(got))
    return Issue(path, f"expected one of {', '.join(allowed)}, got {given}")


CHECKS: tuple[Callable[[Values], Iterator[Issue]], ...] = (
    _type,
    _gift,
    _discount,
    _amounts,
    _limits,
    _dates,
)
