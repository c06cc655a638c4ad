"""
What discounts take off an order: whole cents, half up, never below zero.

Nothing here knows a record. Several discounts work one after the other, each on what the one before
has left.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from types import MappingProxyType

ORDER, ITEMS = "APPLY_TO_ORDER", "APPLY_TO_ITEMS"
BY_QUANTITY = f"{ITEMS}_BY_QUANTITY"
PROPORTIONALLY = f"{ITEMS}_PROPORTIONALLY"
PROPORTIONALLY_BY_QUANTITY = f"{PROPORTIONALLY}_BY_QUANTITY"
ADD_MISSING, ADD_NEW = "ADD_MISSING_ITEMS", "ADD_NEW_ITEMS"
ADD_SAME, ADD_MANY = "ADD_SAME_ITEMS", "ADD_MANY_ITEMS"


@dataclass(frozen=True)
class Item:
    """One line of an order, with what was taken off so far."""

    product_id: str | None = None
    sku_id: str | None = None
    quantity: Decimal = Decimal(1)
    price: int | None = None  # cents, of one
    amount: int = 0  # cents, of all, before discounts
    discount: int = 0  # cents

    @property
    def left(self) -> int:
        """What is still to be paid for it, discounts on the order aside."""
        return self.amount - self.discount

    def less(self, cents: int) -> "Item":
        """It with so much more taken off, as far as there is anything left."""
        return replace(self, discount=self.discount + max(0, min(cents, self.left)))


@dataclass(frozen=True)
class Basket:
    """An order with what was taken off so far."""

    amount: int  # cents, before discounts
    items: tuple[Item, ...] = ()
    discount: int = 0  # cents, off the order as a whole

    @property
    def items_discount(self) -> int:
        """What was taken off its items."""
        return sum(item.discount for item in self.items)

    @property
    def total_discount(self) -> int:
        """All that was taken off."""
        return self.discount + self.items_discount

    @property
    def total(self) -> int:
        """What is left to pay."""
        return self.amount - self.total_discount

    def less(self, cents: int) -> "Basket":
        """It with so much more taken off the whole, as far as there is anything left."""
        return replace(self, discount=self.discount + max(0, min(cents, self.total)))


@dataclass(frozen=True)
class FreeUnit:
    """Units of one product among several that a voucher gives."""

    effect: str  # one of UNIT, that of several aside
    off: Decimal
    product: str


@dataclass(frozen=True)
class Discount:
    """What one voucher gives."""

    type: str  # a key of DISCOUNTS
    effect: str
    off: Decimal  # cents, per cent or units, as the type says; of a gift card what may be taken
    limit: int | None = None  # cents, of a percentage at most
    unit_type: str | None = None  # the product that units are of
    units: tuple[FreeUnit, ...] = ()  # of several products


def half_up(amount: Decimal) -> int:
    """Whole cents."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def applied(discount: Discount, basket: Basket) -> Basket:
    """The order behind a discount."""
    return DISCOUNTS[discount.type][discount.effect](discount, basket)


def stacked(discounts: Iterable[Discount], basket: Basket) -> list[Basket]:
    """The order behind each of some discounts, in their order."""
    found = []
    for discount in discounts:
        basket = applied(discount, basket)
        found.append(basket)
    return found


def basket_behind(discounts: Sequence[Discount], cents: int, basket: Basket) -> Basket:
    """
    The order behind discounts on its items, of which it keeps the items and those that were added.

    Where their terms are others by now, the items share what was taken off in proportion.

    Args:
        cents: what they took off together.
    """
    units = sum(max(1, len(one.units)) for one in discounts if one.type == "UNIT")
    for many in range(len(basket.items), max(-1, len(basket.items) - units - 1), -1):
        kept, added = basket.items[:many], basket.items[many:]
        before = Basket(basket.amount - sum(one.amount for one in added), kept, basket.discount)
        behind = [before, *stacked(discounts, before)][-1]
        if behind.items_discount == cents and _lines(behind) == _lines(basket):
            return behind
    left = [item.left for item in basket.items]
    return _divided(basket, cents, [Decimal(one) for one in left], left)


def _lines(basket: Basket) -> list[tuple[str | None, int]]:
    return [(item.product_id, item.amount) for item in basket.items]


def shares(cents: int, weights: Sequence[Decimal], most: Sequence[int]) -> list[int]:
    """
    An amount divided in proportion, cent by cent all of it, nobody above what is there.

    What one cannot take the others do, as far as they can.
    """
    given, open_ = [0] * len(weights), [place for place, weight in enumerate(weights) if weight > 0]
    left = min(cents, sum(most[place] for place in open_))
    while left and open_:
        whole, reached, before = sum(weights[place] for place in open_), Decimal(0), 0
        for place in open_:
            reached += weights[place]
            upto = half_up(left * reached / whole)
            given[place] += upto - before
            before = upto
        over = sum(max(0, given[place] - most[place]) for place in open_)
        given = [min(cents, there) for cents, there in zip(given, most, strict=True)]
        open_ = [place for place in open_ if given[place] < most[place]]
        left = over
    return given


def _off_order(discount: Discount, basket: Basket) -> Basket:
    return basket.less(half_up(discount.off))


def _percent(discount: Discount, basket: Basket) -> Basket:
    return basket.less(_limited(discount, half_up(basket.total * discount.off / 100)))


def _fixed(discount: Discount, basket: Basket) -> Basket:
    return basket.less(basket.total - half_up(discount.off))


def _each(off: Callable[[Discount, Item], int]) -> "Way":
    """Something off each item."""

    def way(discount: Discount, basket: Basket) -> Basket:
        wanted = [max(0, min(off(discount, item), item.left)) for item in basket.items]
        most = _limited(discount, min(sum(wanted), basket.total))
        return _divided(basket, most, [Decimal(cents) for cents in wanted], wanted)

    return way


def _divide(weight: Callable[[Item], Decimal]) -> "Way":
    """One amount off all items."""

    def way(discount: Discount, basket: Basket) -> Basket:
        most = min(half_up(discount.off), basket.total)
        weights = [weight(item) for item in basket.items]
        return _divided(basket, most, weights, [item.left for item in basket.items])

    return way


def _divided(basket: Basket, cents: int, weights: Sequence[Decimal], most: Sequence[int]) -> Basket:
    parts = zip(basket.items, shares(cents, weights, most), strict=True)
    return replace(basket, items=tuple(item.less(part) for item, part in parts))


def _limited(discount: Discount, cents: int) -> int:
    return cents if discount.limit is None else min(cents, discount.limit)


def _missing(discount: Discount, basket: Basket) -> Basket:
    """So many units are free; those that the order lacks are added."""
    wanted, payable, items = discount.off, basket.total, []
    for item in basket.items:
        free = min(wanted, item.quantity) if _is_of(item, discount) else Decimal(0)
        wanted -= free
        less = item.less(min(_worth(item, free), payable))
        payable -= less.discount - item.discount
        items.append(less)
    there = replace(basket, items=tuple(items))
    return _added(discount, there, wanted) if wanted > 0 else there


def _new(discount: Discount, basket: Basket) -> Basket:
    """So many units are added, free."""
    return _added(discount, basket, discount.off)


def _same(discount: Discount, basket: Basket) -> Basket:
    """So many units are added, free, to an order that has the product."""
    there = any(_is_of(item, discount) for item in basket.items)
    return _new(discount, basket) if there else basket


def _many(discount: Discount, basket: Basket) -> Basket:
    """The units of each product in turn, in the way of each."""
    for unit in discount.units:
        basket = applied(Discount("UNIT", unit.effect, unit.off, None, unit.product), basket)
    return basket


def _added(discount: Discount, basket: Basket, units: Decimal) -> Basket:
    price = next((item.price for item in basket.items if _is_of(item, discount)), None)
    amount = half_up((price or 0) * units)
    free = Item(discount.unit_type, None, units, price, amount, amount)
    return replace(basket, amount=basket.amount + amount, items=(*basket.items, free))


def _worth(item: Item, units: Decimal) -> int:
    """What so many units of an item cost."""
    whole = units >= item.quantity
    return item.amount if whole else half_up(item.amount * units / item.quantity)


def _is_of(item: Item, discount: Discount) -> bool:
    return discount.unit_type in (item.product_id, item.sku_id)


Way = Callable[[Discount, Basket], Basket]
# What each type of discount does under each effect; the first is meant where none is given.
DISCOUNTS: Mapping[str, Mapping[str, Way]] = MappingProxyType(
    {
        "AMOUNT": {
            ORDER: _off_order,
            ITEMS: _each(lambda discount, _item: half_up(discount.off)),
            BY_QUANTITY: _each(lambda discount, item: half_up(discount.off * item.quantity)),
            PROPORTIONALLY: _divide(lambda item: Decimal(item.left)),
            PROPORTIONALLY_BY_QUANTITY: _divide(lambda item: item.quantity),
        },
        "PERCENT": {
            ORDER: _percent,
            ITEMS: _each(lambda discount, item: half_up(item.left * discount.off / 100)),
        },
        "FIXED": {
            ORDER: _fixed,
            ITEMS: _each(lambda discount, item: item.left - half_up(discount.off * item.quantity)),
        },
        "UNIT": {ADD_MISSING: _missing, ADD_NEW: _new, ADD_SAME: _same, ADD_MANY: _many},
        "GIFT": {ORDER: _off_order},
    }
)
ON_ITEMS = frozenset({ITEMS, BY_QUANTITY, PROPORTIONALLY, PROPORTIONALLY_BY_QUANTITY})


@dataclass(frozen=True)
class Pricing:
    """An order behind several discounts, and what each of them took off."""

    basket: Basket
    taken: tuple[int, ...] = ()  # cents, one for each discount

    @classmethod
    def of(cls, discounts: Sequence[Discount], basket: Basket) -> "Pricing":
        """The discounts one after the other."""
        steps = [basket, *stacked(discounts, basket)]
        totals = [step.total_discount for step in steps]
        taken = tuple(after - before for before, after in pairwise(totals))
        return cls(steps[-1], taken)
