"""How long a million sample customers take to make."""

import sys
from time import perf_counter

from engine.samples.customers import customers
from tests.measuring.machine_readable import main, size

CUSTOMERS = size("customers", 1_000_000)


def test_sample_customers(capsys, record_property) -> None:
    started = perf_counter()
    made = customers(CUSTOMERS).height
    seconds = perf_counter() - started

    assert CUSTOMERS == made
    record_property(f"{made:,} sample customers", {"seconds": round(seconds, 2)})
    with capsys.disabled():
        sys.stdout.write(f"\n{made:,} sample customers in {seconds:.1f} s\n")


if __name__ == "__main__":
    main(__file__)
