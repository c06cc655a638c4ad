"""How many rows a second an import takes, beside bare `sqlite3.executemany` of the same cells."""

import csv
import sqlite3
from contextlib import closing
from time import perf_counter

from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import TABLES
from engine.imports.commit import import_file
from engine.samples.activity import KINDS, write_shop
from tests.bases import Base
from tests.benchmarks.machine_readable import main, size
from tests.benchmarks.peak_memory import TAKEN, measured
from tests.benchmarks.wide_customers import write_csv, write_json

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
    with closing(sqlite3.connect(tmp_path / "bare.db")) as database:
        theirs = bare(table, database)
    told = [f"{'':12}{'rows':>12}{'rows a second':>16}{'peak above base':>18}"]
    rates = {"sqlite3.executemany": round(CUSTOMERS / theirs)}
    above = {}
    for path in (table, lines):
        folder = str(tmp_path / f"from {path.suffix}")
        found, peak = measured("tests.benchmarks.import_once", folder, str(path))
        _, loaded = measured("tests.benchmarks.import_once", folder)
        assert found["customers"] == CUSTOMERS
        name = f"workbench {path.suffix}"
        rates[name] = round(CUSTOMERS / found["seconds"])
        above[name] = {each: (peak[each] - loaded[each]) // 2**20 for each in TAKEN}
        told.append(
            f"{path.suffix:12}{CUSTOMERS:>12,}{rates[name]:>14,}/s{above[name]['RssAnon']:>14,} MiB"
        )
    told.append(f"{'executemany':12}{CUSTOMERS:>12,}{rates['sqlite3.executemany']:>14,}/s")
    record_property("20 columns, rows a second", rates)
    record_property("20 columns, MiB above the loaded base", above)
    with capsys.disabled():
        print("\n" + "\n".join(told))  # noqa: T201 - a benchmark's result


if __name__ == "__main__":
    main(__file__)
