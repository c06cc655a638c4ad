"""Pages of customers and of redemptions, and the totals of a filter, over a base of any size."""

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.lists.listings import LISTINGS
from engine.lists.rows import prepare, read_query, rows
from engine.lists.selection import Selection, selected
from engine.redemptions.log import RedemptionFilter, course, totals
from engine.samples import sample_shop
from engine.segments import library
from engine.workspace.workbench import Workbench
from tests.bases import ME, NOW
from tests.measuring.machine_readable import main, size

CUSTOMERS = 1_000_000  # unless the command says otherwise
ROUNDS = 5
LIMIT = 500  # milliseconds, for every step once the base is prepared
WINDOW = {"start": "0", "end": "100"}
PAGES = {
    "first page of customers": ("customers", {"sort": '[{"colId":"created_at","sort":"desc"}]'}),
    "customers by city": ("customers", {"sort": '[{"colId":"address.city","sort":"asc"}]'}),
    "customers by name": ("customers", {"sort": '[{"colId":"name","sort":"asc"}]'}),
    "quick search": ("customers", {"search": "kowalsk"}),
    "customers of a city": (
        "customers", {"filter": '{"address.city":{"type":"contains","filter":"berlin"}}'}
    ),
    "customers by orders": (
        "customers", {"sort": '[{"colId":"summary.orders.total_amount","sort":"desc"}]'}
    ),
    "page 5,000 of customers": (
        "customers",
        {"sort": '[{"colId":"name","sort":"asc"}]', "start": "500000", "end": "500100"},
    ),
    "first page of redemptions": ("redemptions", {"sort": '[{"colId":"date","sort":"desc"}]'}),
    "redemptions by customer": (
        "redemptions", {"sort": '[{"colId":"customer.name","sort":"asc"}]'}
    ),
    "failed redemptions": (
        "redemptions",
        {"sort": '[{"colId":"date","sort":"desc"}]',
         "filter": '{"outcome":{"type":"equals","filter":"Failed"}}'},
    ),
    "first page of orders": ("orders", {"sort": '[{"colId":"created_at","sort":"desc"}]'}),
}  # fmt: skip
FILTERS = {
    "everything": RedemptionFilter(),
    "one year": RedemptionFilter(first=NOW.date().replace(year=2025)),
    "failed": RedemptionFilter(outcomes=("Failed",)),
    "one voucher": RedemptionFilter(vouchers=("FREESHIP",)),
    "two campaigns": RedemptionFilter(campaigns=("Autumn", "Welcome")),
}


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """A shop of a million customers, or the workspace that BENCH_WORKSPACE names."""
    known = os.environ.get("BENCH_WORKSPACE")
    folder = Path(known) if known else tmp_path_factory.mktemp("bench") / "workspace"
    workbench = Workbench.open(folder, lambda: NOW).acting(ME)
    if not known:
        sample_shop.demo(workbench, size("customers", CUSTOMERS))
    yield workbench
    workbench.close()


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of the first time, and the median of those after it."""
    times = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return times[0], statistics.median(times[1:])


def test_lists(workbench: Workbench, capsys, record_property) -> None:
    began = time.perf_counter()
    profile = workbench.profile()
    lines = [f"{'loaded':34}{(time.perf_counter() - began) * 1000:9.0f} ms"]
    results = {}
    for name, (table, asked) in PAGES.items():
        listing = LISTINGS[table]
        columns = orjson_list(listing.shown)
        query = read_query({**WINDOW, "columns": columns, **asked})
        results[name] = spent(lambda table=table, query=query: rows(workbench, table, query))
        prepare(listing, listing.of(profile), listing.shown)
    segment = library.create(
        workbench, "bench", {"address.country": {"conditions": {"$is": ["Poland"]}}}
    )
    wanted = {name: Selection(filter=asked.to_filter()) for name, asked in FILTERS.items()}
    for name, each in {**wanted, "a segment": Selection(segment.id)}.items():

        def summed(each: Selection = each) -> object:
            found = selected(workbench, each, "redemptions")
            return totals(found), course(found, workbench.zone)

        results[f"totals of {name}"] = spent(summed)
    library.delete(workbench, segment.id)
    for name, (first, later) in results.items():
        record_property(f"{name}, ms", {"first": round(first, 1), "later": round(later, 1)})
    lines += [
        f"{name:34}{first:9.0f} ms{later:9.0f} ms" for name, (first, later) in results.items()
    ]
    with capsys.disabled():
        head = f"{'':34}{'first':>12}{'later':>12}"
        sys.stdout.write("\n".join(["", head, *lines, ""]))

    assert [] == [name for name, (_, later) in results.items() if later > LIMIT]


def orjson_list(paths: tuple[str, ...]) -> str:
    """Paths as the grid sends them."""
    return "[" + ",".join(f'"{path}"' for path in paths) + "]"


if __name__ == "__main__":
    main(__file__)
