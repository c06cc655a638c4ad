"""Vouchers as a list: beside their terms what each gives in words, and what was made of it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import polars as pl

from engine.base.kinds.column import Column
from engine.base.kinds.orders import TOTAL
from engine.base.kinds.registry import CUSTOMERS, KINDS
from engine.base.kinds.terms import IS_GIFT, gives
from engine.base.profiles import Profile
from engine.base.records import Records
from engine.base.uses import COUNTED
from engine.filters.fields import Field
from engine.filters.kinds import NUMBER
from engine.text.formats import Money, amount

LARGE = 100_000  # cents: in it all that tells one way to write amounts from another
TABLE = "uses"  # of fields that no file brings
PARTS = ("amount_off", "percent_off", "fixed_amount", "unit_off")  # where an amount may stand
COLUMNS = (
    Column("id", "ID", "Its id over HTTP: its code in hexadecimal digits."),
    Column("campaign_id", "Campaign ID", "The id of its campaign."),
    Column("face_value", "Face value", "What it gives by its terms: cents, per cent or units.",
           NUMBER),
    Column("gives", "Gives", "What it gives, in words."),
    Column("redeemed", "Redeemed", "How often it counts as redeemed now.", NUMBER),
    Column("balance", "Balance", "What is left on a gift card.", NUMBER, unit="cents"),
    Column("orders", "Orders", "The orders that it was redeemed with.", NUMBER),
    Column("discount_given", "Discount given", "What it took off them.", NUMBER, unit="cents"),
    Column("revenue", "Revenue", "What was paid for them.", NUMBER, unit="cents"),
)  # fmt: skip
# It names a person, and is hidden as that of a customer is.
HOLDER = Column(
    "holder_source_id",
    "Holder source ID",
    "The source id of the one customer who may redeem it.",
    stored_as="source_id",
).field(CUSTOMERS.name, "Use")
FIELDS: Mapping[str, Field] = {
    **{each.path: each.field(TABLE, "Use") for each in COLUMNS},
    HOLDER.path: HOLDER,
}

# Of redemptions.
READ = ("id", "voucher_code", "order_id", "order_amount", "discount_amount", "gift_amount")
AMOUNTS = [
    pl.col(name).cast(pl.Float64) for name in (*(f"discount_{part}" for part in PARTS), "value")
]
ID = pl.lit(KINDS["vouchers"].prefix) + pl.col("id").cast(pl.Binary).bin.encode("hex")
AS_IT_IS: Any = {"how": "left", "maintain_order": "left"}
USED = ("redeemed", "orders", "discount_given", "revenue")  # 0 of a code that nobody has redeemed


class VoucherRecords(Records):
    """The vouchers at one state of the base, with what was made of each."""

    def __init__(self, profile: Profile, money: Money) -> None:
        self._money = money
        kind = KINDS["vouchers"]
        super().__init__(profile, kind, profile.activity.records(kind.name))
        self.catalogue = replace(self.catalogue, rows={**self.catalogue.rows, **FIELDS})

    def values(self, field: Field, positions: pl.Series | None = None) -> pl.Series | None:
        """The value of a field for each of some vouchers, or of all; None where none holds any."""
        if field.path not in FIELDS:
            return super().values(field, positions)
        found = self._uses[field.path]
        return found if positions is None else found.gather(positions)

    @cached_property
    def _uses(self) -> pl.DataFrame:
        said: dict[str, Any] = {
            "code": "id",
            "id": ID,
            "gives": gives(self._money),
            "face_value": pl.coalesce(*AMOUNTS),
        }
        known = self.frame.select("type", "value", "campaign", "holder", **said)
        campaigns = self.profile.activity.records("campaigns").select("name", campaign_id="id")
        people = self.profile.customers.select("id", holder_source_id="source_id")
        once = campaigns.unique("name", keep="last")
        found = (
            known.join(
                voucher_uses(self.profile), left_on="code", right_on="voucher_code", **AS_IT_IS
            )
            .join(once, left_on="campaign", right_on="name", **AS_IT_IS)
            .join(people, left_on="holder", right_on="id", **AS_IT_IS)
        )
        left = (pl.col("value").fill_null(0) - pl.col("spent").fill_null(0)).clip(0)
        never = pl.col("redeemed").is_null()
        return found.with_columns(
            *(pl.when(never).then(0).otherwise(name).alias(name) for name in USED),
            balance=pl.when(IS_GIFT).then(left),
        )


def voucher_records(profile: Profile, money: Money = amount) -> VoucherRecords:
    """The vouchers of a profile, read once for each way to write what they give."""
    told = f"vouchers with uses, {money(LARGE)}"
    return profile.once(told, lambda: VoucherRecords(profile, money))


def voucher_uses(profile: Profile) -> pl.DataFrame:
    """
    What was made of each code that counts as redeemed now.

    Returns:
        One row per code: `voucher_code`, `redeemed`, `orders`; in cents `spent` of a gift card,
        `discount_given` and `revenue`: what its orders came to, each once. Null: no record says.
    """
    orders = profile.activity.records("orders").select(order_id="id", total=TOTAL)
    redemptions = profile.activity.records("redemptions").lazy()  # of which few columns are read
    used = redemptions.filter(COUNTED).select(READ).collect()
    told = used.join(orders, on="order_id", how="left").with_columns(
        total=pl.coalesce("total", pl.col("order_amount") - pl.col("discount_amount").fill_null(0)),
        key=pl.coalesce("order_id", pl.when(pl.col("order_amount").is_not_null()).then("id")),
    )
    once = told.drop_nulls("key").unique(["voucher_code", "key"])
    paid = once.group_by("voucher_code").agg(orders=pl.len(), revenue=_sum(pl.col("total")))
    given = told.group_by("voucher_code").agg(
        redeemed=pl.len(),
        spent=pl.col("gift_amount").sum(),
        discount_given=_sum(pl.coalesce("discount_amount", "gift_amount")),
    )
    return given.join(paid, on="voucher_code", how="left")


def _sum(amounts: pl.Expr) -> pl.Expr:
    """Null where no amount is known: nothing would be too little."""
    return pl.when(amounts.count() > 0).then(amounts.sum())
