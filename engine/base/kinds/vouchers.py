"""Vouchers: what can be redeemed. They belong to no customer."""

from engine.base.kinds import terms
from engine.base.kinds.column import Column
from engine.base.kinds.row import RecordKind

KIND = RecordKind(
    "vouchers",
    "voucher",
    "v_",
    (
        Column("code", "Code", "The code of the voucher.", stored_as="id"),
        *terms.KIND_OF,
        terms.VALUE,
        *terms.CATEGORY,
        terms.LIMIT,
        Column("campaign", "Campaign", "The campaign of the voucher."),
        *terms.TERMS,
        Column("additional_info", "More about it", "A remark."),
        Column("holder", "Holder", "The id of the one customer who may redeem it."),
        *terms.WRITTEN,
    ),
    shown=(
        *("code", "gives", "redeemed", "redemption_limit", "balance", "orders", "discount_given"),
        *("revenue", "active", "start_date", "expiration_date", "segments", "campaign"),
    ),
    sort="code",
    owned=False,
    searched=("code", "campaign"),
    without_key="reject",
    keyless="expected a Code, got nothing",
)
