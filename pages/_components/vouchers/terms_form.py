"""The terms of a voucher or a campaign, to fill in: what it gives, to whom, how often and when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from engine.base.kinds.terms import DISCOUNT, GIFT, GIFT_TYPES
from engine.redemptions.discounts import (
    ADD_MISSING,
    ADD_NEW,
    ADD_SAME,
    BY_QUANTITY,
    DISCOUNTS,
    ITEMS,
    ORDER,
    PROPORTIONALLY,
    PROPORTIONALLY_BY_QUANTITY,
)
from engine.redemptions.terms import OFF
from engine.segments import library
from engine.text.display import visible
from pages._components.shell.form_faults import FormFaults, begin
from pages._components.shell.session import date_format, workbench

KINDS: Mapping[str, str] = {
    "AMOUNT": "Amount off",
    "PERCENT": "Percent off",
    "FIXED": "Fixed price",
    "UNIT": "Free product",
    GIFT: "Gift card",
}
EFFECTS: Mapping[str, str] = {
    ORDER: "The order as a whole",
    ITEMS: "Each item",
    BY_QUANTITY: "Each unit of each item",
    PROPORTIONALLY: "The items, divided by price",
    PROPORTIONALLY_BY_QUANTITY: "The items, divided by quantity",
    ADD_MISSING: "Free in the order; added where it is missing",
    ADD_NEW: "Always added to the order",
    ADD_SAME: "Added where the order has the product",
}
Values = Mapping[str, Any]


@dataclass(frozen=True)
class TermInput:
    """One field of the form."""

    path: str  # in the document, and with `_` the column of a stored record
    label: str
    draw: Callable[["TermInput", str, Any], Any]  # key of the widget, value to begin with
    of: tuple[str, ...] = ()  # kinds that have it; none: all
    hint: str | None = None
    asks: str | None = None  # what to do where it does not fit; the engine's words unless given

    @property
    def column(self) -> str:
        """Its column in the store."""
        return self.path.replace(".", "_")


def _money(row: TermInput, key: str, value: Any) -> int | None:
    currency = workbench().project.currency
    begin(key, None if value is None else value / 100)
    typed = st.number_input(
        f"{row.label} ({currency})",
        value=None,
        step=0.01,
        format="%.2f",
        key=key,
        help=row.hint,
    )
    return None if typed is None else round(typed * 100)


def _number(row: TermInput, key: str, value: Any) -> float | None:
    begin(key, None if value is None else float(value))
    typed: float | None = st.number_input(
        row.label, value=None, step=1.0, format="%g", key=key, help=row.hint
    )
    return typed


def _whole(row: TermInput, key: str, value: Any) -> int | None:
    begin(key, None if value is None else int(value))
    return st.number_input(
        row.label,
        value=None,
        step=1,
        key=key,
        help=row.hint,
        placeholder="No limit",
    )


def _text(row: TermInput, key: str, value: Any) -> str | None:
    return st.text_input(row.label, value or "", key=key, help=row.hint).strip() or None


def _instant(row: TermInput, key: str, value: Any) -> str | None:
    local = value.astimezone(workbench().zone).replace(tzinfo=None) if value else None
    begin(key, local)
    chosen: datetime | None = st.datetime_input(
        row.label, None, key=key, help=row.hint, format=date_format().widget
    )
    return chosen.isoformat() if chosen else None


def _segments(row: TermInput, key: str, value: Any) -> list[str] | None:
    names = {one.id: one.name for one in library.saved(workbench())}
    chosen = st.multiselect(
        row.label,
        list(dict.fromkeys([*names, *(value or ())])),
        list(value or ()),
        format_func=lambda one: visible(names.get(one) or one),
        key=key,
        help=row.hint,
        placeholder="Everybody",
    )
    return chosen or None


def _effect(kind: str) -> Callable[[TermInput, str, Any], str]:
    def draw(row: TermInput, key: str, value: Any) -> str:
        effects = [each for each in DISCOUNTS[kind] if each in EFFECTS]
        place = effects.index(value) if value in effects else 0
        return st.selectbox(row.label, effects, place, format_func=EFFECTS.__getitem__, key=key)

    return draw


NOT_NEGATIVE = "Enter an amount of 0 or more, or leave it empty."
FROM_ONE = "Enter 1 or more, or leave it empty for no limit."
GIVEN = (
    TermInput(
        "discount.amount_off",
        "Amount off",
        _money,
        ("AMOUNT",),
        asks="Enter how much is taken off, 0 or more.",
    ),
    TermInput(
        "discount.percent_off",
        "Percent off",
        _number,
        ("PERCENT",),
        asks="Enter how many per cent are taken off, from 0 to 100.",
    ),
    TermInput("discount.amount_limit", "At most", _money, ("PERCENT",), asks=NOT_NEGATIVE),
    TermInput(
        "discount.fixed_amount", "Price", _money, ("FIXED",), asks="Enter the price, 0 or more."
    ),
    TermInput(
        "discount.unit_off",
        "Units",
        _number,
        ("UNIT",),
        asks="Enter how many units are free, 0 or more.",
    ),
    TermInput(
        "discount.unit_type",
        "Product",
        _text,
        ("UNIT",),
        "The product or SKU id, as in orders.",
        "Enter the product that is given.",
    ),
    TermInput("value", "Amount on the card", _money, (GIFT,), asks="Enter the amount on the card."),
    *(
        TermInput("discount.effect", label, _effect(kind), (kind,))
        for kind, label in {
            "AMOUNT": "Taken off",
            "PERCENT": "Taken off",
            "FIXED": "Paid for",
            "UNIT": "How it is given",
        }.items()
    ),
)
LIMITS = (
    TermInput("redemption_limit", "Redemptions, at most", _whole, asks=FROM_ONE),
    TermInput("customer_limit", "Per customer, at most", _whole, asks=FROM_ONE),
    TermInput("minimum_amount", "Minimum order", _money, asks=NOT_NEGATIVE),
)
WHEN = (
    TermInput("start_date", "Starts", _instant),
    TermInput("expiration_date", "Expires", _instant, asks="Choose a day after the start."),
    TermInput("segments", "Only for members of", _segments),
)


def terms_form(scope: str, faults: FormFaults, before: Values | None = None) -> dict[str, Any]:
    """
    Draws the form; gives the document that it says, of one that is edited only what differs.

    Args:
        scope: of the keys of its widgets.
        before: the stored record that is edited.
    """
    kind = _kind(scope, faults, before)
    found: dict[str, Any] = {}
    for rows in (GIVEN, LIMITS, WHEN):
        ours = (row for row in rows if not row.of or kind in row.of)
        for column, row in zip(st.columns(3, gap="medium"), ours, strict=False):
            with column:
                found[row.path] = _drawn(row, scope, before, kind)
                also = ("gift.amount",) if row.path == "value" else ()
                faults.at(row.path, *also, said=row.asks)
    if before is not None:
        return {path: value for path, value in found.items() if _differs(path, value, before)}
    given = {path: value for path, value in found.items() if value is not None}
    return given | ({"type": GIFT} if kind == GIFT else {"type": DISCOUNT, "discount.type": kind})


def _kind(scope: str, faults: FormFaults, before: Values | None) -> str:
    """What is given; of a voucher that is there it stays."""
    if before is not None:
        return GIFT if before["type"] in GIFT_TYPES else str(before["discount_type"])
    chosen: str = st.segmented_control(
        "It gives",
        list(KINDS),
        default="AMOUNT",
        required=True,
        format_func=KINDS.__getitem__,
        key=f"terms-{scope}-kind",
    )
    faults.at("type", "discount.type")
    return chosen


def _drawn(row: TermInput, scope: str, before: Values | None, kind: str) -> Any:
    return row.draw(row, f"terms-{scope}-{row.path}-{kind}", _stored(row.path, before))


def _stored(path: str, before: Values | None) -> Any:
    if before is None:
        return None
    found = before.get(path.replace(".", "_"))
    off = path.replace(".", "_") == OFF.get(str(before["discount_type"]))
    return before.get("value") if found is None and off else found


def _differs(path: str, value: Any, before: Values) -> bool:
    stored = _stored(path, before)
    if isinstance(stored, datetime):
        stored = stored.astimezone(workbench().zone).replace(tzinfo=None, microsecond=0)
        return value is None or bool(datetime.fromisoformat(value) != stored)
    if path == "discount.effect" and stored is None:  # the first is meant
        return bool(value != next(iter(DISCOUNTS[str(before["discount_type"])])))
    return bool(value != stored)
