"""
What orders, redemptions and events come to for each customer: one row of the table a source.

A source says which records count; its values are aggregations of one customer's. A customer
without such a record has no row, so null is "no record". Rules: contract sections 2 and 7, 7-11.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from engine.filters.fields import EVENT_PARTS, Field
from engine.store.records import OWNER

Records = Callable[[str], pl.DataFrame]  # the living records of a table
BALANCE = "@balance"


@dataclass(frozen=True, eq=False)
class Source:
    """Some records of a table, and what the fields of customers make of them."""

    name: str
    table: str  # of the records
    counted: pl.Expr  # which records
    values: Mapping[str, pl.Expr]  # field path -> aggregation over the records of one customer
    gathered: Callable[[pl.DataFrame, Records], pl.DataFrame] | None = None  # further preparation

    @property
    def shared(self) -> bool:
        """Whether records of other customers matter too, so that a change may concern everybody."""
        return self.gathered is not None


def aggregated(
    source: Source,
    records: pl.DataFrame,
    everything: Records,
    paths: Iterable[str] | None = None,
) -> pl.DataFrame:
    """
    The values of a source from some records of its table.

    Args:
        records: those that may count, one row each.
        everything: the tables as a whole, for what is shared between customers.
        paths: the fields that are wanted; all of the source unless given.

    Returns:
        One row per customer with a record that counts: `customer_row`, and a column per field path;
        amounts in cents, instants in UTC.
    """
    counting = records.filter(source.counted)
    if source.gathered is not None:
        counting = source.gathered(counting, everything)
    wanted = source.values if paths is None else paths
    values = [source.values[path].alias(path) for path in wanted]
    return counting.group_by(OWNER).agg(values)


def source_of(field: Field) -> Source:
    """The source of an activity field. Raises KeyError when a row is missing here (a bug)."""
    if field.table == "events":
        return _event(field.path.removeprefix("events.").rpartition(".")[0])
    return BY_PATH[field.path]


def referred_customers(customers: pl.DataFrame, everybody: pl.DataFrame) -> pl.Series:
    """How many others of everybody name each customer as referrer; null where none does."""
    others = everybody.filter(pl.col("referrer").ne_missing(pl.col("source_id")))
    referred = others.group_by("referrer").len()
    counted = customers.select("source_id").join(
        referred, left_on="source_id", right_on="referrer", how="left", maintain_order="left"
    )
    return counted["len"].cast(pl.Int64)


def _count(which: pl.Expr) -> pl.Expr:
    return which.sum().cast(pl.Int64)


def _half_up(amounts: pl.Expr) -> pl.Expr:
    """
    The sum over the count as a whole number; exact, where a float would round to even.

    A record without an amount counts: the average is the total by the count, which are shown too.
    """
    count = pl.len().cast(pl.Int64)
    return (2 * amounts.sum() + count) // (2 * count)


def _balances(redeemed: pl.DataFrame, everything: Records) -> pl.DataFrame:
    """
    Each card that each customer has used, once, with what is left on it after everybody.

    A card that is not stored has an unknown amount and adds nothing.
    """
    used = everything("redemptions").filter(GIFT & ~ROLLED_BACK)
    spent = used.group_by("voucher_code").agg(spent=pl.col("gift_amount").sum())
    cards = everything("vouchers").filter(pl.col("type").is_in(GIFT_TYPES))
    left = pl.col("value") - pl.col("spent").fill_null(0)
    balances = cards.join(spent, left_on="id", right_on="voucher_code", how="left")
    balances = balances.select(voucher_code="id", **{BALANCE: left})
    return redeemed.unique([OWNER, "voucher_code"]).join(balances, on="voucher_code", how="left")


TOTAL = pl.coalesce("total_amount", pl.col("amount") - pl.col("discount_amount").fill_null(0))
INSTANTS = {"orders": "created_at", "redemptions": "date", "events": "created_at"}

ROLLBACK = pl.col("object").eq_missing(pl.lit("redemption_rollback"))
ROLLED_BACK = pl.col("status").eq_missing(pl.lit("ROLLED_BACK"))
# A file may bring the result, the status or both; a redemption rolled back had succeeded.
RESULT = pl.coalesce(
    "result",
    pl.col("status").replace_strict(
        {"SUCCEEDED": "SUCCESS", "ROLLED_BACK": "SUCCESS", "FAILED": "FAILURE"}, default=None
    ),
)
SUCCEEDED, FAILED = (RESULT.eq_missing(pl.lit(result)) for result in ("SUCCESS", "FAILURE"))
# What a record's column says where the file left it out.
DERIVED: Mapping[tuple[str, str | None], pl.Expr] = {
    ("orders", "total_amount"): TOTAL,
    ("redemptions", "result"): RESULT,
}
GIFT = ~ROLLBACK & SUCCEEDED & pl.col("gift_amount").is_not_null()
GIFT_TYPES = ("GIFT_VOUCHER", "GIFT_CARD", "GIFT")  # as the service and exports of it call them

ORDERS, REDEMPTIONS = "summary.orders", "summary.redemptions"
SOURCES = (
    Source(
        "orders",
        "orders",
        pl.col("status").is_in(["PAID", "FULFILLED"]),
        {
            f"{ORDERS}.total_amount": TOTAL.sum(),
            f"{ORDERS}.total_count": pl.len().cast(pl.Int64),
            f"{ORDERS}.average_amount": _half_up(TOTAL),
            # Of orders at one instant the greater id is the later one.
            f"{ORDERS}.last_order_amount": TOTAL.max_by(pl.struct("created_at", "id")),
            f"{ORDERS}.last_order_date": pl.col("created_at").max(),
            f"{ORDERS}.first_order_date": pl.col("created_at").min(),
        },
    ),
    Source(
        "redemptions",
        "redemptions",
        ~ROLLBACK,
        {
            f"{REDEMPTIONS}.total_redeemed": _count(SUCCEEDED | FAILED),
            f"{REDEMPTIONS}.total_succeeded": _count(SUCCEEDED),
            f"{REDEMPTIONS}.total_failed": _count(FAILED),
            f"{REDEMPTIONS}.last_redemption_date": pl.col("date").max(),
        },
    ),
    Source(
        "rollbacks",
        "redemptions",
        ROLLBACK,
        {
            f"{REDEMPTIONS}.total_rolled_back": _count(SUCCEEDED | FAILED),
            f"{REDEMPTIONS}.total_rollback_succeeded": _count(SUCCEEDED),
            f"{REDEMPTIONS}.total_rollback_failed": _count(FAILED),
        },
    ),
    Source(
        "gifts",
        "redemptions",
        GIFT,
        {
            f"{REDEMPTIONS}.gift.redeemed_amount": pl.when(~ROLLED_BACK)
            .then(pl.col("gift_amount"))
            .sum()
        },
    ),
    Source(
        "gift cards",
        "redemptions",
        GIFT & pl.col("voucher_code").is_not_null(),
        {f"{REDEMPTIONS}.gift.amount_to_go": pl.col(BALANCE).sum()},
        _balances,
    ),
)
BY_PATH = {path: source for source in SOURCES for path in source.values}


def _event(name: str) -> Source:
    parts = zip((part for part, *_ in EVENT_PARTS), EVENT_VALUES, strict=True)
    values = {f"events.{name}.{part}": value for part, value in parts}
    return Source(f"event {name}", "events", pl.col("event") == name, values)


EVENT_VALUES = (
    pl.len().cast(pl.Int64),
    pl.col("created_at").min(),
    pl.col("created_at").max(),
)  # in the order of EVENT_PARTS
