"""Whether a code may be redeemed: rules in a row, of which the first that is broken counts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.base.kinds.words import amount as money
from engine.base.uses import Use
from engine.redemptions.discounts import ADD_MISSING, ADD_NEW, ON_ITEMS, Basket
from engine.redemptions.failures import Failure, failure
from engine.redemptions.terms import Terms

ABOUT_ITEMS = ON_ITEMS  # effects that take off what is sent
ADDING = frozenset({ADD_MISSING, ADD_NEW})  # effects that may bring an item of their own
COMPUTED = ("PERCENT", "FIXED")  # discounts that depend on an amount


@dataclass(frozen=True, eq=False)
class Person:
    """Who redeems; somebody who does not exist yet has no id."""

    id: str | None
    inside: Callable[[frozenset[str]], frozenset[str]]  # of some segments those that one is in


@dataclass(frozen=True, eq=False)
class CodeCase:
    """One code in the hands of somebody, at an instant."""

    code: str
    voucher: Terms | None  # None: there is none
    campaign: Terms | None  # of the voucher, if it is stored
    use: Use  # by everybody so far
    own: int  # redemptions by this customer so far
    person: Person | None  # None: nobody is named
    basket: Basket | None  # the order before any discount; None: no amount can be told
    items: bool  # whether the order has any
    credits: int | None  # cents that are asked of a gift card
    redeeming: bool  # else it is only asked whether it would
    now: datetime
    zone: ZoneInfo

    @property
    def balance(self) -> int:
        """What a gift card has left, in cents."""
        gift = self.voucher.gift if self.voucher else None
        return max(0, (gift or 0) - self.use.spent)

    @property
    def terms(self) -> Iterator[Terms]:
        """The voucher's own, and those of its campaign, which it obeys."""
        yield from (one for one in (self.campaign, self.voucher) if one is not None)

    def shown(self, at: datetime) -> str:
        """An instant as people of the project read it."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"


def refusal(case: CodeCase) -> Failure | None:
    """Why a code cannot be redeemed; None where it can."""
    if case.voucher is None:
        return failure("not_found", code=case.code)
    found = (broken for rule in RULES for broken in rule(case, case.voucher))
    return next(found, None)


def _disabled(case: CodeCase, _voucher: Terms) -> Iterator[Failure]:
    for one in case.terms:
        if not one.active:
            yield failure("voucher_disabled", what=one.what)


def _early(case: CodeCase, _voucher: Terms) -> Iterator[Failure]:
    for one in case.terms:
        if one.start is not None and case.now < one.start:
            yield failure("voucher_not_active", what=one.what, at=case.shown(one.start))


def _late(case: CodeCase, _voucher: Terms) -> Iterator[Failure]:
    for one in case.terms:
        if one.expiration is not None and case.now > one.expiration:
            yield failure("voucher_expired", what=one.what, at=case.shown(one.expiration))


def _used_up(case: CodeCase, voucher: Terms) -> Iterator[Failure]:
    limit, times = voucher.limit, case.use.times
    if limit is not None and times >= limit:
        yield failure("quantity_exceeded", code=voucher.name, times=times, limit=limit)


def _used_by_customer(case: CodeCase, voucher: Terms) -> Iterator[Failure]:
    limit = voucher.customer_limit
    if limit is None:
        return
    if case.person is None:
        yield failure("missing_customer", what=voucher.what)
    elif case.own >= limit:
        facts = {"code": voucher.name, "times": case.own, "limit": limit}
        yield failure("redemption_rules_violated", **facts)


def _not_for_customer(case: CodeCase, _voucher: Terms) -> Iterator[Failure]:
    for one in case.terms:
        if not one.segments and one.holder is None:
            continue
        if case.person is None:
            yield failure("missing_customer", what=one.what)
        elif one.holder is not None and case.person.id != one.holder:
            whom = "the one customer who got it"
            yield failure("customer_rules_violated", what=one.what, whom=whom)
        elif one.segments and not case.person.inside(frozenset(one.segments)):
            whom = "members of some segments"
            yield failure("customer_rules_violated", what=one.what, whom=whom)


def _too_little(case: CodeCase, _voucher: Terms) -> Iterator[Failure]:
    for one in case.terms:
        if one.minimum is None:
            continue
        if case.basket is None:
            yield from _missing(case, one)
        elif case.basket.amount < one.minimum:
            facts = {"limit": money(one.minimum), "amount": money(case.basket.amount)}
            yield failure("order_rules_violated", what=one.what, **facts)


def _without_order(case: CodeCase, voucher: Terms) -> Iterator[Failure]:
    """What a discount is taken off has to be there; to ask, a code alone is enough."""
    discount = voucher.discount
    if discount is None or not (case.redeeming or case.basket):
        return
    if discount.effect in ABOUT_ITEMS and not case.items:
        yield failure("missing_order_items", what=voucher.what)
    elif case.basket is None and (
        discount.type in COMPUTED or discount.effect in ABOUT_ITEMS | ADDING
    ):
        yield failure("missing_amount", what=voucher.what)


def _gift(case: CodeCase, voucher: Terms) -> Iterator[Failure]:
    if voucher.gift is None:
        return
    facts = {"code": voucher.name, "balance": money(case.balance)}
    if case.credits is None and case.basket is None:
        yield from _missing(case, voucher)
    if case.balance == 0 or (case.credits or 0) > case.balance:
        asked = case.basket.amount if case.credits is None and case.basket else case.credits
        yield failure("gift_amount_exceeded", amount=money(asked or 0), **facts)
    if case.credits is not None and case.basket and case.credits > case.basket.amount:
        facts = {"limit": money(case.basket.amount), "amount": money(case.credits)}
        yield failure("invalid_amount", code=voucher.name, **facts)


def _missing(case: CodeCase, one: Terms) -> Iterator[Failure]:
    if case.redeeming:
        yield failure("missing_amount", what=one.what)


Rule = Callable[[CodeCase, Terms], Iterator[Failure]]
RULES: tuple[Rule, ...] = (
    _disabled,
    _early,
    _late,
    _used_up,
    _used_by_customer,
    _not_for_customer,
    _without_order,
    _too_little,
    _gift,
)
