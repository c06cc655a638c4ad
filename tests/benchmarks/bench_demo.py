"""How long a million sample customers take to make."""

import sys
from time import perf_counter

from engine.samples.customers import customers
from tests.benchmarks.machine_readable import main


def test_a_million_sample_customers(capsys, record_property) -> None:
    started = perf_counter()
    made = customers(1_000_000).height
    seconds = perf_counter() - started

    assert 1_000_000 == made
    record_property("a million sample customers", {"seconds": round(seconds, 2)})
    with capsys.disabled():
        sys.stdout.write(f"\n{made:,} sample customers in {seconds:.1f} s\n")


if __name__ == "__main__":
    main(__file__)
