"""What each voucher has brought: redemptions that count, their orders, what was given for it."""

import polars as pl

from engine.base.kinds.orders import PAID, TOTAL
from engine.base.profiles import Profile
from engine.base.uses import COUNTED
from engine.store.records.tables import OWNER


def effects(profile: Profile) -> pl.DataFrame:
    """
    What came of each code that was redeemed and not rolled back.

    Returns:
        One row per `code`: `redemptions`, `customers`, `orders` (that are paid), and in cents
        `discount_amount`, `gift_amount` and `revenue`, the total of those orders; one of several
        codes counts for each.
    """
    return profile.once("effects of vouchers", lambda: _effects(profile))


def _effects(profile: Profile) -> pl.DataFrame:
    used = profile.activity.records("redemptions").filter(COUNTED)
    orders = profile.activity.records("orders").filter(PAID)
    totals = orders.select(order_id="id", total=TOTAL)
    paid = used.select("voucher_code", "order_id").unique().join(totals, on="order_id")
    revenue = paid.group_by("voucher_code").agg(orders=pl.len(), revenue=pl.col("total").sum())
    counted = used.group_by("voucher_code").agg(
        redemptions=pl.len(),
        customers=pl.col(OWNER).n_unique(),
        discount_amount=pl.col("discount_amount").sum(),
        gift_amount=pl.col("gift_amount").sum(),
    )
    both = counted.join(revenue, on="voucher_code", how="left", maintain_order="left")
    whole = pl.col("redemptions", "customers", "orders", "revenue").fill_null(0).cast(pl.Int64)
    return both.with_columns(whole).rename({"voucher_code": "code"}).sort("code")
