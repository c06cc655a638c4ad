"""How long a million sample customers take to make."""

import sys
from time import perf_counter

from engine.demo.customers import customers


def test_a_million_sample_customers(capsys) -> None:
    started = perf_counter()
    made = customers(1_000_000).height
    seconds = perf_counter() - started

    assert 1_000_000 == made
    with capsys.disabled():
        sys.stdout.write(f"\n{made:,} sample customers in {seconds:.1f} s\n")
