"""What several codes come to together: which apply, and the order behind them, code by code."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.redemptions.cases import Holder
from engine.redemptions.checks import CodeCase, refusal
from engine.redemptions.discounts import Basket, applied
from engine.redemptions.failures import Failure, failure
from engine.redemptions.orders import OrderState
from engine.redemptions.terms import gift
from engine.store.records.tables import OWNER


@dataclass(frozen=True, eq=False)
class CodeVerdict:
    """What one code comes to."""

    case: CodeCase
    failure: Failure | None  # None: it applies
    taken: int | None = None  # cents that it takes off the order, or off its gift card

    @property
    def gift_amount(self) -> int | None:
        """What is taken from a gift card, in cents; None for no gift card."""
        voucher = self.case.voucher
        return self.taken if voucher and voucher.gift is not None else None


@dataclass(frozen=True, eq=False)
class CodeVerdicts:
    """What some codes come to, in their order."""

    codes: tuple[CodeVerdict, ...]
    basket: Basket | None  # the order behind those that apply; None: no amount can be told

    @property
    def failed(self) -> list[CodeVerdict]:
        """Those that do not apply."""
        return [verdict for verdict in self.codes if verdict.failure is not None]


def verdicts(
    cases: Sequence[CodeCase],
    order: OrderState,
    who: Holder | None,
    amiss: Failure | None = None,
) -> CodeVerdicts:
    """
    Asks each code, and takes off what each that applies gives: each of what the one before left.

    Args:
        amiss: what is so for every code; so is what is amiss with the order itself.
    """
    if (amiss := amiss or order.failure or _foreign(order, who)) is not None:
        return CodeVerdicts(tuple(CodeVerdict(case, amiss) for case in cases), order.left)
    basket, found = order.left, []
    for case in cases:
        broken = refusal(case)
        if broken is None:
            basket, taken = _taken(case, basket)
            found.append(CodeVerdict(case, None, taken))
        else:
            found.append(CodeVerdict(case, broken))
    return CodeVerdicts(tuple(found), basket)


def _taken(case: CodeCase, basket: Basket | None) -> tuple[Basket | None, int | None]:
    """The order behind one code, and what it takes off."""
    voucher = case.voucher
    if voucher is None:
        return basket, None
    if voucher.gift is not None:
        asked = case.balance if case.credits is None else case.credits
        if basket is None:
            return None, case.credits
        behind = applied(gift(asked), basket)
    elif voucher.discount is None or basket is None:
        return basket, None
    else:
        behind = applied(voucher.discount, basket)
    return behind, behind.total_discount - basket.total_discount


def _foreign(order: OrderState, who: Holder | None) -> Failure | None:
    """Whether a stored order is of another customer; a visitor may have become this one."""
    owner = order.record[OWNER] if order.record else None
    if who is None or owner is None or owner in (who.upserted.row, *who.upserted.merges):
        return None
    named = order.record["id"] if order.record else None
    return failure("invalid_order", order=named, why="is of another customer")
