"""Orders as a list: beside their amounts what codes took off their items, and off the whole."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from engine.base.kinds.column import Column
from engine.base.kinds.registry import KINDS
from engine.base.profiles import Profile
from engine.base.records import Records
from engine.base.uses import COUNTED
from engine.filters.fields import Field
from engine.filters.kinds import NUMBER

TABLE = "discounts"  # of the fields; no file brings them
COLUMNS = (
    Column("items_discount_amount", "Discount on items", "What codes took off its items.", NUMBER,
           unit="cents"),
    Column("order_discount_amount", "Discount on the order", "What was taken off it as a whole.",
           NUMBER, unit="cents"),
)  # fmt: skip
FIELDS: Mapping[str, Field] = {each.path: each.field(TABLE, "Orders") for each in COLUMNS}
WHOLE = "APPLY_TO_ORDER"
ON_ITEMS = (pl.col("discount_type") == "UNIT") | (pl.col("discount_effect") != WHOLE)


class OrderRecords(Records):
    """The orders at one state of the base, with how their discounts are divided."""

    def __init__(self, profile: Profile) -> None:
        kind = KINDS["orders"]
        super().__init__(profile, kind, profile.activity.records(kind.name))
        self.catalogue = replace(self.catalogue, rows={**self.catalogue.rows, **FIELDS})

    def values(self, field: Field, positions: pl.Series | None = None) -> pl.Series | None:
        """The value of a field for each of some orders, or of all; None where none holds any."""
        if field.table != TABLE:
            return super().values(field, positions)
        found = self.once("discounts", self._discounts)[field.path]
        return found if positions is None else found.gather(positions)

    def _discounts(self) -> pl.DataFrame:
        total = pl.col("discount_amount").fill_null(0)
        items = pl.min_horizontal(pl.col("off").fill_null(0), total)
        known = self.frame.select("id", "discount_amount").join(
            _off_items(self.profile), left_on="id", right_on="order_id", how="left",
            maintain_order="left",
        )  # fmt: skip
        return known.select(items_discount_amount=items, order_discount_amount=total - items)


def order_records(profile: Profile) -> OrderRecords:
    """The orders of a profile, read once."""
    return profile.once("orders with discounts", lambda: OrderRecords(profile))


def _off_items(profile: Profile) -> pl.DataFrame:
    """One row per order with a discount on items: `order_id`, and `off` in cents."""
    kinds = profile.activity.records("vouchers").filter(ON_ITEMS).select("id")
    used = profile.activity.records("redemptions").filter(COUNTED, pl.col("discount_amount") > 0)
    on_items = used.join(kinds, left_on="voucher_code", right_on="id", how="semi")
    return on_items.group_by("order_id").agg(off=pl.col("discount_amount").sum())
