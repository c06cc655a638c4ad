"""
What the sample shop offers and its customers do: campaigns, vouchers, orders, redemptions, events.

Most of it is drawn; the shop's regulars all have the same story, so that somebody fits the long
example of the customers guide on the day after the data end.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from engine.samples.customers import DAY, SHOP, Dice, customers, thrown, write_customers

KINDS = ("campaigns", "vouchers", "orders", "redemptions", "events")  # in the order of import
FORMAT = "%Y-%m-%dT%H:%M:%SZ"
ACTIVE = pl.lit("true").alias("Active")
OFFERED = (pl.lit("DISCOUNT_VOUCHER").alias("Voucher Type"), ACTIVE)
GIFT = "gift"  # in the regulars' story: a card of one's own


@dataclass(frozen=True, eq=False)
class Crowd:
    """Who acts, and how the shop is."""

    shop: Mapping[str, Any]
    others: pl.DataFrame  # source, created (Unix time)
    regulars: pl.DataFrame  # as `others`
    seed: int

    @property
    def horizon(self) -> int:
        """Unix time that nothing reaches."""
        return int(self.shop["horizon"].timestamp())

    @property
    def cards(self) -> int:
        """How many gift cards there are."""
        everybody = self.others.height + self.regulars.height
        return max(int(everybody * self.shop["gift_cards"]["share"]), self.regulars.height, 1)


def activity(count: int, seed: int = 1) -> dict[str, pl.DataFrame]:
    """
    The files of a shop with `count` customers by kind: one row per record, columns of the contract.

    Amounts are in cents, instants in UTC. A regular has exactly the story of `shop.toml`.
    """
    shop = tomllib.loads(SHOP.read_text("utf-8"))
    everybody = customers(count, seed).select(
        source="Source_id", created=pl.col("Created_at").dt.epoch("s")
    )
    regular = pl.col("source").str.starts_with(shop["regulars"]["source"])
    crowd = Crowd(shop, everybody.filter(~regular), everybody.filter(regular), seed)
    return {
        "campaigns": pl.DataFrame(shop["campaigns"]).with_columns(OFFERED),
        "vouchers": _vouchers(crowd),
        "orders": _orders(crowd),
        "redemptions": _redemptions(crowd),
        "events": _events(crowd),
    }


def write_shop(folder: Path, count: int, seed: int = 1) -> None:
    """Writes the shop's files, one CSV for each kind; existing ones are replaced."""
    write_customers(folder / "customers.csv", count, seed)
    for kind, frame in activity(count, seed).items():
        frame.write_csv(folder / f"{kind}.csv", datetime_format=FORMAT)


def _vouchers(crowd: Crowd) -> pl.DataFrame:
    cards = pl.DataFrame({"Code": _codes(np.arange(crowd.cards))}).with_columns(
        pl.lit("GIFT_VOUCHER").alias("Voucher Type"),
        pl.lit(crowd.shop["gift_cards"]["value"], pl.Int64).alias("Value"),
    )
    terms = pl.DataFrame(crowd.shop["campaigns"]).rename({"Name": "Campaign"})
    codes = pl.DataFrame(crowd.shop["vouchers"]).join(terms, on="Campaign", maintain_order="left")
    return pl.concat([codes.with_columns(OFFERED), cards.with_columns(ACTIVE)], how="diagonal")


def _orders(crowd: Crowd) -> pl.DataFrame:
    drawn, dice = _acts(crowd, "orders")
    words = crowd.shop["activity"]
    random = drawn.with_columns(
        Status=_word(words["status"], dice("status")),
        Amount=_whole(dice("amount") * dice("more amount"), 900, 40_000),
    )
    told = _story_table(crowd, "orders", ("Status", "Amount"))
    more = pl.Series(thrown(told.height, crowd.seed)("regular amount"))
    told = told.with_columns((pl.col("Amount") * (1 + more)).cast(pl.Int64))
    rows = _numbered(pl.concat([random, told]), "ord_")
    dice = thrown(rows.height, crowd.seed)
    tenth = (pl.col("Amount") // 10) * pl.lit(pl.Series(dice("discount") < 0.25))
    return rows.select(
        "Id",
        "Customer_source_id",
        "Status",
        "Amount",
        pl.when(tenth > 0).then(tenth).alias("Discount_amount"),
        pl.col("at").alias("Created_at"),
        _word(words["channel"], dice("channel")).alias("metadata.channel"),
    )


def _redemptions(crowd: Crowd) -> pl.DataFrame:
    """Attempts, then the rollbacks of those that were rolled back."""
    told = _story_table(crowd, "redemptions", ("Voucher_code",))
    own = pl.int_range(pl.len()) // len(crowd.shop["regulars"]["redemptions"])
    card = "GIFT-" + own.cast(pl.String).str.zfill(7)
    told = told.with_columns(
        Voucher_code=pl.when(pl.col("Voucher_code") == GIFT).then(card).otherwise("Voucher_code"),
        Status=pl.lit("SUCCEEDED"),
    )
    attempts = _settled(crowd, _numbered(pl.concat([_attempts(crowd), told]), "r_"))
    undone = attempts.filter(pl.col("Status") == "ROLLED_BACK").with_columns(
        Id="r" + pl.col("Id"),
        Status=pl.lit("SUCCEEDED"),
        Object=pl.lit("redemption_rollback"),
        Gift_amount=-pl.col("Gift_amount"),
    )
    return pl.concat([attempts, undone])


def _attempts(crowd: Crowd) -> pl.DataFrame:
    """Who tried which code, when, and what became of it."""
    words = crowd.shop["activity"]
    drawn, dice = _acts(crowd, "redemptions")
    codes = [voucher["Code"] for voucher in crowd.shop["vouchers"]]
    card = _codes((dice("card") * crowd.cards).astype(np.int64))
    failed = pl.lit(pl.Series(dice("failure") < words["failures"][0]))
    undone = pl.lit(pl.Series(dice("rollback") < words["rolled_back"]))
    gift = pl.lit(pl.Series(dice("gift") < words["gift_share"]))
    return drawn.with_columns(
        Voucher_code=pl.when(gift).then(card).otherwise(_word(codes, dice("code"))),
        Status=pl.when(failed)
        .then(pl.lit("FAILED"))
        .when(undone)
        .then(pl.lit("ROLLED_BACK"))
        .otherwise(pl.lit("SUCCEEDED")),
    )


def _settled(crowd: Crowd, rows: pl.DataFrame) -> pl.DataFrame:
    """The columns that follow from the code and the status."""
    _, failure, message = crowd.shop["activity"]["failures"]
    amount = _whole(
        thrown(rows.height, crowd.seed)("gift amount"), 500, crowd.shop["gift_cards"]["most"]
    )
    campaigns = {voucher["Code"]: voucher["Campaign"] for voucher in crowd.shop["vouchers"]}
    code, lost = pl.col("Voucher_code"), pl.col("Status") == "FAILED"
    return rows.select(
        "Id",
        "Customer_source_id",
        pl.col("at").alias("Date"),
        code,
        code.replace_strict(campaigns, default=None).alias("Campaign"),
        pl.when(lost).then(pl.lit("FAILURE")).otherwise(pl.lit("SUCCESS")).alias("Result"),
        "Status",
        pl.when(lost).then(pl.lit(failure)).alias("Failure_code"),
        pl.when(lost).then(pl.lit(message)).alias("Failure_message"),
        pl.lit("redemption").alias("Object"),
        pl.when(code.str.starts_with("GIFT-")).then(amount).alias("Gift_amount"),
    )


def _events(crowd: Crowd) -> pl.DataFrame:
    words = crowd.shop["activity"]
    drawn, dice = _acts(crowd, "events")
    random = drawn.with_columns(Event=_word(words["event"], dice("event")))
    rows = pl.concat([random, _story_table(crowd, "events", ("Event",))])
    cart = _word(words["cart"], thrown(rows.height, crowd.seed)("cart"))
    return rows.select(
        "Event",
        "Customer_source_id",
        pl.col("at").alias("Created_at"),
        pl.when(pl.col("Event") == "cart_abandoned").then(cart).alias("metadata.cart"),
    )


def _acts(crowd: Crowd, kind: str) -> tuple[pl.DataFrame, Dice]:
    """Who acts and when, for one table, and the dice for the rest of its rows."""
    size = crowd.others.height
    count = int(size * crowd.shop["activity"][kind])
    numbers = thrown(count, crowd.seed)

    def dice(stream: str) -> np.typing.NDArray[np.float64]:
        return numbers(f"{kind} {stream}")

    # Squared: some act often, many never; the prime spreads them over all ages.
    who = (dice("who") ** 2 * size).astype(np.int64) * 7_919 % max(size, 1)
    chosen = crowd.others[who]
    span = crowd.horizon - chosen["created"]
    at = chosen["created"] + (pl.Series(dice("when")) * span).cast(pl.Int64)
    return _acted(chosen["source"], at), dice


def _story_table(crowd: Crowd, kind: str, columns: tuple[str, ...]) -> pl.DataFrame:
    """The regulars' story in one table: each line of it for each of them."""
    story = crowd.shop["regulars"][kind]
    lines = pl.DataFrame(story, schema=["days", *columns], orient="row")
    rows = crowd.regulars.select("source").join(lines, how="cross", maintain_order="left_right")
    acted = _acted(rows["source"], crowd.horizon - rows["days"] * DAY)
    return acted.hstack(rows.select(columns))


def _acted(source: pl.Series, seconds: pl.Series) -> pl.DataFrame:
    at = (seconds.cast(pl.Int64) * 1_000).cast(pl.Datetime("ms", "UTC"))
    return pl.DataFrame({"Customer_source_id": source, "at": at})


def _numbered(rows: pl.DataFrame, prefix: str) -> pl.DataFrame:
    number = pl.int_range(pl.len()).cast(pl.String).str.zfill(8)
    return rows.with_columns(Id=pl.lit(prefix) + number)


def _codes(numbers: np.typing.NDArray[np.int64]) -> pl.Series:
    return "GIFT-" + pl.Series(numbers).cast(pl.String).str.zfill(7)


def _word(words: list[str], dice: np.typing.NDArray[np.float64]) -> pl.Expr:
    return pl.lit(pl.Series(words, dtype=pl.String)[(dice * len(words)).astype(np.int64)])


def _whole(dice: np.typing.NDArray[np.float64], least: int, most: int) -> pl.Expr:
    return pl.lit(pl.Series((least + dice * (most - least)).astype(np.int64)))
