"""`validate`, `redeem` and `rollback`: codes in the hands of customers."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import click

from engine.base.kinds.words import Money
from engine.base.lookup import place_of
from engine.cli.door import Door, command, say
from engine.cli.json_options import CENTS, CUSTOMER, OBJECT
from engine.redemptions import answers, validation
from engine.redemptions.answers import RedemptionAnswer
from engine.redemptions.attempt import Attempt, attempt
from engine.redemptions.redeem import redeem as redeem_codes
from engine.redemptions.rollback import roll_back
from engine.redemptions.validation import Validation, validate
from engine.workspace.workbench import Access

REQUEST = (
    click.argument("codes", nargs=-1, required=True, metavar="CODE..."),
    click.option("--customer", type=CUSTOMER, help="An id, a source id, or the customer in JSON."),
    click.option("--tracking-id", help="Of a visitor, or any identity of yours."),
    click.option("--order", type=OBJECT, help="The order in JSON, or a file of it."),
    click.option("--amount", type=CENTS, help="The amount of the order: 20050, or 200.50."),
    click.option("--credits", type=CENTS, help="What to take from a gift card."),
    click.option("--metadata", type=OBJECT, help="Any values of your own."),
)
PLACES = {
    "$.customer": "--customer",
    "$.tracking_id": "--tracking-id",
    "$.order": "--order",
    "$.order.amount": "--amount",
    "$.gift.credits": "--credits",
    "$.metadata": "--metadata",
}


def _request(function: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(REQUEST):
        function = option(function)
    return function


@command("validate", PLACES)
@_request
def validate_command(door: Door, codes: tuple[str, ...], **given: Any) -> None:
    """
    Say whether codes can be redeemed.

    And what the order would come to; nothing is changed, and no customer is created.
    """
    with door.open() as workbench:
        found = validate(workbench, _attempt(workbench, codes, **given))
        door.tell(validation.to_object(found), *_said(found, workbench.project.money))


@command("redeem", PLACES)
@_request
@click.option("--key", help="Of yours: the same request under it is done once.")
def redeem_command(door: Door, codes: tuple[str, ...], key: str | None, **given: Any) -> None:
    """
    Redeem codes, all of them or none.

    The order is paid, the customer upserted; a refusal is recorded, and ends the command with 1.
    """
    with door.open() as workbench:
        answer = redeem_codes(workbench, _attempt(workbench, codes, **given), key)
        _tell(door, answer, "redeemed", workbench.project.money)


@command("rollback")
@click.argument("redemption")
@click.option("--reason", help="Why; it is kept with the record.")
@click.option("--key", help="Of yours: the same request under it is done once.")
def rollback_command(door: Door, redemption: str, reason: str | None, key: str | None) -> None:
    """
    Take a redemption back.

    Its use and balance come back, its order is canceled; a refusal is recorded, and ends the
    command with 1.
    """
    with door.open() as workbench:
        answer = roll_back(workbench, redemption, reason, key)
        _tell(door, answer, "rolled back", workbench.project.money)


def _attempt(
    access: Access,
    codes: tuple[str, ...],
    customer: Any,
    amount: int | None,
    order: dict[str, Any] | None,
    **more: Any,
) -> Attempt:
    if isinstance(customer, str):  # an id of ours, or else of the caller's
        known = place_of(access.profile(), "id", customer) is not None
        customer = {"id" if known else "source_id": customer}
    if amount is not None:
        order = {**(order or {}), "amount": amount}
    return attempt(codes, customer=customer, order=order, **more)


def _said(found: Validation, money: Money) -> Iterator[str]:
    for one in found.verdicts.codes:
        off = "" if one.taken is None else f": {money(one.taken)} off"
        yield f"{one.case.code}  {one.failure.message if one.failure else f'applies{off}'}"
    if found.basket is not None:
        yield f"to pay: {money(found.basket.total)} of {money(found.basket.amount)}"
    yield f"tracking id: {found.tracking_id}"


def _tell(door: Door, answer: RedemptionAnswer, done: str, money: Money) -> None:
    lines = []
    for one in answer.entries:
        off = one.amount if one.discount_amount is None else one.discount_amount
        took = "" if off is None else f": {money(abs(off))}"
        what = f"{done}{took}" if one.succeeded else f"refused: {one.failure_message}"
        lines.append(f"{one.id}  {one.code or ''}  {what}")
    door.tell(answers.to_object(answer), *lines)
    if not answer.succeeded:
        for one in answer.failed:
            say(f"error: {one.failure_message} ({one.failure_code})", err=True)
        sys.exit(1)
