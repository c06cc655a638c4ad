"""What a stored voucher or campaign says: what it gives, and who may redeem it when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.base.kinds.terms import GIFT_TYPES
from engine.redemptions.discounts import ADD_MANY, DISCOUNTS, ORDER, Discount
from engine.redemptions.units import read_units

# Where the amount of each type stands; else it is the `value`, as files bring it.
OFF = {
    "AMOUNT": "discount_amount_off",
    "PERCENT": "discount_percent_off",
    "FIXED": "discount_fixed_amount",
    "UNIT": "discount_unit_off",
}


@dataclass(frozen=True)
class Terms:
    """The terms of a voucher, or of a campaign for all its vouchers."""

    name: str  # the code of a voucher
    what: str  # it in a sentence
    active: bool
    start: datetime | None
    expiration: datetime | None
    limit: int | None  # redemptions
    customer_limit: int | None  # redemptions of one customer
    segments: tuple[str, ...]  # ids; empty: everybody
    minimum: int | None  # cents, of an order
    holder: str | None  # id of the one customer who may redeem it
    gift: int | None  # cents, all that was put on a gift card; None: it is none
    discount: Discount | None  # None: a gift card, or one that gives nothing that we know
    campaign: str | None  # its name
    record: Mapping[str, Any]  # as stored


def voucher_terms(record: Mapping[str, Any]) -> Terms:
    """Those of a stored voucher."""
    return _terms(record, record["id"], "the voucher", record["holder"], record["campaign"])


def campaign_terms(record: Mapping[str, Any]) -> Terms:
    """Those of a stored campaign."""
    return _terms(record, record["name"], "the campaign")


def _terms(
    record: Mapping[str, Any],
    name: str,
    what: str,
    holder: str | None = None,
    campaign: str | None = None,
) -> Terms:
    gift = (record["value"] or 0) if record["type"] in GIFT_TYPES else None
    return Terms(
        name=name,
        what=f"{what} {name}",
        active=record["active"] is not False,  # files may say nothing of it
        start=record["start_date"],
        expiration=record["expiration_date"],
        limit=record["redemption_limit"],
        customer_limit=record["customer_limit"],
        segments=tuple(record["segments"] or ()),
        minimum=record["minimum_amount"],
        holder=holder,
        gift=gift,
        discount=_discount(record) if gift is None else None,
        campaign=campaign,
        record=record,
    )


def _discount(record: Mapping[str, Any]) -> Discount | None:
    kind = record["discount_type"]
    if kind not in OFF:
        return None
    effects, said = DISCOUNTS[kind], record["discount_effect"]
    if said == ADD_MANY:
        return Discount(kind, said, Decimal(0), units=read_units(record["discount_units"]))
    off = record[OFF[kind]]
    off = record["value"] if off is None else off
    if off is None:
        return None
    return Discount(
        kind,
        said if said in effects else next(iter(effects)),
        Decimal(str(off)),
        record["discount_amount_limit"],
        record["discount_unit_type"],
    )


def gift(cents: int) -> Discount:
    """What a gift card takes off an order, at most so much."""
    return Discount("GIFT", ORDER, Decimal(cents))
