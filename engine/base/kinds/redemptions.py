"""Redemptions: vouchers used, or tried, and the records of taking that back."""

from collections.abc import Iterator, Mapping

import polars as pl

from engine.base.kinds.column import Column
from engine.base.kinds.row import RecordKind, Row
from engine.base.kinds.summary import (
    Cards,
    Records,
    SharedProperty,
    Source,
    Summary,
    count,
    last,
    total,
)
from engine.base.kinds.terms import GIFT_TYPES
from engine.base.kinds.words import Money, amount, line
from engine.filters.kinds import INSTANT, NUMBER
from engine.filters.words import FieldWords
from engine.store.records.tables import OWNER

# Each number has its own name on every page: every attempt, whatever came of it; those that
# succeeded, rolled back since or not; and the outcomes below, of which each attempt has one.
ATTEMPTS, SUCCESSFUL = "Redemption attempts", "Successful redemptions"
OBJECTS = (_, ROLLBACKS) = ("redemption", "redemption_rollback")
ROLLBACK = pl.col("object").eq_missing(pl.lit(ROLLBACKS))
ROLLED_BACK = pl.col("status").eq_missing(pl.lit("ROLLED_BACK"))
# A file may bring the result, the status or both; a redemption rolled back had succeeded.
RESULT = pl.coalesce(
    "result",
    pl.col("status").replace_strict(
        {"SUCCEEDED": "SUCCESS", "ROLLED_BACK": "SUCCESS", "FAILED": "FAILURE"}, default=None
    ),
)
SUCCEEDED, FAILED = (RESULT.eq_missing(pl.lit(result)) for result in ("SUCCESS", "FAILURE"))
OUTCOME = (
    pl.when(ROLLBACK)
    .then(pl.lit("Rollback"))
    .when(ROLLED_BACK)
    .then(pl.lit("Rolled back"))
    .when(SUCCEEDED)
    .then(pl.lit("Succeeded"))
    .when(FAILED)
    .then(pl.lit("Failed"))
)
GIFT = ~ROLLBACK & SUCCEEDED & pl.col("gift_amount").is_not_null()
BALANCE = "@balance"
HELD = {OWNER: pl.Int64, "voucher_code": pl.String, BALANCE: pl.Int64}
FEW = 1_000  # redemptions of some customers, whose cards are looked up


def _balances(redeemed: pl.DataFrame, everything: Records, look: Cards | None) -> pl.DataFrame:
    """
    Each card that each customer has used, once, with what is left on it after everybody.

    A card that is not stored has an unknown amount and adds nothing.
    """
    if redeemed.is_empty():
        return redeemed.with_columns(pl.lit(None, pl.Int64).alias(BALANCE))
    if look is not None and redeemed.height <= FEW:
        pairs = zip(redeemed[OWNER], redeemed["voucher_code"], strict=True)
        owners, codes = zip(*dict.fromkeys(pairs), strict=True)
        return pl.DataFrame({OWNER: owners, "voucher_code": codes, BALANCE: look(codes)}, HELD)
    once = redeemed.unique([OWNER, "voucher_code"])
    return once.join(_card_balances(everything), on="voucher_code", how="left")


def _card_balances(everything: Records) -> pl.DataFrame:
    """What is left on each card that is stored; `voucher_code` and BALANCE."""
    used = everything("redemptions").lazy().filter(GIFT & ~ROLLED_BACK)
    spent = used.group_by("voucher_code").agg(spent=pl.col("gift_amount").sum())
    cards = everything("vouchers").lazy().filter(pl.col("type").is_in(GIFT_TYPES))
    left = pl.col("value") - pl.col("spent").fill_null(0)
    balances = cards.join(spent, left_on="id", right_on="voucher_code", how="left")
    return balances.select(voucher_code="id", **{BALANCE: left}).collect()


def _holders(
    written: Mapping[str, pl.DataFrame], before: Records, after: Records
) -> Iterator[pl.Series]:
    """Who has used a gift card whose balance a change set may have moved."""
    for codes in _codes(written, before):
        used = after("redemptions").lazy().filter(GIFT)  # of which few columns are read
        theirs = used.filter(_among("voucher_code", codes.drop_nulls()))
        yield theirs.select(OWNER).collect()[OWNER]


def _codes(written: Mapping[str, pl.DataFrame], before: Records) -> Iterator[pl.Series]:
    if "vouchers" in written:
        yield written["vouchers"]["id"]
    if "redemptions" in written:
        yield written["redemptions"]["voucher_code"]
        rows = written["redemptions"]["row"]
        yield before("redemptions").filter(_among("row", rows))["voucher_code"]


def _among(column: str, values: pl.Series) -> pl.Expr:
    return pl.col(column).is_in(values.implode())


# What was done, and what was not where it failed: of attempts to redeem, and of rollbacks.
DEEDS = ("Redeemed", "Could not redeem"), ("Rolled back", "Could not roll back")


def _redemption(redemption: Row, money: Money) -> str:
    done, failed = DEEDS[redemption["object"] == ROLLBACKS]
    what = failed if redemption["result"] == "FAILURE" else done
    gift = amount(redemption["gift_amount"], money)
    return line(
        f"{what} {redemption['voucher_code'] or ''}".rstrip(),
        redemption["campaign"],
        (redemption["failure_code"] or "").replace("_", " "),
        gift and f"gift {gift}",
    )


def _counted(noun: str, act: str) -> FieldWords:
    return FieldWords("number", noun, f"{noun}s", act=act)


SUMMARY, GIFTS = "summary.redemptions", "Gift cards"
KIND = RecordKind(
    "redemptions",
    "redemption",
    "r_",
    (
        Column("id", "ID", "The redemption's id."),
        Column("date", "Date", "When it was tried.", INSTANT),
        Column(
            "outcome",
            "Outcome",
            "A rollback is the record of undoing another.",
            derived=OUTCOME,
            stored=False,
        ),
        Column("voucher.code", "Voucher", "The code that was redeemed.", where="voucher_code"),
        Column("campaign", "Campaign", "The campaign of the voucher.", where="campaign"),
        Column("failure_code", "Failure", "Why it failed, as a code."),
        Column("failure_message", "Failure message", "Why, in words."),
        Column(
            "result",
            "Result",
            "SUCCESS or FAILURE: as given, else as the status says.",
            allowed=("SUCCESS", "FAILURE"),
            derived=RESULT,
            where="result",
        ),
        Column(
            "status",
            "Status",
            "SUCCEEDED, FAILED or ROLLED_BACK, as given.",
            allowed=("SUCCEEDED", "FAILED", "ROLLED_BACK"),
            where="status",
        ),
        Column("object", "Object", f"{' or '.join(OBJECTS)}; the first unless given.",
               allowed=OBJECTS),
        Column("order.id", "Order", "The id of the order."),
        Column("order.amount", "Order amount", "The amount of the order.", NUMBER, unit="cents",
               money=True),
        Column("gift.amount", "Gift amount", "What was taken from a gift card.", NUMBER,
               unit="cents", money=True, where="amount"),
        Column("tracking_id", "Tracking ID", "The visitor's tracking id."),
        Column("discount.amount", "Discount", "What the voucher took off the order.", NUMBER,
               unit="cents", money=True),
        Column("redemption", "Redemption", "Of several codes at once the id that they share; of a "
               "rollback the redemption that it took back."),
        Column("reason", "Reason", "Why it was rolled back."),
        Column("channel", "Channel", "How it came: by the API, a person or a command."),
    ),
    shown=(
        *("date", "outcome", "voucher.code", "campaign", "failure_code", "customer.name"),
        *("customer.source_id", "order.id", "order.amount", "gift.amount", "id"),
    ),
    sort="-date",
    instant="date",
    unowned=True,
    ownerless="expected a Customer_id, a Customer_source_id or a Tracking_id, got none of them",
    told=_redemption,
    sources=(
        Source(
            "redemptions",
            ~ROLLBACK,
            (
                Summary(f"{SUMMARY}.total_redeemed", ATTEMPTS,
                        "Redemptions that succeeded or failed.", count(SUCCEEDED | FAILED),
                        absent=0, words=_counted("redemption attempt", "made")),
                Summary(f"{SUMMARY}.total_succeeded", SUCCESSFUL,
                        "Redemptions that succeeded, rolled back or not.", count(SUCCEEDED),
                        absent=0, words=FieldWords("times", "successful redemption",
                                              "successful redemptions", "redeemed a voucher",
                                              "redeem a voucher", "made")),
                Summary(f"{SUMMARY}.total_failed", "Failed redemptions",
                        "Redemptions that failed.", count(FAILED), absent=0,
                        words=_counted("failed redemption", "had")),
                Summary(f"{SUMMARY}.last_redemption_date", "Last redemption date",
                        "Date of the last redemption, failed ones too.", last(pl.col("date")),
                        INSTANT, words=FieldWords("when", "last redemption attempt",
                                             "redemption attempts")),
            ),
        ),
        Source(
            "rollbacks",
            ROLLBACK,
            (
                Summary(f"{SUMMARY}.total_rolled_back", "Rollbacks",
                        "Rollbacks, successful or not.", count(SUCCEEDED | FAILED), absent=0,
                        words=_counted("rollback", "had")),
                Summary(f"{SUMMARY}.total_rollback_succeeded", "Successful rollbacks",
                        "Rollbacks that succeeded.", count(SUCCEEDED), absent=0,
                        words=_counted("successful rollback", "had")),
                Summary(f"{SUMMARY}.total_rollback_failed", "Failed rollbacks",
                        "Rollbacks that failed.", count(FAILED), absent=0,
                        words=_counted("failed rollback", "had")),
            ),
        ),
        Source(
            "gifts",
            GIFT,
            (
                Summary(f"{SUMMARY}.gift.redeemed_amount", "Gift card amount redeemed",
                        "Gift amounts redeemed, less what was rolled back.",
                        total(pl.when(~ROLLED_BACK).then(pl.col("gift_amount"))),
                        unit="cents", absent=0, group=GIFTS,
                        words=FieldWords("amount", "redeemed gift card amount", "redemptions")),
            ),
        ),
        Source(
            "gift cards",
            GIFT & pl.col("voucher_code").is_not_null(),
            (
                Summary(f"{SUMMARY}.gift.amount_to_go", "Gift card amount left",
                        "Balances of the gift cards the customer has used.",
                        total(pl.col(BALANCE)), unit="cents", absent=0, group=GIFTS,
                        words=FieldWords("amount", "remaining gift card balance", "redemptions")),
            ),
            SharedProperty(("vouchers",), _balances, _holders),
        ),
    ),
)  # fmt: skip
