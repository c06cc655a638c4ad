"""Why a code cannot be redeemed, or a redemption not rolled back: one row for each reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FailureRow:
    """One reason."""

    key: str  # the service's code for it, as records keep it
    reason: str  # in a few words, as the service says it
    sentence: str  # with the facts of the case in braces


@dataclass(frozen=True)
class Failure:
    """A reason in one case."""

    key: str
    message: str

    @property
    def reason(self) -> str:
        """In a few words, as the service says it."""
        return FAILURES[self.key].reason


FAILURES: Mapping[str, FailureRow] = {
    row.key: row
    for row in (
        FailureRow("not_found", "voucher not found", "no voucher has the code {code}"),
        FailureRow("voucher_disabled", "voucher is disabled", "{what} is disabled"),
        FailureRow("voucher_not_active", "voucher is not active", "{what} counts from {at} on"),
        FailureRow("voucher_expired", "voucher expired", "{what} expired on {at}"),
        FailureRow(
            "quantity_exceeded",
            "quantity exceeded",
            "the voucher {code} was redeemed {times:,} of {limit:,} times",
        ),
        FailureRow(
            "redemption_rules_violated",
            "redemption does not match validation rules",
            "the customer has redeemed the voucher {code} {times:,} of {limit:,} times",
        ),
        FailureRow(
            "missing_customer",
            "customer is missing",
            "{what} is for some customers alone: say who redeems it",
        ),
        FailureRow(
            "customer_rules_violated",
            "customer does not match segment rules",
            "{what} is for {whom}, and the customer is none of them",
        ),
        FailureRow(
            "missing_amount",
            "order amount is missing",
            "{what} needs an order with an amount",
        ),
        FailureRow(
            "missing_order_items",
            "order items are missing",
            "{what} is about the items of an order: send them",
        ),
        FailureRow(
            "order_rules_violated",
            "order does not match validation rules",
            "{what} needs an order of at least {limit}, got {amount}",
        ),
        FailureRow(
            "gift_amount_exceeded",
            "gift amount exceeded",
            "the gift card {code} has {balance} left, asked for {amount}",
        ),
        FailureRow(
            "invalid_amount",
            "amount is invalid",
            "of the gift card {code} at most what is left to pay can be taken, {limit}, "
            "asked for {amount}",
        ),
        FailureRow(
            "invalid_order",
            "order is invalid",
            "the order {order} {why}",
        ),
        FailureRow(
            "invalid_customer",
            "customer is invalid",
            "{why}",
        ),
        FailureRow(
            "already_rolled_back",
            "redemption was rolled back already",
            "the redemption {redemption} was rolled back already",
        ),
        FailureRow(
            "invalid_redemption",
            "redemption cannot be rolled back",
            "the redemption {redemption} has failed: there is nothing to take back",
        ),
        FailureRow(
            "rollback_period_exceeded",
            "redemption is too old",
            "the redemption {redemption} of {at} is more than 3 months old",
        ),
    )
}


def failure(key: str, **facts: Any) -> Failure:
    """
    A reason with the facts of the case.

    Args:
        key: of a row; `facts` fill its sentence.
    """
    return Failure(key, FAILURES[key].sentence.format(**facts))
