"""
How many rows a second an import takes, beside bare `sqlite3.executemany` of the same cells.

Seconds of processors say the same on a machine that does other work too; those of the clock do not.

    python -m tests.benchmarks.bench_imports --customers 1000000 --json
"""

import csv
import sqlite3
from contextlib import closing
from time import perf_counter, process_time

import polars as pl

from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import TABLES
from engine.imports.commit import import_file
from engine.samples.activity import KINDS, write_shop
from tests.bases import Base
from tests.measuring.machine_readable import main, size
from tests.measuring.peak_memory import OWN, TAKEN, measured
from tests.measuring.wide_customers import write_csv, write_json

CUSTOMERS = size("customers", 100_000)


def bare(path, database):
    """Seconds to parse the file and insert its cells as text, nothing looked at."""
    began = perf_counter()
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    names = ", ".join(f'"{name}"' for name in header)
    marks = ", ".join("?" for _ in header)
    database.execute(f"CREATE TABLE {path.stem} ({names})")
    database.executemany(f"INSERT INTO {path.stem} VALUES ({marks})", rows)
    database.commit()
    return perf_counter() - began


def test_import_rates(tmp_path, capsys, record_property):
    write_shop(tmp_path, CUSTOMERS)
    base, database = Base(tmp_path / "workspace"), sqlite3.connect(tmp_path / "bare.db")
    lines = [f"{'':12}{'rows':>12}{'import':>14}{'executemany':>16}"]
    for kind in ("customers", *KINDS):
        path = tmp_path / f"{kind}.csv"
        began = perf_counter()
        run = import_file(base.workbench, TABLES[kind], path, ImportMapping())
        ours, theirs = perf_counter() - began, bare(path, database)
        record_property(
            f"{kind}, rows a second",
            {
                "workbench": round(run.created / ours),
                "sqlite3.executemany": round(run.created / theirs),
            },
        )
        rates = (f"{run.created / seconds:,.0f}/s" for seconds in (ours, theirs))
        lines.append(f"{kind:12}{run.created:>12,}{next(rates):>14}{next(rates):>16}")
        assert run.rejected == 0
    base.close()
    database.close()
    with capsys.disabled():
        print("\n" + "\n".join(lines))  # noqa: T201 - a benchmark's result


def test_a_wide_file_and_the_memory_it_takes(tmp_path, capsys, record_property):
    """20 columns: CSV, JSON Lines and bare `executemany`; the peak above the base as loaded."""
    table, lines = tmp_path / "wide.csv", tmp_path / "wide.jsonl"
    write_csv(table, CUSTOMERS)
    write_json(lines, CUSTOMERS)
    worked = process_time()
    with closing(sqlite3.connect(tmp_path / "bare.db")) as database:
        theirs = bare(table, database)
    rates = {"sqlite3.executemany": round(CUSTOMERS / theirs)}
    cpu = {"sqlite3.executemany": round(process_time() - worked, 2)}
    above = {}
    for path in (table, lines):
        folder = str(tmp_path / f"from {path.suffix}")
        found, peak = measured("tests.measuring.import_once", folder, str(path))
        _, loaded = measured("tests.measuring.import_once", folder)
        assert found["customers"] == CUSTOMERS
        name = f"workbench {path.suffix}"
        rates[name] = round(CUSTOMERS / found["seconds"])
        cpu[name] = round(found["cpu"], 2)
        above[name] = {each: (peak[each] - loaded[each]) // 2**20 for each in TAKEN}
    record_property("20 columns, rows a second", rates)
    record_property("20 columns, processor seconds", cpu)
    record_property("20 columns, MiB above the loaded base", above)
    told = [f"{CUSTOMERS:<20,}{'rows a second':>16}{'processor':>14}{'peak above base':>18}"]
    for name, rate in rates.items():
        most = f"{above[name][OWN]:,} MiB" if name in above else ""
        told.append(f"{name:20}{rate:>14,}/s{cpu[name]:>12.2f} s{most:>18}")
    with capsys.disabled():
        print("\n" + "\n".join(told))  # noqa: T201 - a benchmark's result


def test_events_without_ids(tmp_path, capsys, record_property):
    """The same events with an id each and without: processor seconds of the import."""
    at = pl.from_epoch(1_600_000_000 + pl.int_range(CUSTOMERS)).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    events = pl.select(
        ("event-" + pl.int_range(CUSTOMERS).cast(pl.String)).alias("Id"),
        pl.lit("cart_abandoned").alias("Event"),
        ("shop-customer-" + (pl.int_range(CUSTOMERS) % 1000).cast(pl.String)).alias(
            "Customer_source_id"
        ),
        at.alias("Created_at"),
        pl.int_range(CUSTOMERS).alias("metadata.cart"),
    )
    cpu = {}
    for name, frame in {"with ids": events, "without ids": events.drop("Id")}.items():
        path = tmp_path / f"{name}.csv"
        frame.write_csv(path)
        base = Base(tmp_path / name)
        worked = process_time()
        run = import_file(base.workbench, TABLES["events"], path, ImportMapping())
        cpu[name] = round(process_time() - worked, 2)
        assert run.created == CUSTOMERS
        base.close()
    record_property("events, processor seconds", cpu)
    with capsys.disabled():
        print(f"\n{CUSTOMERS:,} events, processor seconds: {cpu}")  # noqa: T201 - a result


if __name__ == "__main__":
    main(__file__)
