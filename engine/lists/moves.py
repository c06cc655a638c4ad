"""Who entered and who left a segment since a date, as records: listed, filtered, exported."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import polars as pl

from engine.base.kinds.column import Column
from engine.base.kinds.row import RecordKind
from engine.base.profiles import Profile
from engine.base.records import Records
from engine.errors import UsageError
from engine.filters.describe import shown
from engine.filters.kinds import INSTANT, NUMBER
from engine.lists.listings import Listing
from engine.segments import history, library
from engine.segments.history import Entry, FieldMove
from engine.segments.library import Segment
from engine.store.records.tables import OWNER
from engine.text.display import quoted
from engine.text.formats import Money
from engine.workspace.workbench import Workbench

T = TypeVar("T")
APART = "; "  # between the fields that moved

KIND = RecordKind(
    "moves",
    "move",
    "move_",
    (
        Column("at", "When", "When it was noticed.", INSTANT),
        Column("segment", "Segment", "The name of the segment."),
        Column("source_id", "Who", "The customer's source id, else the id; none once erased."),
        Column("direction", "Direction", "Entered or left."),
        Column("cause", "Why", "What it came from: import, edit, redemption, clock and so on."),
        Column("change", "Change", "The number of the change set, if one did it.", NUMBER),
        Column("version", "Version", "Of the segment's definition.", NUMBER),
        Column("fields", "Fields", "The paths of the fields that moved."),
        Column("changes", "Before → after", "The fields that moved, before and after."),
    ),
    shown=("at", "source_id", "direction", "cause", "changes"),
    sort="at",
    searched=("source_id", "customer.name", "customer.email"),
    instant="at",
)


class Moves(Records):
    """The entries and exits of some segments; they are kept no longer than whoever asked."""

    def __init__(self, profile: Profile, frame: pl.DataFrame) -> None:
        super().__init__(profile, KIND, frame)
        self._kept: dict[str, Any] = {}

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, kept as long as these records live."""
        if name not in self._kept:
            self._kept[name] = make()
        kept: T = self._kept[name]
        return kept


def moves_listing(workbench: Workbench, segment: str | None, since: datetime | None) -> Listing:
    """
    The entries and exits of a segment, or of all that keep them, as a list like the others.

    Args:
        segment: its id or name.
        since: none before it.

    Raises:
        NotFoundError: there is no such segment.
        UsageError: it keeps no entries and exits.
    """
    profile, money = workbench.profile(), workbench.project.money
    rows = [
        _row(one, entry, profile, money)
        for one in _segments(workbench, segment)
        for entry in history.entries(workbench, one, since=since)
    ]
    frame = pl.DataFrame(rows, schema={"id": pl.String(), **KIND.table.columns}, orient="row")
    found = Moves(profile, frame.sort("at", maintain_order=True).with_row_index("row"))
    return Listing(
        KIND,
        lambda _profile, _money: found,
        lambda _profile, customers: found.of_customers(customers),
    )


def _segments(workbench: Workbench, name: str | None) -> list[Segment]:
    if name is None:
        return [one for one in library.saved(workbench) if library.keeps_moves(one)]
    segment = library.find(workbench, name)
    if not library.keeps_moves(segment):
        raise UsageError(
            f"expected a segment that keeps who entered and left, got {quoted(segment.name)}: "
            f"a {segment.type} one keeps none"
        )
    return [segment]


def _row(segment: Segment, entry: Entry, profile: Profile, money: Money) -> dict[str, Any]:
    moved = [_words(move, profile, money) for move in entry.fields]
    return {
        "id": f"{segment.id} {entry.at.isoformat()} {entry.row} {entry.direction}",
        OWNER: entry.row,
        "at": entry.at.replace(microsecond=entry.at.microsecond // 1000 * 1000),
        "segment": segment.name,
        "source_id": entry.name,
        "direction": entry.direction,
        "cause": entry.cause,
        "change": entry.change,
        "version": entry.version,
        "fields": APART.join(dict.fromkeys(move.path for move in entry.fields)) or None,
        "changes": APART.join(moved) or None,
    }


def _words(move: FieldMove, profile: Profile, money: Money) -> str:
    field = profile.catalogue.find(move.path)
    before, after = (
        shown(field, value, money) if field else str(value) for value in (move.before, move.after)
    )
    return f"{field.label if field else move.path}: {before} → {after}"
