"""Who entered and who left a segment, when and because of what; and its size, at any time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import polars as pl
from pyroaring import BitMap

from engine.base.activity import Activity
from engine.base.answers import answer, find
from engine.base.kinds.registry import CUSTOMERS
from engine.base.profiles import Profile
from engine.filters.clock import Clock
from engine.filters.expression import Condition, Group, conditions_of
from engine.filters.fields import Field
from engine.filters.parser import parse
from engine.filters.resolve import resolve_condition
from engine.memberships.bitmaps import mask_of
from engine.memberships.definitions import is_on_segments, relevant
from engine.segments import library
from engine.store.records.latest import latest as newest
from engine.store.results.change_log import change_lines, definition_lines
from engine.store.results.moves import DEFINITION, FIRST, Move, latest_moves, moves_about, moves_of
from engine.store.results.runs import ImportRun, imports_of
from engine.store.results.segments import Filters, Segment, filters_of
from engine.store.snapshot import Snapshot
from engine.workspace.workbench import Workbench

KEPT_BY_US = frozenset({"id", "updated_at", "created_at"})
SEGMENTS = "segments"  # the field whose value differs from one condition to the next


@dataclass(frozen=True)
class FieldMove:
    """One field of a segment's filter that a change set moved for one customer."""

    path: str
    before: Any  # None: no value, or no customer
    after: Any


@dataclass(frozen=True)
class Entry:
    """One customer entered or left."""

    segment_id: str
    row: int
    name: str | None  # the source id, else the id; None where the customer was erased
    customer: str | None  # the id; None as above
    at: datetime
    direction: str  # entered or left
    cause: str  # import, edit, redemption, clock, definition, deletion or undo
    change: int | None
    version: int
    fields: tuple[FieldMove, ...]

    @property
    def is_first(self) -> bool:
        """Whether it is one of the first members, who were there as the segment was defined."""
        return (self.cause, self.version) == FIRST


@dataclass(frozen=True)
class Size:
    """How large a segment was once a change set, the clock or a definition had moved it."""

    at: datetime
    cause: str
    entered: int
    left: int
    count: int | None  # afterwards; None where it was not asked for
    first: bool = False  # whether those who entered are its first members
    change: int | None = None  # the change set that moved it; None where none did


@dataclass(frozen=True)
class Origin:
    """Who moved customers, and by what."""

    actor: str
    run: ImportRun | None  # None: it was no import


def entries(
    workbench: Workbench,
    segment: Segment,
    most: int | None = None,
    since: datetime | None = None,
) -> list[Entry]:
    """
    The entries and exits of a segment, oldest first, then by the customer's name.

    Args:
        most: how many of the newest; all unless given.
        since: none before it.
    """
    with workbench.store.read() as connection:
        moves = moves_of(connection, segment.id)
        filters = filters_of(connection, [segment.id])
    if since is not None:
        moves = [move for move in moves if move.at >= since]
    return _entries(workbench, moves if most is None else _newest(moves, most), filters)


def entries_of(workbench: Workbench, customer: str) -> list[Entry]:
    """
    Every entry and exit of one customer in any segment, oldest first.

    Raises:
        NotFoundError: nobody, or several, go by that id, source id, e-mail or phone.
    """
    profile = workbench.profile()
    row = profile.customers["row"][find(profile, customer)]
    with workbench.store.read() as connection:
        moves = moves_about(connection, row)
        filters = filters_of(connection, {move.segment_id for move in moves})
    return _entries(workbench, moves, filters)


def sizes(workbench: Workbench, segment: Segment) -> list[Size]:
    """How the size of a segment came about, oldest first; some have no past: `keeps_moves`."""
    with workbench.store.read() as connection:
        moves = moves_of(connection, segment.id)
    found, count = [], 0
    for move in moves:
        count += len(move.entered) - len(move.left)
        found.append(_size(move, count))
    return found


def latest(workbench: Workbench, most: int) -> list[tuple[str, Size]]:
    """The last strokes that moved any segment, newest first, each with the segment's id."""
    with workbench.store.read() as connection:
        moves = latest_moves(connection, most)
    return [(move.segment_id, _size(move, None)) for move in moves]


def origins(workbench: Workbench, found: Sequence[Entry | Size]) -> list[Origin | None]:
    """What each of some entries and sizes came of, in their order; None: time has passed."""
    changes = {each.change for each in found if each.change is not None}
    with workbench.store.read() as connection:
        lines, runs = change_lines(connection, changes), imports_of(connection, changes)
        defined = definition_lines(connection, {one.at for one in found if one.cause == DEFINITION})
    return [
        Origin(defined[one.at].actor, None)
        if one.cause == DEFINITION and one.at in defined
        else Origin(lines[one.change].actor, runs.get(one.change))
        if one.change in lines
        else None
        for one in found
    ]


def _size(move: Move, count: int | None) -> Size:
    entered, left = len(move.entered), len(move.left)
    return Size(move.at, move.cause, entered, left, count, move.is_first, move.change)


def sizes_at(
    workbench: Workbench, definition: Mapping[str, Any], instants: Iterable[datetime]
) -> dict[datetime, int]:
    """How many a saved filter would have matched at each of some instants, also before it was."""
    group = library.accepted(workbench, definition)
    states = ((instant, workbench.state(instant)) for instant in instants)
    return {instant: answer(profile, group, clock).count for instant, (profile, clock) in states}


@dataclass(frozen=True)
class CustomerEffect:
    """What one change set made of one customer."""

    fields: tuple[tuple[Field, FieldMove], ...]  # summaries too, in the order of the catalogue
    entered: tuple[str, ...]  # names of segments; of one that is gone its id
    left: tuple[str, ...]


def effect_of(workbench: Workbench, change: int, row: int) -> CustomerEffect:
    """
    The customer before and behind a change set.

    Args:
        row: of the customer.

    Raises:
        ConflictError: what was before cannot be told any more.
    """
    past = _Past(workbench, BitMap([row]), [change])
    before, after = past.state(change - 1), past.state(change)
    moved = []
    for field in after.catalogue.fields():
        if field.table == SEGMENTS or field.path in KEPT_BY_US:
            continue
        old, new = (_alone_value(profile, field) for profile in (before, after))
        if old != new:
            moved.append((field, FieldMove(field.path, old, new)))
    names = {one.id: one.name for one in library.saved(workbench)}
    entered, left = [], []
    for move in past.moves(change):
        name = names.get(move.segment_id, move.segment_id)
        entered += [name] if row in move.entered else []
        left += [name] if row in move.left else []
    return CustomerEffect(tuple(moved), tuple(sorted(entered)), tuple(sorted(left)))


def _alone_value(profile: Profile, field: Field) -> Any:
    """The value of the one customer; None where there is none, or no customer yet."""
    if not profile.total:
        return None
    values = profile.values(field)
    value = None if values is None else values.to_list()[0]
    return field.absent if value is None else value


def _newest(moves: list[Move], most: int) -> list[Move]:
    """The last moves, the oldest of them cut short so that they are about `most` customers."""
    found: list[Move] = []
    for move in reversed(moves):
        entered = move.entered[:most]
        left = move.left[: most - len(entered)]
        found.insert(0, move._replace(entered=entered, left=left))
        most -= len(entered) + len(left)
        if most <= 0:
            break
    return found


class _Past:
    """
    Some customers at past states, from one reading of their versions; each state once.

    Args:
        changes: whose states, before and behind, are read at once; any other is read when asked.
    """

    def __init__(self, workbench: Workbench, rows: BitMap, changes: Collection[int]) -> None:
        self.workbench = workbench
        self._states: dict[int, Profile] = {}
        wanted = pl.col("row").is_in(pl.Series(list(rows), dtype=pl.Int64).implode())
        self._store, snapshot = workbench.store, workbench.store.snapshot()
        self._since = snapshot.since
        self._versions = self._store.versions(CUSTOMERS, snapshot, only=wanted).sort("change")
        told = {one for change in changes for one in (change - 1, change) if self.tells(one)}
        self._snapshots = self._store.snapshots_of(told) if told else {}

    def names(self, *columns: str) -> dict[int, str]:
        """The first of some keys that each has, by `row`, also of those who are gone."""
        last = self._versions.unique("row", keep="last")
        return dict(last.select("row", pl.coalesce(columns)).iter_rows())

    def tells(self, number: int) -> bool:
        """Whether the state behind a change set is still known; retention may have folded it."""
        return number >= self._since

    def state(self, number: int) -> Profile:
        """
        Those who were there behind a change set.

        Raises:
            ConflictError: it cannot be told any more.
        """
        if number not in self._states:
            known = self._snapshots.get(number)
            self._states[number] = self._state(known or self._store.snapshot_of(number))
        return self._states[number]

    def moves(self, number: int) -> list[Move]:
        """The entries and exits that a change set made, of all segments."""
        with self.workbench.store.read() as connection:
            return moves_of(connection, change=number)

    def _state(self, snapshot: Snapshot) -> Profile:
        customers = newest(self._versions.filter(pl.col("change") <= snapshot.change))
        activity = Activity(self.workbench.store, snapshot).among(customers["row"])
        whole = partial(self.workbench.memberships.profiles.past, snapshot)
        inner = self.workbench.profile().inner
        return Profile(snapshot, customers, activity, inner, lambda: whole().customers)


def _entries(workbench: Workbench, moves: list[Move], filters: Filters) -> list[Entry]:
    everybody = BitMap.union(BitMap(), *(move.entered | move.left for move in moves))
    past = _Past(workbench, everybody, {move.change for move in moves if move.change is not None})
    names, identities = past.names("source_id", "id"), past.names("id")
    zone, found = workbench.zone, list[Entry]()
    for move in moves:
        definition = filters.get((move.segment_id, move.version))
        fields = _fields(past, move, definition, Clock(move.at, zone))
        told = [
            Entry(
                move.segment_id,
                row,
                names.get(row),
                identities.get(row),
                move.at,
                direction,
                move.cause,
                move.change,
                move.version,
                fields.get(row, ()),
            )
            for direction, rows in (("entered", move.entered), ("left", move.left))
            for row in rows
        ]
        found += sorted(told, key=lambda entry: (entry.name or "", entry.row))
    return found


def _fields(
    past: _Past, move: Move, definition: Any, clock: Clock
) -> dict[int, tuple[FieldMove, ...]]:
    """By the customer's `row`, which values that the filter reads the change set moved."""
    if move.change is None or definition is None or not past.tells(move.change - 1):
        return {}
    rows = move.entered | move.left
    before, after = (_alone(past.state(each), rows) for each in (move.change - 1, move.change))
    group = parse(definition, after.catalogue, clock.zone, saved=True)
    found: dict[int, list[FieldMove]] = {row: [] for row in rows}
    for condition in _sources(group):
        old, new = (_values(profile, condition, clock) for profile in (before, after))
        if is_on_segments(condition, after.catalogue):
            known = _recorded(past.workbench, condition, after, clock)
            moves = [one for one in past.moves(move.change) if one.segment_id in known]
            old = _as_recorded(old, known, [(one.segment_id, one.left) for one in moves])
            new = _as_recorded(new, known, [(one.segment_id, one.entered) for one in moves])
        for row in rows:
            if old.get(row) != new.get(row):
                found[row].append(FieldMove(condition.field, old.get(row), new.get(row)))
    return {row: tuple(fields) for row, fields in found.items()}


def _recorded(
    workbench: Workbench, condition: Condition, profile: Profile, clock: Clock
) -> frozenset[str]:
    """The segments that a condition can tell apart and whose entries and exits are kept."""
    kept = (one.id for one in library.saved(workbench) if one.type == "auto-update")
    leaves = resolve_condition(condition, profile.catalogue, clock.zone).leaves
    return relevant(leaves, frozenset(kept), clock)


def _as_recorded(
    values: Mapping[int, list[str]], known: frozenset[str], moved: list[tuple[str, BitMap]]
) -> dict[int, Any]:
    """
    The segments of each customer, of those `known` only who moved: they may have other definitions
    today. To be in none is no value.
    """
    return {
        row: [key for key in ids if key not in known] + [key for key, rows in moved if row in rows]
        or None
        for row, ids in values.items()
    }


def _alone(profile: Profile, rows: BitMap) -> Profile:
    """Some customers of a past state, or of so few that leaving others out would cost more."""
    if profile.total <= len(rows):
        return profile
    return profile.among(mask_of(rows, profile.customers["row"]).arg_true())


def _sources(group: Group) -> list[Condition]:
    """One condition for each value that the filter looks at, in reading order."""
    found = (condition for _, condition in conditions_of(group))
    sources = {one if one.field == SEGMENTS else one.source: one for one in found}
    return list(sources.values())


def _values(profile: Profile, condition: Condition, clock: Clock) -> dict[int, Any]:
    """What a condition looks at, by the customer's `row`."""
    clause = resolve_condition(condition, profile.catalogue, clock.zone)
    values: pl.Series | None
    if is_on_segments(condition, profile.catalogue):
        values = profile.inner(profile, clause.leaves, clock)
    elif clause.subject.narrowed:
        values = profile.narrowed(clause.subject, clock)
    else:
        values = profile.values(clause.subject.field)
    rows = profile.customers["row"].to_list()
    return dict(zip(rows, [None] * len(rows) if values is None else values.to_list(), strict=True))
