"""Customers in 20 columns, as large a file as is asked for, written part by part."""

from pathlib import Path

import numpy as np
import polars as pl

PART = 250_000
CITIES, PLANS = ("Rome", "Oslo", "Paris", "London", "Berlin"), ("free", "basic", "pro")
OUR_NAMES = {"City": "address.city", "Country": "address.country"}
KNOWN = ("Source_id", "Name", "Email", "Phone", "City", "Country", "Birthdate", "Created_at")


def write_csv(path: Path, count: int) -> None:
    """Writes the file; an existing one is replaced."""
    with path.open("wb") as file:
        for start in range(0, count, PART):
            _part(start, min(PART, count - start)).write_csv(file, include_header=start == 0)


def write_json(path: Path, count: int) -> None:
    """The same customers as JSON Lines; an existing file is replaced."""
    with path.open("wb") as file:
        for start in range(0, count, PART):
            frame = _part(start, min(PART, count - start))
            others = [name for name in frame.columns if name not in KNOWN]
            frame.select(
                *(pl.col(name).alias(OUR_NAMES.get(name, name.lower())) for name in KNOWN),
                pl.struct(others).alias("metadata"),
            ).write_ndjson(file)


def _part(start: int, count: int) -> pl.DataFrame:
    dice = np.random.default_rng(start)

    def one_of(words: tuple[str, ...]) -> pl.Series:
        return pl.Series(words).gather(dice.integers(0, len(words), count))

    def whole(low: int, high: int) -> pl.Series:
        return pl.Series(dice.integers(low, high, count))

    number = pl.int_range(start, start + count, eager=True).cast(pl.String)
    seconds = 1_600_000_000 + whole(0, 10**8)
    return pl.DataFrame(
        {
            "Source_id": "shop-customer-" + number,
            "Name": one_of(("Ann", "Bob", "Cleo")) + " " + number,
            "Email": "customer." + number + "@example.org",
            "Phone": "+4420" + whole(10**7, 10**8).cast(pl.String),
            "City": one_of(CITIES),
            "Country": one_of(("IT", "NO", "FR", "GB", "DE")),
            "Birthdate": whole(0, 15_000).cast(pl.Int32).cast(pl.Date).cast(pl.String),
            "Created_at": pl.from_epoch(seconds).dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            **{f"plan of {word}": one_of(PLANS) for word in ("spring", "summer", "autumn")},
            **{f"visits in {word}": whole(0, 300) for word in ("shops", "apps", "stands")},
            "score": pl.Series(dice.random(count)).round(4),
            "opted in": pl.Series(dice.integers(0, 2, count).astype(bool)),
            "tester": pl.Series(dice.integers(0, 2, count).astype(bool)),
            "last visit": whole(15_000, 20_000).cast(pl.Int32).cast(pl.Date).cast(pl.String),
            "came by": one_of(("web", "store", "phone")),
            "remark": "a remark on customer " + number,
        }
    )
