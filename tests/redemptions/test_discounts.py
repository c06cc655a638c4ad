"""What discounts take off an order, case by case; and their laws."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.redemptions.discounts import (
    ADD_MANY,
    ADD_MISSING,
    ADD_NEW,
    ADD_SAME,
    BY_QUANTITY,
    DISCOUNTS,
    ITEMS,
    ORDER,
    PROPORTIONALLY,
    PROPORTIONALLY_BY_QUANTITY,
    Basket,
    Discount,
    FreeUnit,
    Item,
    Pricing,
    applied,
    shares,
)


def item(amount, quantity=1, product="p", price=None):
    return Item(product, None, Decimal(quantity), price, amount)


def off(kind, effect, how_much, **more):
    return Discount(kind, effect, Decimal(str(how_much)), **more)


TWO = Basket(3000, (item(2000, 2, price=1000), item(1000, 1, "q", 1000)))
ODD = Basket(100, (item(33), item(33), item(34)))
# What it is, the discount, the order; off the order, off each item, to pay.
CASES = [
    ("an amount", off("AMOUNT", ORDER, 1000), Basket(20050), 1000, [], 19050),
    ("an amount above the order", off("AMOUNT", ORDER, 30000), Basket(20050), 20050, [], 0),
    ("an amount off nothing", off("AMOUNT", ORDER, 5), Basket(0), 0, [], 0),
    ("per cent", off("PERCENT", ORDER, 10), Basket(20050), 2005, [], 18045),
    ("per cent, half up", off("PERCENT", ORDER, 10), Basket(105), 11, [], 94),
    ("per cent, below half down", off("PERCENT", ORDER, 10), Basket(104), 10, [], 94),
    ("a part of a per cent", off("PERCENT", ORDER, 12.5), Basket(100), 13, [], 87),
    ("no double rounds it", off("PERCENT", ORDER, 0.1), Basket(2500), 3, [], 2497),
    ("per cent at most", off("PERCENT", ORDER, 50, limit=500), Basket(20050), 500, [], 19550),
    ("all per cent", off("PERCENT", ORDER, 100), Basket(333), 333, [], 0),
    ("a fixed price", off("FIXED", ORDER, 1500), TWO, 1500, [0, 0], 1500),
    ("a fixed price above the order", off("FIXED", ORDER, 9999), TWO, 0, [0, 0], 3000),
    ("a gift card", off("GIFT", ORDER, 2500), TWO, 2500, [0, 0], 500),
    ("an amount off each item", off("AMOUNT", ITEMS, 300), TWO, 0, [300, 300], 2400),
    ("no more than an item costs", off("AMOUNT", ITEMS, 1500), TWO, 0, [1500, 1000], 500),
    ("an amount off each unit", off("AMOUNT", BY_QUANTITY, 300), TWO, 0, [600, 300], 2100),
    ("in proportion", off("AMOUNT", PROPORTIONALLY, 300), TWO, 0, [200, 100], 2700),
    ("in proportion, to the cent", off("AMOUNT", PROPORTIONALLY, 50), ODD, 0, [17, 16, 17], 50),
    (
        "in proportion to how many",
        off("AMOUNT", PROPORTIONALLY_BY_QUANTITY, 300),
        Basket(3000, (item(500, 1), item(2500, 2))),
        0,
        [100, 200],
        2700,
    ),
    (
        "what one item cannot take, the others do",
        off("AMOUNT", PROPORTIONALLY_BY_QUANTITY, 900),
        Basket(1000, (item(100, 5), item(900, 1))),
        0,
        [100, 800],
        100,
    ),
    ("per cent off each item", off("PERCENT", ITEMS, 10), ODD, 0, [3, 3, 3], 91),
    (
        "per cent off items at most",
        off("PERCENT", ITEMS, 50, limit=300),
        TWO,
        0,
        [200, 100],
        2700,
    ),
    ("a fixed price of each unit", off("FIXED", ITEMS, 400), TWO, 0, [1200, 600], 1200),
    (
        "items that cost more than the order says",
        off("PERCENT", ITEMS, 100),
        Basket(50, (item(100), item(100))),
        0,
        [25, 25],
        0,
    ),
    (
        "units that are there are free",
        off("UNIT", ADD_MISSING, 1, unit_type="p"),
        TWO,
        0,
        [1000, 0],
        2000,
    ),
    (
        "units that are missing are added",
        off("UNIT", ADD_MISSING, 3, unit_type="p"),
        TWO,
        0,
        [2000, 0, 1000],
        1000,
    ),
    (
        "a product that is not there is added without a price",
        off("UNIT", ADD_MISSING, 1, unit_type="mug"),
        TWO,
        0,
        [0, 0, 0],
        3000,
    ),
    (
        "more of what is there is added",
        off("UNIT", ADD_SAME, 2, unit_type="q"),
        TWO,
        0,
        [0, 0, 2000],
        3000,
    ),
    (
        "what is not there is not added",
        off("UNIT", ADD_SAME, 2, unit_type="mug"),
        TWO,
        0,
        [0, 0],
        3000,
    ),
    (
        "units of several products, each in its way",
        off(
            "UNIT",
            ADD_MANY,
            0,
            units=(FreeUnit(ADD_MISSING, Decimal(1), "p"), FreeUnit(ADD_NEW, Decimal(1), "q")),
        ),
        TWO,
        0,
        [1000, 0, 1000],
        2000,
    ),
    (
        "new units are added and free",
        off("UNIT", ADD_NEW, 2, unit_type="q"),
        TWO,
        0,
        [0, 0, 2000],
        3000,
    ),
]


@pytest.mark.parametrize(
    ("discount", "basket", "order", "items", "total"),
    [row[1:] for row in CASES],
    ids=[row[0] for row in CASES],
)
def test_a_discount_comes_to(discount, basket, order, items, total):
    found = applied(discount, basket)

    assert found.discount == order
    assert [one.discount for one in found.items] == items
    assert found.total == total


def test_every_type_and_effect_has_a_case():
    known = {(kind, effect) for kind, effects in DISCOUNTS.items() for effect in effects}

    assert {(row[1].type, row[1].effect) for row in CASES} == known


def test_each_works_on_what_the_one_before_left():
    half, ten = off("PERCENT", ORDER, 50), off("AMOUNT", ORDER, 1000)
    first, second = Pricing.of([half, ten], Basket(3000)), Pricing.of([ten, half], Basket(3000))

    assert (first.taken, first.basket.total) == ((1500, 1000), 500)
    assert (second.taken, second.basket.total) == ((1000, 1000), 1000)
    assert Pricing.of([half, off("AMOUNT", ORDER, 9000)], Basket(3000)).taken == (1500, 1500)


def test_items_and_the_order_share_what_is_left():
    found = Pricing.of([off("AMOUNT", ORDER, 2500), off("PERCENT", ITEMS, 100)], TWO)

    assert found.taken == (2500, 500)
    assert [one.discount for one in found.basket.items] == [333, 167]
    assert found.basket.total == 0


amounts = st.integers(0, 10**6)
quantities = st.integers(0, 20).map(Decimal) | st.sampled_from([Decimal("0.5"), Decimal("2.25")])
items = st.builds(item, amounts, quantities, st.sampled_from("pq"), st.none() | amounts)
baskets = st.builds(Basket, amounts, st.lists(items, max_size=4).map(tuple))
kinds = st.sampled_from([(kind, effect) for kind in DISCOUNTS for effect in DISCOUNTS[kind]])
discounts = kinds.flatmap(
    lambda pair: st.builds(
        Discount,
        *map(st.just, pair),
        st.decimals(0, 100 if pair[0] == "PERCENT" else 10**6, places=2),
        st.none() | amounts,
        st.just("p"),
    )
)


@given(st.lists(discounts, max_size=5), baskets)
def test_nothing_is_ever_below_zero_and_all_of_it_is_told(asked, basket):
    found = Pricing.of(asked, basket)

    assert found.basket.total >= 0
    assert all(0 <= one.discount <= one.amount for one in found.basket.items)
    assert all(cents >= 0 for cents in found.taken)
    assert sum(found.taken) == found.basket.total_discount
    assert found.basket.amount - found.basket.total_discount == found.basket.total


@given(st.integers(0, 10**6), st.lists(st.tuples(quantities, amounts), max_size=6))
def test_a_division_gives_all_that_can_be_given_to_the_cent(cents, lines):
    weights, most = [weight for weight, _ in lines], [there for _, there in lines]
    given_ = shares(cents, weights, most)
    open_ = sum(there for weight, there in lines if weight)

    assert sum(given_) == min(cents, open_)
    assert all(0 <= one <= there for one, there in zip(given_, most, strict=True))
