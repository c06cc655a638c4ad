"""What vouchers have brought."""

from engine.redemptions.effects import effects
from tests.redemptions.counter import HALF

COLUMNS = (
    "code",
    "redemptions",
    "customers",
    "orders",
    "discount_amount",
    "gift_amount",
    "revenue",
)


def found(counter):
    return effects(counter.workbench.profile()).select(COLUMNS).rows()


def test_what_was_rolled_back_or_failed_brings_nothing(counter):
    counter.voucher("HALF", HALF)
    counter.voucher("CARD", gift={"amount": 500})
    counter.redeem("HALF", who="a", amount=1000)
    counter.redeem("HALF", "CARD", who="b", amount=2000)
    counter.redeem("NOPE", who="b", amount=2000)
    back = counter.redeem("HALF", who="c", amount=4000)
    counter.roll_back(back.entries[0].id)

    assert found(counter) == [
        ("CARD", 1, 1, 1, 500, 500, 500),
        ("HALF", 2, 2, 2, 1500, 0, 1000),
    ]


def test_without_an_order_there_is_no_revenue(counter):
    counter.voucher("TEN")
    counter.redeem("TEN", who="a")

    assert found(counter) == [("TEN", 1, 1, 0, 0, 0, 0)]
