"""What a voucher gives and who may use it when: columns that vouchers and campaigns share."""

from collections.abc import Mapping

import polars as pl

from engine.base.kinds.column import Column
from engine.filters.kinds import BOOLEAN, INSTANT, NUMBER
from engine.text.formats import Money

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
CATEGORY = (
    Column("category", "Category", "Its category, by name."),
    Column("category_id", "Category ID", "The id of its category where it came from."),
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
    Column("discount.units", "Units", "Of several products: effect, how many × product.",
           many=True),
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


def _amount(cents: pl.Expr, money: Money) -> pl.Expr:
    """Cents as texts; many vouchers share few amounts, each of which is written once."""

    def words_of(amounts: pl.Series) -> pl.Series:
        words = {each: money(each) for each in amounts.unique().drop_nulls()}
        found = pl.first().replace_strict(words, default=None, return_dtype=pl.String)
        return amounts.to_frame().select(found).to_series()

    whole = cents.cast(pl.Float64).round().cast(pl.Int64)
    return whole.map_batches(words_of, return_dtype=pl.String, is_elementwise=True)


def _number(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.Float64).cast(pl.String).str.strip_suffix(".0")


def _off(column: str) -> pl.Expr:
    return pl.coalesce(column, pl.col("value").cast(pl.Float64))


_PRODUCTS = (
    pl.col("discount_units").list.eval(pl.element().str.replace(r"^\S+ ", "")).list.join(", ")
)
# How each type of discount and each effect is told of what it takes off; None: any other effect.
_TOLD: Mapping[str, Mapping[str | None, str]] = {
    "AMOUNT": {
        "APPLY_TO_ITEMS": "{} off each item",
        "APPLY_TO_ITEMS_BY_QUANTITY": "{} off each unit",
        "APPLY_TO_ITEMS_PROPORTIONALLY": "{} off, divided by price",
        "APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY": "{} off, divided by quantity",
        None: "{} off",
    },
    "PERCENT": {"APPLY_TO_ITEMS": "{}% off each item", None: "{}% off"},
    "FIXED": {"APPLY_TO_ITEMS": "{} for each unit", None: "{} for the order"},
    "UNIT": {
        "ADD_NEW_ITEMS": "{} free, added",
        "ADD_SAME_ITEMS": "{} free, added to those that are there",
        None: "{} free",
    },
}


def _taken_off(money: Money) -> Mapping[str, pl.Expr]:
    """What each type of discount takes off, or adds."""
    return {
        "AMOUNT": _amount(_off("discount_amount_off"), money),
        "PERCENT": _number(_off("discount_percent_off")),
        "FIXED": _amount(_off("discount_fixed_amount"), money),
        "UNIT": pl.when(pl.col("discount_effect") == "ADD_MANY_ITEMS")
        .then(_PRODUCTS)
        .otherwise(pl.format("{} × {}", _number(_off("discount_unit_off")), "discount_unit_type")),
    }


def _discount(money: Money) -> pl.Expr:
    found = pl.lit(None, pl.String)
    for kind, taken in _taken_off(money).items():
        words = {effect: pl.format(form, taken) for effect, form in _TOLD[kind].items()}
        told = words.pop(None)
        for effect, each in words.items():
            told = pl.when(pl.col("discount_effect") == effect).then(each).otherwise(told)
        found = pl.when(pl.col("discount_type") == kind).then(told).otherwise(found)
    most = pl.format(", at most {}", _amount(pl.col("discount_amount_limit"), money))
    limited = (pl.col("discount_type") == "PERCENT") & pl.col("discount_amount_limit").is_not_null()
    return pl.when(limited).then(pl.concat_str(found, most)).otherwise(found)


IS_GIFT = pl.col("type").is_in(GIFT_TYPES)


def gives(money: Money) -> pl.Expr:
    """
    What a voucher or a campaign gives, in words; null where its terms do not say.

    Args:
        money: writes an amount of cents.
    """
    gift = pl.format("Gift card of {}", _amount(pl.col("value").fill_null(0), money))
    return pl.when(IS_GIFT).then(gift).otherwise(_discount(money))
