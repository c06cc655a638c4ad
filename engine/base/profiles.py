"""
The base in memory: one state of all living customers, each field as a column made for filtering.

A profile is known by its last change set and never changes. A column is prepared when a filter
first asks for it; what other records come to for a customer is a column like any other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from threading import Lock
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from engine.base.activity import Activity
from engine.base.indexes import Indexes
from engine.base.indexes import places as places  # for those above too
from engine.base.kinds.customers import ANONYMOUS, KIND, REFERRED
from engine.base.kinds.fields import catalogue
from engine.base.kinds.registry import CUSTOMERS
from engine.base.kinds.registry import KINDS as RECORD_KINDS
from engine.base.positions import some_of
from engine.base.stored_fields import expression, metadata_columns
from engine.base.successors import NOBODY, merged_of, merged_since
from engine.base.summaries import referred_customers
from engine.evaluation.column_cache import ColumnCache, Values
from engine.evaluation.columns import FieldColumn
from engine.evaluation.masks import Masks
from engine.evaluation.recent import Recent, room_for
from engine.filters.clock import Clock
from engine.filters.expression import Condition, Group
from engine.filters.fields import Catalogue, Field, NameType
from engine.filters.kinds import KINDS
from engine.filters.meaning import Leaf, Subject
from engine.filters.storage import Plain
from engine.store.records.latest import Overlay, at_places, latest, overlaid
from engine.store.records.metadata import Names
from engine.store.records.tables import OWNER, RecordTable
from engine.store.snapshot import Snapshot
from engine.store.store import Store

ROOM = 256 * 2**20  # bytes for narrowed values: 33 columns of a million customers
FEWEST, MOST = 32, 1000  # columns whatever the size; a filter has no more conditions than MOST
T = TypeVar("T")
# The ids of the saved segments that each customer is in at an instant: those that some leaves can
# tell apart, or all of them.
Inner = Callable[["Profile", Sequence[Leaf] | None, Clock], pl.Series]


@dataclass(frozen=True, eq=False)
class Variant:
    """What customers have under a field in one place and type."""

    path: tuple[str, ...]  # in the object of the API
    kind: str
    many: bool
    values: pl.Series


class Profile:
    """All living customers as the change sets up to `change` left them, in order of `row`."""

    kind = KIND

    def __init__(
        self,
        snapshot: Snapshot,
        customers: pl.DataFrame,
        activity: Activity,
        inner: "Inner",
        everybody: Callable[[], pl.DataFrame] | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.customers = customers  # one row per customer, columns of the store's schema, as stored
        self.activity = activity
        self.inner = inner
        self.merged = NOBODY  # who has become another customer, and which
        self.indexes = Indexes()
        self._everybody = everybody  # where this holds some customers alone
        self._columns = ColumnCache()
        most = room_for(customers.height * 8, ROOM, FEWEST, MOST)
        self._narrowed = Recent[str | Condition, tuple[Clock | ZoneInfo, pl.Series]](most)
        self._kept: dict[str, Any] = {}
        self._lock = Lock()

    @property
    def change(self) -> int:
        """The last change set it includes; 0 before the first."""
        return self.snapshot.change

    @property
    def at(self) -> datetime | None:
        """The instant of that change set."""
        return self.snapshot.at

    @property
    def total(self) -> int:
        """How many customers there are, with visitors without a name."""
        return self.customers.height

    @cached_property
    def named(self) -> pl.Series | None:
        """True for each customer who is no visitor without a name; None where nobody is one."""
        visitors = self.customers[ANONYMOUS].fill_null(value=False)
        return ~visitors if visitors.any() else None

    @property
    def size(self) -> int:
        """How many customers there are, visitors without a name aside."""
        return self.total if self.named is None else int(self.named.sum())

    @property
    def ids(self) -> pl.Series:
        """The id of each customer."""
        return self.customers["id"]

    @cached_property
    def catalogue(self) -> Catalogue:
        """Every name that is stored, with its settled kind."""
        return catalogue_of(self.snapshot.names)

    @property
    def everybody(self) -> pl.DataFrame:
        """`customers` of that state, one row each, also where this profile holds some alone."""
        return self.customers if self._everybody is None else self._everybody()

    def among(self, positions: pl.Series) -> "Profile":
        """The profile of some customers alone, with the same values."""
        customers = at_places(self.customers, positions)
        activity = self.activity.among(customers["row"])
        some = Profile(self.snapshot, customers, activity, self.inner, lambda: self.everybody)
        some.merged, some.catalogue = self.merged, self.catalogue
        return some

    def of_rows(self, rows: pl.Series) -> "Profile":
        """The profile of the customers with these `row`s, ascending; some may be gone."""
        return self.among(places(self.customers, rows))

    def records(self, table: RecordTable) -> pl.DataFrame:
        """One row per living record of any table, columns of the store's schema, as stored."""
        return self.customers if table is CUSTOMERS else self.activity.records(table.name)

    def inherit(self, before: "Profile", overlay: Overlay) -> None:
        """
        Takes over what an earlier state has made of stored columns.

        A million texts are prepared in 0.1 s, and a filter has many leaves: an edit of one customer
        leaves nearly all of them as they are.
        """
        if overlay.written is not None and before.snapshot.fields == self.snapshot.fields:
            self._columns = before._columns.following(overlay.written, overlay.kept)
            self.masks.inherit(before.masks, self._columns)

    @cached_property
    def masks(self) -> Masks:
        """What filters say of the customers, in the order of `customers`."""
        return Masks(self.total, self.catalogue, self.column_of)

    def matching(self, group: Group, clock: Clock) -> pl.Series:
        """True or false for each customer, in the order of `customers`."""
        return self.masks.matching(group, clock)

    def column_of(self, leaf: Leaf, clock: Clock) -> FieldColumn | None:
        """What a leaf looks at, narrowed as it says; None where nobody has it."""
        subject = leaf.subject
        if subject.field.table == "segments":  # never kept: a definition may change by itself
            segments = self.inner(self, [leaf], clock).alias(repr(leaf.condition))
            return FieldColumn(Plain(segments.name), segments)
        if not subject.narrowed:
            return self.column(subject.field)
        values = self.narrowed(subject, clock)
        return FieldColumn(Plain(values.name), values)

    def narrowed(self, subject: Subject, clock: Clock) -> pl.Series:
        """
        The value of a field with `window` or `where`, for each of `customers`.

        It is kept until the clock moves on, where the clock matters, or others take its room.
        """
        source, at = subject.source, clock if subject.slides else clock.zone
        with self._lock:
            kept = self._narrowed.get(source)
            if kept is None or kept[0] != at:
                found = self.activity.narrowed(subject, clock)
                kept = at, self.spread(found).alias(repr(source))
                self._narrowed.keep(source, kept)
            return kept[1]

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, kept as long as this profile lives."""
        if name not in self._kept:
            self._kept[name] = make()
        kept: T = self._kept[name]
        return kept

    def column(self, field: Field) -> FieldColumn | None:
        """The field as filters read it; None where nobody has it."""
        with self._lock:
            reads, values = partial(self._reads, field), partial(self.values, field)
            return self._columns.column(field.path, reads, values)

    def composed(self, name: str, fields: Sequence[Field], make: Values) -> FieldColumn | None:
        """What `make` gives of the values of several fields, kept and followed as `column` is."""

        def reads() -> frozenset[str]:
            parts = [self._reads(field) for field in fields]
            return frozenset().union(*parts) if all(parts) else frozenset()

        with self._lock:
            return self._columns.column(name, reads, make)

    def _reads(self, field: Field) -> frozenset[str]:
        stored = None if _counted(field) else expression(field, CUSTOMERS, self.snapshot)
        return frozenset() if stored is None else frozenset(stored.meta.root_names())

    def values(self, field: Field, positions: pl.Series | None = None) -> pl.Series | None:
        """
        The stored value of a field for each customer, named by its path; None where nobody has any.

        Args:
            positions: of some customers in `self.customers`; everybody unless given.
        """
        if not field.known:
            return None
        if _counted(field):
            counted = self.once(field.path, lambda: _count(self, field))
            return some_of(counted, positions)
        if field.column is not None:  # no query, nor `gather`, which is one: each takes 0.3 ms
            stands = self.customers[field.column].alias(field.path)
            return some_of(stands, positions)
        stored = expression(field, CUSTOMERS, self.snapshot)
        if stored is None:
            return None
        chosen = self.customers
        if positions is not None:
            # Column by column: some rows of a selection of columns take 60 ms at a million.
            names = sorted(set(stored.meta.root_names()))
            chosen = pl.DataFrame([some_of(self.customers[name], positions) for name in names])
        return chosen.select(stored.alias(field.path)).to_series()

    def variants(self, field: Field, positions: pl.Series | None = None) -> list[Variant]:
        """
        All that is kept under a field, also values of other types than its own.

        Returns:
            The values of some customers, or of all, by type, null where a customer has none of that
            type; where a customer has several, the first counts.
        """
        if field.column is not None or _counted(field):
            values, path = self.values(field, positions), tuple(field.path.split("."))
            return [] if values is None else [Variant(path, field.kind.key, field.many, values)]
        columns = metadata_columns(field, CUSTOMERS, self.snapshot) if field.known else ()
        if not columns or columns[0].name not in self.snapshot.names:  # an undo took it back
            return []
        return [
            Variant(
                (row.namespace, *row.path),
                row.kind,
                row.many,
                some_of(self.customers[row.column], positions),
            )
            for row in sorted(columns, key=lambda row: len(row.path))
        ]

    def spread(self, summary: pl.DataFrame) -> pl.Series:
        """One value for each customer from one row per `customer_row`; null where there is none."""
        rows = self.customers["row"].to_numpy()
        owners = summary[OWNER].to_numpy()
        places = np.full(max(rows.max(initial=-1), owners.max(initial=-1)) + 1, -1)
        places[owners] = np.arange(len(owners))
        found = pl.Series(places[rows], dtype=pl.Int64)
        return summary.to_series(1).gather(found.set(found < 0, None))


def catalogue_of(names: Names) -> Catalogue:
    """The fields that filters know where these names have these types."""

    def named(namespace: str) -> dict[str, NameType]:
        return {
            name: NameType(KINDS[kind], many)
            for (space, name), (kind, many) in names.items()
            if space == namespace
        }

    return catalogue(
        named("metadata"),
        named("system_metadata"),
        tuple(name for space, name in names if space == "events"),
        {
            kind.name: named(kind.table.namespaces["metadata"])
            for kind in RECORD_KINDS.values()
            if kind.table is not CUSTOMERS
        },
    )


def _counted(field: Field) -> bool:
    """Whether a field comes from other records than the customer's own."""
    return field.activity or field is REFERRED


def _count(profile: Profile, field: Field) -> pl.Series:
    if field.activity:
        return profile.spread(profile.activity.summary(field))
    return referred_customers(profile.customers, profile.everybody).alias(field.path)


class Profiles:
    """The one profile that all doors of a process share; it follows what any process commits."""

    def __init__(self, store: Store, inner: Inner) -> None:
        self._store = store
        self._inner = inner
        self._profile: Profile | None = None
        self._lock = Lock()

    def current(self) -> Profile:
        """The state of the last committed change set (asking costs under a millisecond)."""
        known = self._profile
        if known is not None and known.change == self._store.last_change():
            return known  # many ask at once behind a group of writes: they need not stand in line
        with self._lock:
            if self._profile is None:
                self._profile = self._loaded(None, self._store.snapshot())
            elif self._profile.change != self._store.last_change():
                self._profile = self._loaded(self._profile, self._store.snapshot())
            return self._profile

    def adopt(self, profile: Profile) -> None:
        """Takes a profile that was built while its change set was being committed."""
        with self._lock:
            if self._profile is None or self._profile.change < profile.change:
                self._profile = profile

    def forget(self) -> None:
        """Lets go of all that was read: what changed lies in no change set."""
        with self._lock:
            self._profile = None

    def at(self, instant: datetime) -> Profile:
        """The state that the change sets up to an instant left; the names are today's."""
        return self.past(self._store.snapshot_at(instant))

    def past(self, snapshot: Snapshot) -> Profile:
        """The state of a snapshot, read from the versions up to it unless it is the last one."""
        current = self.current()
        return current if snapshot.change == current.change else self._loaded(None, snapshot)

    def after(self, before: Profile, snapshot: Snapshot, activity: Activity) -> Profile:
        """The state behind a change set whose records are written and not yet committed."""
        newer = self._store.versions(CUSTOMERS, snapshot, after=before.change)
        overlay = overlaid(before.customers, newer)
        profile = Profile(snapshot, overlay.records, activity, self._inner)
        if snapshot.fields == before.snapshot.fields:
            profile.catalogue = before.catalogue
        profile.inherit(before, overlay)
        profile.indexes = before.indexes.following(newer)
        profile.merged = merged_since(before.merged, newer)
        return profile

    def _loaded(self, before: Profile | None, snapshot: Snapshot) -> Profile:
        if before is not None and before.change >= snapshot.first:  # else cleared since
            return self.after(before, snapshot, before.activity.following(snapshot))
        versions = self._store.versions(CUSTOMERS, snapshot)
        activity = Activity(self._store, snapshot)
        profile = Profile(snapshot, latest(versions), activity, self._inner)
        profile.merged = merged_of(versions)
        return profile
