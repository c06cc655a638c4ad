"""
The customers of a shop, as a shop's export looks.

What the shop is like stands in `data/demo/shop.toml`. The same count and seed give the same bytes:
every column has a stream of its own, drawn as plain uniform numbers that only exact arithmetic
follows, and no clock is read.
"""

import tomllib
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

SHOP = Path(__file__).parents[2] / "data" / "demo" / "shop.toml"
DAY = 86_400  # seconds
WIDGETS = "system_metadata.web_widget.widgets"
UNSPELT = str.maketrans({"ł": "l", "ß": "ss", "ı": "i", "’": "", " ": ""})  # no accent to drop

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Dice = Callable[[str], Floats]  # the uniform numbers of a stream, one for each row


@dataclass(frozen=True)
class Pool:
    """What each market draws from, market after market in one frame."""

    rows: pl.DataFrame
    start: Integers  # by market
    size: Integers  # by market

    def draw(self, market: Integers, dice: Floats) -> pl.DataFrame:
        """One row for each customer, out of those of its market; the columns of `rows`."""
        return self.rows[self.start[market] + (dice * self.size[market]).astype(np.int64)]


def customers(count: int, seed: int = 1) -> pl.DataFrame:
    """
    One row per customer, by `Created_at`; the columns are the headers of the guide's CSV.

    Args:
        count: how many rows.
        seed: another seed is another crowd in the same shop.

    Returns:
        Text as in the file, lists joined by ";", null where the file has a blank; instants in UTC.
        `Source_id` is never blank; `Referrer` is the source id of an earlier row.
    """

    dice = thrown(count, seed)
    shop = tomllib.loads(SHOP.read_text("utf-8"))
    words = {name: pl.Series(cells) for name, cells in shop["words"].items()}
    drawn = _drawn(shop, dice)
    known = drawn.select(**_columns(dice)).with_columns(
        cells[(dice(name) * len(cells)).astype(np.int64)].alias(name)
        for name, cells in words.items()
    )
    web = pl.col("system_metadata.source") == "web_widget"
    return known.with_columns(pl.when(web).then(WIDGETS).alias(WIDGETS)).with_columns(
        pl.when(pl.lit(pl.Series(dice(f"{name}?") >= share))).then(name).alias(name)
        for name, share in shop["blanks"].items()
    )


def thrown(count: int, seed: int) -> Dice:
    """Dice for a table of `count` rows; each stream is drawn apart from all others."""

    def dice(stream: str) -> Floats:
        return np.random.default_rng([seed, zlib.crc32(stream.encode())]).random(count)

    return dice


def write_customers(path: Path, count: int, seed: int = 1) -> None:
    """Writes `customers(count, seed)` as a CSV in UTF-8; an existing file is replaced."""
    customers(count, seed).write_csv(path, datetime_format="%Y-%m-%dT%H:%M:%SZ")


def _drawn(shop: Mapping[str, Any], dice: Dice) -> pl.DataFrame:
    """One row per customer: the market's own columns, then what its pools gave."""
    rows: list[dict[str, Any]] = shop["markets"]
    market, created = _arrivals(shop, dice)
    scalar = ("country", "phone", "source", "locale", "family_name_first")
    own = pl.DataFrame({name: [row.get(name) for row in rows] for name in scalar})
    pools = {
        "first": _pool(("first", "first_latin"), [_spellings(row["first"]) for row in rows]),
        "last": _pool(("last", "last_latin"), [_spellings(row["last"]) for row in rows]),
        "city": _pool(("city", "state", "code"), [_codes(row["cities"]) for row in rows]),
        "street": _pool(("street",), [[(word,) for word in row["streets"]] for row in rows]),
        "domain": _pool(("domain",), [[(word,) for word in row["domains"]] for row in rows]),
    }
    parts = [pool.draw(market, dice(name)) for name, pool in pools.items()]
    instants = pl.DataFrame({"created": created, "horizon": int(shop["horizon"].timestamp())})
    return pl.concat([own[market], *parts, instants], how="horizontal").with_row_index("row")


def _arrivals(shop: Mapping[str, Any], dice: Dice) -> tuple[Integers, Integers]:
    """Market and second of creation (Unix time) of each customer, by time."""
    rows: list[dict[str, Any]] = shop["markets"]
    end = shop["horizon"].date()
    days = np.arange(min(row["opened"] for row in rows), end, dtype="datetime64[D]")
    season = np.array(shop["season"])[days.astype("datetime64[M]").astype(np.int64) % 12]
    reached = np.concatenate([[0], np.cumsum(season)])  # newcomers before each day
    first = np.searchsorted(days, np.array([row["opened"] for row in rows], "datetime64[D]"))
    last = np.searchsorted(
        days, np.array([row.get("closed", end) for row in rows], "datetime64[D]")
    )

    shares = np.cumsum([row["share"] for row in rows])
    market = np.searchsorted(shares, dice("market") * shares[-1], side="right")
    low, high = reached[first][market], reached[last][market]
    day = np.searchsorted(reached, low + dice("day") * (high - low), side="right") - 1
    second = ((dice("hour") + dice("minute")) / 2 * DAY).astype(np.int64)  # most of them at noon
    created = days.astype(np.int64)[day] * DAY + second
    order = np.argsort(created, kind="stable")
    return market[order], created[order]


def _columns(dice: Dice) -> dict[str, pl.Expr]:
    """The columns that follow from what was drawn, by header."""

    def chance(stream: str) -> pl.Expr:
        return pl.lit(pl.Series(dice(stream)))

    def between(stream: str) -> pl.Expr:  # an instant from the creation to the horizon
        created, horizon = pl.col("created"), pl.col("horizon")
        return _instant(created + (chance(stream) * (horizon - created)).cast(pl.Int64))

    first, last, row = pl.col("first"), pl.col("last"), pl.col("row")
    source = pl.col("source") + row.cast(pl.String).str.zfill(7)
    early = chance("referrer") * chance("referrer")  # who has been there long brings the most
    referrer = source.gather((early * row).cast(pl.UInt32))
    house = (chance("house") * 190 + 1).cast(pl.Int64).cast(pl.String)
    days_of_life = ((chance("birth") + chance("birth day")) / 2 * 25_000).cast(pl.Int32)
    return {
        "Source_id": source,
        "Name": pl.when("family_name_first").then(last + " " + first).otherwise(first + " " + last),
        "Email": _email(chance("email")),
        "Phone": _phone(chance("phone"), chance("phone form")),
        "Birthdate": (days_of_life - 10_958).cast(pl.Date),  # from 1940 on, grown up by the end
        "Address_line_1": pl.col("street").str.replace("{}", house, literal=True),
        "Address_line_2": pl.lit("c/o ") + last,
        "Address_Postal_Code": pl.col("code"),
        "Address_City": pl.col("city"),
        "Address_State": pl.col("state"),
        "Address_Country": pl.col("country"),
        "Created_at": _instant(pl.col("created")),
        "Updated_at": between("updated"),
        "Loyalty_points": (chance("points") * chance("more points") * 5_000).cast(pl.Int64),
        "Referrer": pl.when(row > 0).then(referrer),
        "locale": pl.col("locale"),
        "last_store_visit": between("visit").dt.date(),
        "app_last_seen": between("app"),
    }


def _instant(seconds: pl.Expr) -> pl.Expr:
    return (seconds * 1_000).cast(pl.Datetime("ms", "UTC"))


def _email(form: pl.Expr) -> pl.Expr:
    """Unique by the row's number; one in ten as people type it, with capitals."""
    number = pl.col("row").cast(pl.String)
    plain = pl.concat_str("first_latin", pl.lit("."), "last_latin", number, pl.lit("@"), "domain")
    return (
        pl.when(form < 0.03)
        .then(plain.str.to_uppercase())
        .when(form < 0.1)
        .then(plain.str.to_titlecase())
        .otherwise(plain)
    )


def _phone(number: pl.Expr, form: pl.Expr) -> pl.Expr:
    """The market's beginning and nine digits, for one in six in groups."""
    digits = (number * 900_000_000 + 100_000_000).cast(pl.Int64).cast(pl.String)
    groups = [digits.str.slice(at, 3) for at in (0, 3, 6)]
    spaced = pl.concat_str(pl.col("phone"), *groups, separator=" ")
    return pl.when(form < 1 / 6).then(spaced).otherwise(pl.col("phone") + digits)


def _pool(columns: Sequence[str], by_market: Sequence[Sequence[tuple[str, ...]]]) -> Pool:
    rows = [row for market in by_market for row in market]
    size = np.array([len(market) for market in by_market])
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    return Pool(frame, np.cumsum(size) - size, size)


def _spellings(names: Sequence[str]) -> list[tuple[str, str]]:
    """Each name as written, and as an e-mail address spells it."""
    pairs = (name.partition("=") for name in names)
    return [(written, latin or _latin(written)) for written, _, latin in pairs]


def _latin(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(UNSPELT))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _codes(cities: Sequence[Sequence[str]]) -> list[tuple[str, str, str]]:
    """Each city with twenty-five of its postal codes."""
    return [(city, state, code) for city, state, pattern in cities for code in _filled(pattern)]


def _filled(pattern: str) -> Iterator[str]:
    """The pattern with digits for its #; the steps are prime, so that no two are alike."""
    places = pattern.count("#")
    for number in range(131, 131 + 25 * 7_919, 7_919):
        digits = iter(f"{number % 10**places:0{places}}" if places else "")
        yield "".join(next(digits) if letter == "#" else letter for letter in pattern)
