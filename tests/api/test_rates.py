"""How often one address may use the client side."""

import pytest

from engine.api.origins import TELLS
from engine.api.rates import KNOWN, MOST, SPAN, Rates


def test_so_many_are_answered_in_a_span_and_then_more_again():
    clock = [0.0]
    rates = Rates(lambda: clock[0])
    fits = [rates.asked("192.0.2.1")[0] for _ in range(MOST + 2)]
    refused, headers = rates.asked("192.0.2.1")
    clock[0] = SPAN

    assert [True] * MOST + [False, False] == fits
    assert not refused
    assert {"X-Rate-Limit-Limit": "5", "X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Retry": "5",
            "Retry-After": "5", "X-Rate-Limit-Type": "CLIENT"} == headers  # fmt: skip
    assert {*headers} <= {*TELLS.split(", ")}
    assert rates.asked("192.0.2.1")[0]
    assert "4" == rates.asked("192.0.2.2")[1]["X-Rate-Limit-Remaining"]


@pytest.mark.parametrize("at", [0.1, 0.6, 3.0, 4.9])
def test_who_waits_as_long_as_told_is_answered(at):
    clock = [0.0]
    rates = Rates(lambda: clock[0])
    for _ in range(MOST):
        rates.asked("192.0.2.1")
    clock[0] = at
    told = rates.asked("192.0.2.1")[1]["Retry-After"]
    clock[0] += int(told)

    assert rates.asked("192.0.2.1")[0]


def test_each_address_has_its_own_and_this_machine_none():
    rates = Rates(lambda: 0.0)
    for _ in range(MOST):
        rates.asked("192.0.2.1")

    assert rates.asked("192.0.2.2")[0]
    assert all(rates.asked("127.0.0.1") == (True, {}) for _ in range(MOST * 2))


def test_so_many_addresses_are_remembered_and_no_more():
    rates = Rates(lambda: 0.0)
    for number in range(KNOWN + 1):
        rates.asked(str(number))

    assert KNOWN == len(rates._seen)
