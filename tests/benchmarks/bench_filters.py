"""
Thirteen conditions over a million customers: ours beside the same filter written by hand.

Ours is timed without kept leaves unless a line says otherwise; columns are prepared beforehand, as
the other engines have theirs loaded. All take turns, so that a busy moment meets every one.
"""

import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from engine.base.answers import answer
from engine.base.profiles import Profile
from engine.evaluation.node_numbers import numbers
from engine.evaluation.oddities import lint
from engine.samples import sample_shop
from engine.segments import library
from engine.workspace.workbench import Workbench
from tests.bases import ME, NOW
from tests.measuring.machine_readable import main, size

CUSTOMERS = size("customers", 1_000_000)
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
AND {shoe_size} >= 38 AND {newsletter}
"""
COLUMNS = SQL.format(shoe_size="shoe_size", newsletter="newsletter")
JSON1 = SQL.format(
    shoe_size="json_extract(metadata, '$.shoe_size')",
    newsletter="json_extract(metadata, '$.newsletter')",
)


def by_pandas(frame: pd.DataFrame) -> int:
    points = frame["loyalty_points"].fillna(0)
    chosen = (
        frame["address_city"].isin(["Berlin", "Warsaw", "Madrid", "Milano", "Paris"])
        & (frame["address_country"] != "Egypt")
        & frame["name"].notna()
        & frame["email"].str.contains("example", regex=False, na=False)
        & frame["email"].str.endswith((".com", ".example"), na=False)
        & frame["phone"].str.startswith("+", na=False)
        & (frame["created_at"] > pd.Timestamp("2023-01-01", tz="UTC"))
        & (frame["created_at"] < pd.Timestamp("2026-06-01", tz="UTC"))
        & frame["birthdate"].isna()
        & (points > 100)
        & (points < 4000)
        & (frame["shoe_size"] >= 38)
        & frame["newsletter"].eq(True)
    )
    return int(chosen.sum())


def in_turns(work: Mapping[str, Callable[[], int]]) -> dict[str, tuple[int, float]]:
    """What each gives, and the median of its milliseconds, after a round to warm up."""
    found = {name: each() for name, each in work.items()}
    spent: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(ROUNDS):
        for name, each in work.items():
            began = time.perf_counter()
            assert found[name] == each()
            spent[name].append((time.perf_counter() - began) * 1000)
    return {name: (found[name], statistics.median(spent[name])) for name in work}


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    workbench = Workbench.open(tmp_path_factory.mktemp("bench") / "workspace", lambda: NOW).acting(
        ME
    )
    sample_shop.demo(workbench, CUSTOMERS)
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


def cold(profile: Profile) -> None:
    """Drops the kept leaves."""
    profile.masks.forget()


def lite_of(frame: pl.DataFrame, folder: Path) -> sqlite3.Connection:
    """The same customers in SQLite, their metadata as JSON."""
    metadata = pl.struct("shoe_size", "newsletter").struct.json_encode().alias("metadata")
    times = pl.col("created_at", "birthdate").cast(pl.String)
    rows = frame.select(pl.exclude("shoe_size", "newsletter"), metadata).with_columns(times)
    lite = sqlite3.connect(folder / "customers.db")
    lite.execute(f"CREATE TABLE customers ({', '.join(rows.columns)})")
    marks = ",".join("?" * rows.width)
    lite.executemany(f"INSERT INTO customers VALUES ({marks})", rows.iter_rows())
    return lite


def print_lines(capsys, title: str, lines: Iterable[str]) -> None:
    with capsys.disabled():
        sys.stdout.write("\n".join(["", title, *lines, ""]))


def test_thirteen_conditions(workbench: Workbench, tmp_path: Path, capsys, record_property) -> None:
    profile, frame = workbench.profile(), plain_frame(workbench)
    group, clock = library.understood(workbench, FILTER), workbench.clock()
    frame.write_parquet(tmp_path / "customers.parquet")
    engine = duckdb.connect()
    engine.register("frame", frame.to_arrow())
    engine.execute("CREATE TABLE customers AS SELECT * FROM frame")
    on_disk = COLUMNS.replace("customers", f"'{tmp_path}/customers.parquet'")
    pandas = frame.to_arrow().to_pandas()
    lite = lite_of(frame, tmp_path)

    results = in_turns(
        {
            "workbench": lambda: (cold(profile), answer(profile, group, clock).count)[1],
            "workbench, again": lambda: answer(profile, group, clock).count,
            "Polars, by hand": lambda: frame.filter(BY_HAND).height,
            "DuckDB, in memory": lambda: engine.execute(COLUMNS).fetchone()[0],
            "DuckDB, Parquet": lambda: engine.execute(on_disk).fetchone()[0],
            "pandas": lambda: by_pandas(pandas),
            "SQLite, JSON1": lambda: lite.execute(JSON1).fetchone()[0],
        }
    )
    lite.close()
    engine.close()

    assert 1 == len({found for found, _ in results.values()}), results
    ours = results["workbench"][1]
    lines = [f"{name:20}{ms:9.1f} ms{ms / ours:8.2f} ×" for name, (_, ms) in results.items()]
    record_property("13 conditions, ms", milliseconds(results))
    print_lines(capsys, f"13 conditions, {CUSTOMERS:,} customers", lines)


def milliseconds(results: Mapping[str, tuple[int, float]]) -> dict[str, float]:
    """Of each contestant."""
    return {name: round(spent, 2) for name, (_, spent) in results.items()}


def conditions(count: int) -> dict[str, Any]:
    """A filter of so many conditions, all different: two of text, the others of numbers."""
    numbers_of = ("loyalty.points", "metadata.shoe_size", "summary.orders.total_count")
    texts = {
        "email": {"conditions": {"$contains": ["example"]}},
        "address.city": {"conditions": {"$in": ["Berlin", "Warsaw"]}},
    }
    groups = [
        {field: {"conditions": {"$more_than": [number]}} for field in numbers_of}
        for number in range((count - len(texts)) // len(numbers_of))
    ]
    alternatives = [{"junction": "or", **group} for group in groups]
    return {**texts, "$groups": alternatives} if groups else texts


@pytest.mark.parametrize("count", [5, 29])
def test_the_numbers_of_every_node(
    workbench: Workbench, capsys, record_property, count: int
) -> None:
    profile, clock = workbench.profile(), workbench.clock()
    group = library.understood(workbench, conditions(count))

    results = in_turns(
        {
            "numbers": lambda: (cold(profile), len(numbers(profile.masks, group, clock)))[1],
            "numbers, again": lambda: len(numbers(profile.masks, group, clock)),
            "lint": lambda: len(lint(profile.masks, group, clock)),
        }
    )

    lines = [f"{name:20}{ms:9.1f} ms" for name, (_, ms) in results.items()]
    record_property(f"every node of {count} conditions, ms", milliseconds(results))
    print_lines(capsys, f"every node of {count} conditions, {CUSTOMERS:,} customers", lines)


if __name__ == "__main__":
    main(__file__)
