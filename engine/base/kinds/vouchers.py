"""Vouchers: what can be redeemed. They belong to no customer."""

from engine.base.kinds.column import Column
from engine.base.kinds.row import RecordKind
from engine.filters.kinds import BOOLEAN, INSTANT, NUMBER

KIND = RecordKind(
    "vouchers",
    "voucher",
    "v_",
    (
        Column("code", "Code", "The code of the voucher.", stored_as="id"),
        Column(
            "type",
            "Voucher type",
            "Such as GIFT_VOUCHER or DISCOUNT_VOUCHER.",
            headers=("voucher_type",),
        ),
        Column("active", "Active", "Whether it can be redeemed.", BOOLEAN),
        Column("start_date", "Start date", "From when it counts.", INSTANT),
        Column("expiration_date", "Expiration date", "Until when.", INSTANT),
        Column("discount.type", "Discount type", "Such as AMOUNT or PERCENT."),
        Column(
            "value",
            "Value",
            "Of a gift card its first amount in cents.",  # else cents, or whole per cent
            NUMBER,
            money=True,
            headers=("gift.amount",),
        ),
        Column("category", "Category", "The category of the voucher."),
        Column(
            "redemption_limit",
            "Limit",
            "How often it counts.",
            NUMBER,
            headers=("redemption.quantity",),
        ),
        Column("campaign", "Campaign", "The campaign of the voucher."),
    ),
    shown=("code", "type", "value", "campaign", "category", "active", "expiration_date"),
    sort="code",
    owned=False,
    searched=("code", "campaign"),
    instant=None,
    without_key="reject",
    keyless="expected a Code, got nothing",
)
