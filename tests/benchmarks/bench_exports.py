"""
A million members with 31 columns to a CSV, beside DuckDB's COPY of the same values in the same run.

Both write to the same disk, DuckDB from a table in its memory, with as many threads as it likes.
"""

import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from engine.exports.columns import chosen_fields, default_fields, typed_frame
from engine.exports.order import Order
from engine.exports.run import export_records
from engine.lists.listings import LISTINGS
from engine.segments import library
from engine.workspace.workbench import Workbench
from tests.bases import ME, NOW
from tests.benchmarks.bench_lists import workbench as workbench
from tests.measuring.machine_readable import is_usual, main

COLUMNS = 31
ROUNDS = 3
MOST_TIME = 1.1  # of DuckDB's
MOST_MEMORY = 50  # MB above the loaded base
EVERYBODY = {"id": {"conditions": {"$has_value": True}}}


def resident() -> float:
    """The memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


class Peak:
    """The most memory within a block, above what there was before it."""

    def __enter__(self) -> "Peak":
        self.before = self.most = resident()
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look)
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watch.join()

    @property
    def above(self) -> float:
        """In MB."""
        return self.most - self.before

    def _look(self) -> None:
        while not self._ended.wait(0.005):
            self.most = max(self.most, resident())


def spent(work: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def fields_of(bench: Workbench) -> list[str]:
    """So many columns: those that an export has by itself, then what is counted."""
    profile = bench.profile()
    listing = LISTINGS["customers"]
    usual = default_fields(listing, profile)
    counted = [each.path for each in listing.catalogue(profile).fields() if not each.many]
    return list(dict.fromkeys([*usual, *counted]))[:COLUMNS]


def test_exports(workbench: Workbench, tmp_path: Path, capsys, record_property) -> None:
    profile, paths = workbench.profile(), fields_of(workbench)
    workbench = workbench.acting(ME, lambda: max(NOW, profile.at))  # one that is there may be newer
    fields = chosen_fields(LISTINGS["customers"].catalogue(profile), paths)
    everybody = pl.int_range(profile.total, eager=True)
    segment = library.create(workbench, "bench", EVERYBODY, "passive")
    order = Order(segment.id, tuple(paths))
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"

    def export() -> None:
        export_records(workbench, order, ours, force=True)

    export()  # what is made once and kept, such as what is counted
    with Peak() as peak:
        export()
    database = duckdb.connect()
    members_of = typed_frame(profile, fields, everybody).to_arrow()
    database.execute("create table members as select * from members_of")
    del members_of
    ways = {
        "export": export,
        "COPY": lambda: database.execute(f"copy members to '{theirs}' (header, delimiter ',')"),
    }
    rounds = [{name: spent(way) for name, way in ways.items()} for _ in range(ROUNDS)]
    seconds = {name: statistics.median(each[name] for each in rounds) for name in ways}
    library.delete(workbench, segment.id)
    database.close()
    share = seconds["export"] / seconds["COPY"]
    record_property("export, s", seconds)
    record_property("export, MB above the base", {"export": round(peak.above, 1)})
    with capsys.disabled():
        sys.stdout.write(
            f"\n{profile.total:,} members, {len(paths)} columns, "
            f"{ours.stat().st_size / 1e6:,.0f} and {theirs.stat().st_size / 1e6:,.0f} MB\n"
            f"export {seconds['export']:6.2f} s   COPY {seconds['COPY']:6.2f} s   "
            f"{share:.2f} x   {peak.above:.0f} MB above the base\n"
        )
    if is_usual():
        assert share <= MOST_TIME
        assert peak.above < MOST_MEMORY


if __name__ == "__main__":
    main(__file__)
