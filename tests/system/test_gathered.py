"""What many ask for at once is found in one go, each in a thread of its own."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from engine.system.gathered import Gathered

SHOP, OTHER = object(), object()


class Asked:
    """Divides sixty; others come while the first one is being answered."""

    def __init__(self, *meanwhile):
        self.meanwhile, self.calls, self.coming = meanwhile, [], []
        self.gathered = Gathered(self.find)
        self.threads = ThreadPoolExecutor(8)

    def find(self, common, numbers):
        self.calls.append((common, [*numbers]))
        if len(self.calls) == 1:
            self.coming = [self.threads.submit(self.gathered.of, *one) for one in self.meanwhile]
            while len(self.gathered._waiting) < len(self.meanwhile):
                pass  # they are on their way
        return [60 // number for number in numbers]

    def ended(self):
        wait(self.coming)
        self.threads.shutdown()
        return [each.exception() or each.result() for each in self.coming]


def test_who_comes_alone_is_answered_alone():
    asked = Asked()

    assert [asked.gathered.of(SHOP, number) for number in (1, 2)] == [60, 30]
    assert asked.calls == [(SHOP, [1]), (SHOP, [2])]


def test_who_comes_meanwhile_is_answered_in_one_go():
    asked = Asked((SHOP, 2), (SHOP, 3), (SHOP, 4))

    assert asked.gathered.of(SHOP, 1) == 60
    assert sorted(asked.ended()) == [15, 20, 30]
    assert [len(numbers) for _, numbers in asked.calls] == [1, 3]


def test_who_asks_of_something_else_is_answered_apart():
    asked = Asked((SHOP, 2), (OTHER, 3), (SHOP, 4), (OTHER, 5))

    asked.gathered.of(SHOP, 1)

    assert sorted(asked.ended()) == [12, 15, 20, 30]
    assert sorted((common is SHOP, sorted(numbers)) for common, numbers in asked.calls[1:]) == [
        (False, [3, 5]),
        (True, [2, 4]),
    ]


def test_all_of_a_go_fail_with_it_and_who_comes_later_does_not():
    asked = Asked((SHOP, 2), (SHOP, 0))
    asked.gathered.of(SHOP, 1)

    assert [type(each) for each in asked.ended()] == [ZeroDivisionError] * 2
    assert asked.gathered.of(SHOP, 3) == 20
    with pytest.raises(ZeroDivisionError):
        asked.gathered.of(SHOP, 0)


def test_an_answer_too_few_is_an_error_for_all():
    """Else whoever has none would wait for ever."""
    gathered = Gathered(lambda _common, _numbers: [])

    for _ in range(2):
        with pytest.raises(ValueError, match="zip"):
            gathered.of(SHOP, 1)
