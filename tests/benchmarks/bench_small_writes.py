"""Single-record writes in a row: many over a small shop, some over a million customers."""

import json
import sys

import pytest

from tests.benchmarks.small_writes import measured


@pytest.mark.parametrize(
    ("customers", "segments", "writes"), [(20_000, 50, 10_000), (1_000_000, 1_000, 400)]
)
def test_small_writes(capsys, customers, segments, writes):
    found = measured(customers, segments, writes)
    with capsys.disabled():
        sys.stdout.write(f"\n{json.dumps(found, indent=2)}\n")

    assert found["last_ms"] <= 1.2 * found["first_ms"]
