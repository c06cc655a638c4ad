from time import perf_counter

from engine.demo.customers import customers


def test_a_million_sample_customers_take_less_than_five_seconds() -> None:
    started = perf_counter()
    customers(1_000_000)
    seconds = perf_counter() - started

    assert seconds < 5
