"""What a voucher gives and who may use it when: columns that vouchers and campaigns share."""

from engine.base.kinds.column import Column
from engine.filters.kinds import BOOLEAN, INSTANT, NUMBER

VOUCHER_TYPES = (DISCOUNT, GIFT) = ("DISCOUNT_VOUCHER", "GIFT_VOUCHER")
GIFT_TYPES = (GIFT, "GIFT_CARD", "GIFT")  # as the service and exports of it call them

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
    headers=("gift.amount",),
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
