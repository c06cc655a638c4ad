"""Thirteen conditions over a million customers: ours beside the same filter written by hand."""

import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from engine import library, samples
from engine.segments import answer
from engine.workbench import Workbench
from tests.conftest import NOW

CUSTOMERS = 1_000_000
ROUNDS = 7
FILTER = {
    "junction": "and",
    "address.city": {"conditions": {"$in": ["Berlin", "Warsaw", "Madrid", "Milano", "Paris"]}},
    "address.country": {"conditions": {"$is_not": ["Egypt"]}},
    "name": {"conditions": {"$has_value": True}},
    "email": {"conditions": {"$contains": ["example"], "$ends_with": [".com", ".example"]}},
    "phone": {"conditions": {"$starts_with": ["+"]}},
    "created_at": {"conditions": {"$after": ["2023-01-01"], "$before": ["2026-06-01"]}},
    "birthdate": {"conditions": {"$is_unknown": True}},
    "loyalty.points": {"conditions": {"$more_than": [100], "$less_than": [4000]}},
    "metadata.shoe_size": {"conditions": {"$more_than_equal": [38]}},
    "metadata.newsletter": {"conditions": {"$is": [True]}},
}
BY_HAND = (
    pl.col("address_city").is_in(["Berlin", "Warsaw", "Madrid", "Milano", "Paris"])
    & ((pl.col("address_country") != "Egypt") | pl.col("address_country").is_null())
    & pl.col("name").is_not_null()
    & pl.col("email").str.contains("example", literal=True)
    & (pl.col("email").str.ends_with(".com") | pl.col("email").str.ends_with(".example"))
    & pl.col("phone").str.starts_with("+")
    & (pl.col("created_at") > pl.datetime(2023, 1, 1, time_zone="UTC"))
    & (pl.col("created_at") < pl.datetime(2026, 6, 1, time_zone="UTC"))
    & pl.col("birthdate").is_null()
    & (pl.col("loyalty_points").fill_null(0) > 100)
    & (pl.col("loyalty_points").fill_null(0) < 4000)
    & (pl.col("shoe_size") >= 38)
    & pl.col("newsletter")
)
SQL = """
SELECT count(*) FROM customers WHERE address_city IN ('Berlin','Warsaw','Madrid','Milano','Paris')
AND address_country IS DISTINCT FROM 'Egypt' AND name IS NOT NULL AND email GLOB '*example*'
AND (email GLOB '*.com' OR email GLOB '*.example') AND phone GLOB '+*'
AND created_at > '2023-01-01' AND created_at < '2026-06-01' AND birthdate IS NULL
AND coalesce(loyalty_points, 0) > 100 AND coalesce(loyalty_points, 0) < 4000
AND shoe_size >= 38 AND newsletter
"""


def median(work: Callable[[], int]) -> tuple[int, float]:
    """What the work gives, and the median of its milliseconds after one round to warm up."""
    found, spent = work(), []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = work()
        spent.append((time.perf_counter() - began) * 1000)
    return found, statistics.median(spent)


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    workbench = Workbench.open(tmp_path_factory.mktemp("bench") / "workspace", lambda: NOW)
    samples.demo(workbench, CUSTOMERS)
    yield workbench
    workbench.close()


def plain_frame(workbench: Workbench) -> pl.DataFrame:
    """The columns that the filter reads, as anyone would load them."""
    profile = workbench.profile()
    fields = ["metadata.shoe_size", "metadata.newsletter"]
    own = ["address_city", "address_country", "name", "email", "phone", "created_at", "birthdate"]
    metadata = [profile.values(profile.catalogue.field(path)) for path in fields]
    named = [values.alias(values.name.partition(".")[2]) for values in metadata]
    return profile.customers.select(*own, "loyalty_points").with_columns(named)


def test_thirteen_conditions(workbench: Workbench, tmp_path: Path, capsys) -> None:
    profile, frame = workbench.profile(), plain_frame(workbench)
    group, clock = library.understood(workbench, FILTER), workbench.clock()
    frame.write_parquet(tmp_path / "customers.parquet")
    engine = duckdb.connect()
    engine.register("frame", frame.to_arrow())
    engine.execute("CREATE TABLE customers AS SELECT * FROM frame")
    on_disk = SQL.replace("customers", f"'{tmp_path}/customers.parquet'")
    lite = sqlite3.connect(tmp_path / "customers.db")
    texts = frame.with_columns(pl.col("created_at", "birthdate").cast(pl.String))
    lite.execute(f"CREATE TABLE customers ({', '.join(texts.columns)})")
    marks = ",".join("?" * texts.width)
    lite.executemany(f"INSERT INTO customers VALUES ({marks})", texts.iter_rows())

    results = {
        "workbench": median(lambda: answer(profile, group, clock).count),
        "Polars, by hand": median(lambda: frame.filter(BY_HAND).height),
        "DuckDB, in memory": median(lambda: engine.execute(SQL).fetchone()[0]),
        "DuckDB, Parquet": median(lambda: engine.execute(on_disk).fetchone()[0]),
        "SQLite": median(lambda: lite.execute(SQL).fetchone()[0]),
    }
    lite.close()
    engine.close()

    assert 1 == len({found for found, _ in results.values()}), results
    ours = results["workbench"][1]
    lines = [
        f"{name:20}{spent:9.1f} ms{spent / ours:8.2f} ×" for name, (_, spent) in results.items()
    ]
    with capsys.disabled():
        sys.stdout.write("\n".join(["", f"13 conditions, {CUSTOMERS:,} customers", *lines, ""]))
