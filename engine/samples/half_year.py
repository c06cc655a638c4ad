"""
Half a year of a shop's life, told as it would have happened: each step on a day of its own.

Files come in, segments are saved and edited, time passes, a list goes out, somebody makes a
mistake. Every step goes through the same doors as an analyst's, with the clock set back to its
day; so whoever entered and left has an instant and a cause, and *as of* answers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from engine.errors import NotFoundError
from engine.exports.draws import Holdout
from engine.exports.order import Order
from engine.exports.run import export_records
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import TABLES
from engine.imports.commit import import_file
from engine.samples.files import WEEK, ShopFiles
from engine.segments import library
from engine.segments.templates import TEMPLATES
from engine.workspace.workbench import Access

DELIVERIES = (26, 20, 14, 9, 4, 0)  # weeks before the end: the first is all that was before
WEEKS = DELIVERIES[0]
REFRESHED = 2  # weeks from one look of the clock to the next
EDITED, EXPORTED = 12, 5  # weeks before the end
VIP = "VIP by spend"
LAPSED = "Lapsed"
CORRECTION = "points-correction.csv"
EVERY = 2  # of those just short of 1,000 points, one of so many loses them by mistake
FIRST, LOWERED = 100_000, 50_000  # cents within a year that make somebody important
Step = Callable[[Access], object]


@dataclass(frozen=True, eq=False)
class HalfYear:
    """
    What happens, up to the day behind the last.

    Args:
        files: of the shop, as they end.
        mapping: of the customers.
        folder: where the deliveries may be written.
    """

    files: ShopFiles
    mapping: ImportMapping
    folder: Path
    today: date

    def steps(self) -> Iterator[tuple[datetime, Step]]:
        """What happens and when, oldest first."""
        told: list[tuple[int, Step]] = [
            *self._deliveries(),
            *((WEEKS, partial(saved, name=name, raw=raw)) for name, raw in SEGMENTS.items()),
            *((weeks, Access.refresh) for weeks in range(0, WEEKS, REFRESHED)),
            (EDITED, edited),
            (EXPORTED, exported),
            (0, self._mistake),
        ]
        minute = timedelta(minutes=1)
        for place, (weeks, step) in enumerate(sorted(told, key=lambda each: -each[0])):
            midnight = datetime.combine(self.today - weeks * WEEK, time(), UTC)
            yield midnight + place * minute, step

    def _deliveries(self) -> Iterator[tuple[int, Step]]:
        for before, weeks in zip((None, *DELIVERIES), DELIVERIES, strict=False):
            for kind in self.files.kinds:
                since = None if before is None else self.today - before * WEEK
                rows = self.files.delivery(kind, since, self.today - weeks * WEEK)
                if rows.height:
                    name = f"{kind}-{self.today - weeks * WEEK}.csv"
                    yield weeks, partial(self._bring, kind=kind, name=name, rows=rows)

    def _mistake(self, access: Access) -> None:
        """Points set to 0 that were not: an import to take back."""
        near = pl.col("Loyalty_points").cast(pl.Int64).is_between(900, 999)
        known = self.files.delivery("customers", None, self.today).filter(near)
        rows = known.gather_every(EVERY).select("Source_id", pl.lit("0").alias("Loyalty_points"))
        self._bring(access, "customers", CORRECTION, rows)

    def _bring(self, access: Access, kind: str, name: str, rows: pl.DataFrame) -> None:
        path = self.folder / name
        rows.write_csv(path)
        whole = kind == "customers" and name != CORRECTION
        mapping = self.mapping if whole else ImportMapping()
        import_file(access, TABLES[kind], path, mapping)


def _template(key: str) -> dict[str, Any]:
    [found] = [row.filter for row in TEMPLATES if row.key == key]
    return {"junction": "and", **found}


def _spent(cents: int) -> dict[str, Any]:
    spent = {"conditions": {"$more_than_equal": [cents]}, "window": {"last_days": 365}}
    return {"junction": "and", "summary.orders.total_amount": spent}


SEGMENTS: dict[str, dict[str, Any]] = {
    "New customers": _template("new"),
    VIP: _spent(FIRST),
    LAPSED: _template("lapsed"),
    "Abandoned cart": _template("abandoned"),
    "Close to 1,000 points": _template("near-threshold"),
    # It reads another segment, and overlaps with it.
    "Win back by newsletter": {
        "junction": "and",
        "segments": {"conditions": {"$is": [LAPSED]}},
        "metadata.newsletter": {"conditions": {"$is": [True]}},
    },
}


def saved(access: Access, name: str, raw: dict[str, Any]) -> None:
    """Saves a segment, unless there is one of that name."""
    try:
        library.find(access, name)
    except NotFoundError:
        library.create(access, name, raw)


def edited(access: Access) -> None:
    """Hardly anybody spends that much: a second version asks for less."""
    library.edit(access, VIP, raw=_spent(LOWERED))


def exported(access: Access) -> None:
    """A list for a campaign goes out, less a control group."""
    fields = ("source_id", "name", "email")
    order = Order(segment=VIP, fields=fields, holdout=Holdout(20, "campaign"))
    export_records(access, order)
