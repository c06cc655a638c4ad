"""How many rows a second an import takes, beside bare `sqlite3.executemany` of the same cells."""

import csv
import sqlite3
from time import perf_counter

from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import TABLES
from engine.imports.commit import import_file
from engine.samples.activity import KINDS, write_shop
from tests.bases import Base
from tests.benchmarks.machine_readable import main, size

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


if __name__ == "__main__":
    main(__file__)
