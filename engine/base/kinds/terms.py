"""What a voucher gives and who may use it when: columns that vouchers and campaigns share."""

from collections.abc import Mapping

import polars as pl

from engine.base.kinds.column import Column
from engine.filters.kinds import BOOLEAN, INSTANT, NUMBER

VOUCHER_TYPES = (DISCOUNT, GIFT) = ("DISCOUNT_VOUCHER", "GIFT_VOUCHER")
GIFT_TYPES = (GIFT, "GIFT_CARD", "GIFT")  # as the service and exports of it call them

AS_STORED = "cents or per cent"  # behind the name of a value that is not told apart in a file
NO_AMOUNT = ("PERCENT", "UNIT")  # discount types of which the value is a number, not cents

KIND_OF = (
    Column(
        "type",
        "Voucher type",
        f"Such as {GIFT} or {DISCOUNT}.",
        headers=("voucher_type",),
    ),
    Column("active", "Active", "Whether it can be redeemed.", BOOLEAN),
    Column("start_date", "Start date", "From when it counts.", INSTANT),
    Column("expiration_date", "Expiration date", "Until when.", INSTANT),
    Column("discount.type", "Discount type", "AMOUNT, PERCENT, UNIT or FIXED."),
)
VALUE = Column(
    "value",
    "Value",
    "Of a gift card all that was put on it in cents.",  # else cents, or whole per cent
    NUMBER,
    money=True,
    unless=("discount.type", NO_AMOUNT),
    headers=("gift.amount", f"value ({AS_STORED})"),
)
LIMIT = Column(
    "redemption_limit",
    "Limit",
    "How often it counts.",
    NUMBER,
    headers=("redemption.quantity",),
)
TERMS = (
    Column("discount.effect", "Discount effect", "What the discount is taken off, or adds."),
    Column("discount.amount_off", "Amount off", "What an AMOUNT takes off; the value unless given.",
           NUMBER, unit="cents", money=True),
    Column("discount.percent_off", "Percent off", "Of PERCENT; the value unless given.", NUMBER,
           whole=False),
    Column("discount.amount_limit", "Discount at most", "What PERCENT takes off at most.", NUMBER,
           unit="cents", money=True),
    Column("discount.fixed_amount", "Fixed amount", "What is paid with FIXED; the value unless "
           "given.", NUMBER, unit="cents", money=True),
    Column("discount.unit_off", "Units off", "How many a UNIT gives; the value unless given.",
           NUMBER, whole=False),
    Column("discount.unit_type", "Unit", "The product that a UNIT gives."),
    Column("customer_limit", "Limit per customer", "How often it counts for one customer.",
           NUMBER),
    Column("segments", "Segments", "Ids of segments: only their members may redeem it.",
           many=True),
    Column("minimum_amount", "Minimum order amount", "The least amount of an order.", NUMBER,
           unit="cents", money=True),
)  # fmt: skip
WRITTEN = (
    Column("created_at", "Created at", "When it was created, or first imported.", INSTANT),
    Column("updated_at", "Updated at", "When it last changed.", INSTANT),
)


def _money(cents: pl.Expr) -> pl.Expr:
    """Currency with two decimals, as grids show it."""
    whole = cents.cast(pl.Float64).round().cast(pl.Int64)
    return pl.format("{}.{}", whole // 100, (whole % 100).cast(pl.String).str.zfill(2))


def _number(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.Float64).cast(pl.String).str.strip_suffix(".0")


def _off(column: str) -> pl.Expr:
    return pl.coalesce(column, pl.col("value").cast(pl.Float64))


# How each type of discount and each effect is told; None: any other effect.
_UNITS = pl.format("{} × {} free", _number(_off("discount_unit_off")), "discount_unit_type")
_AMOUNT = _money(_off("discount_amount_off"))
_PERCENT = _number(_off("discount_percent_off"))
_FIXED = _money(_off("discount_fixed_amount"))
_TOLD: Mapping[str, Mapping[str | None, pl.Expr]] = {
    "AMOUNT": {
        "APPLY_TO_ITEMS": pl.format("{} off each item", _AMOUNT),
        "APPLY_TO_ITEMS_BY_QUANTITY": pl.format("{} off each unit", _AMOUNT),
        "APPLY_TO_ITEMS_PROPORTIONALLY": pl.format("{} off, divided by price", _AMOUNT),
        "APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY": pl.format(
            "{} off, divided by quantity", _AMOUNT
        ),
        None: pl.format("{} off", _AMOUNT),
    },
    "PERCENT": {
        "APPLY_TO_ITEMS": pl.format("{}% off each item", _PERCENT),
        None: pl.format("{}% off", _PERCENT),
    },
    "FIXED": {
        "APPLY_TO_ITEMS": pl.format("{} for each unit", _FIXED),
        None: pl.format("{} for the order", _FIXED),
    },
    "UNIT": {"ADD_NEW_ITEMS": pl.format("{}, added", _UNITS), None: _UNITS},
}


def _discount() -> pl.Expr:
    found = pl.lit(None, pl.String)
    for kind, effects in _TOLD.items():
        told = effects[None]
        for effect, words in effects.items():
            if effect is not None:
                told = pl.when(pl.col("discount_effect") == effect).then(words).otherwise(told)
        found = pl.when(pl.col("discount_type") == kind).then(told).otherwise(found)
    most = pl.format(", at most {}", _money(pl.col("discount_amount_limit")))
    limited = (pl.col("discount_type") == "PERCENT") & pl.col("discount_amount_limit").is_not_null()
    return pl.when(limited).then(pl.concat_str(found, most)).otherwise(found)


# What a voucher or a campaign gives, in words; null where its terms do not say.
IS_GIFT = pl.col("type").is_in(GIFT_TYPES)
GIVES = (
    pl.when(IS_GIFT)
    .then(pl.format("Gift card of {}", _money(pl.col("value").fill_null(0))))
    .otherwise(_discount())
)
