"""Single-record writes in a row: many over a small shop, some over a million customers."""

import json
import sys

import pytest

from tests.benchmarks.small_writes import measured
from tests.measuring.machine_readable import is_usual, main, size

SHOP = (size("customers", 20_000), size("segments", 50), size("writes", 10_000))
SHOPS = [SHOP, (1_000_000, 1_000, 400)] if is_usual() else [SHOP]


@pytest.mark.parametrize(("customers", "segments", "writes"), SHOPS)
def test_small_writes(capsys, record_property, customers, segments, writes):
    found = measured(customers, segments, writes)
    shop = f"{customers:,} customers, {segments:,} segments"
    record_property(
        f"{shop}: writes a second",
        {"workbench": found["writes_per_s"], "sqlite3": found["sqlite_writes_per_s"]},
    )
    record_property(
        f"{shop}: writes a second by 64 at once",
        {"workbench": found["together_per_s"], "sqlite3": found["sqlite_together_per_s"]},
    )
    for name in (
        "first_ms",
        "last_ms",
        "edit_ms",
        "import_ms",
        "alone_ms",
        "undo_ms",
        "read_ms",
        "files",
    ):
        record_property(f"{shop}: {name}", {"workbench": found[name]})
    with capsys.disabled():
        sys.stdout.write(f"\n{json.dumps(found, indent=2)}\n")

    assert found["last_ms"] <= 1.2 * found["first_ms"]


if __name__ == "__main__":
    main(__file__)
