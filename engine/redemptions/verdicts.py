"""What several codes come to together: which apply, and the order behind them, code by code."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.redemptions.checks import Case, refusal
from engine.redemptions.discounts import Basket, applied
from engine.redemptions.failures import Failure
from engine.redemptions.terms import gift


@dataclass(frozen=True, eq=False)
class Verdict:
    """What one code comes to."""

    case: Case
    failure: Failure | None  # None: it applies
    taken: int | None = None  # cents that it takes off the order, or off its gift card

    @property
    def gift_amount(self) -> int | None:
        """What is taken from a gift card, in cents; None for no gift card."""
        voucher = self.case.voucher
        return self.taken if voucher and voucher.gift is not None else None


@dataclass(frozen=True, eq=False)
class Verdicts:
    """What some codes come to, in their order."""

    codes: tuple[Verdict, ...]
    basket: Basket | None  # the order behind those that apply; None: no amount can be told

    @property
    def failed(self) -> list[Verdict]:
        """Those that do not apply."""
        return [verdict for verdict in self.codes if verdict.failure is not None]


def verdicts(cases: Sequence[Case], basket: Basket | None) -> Verdicts:
    """
    Asks each code, and takes off what each that applies gives: each of what the one before left.

    Args:
        basket: the order, with what was taken off it before.
    """
    found = []
    for case in cases:
        broken = refusal(case)
        if broken is None:
            basket, taken = _taken(case, basket)
            found.append(Verdict(case, None, taken))
        else:
            found.append(Verdict(case, broken))
    return Verdicts(tuple(found), basket)


def _taken(case: Case, basket: Basket | None) -> tuple[Basket | None, int | None]:
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


def discounted(basket: Basket | None, before: int) -> Basket | None:
    """An order of which so much was taken off before, in cents."""
    return None if basket is None else replace(basket, discount=basket.discount + before)
