"""
Records as lists read them: whatever their table, each field as a column.

Customers are a `Profile`, all others are `Records`. A list reads either alike.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Protocol, TypeVar

import numpy as np
import polars as pl

from engine.base.kinds.registry import KINDS
from engine.base.kinds.row import RecordKind
from engine.base.positions import some_of
from engine.base.profiles import Profile, Variant
from engine.base.stored_fields import expression, metadata_columns
from engine.errors import NotFoundError
from engine.evaluation.column_cache import ColumnCache, Values
from engine.evaluation.columns import FieldColumn
from engine.filters.clock import Clock
from engine.filters.compiler import mask
from engine.filters.expression import Group
from engine.filters.fields import Catalogue, Field
from engine.filters.meaning import Leaf
from engine.filters.storage import Storage
from engine.store.records.latest import FEW, places
from engine.store.records.tables import OWNER
from engine.text.display import quoted

T = TypeVar("T")


class RecordColumns(Protocol):
    """The living records of one table at one change set, each field as a column."""

    @property
    def kind(self) -> RecordKind:
        """What records they are."""

    @property
    def change(self) -> int:
        """The last change set they include."""

    @property
    def at(self) -> datetime | None:
        """The instant of that change set."""

    @property
    def total(self) -> int:
        """How many records there are."""

    @property
    def ids(self) -> pl.Series:
        """The id of each record."""

    @property
    def catalogue(self) -> Catalogue:
        """The fields that can be shown, sorted by and filtered by."""

    def matching(self, group: Group, clock: Clock) -> pl.Series:
        """True or false for each record."""

    def column(self, field: Field) -> FieldColumn | None:
        """The field as filters read it; None where no record holds any."""

    def composed(self, name: str, fields: Sequence[Field], make: Values) -> FieldColumn | None:
        """What `make` gives of the values of several fields, kept as `column` is."""

    def values(self, field: Field, positions: pl.Series | None = None) -> pl.Series | None:
        """The value of a field for each of some records, or of all; named by the field's path."""

    def variants(self, field: Field, positions: pl.Series | None = None) -> list[Variant]:
        """All that is kept under a field, also values of other types than its own."""

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, kept as long as these records live."""


class Records:
    """The living records of one kind beside the customers of a profile, in order of `row`."""

    def __init__(self, profile: Profile, kind: RecordKind, frame: pl.DataFrame) -> None:
        self.profile = profile
        self.kind = kind
        self.table = kind.table
        self.frame = frame  # columns of the table's schema
        names = profile.catalogue.records.get(kind.name, {})
        self.catalogue = Catalogue(metadata=names, rows=kind.list_fields, table=kind.name)
        self._columns = ColumnCache()
        self._lock = Lock()

    @property
    def change(self) -> int:
        """The last change set they include."""
        return self.profile.change

    @property
    def at(self) -> datetime | None:
        """The instant of that change set."""
        return self.profile.at

    @property
    def total(self) -> int:
        """How many records there are."""
        return self.frame.height

    @property
    def ids(self) -> pl.Series:
        """The id of each record."""
        return self.frame["id"]

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, kept as long as the profile lives."""
        return self.profile.once(f"{self.table.name}: {name}", make)

    def owners(self) -> pl.Series:
        """Where the customer of each record stands in the profile; null for one that is gone."""
        return self.once("owners", self._owners)

    def of_customers(self, customers: pl.Series) -> pl.Series:
        """True for each record whose customer is true in `customers`, one for each of them."""
        return customers.gather(self.owners()).fill_null(value=False)

    def find(self, name: str) -> int:
        """
        The position of the record with an id or a source id.

        Raises:
            NotFoundError: there is none, or there are several of that source id.
        """
        for column in self.table.keys:
            positions = (self.frame[column] == name).arg_true()
            if len(positions) == 1:
                return int(positions[0])
        raise NotFoundError(f"none of the {self.table.name} has the id {quoted(name)}")

    def matching(self, group: Group, clock: Clock) -> pl.Series:
        """True or false for each record."""
        used: dict[str, pl.Series] = {"row": self.frame["row"]}

        def storage(leaf: Leaf) -> Storage | None:
            column = self.column(leaf.field)
            if column is not None:
                used.update({one.name: one for one in column.series})
            return None if column is None else column.storage

        answer = mask(group, self.catalogue, storage, clock)
        return pl.DataFrame(used).with_columns(answer.alias("row"))["row"]

    def column(self, field: Field) -> FieldColumn | None:
        """The field as filters read it; None where no record holds any."""
        if field.known and field.table == self.table.name and field.table in KINDS:
            # One column for lists and for `where`, which follows what is written.
            return self.profile.activity.column(field.table, field)
        with self._lock:
            return self._columns.column(field.path, frozenset, partial(self.values, field))

    def composed(self, name: str, _fields: Sequence[Field], make: Values) -> FieldColumn | None:
        """What `make` gives of the values of several fields, kept as long as the profile lives."""
        with self._lock:
            return self._columns.column(name, frozenset, make)

    def values(self, field: Field, positions: pl.Series | None = None) -> pl.Series | None:
        """The value of a field for each of some records, or of all; None where none holds any."""
        if field.table == "customers":
            owners = self.owners() if positions is None else self._owners_at(positions)
            return self.profile.customers[str(field.column)].gather(owners).alias(field.path)
        derived = self.kind.derived.get(str(field.column))
        if derived is None and field.column is not None and field.known:
            stands = self.frame[field.column].alias(field.path)
            return some_of(stands, positions)
        stored = (
            expression(field, self.table, self.profile.snapshot) if derived is None else derived
        )
        if stored is None or not field.known:
            return None
        names = sorted(set(stored.meta.root_names()))
        columns = [some_of(self.frame[name], positions) for name in names]
        return pl.DataFrame(columns).select(stored.alias(field.path)).to_series()

    def variants(self, field: Field, positions: pl.Series | None = None) -> list[Variant]:
        """All that is kept under a field, also values of other types than its own."""
        if not field.named:
            values = self.values(field, positions)
            path = tuple(field.path.split("."))
            return [] if values is None else [Variant(path, field.kind.key, field.many, values)]
        columns = metadata_columns(field, self.table, self.profile.snapshot)
        return [
            Variant(
                ("metadata", *row.path),
                row.kind,
                row.many,
                some_of(self.frame[row.column], positions),
            )
            for row in sorted(columns, key=lambda row: len(row.path))
        ]

    def _owners_at(self, positions: pl.Series) -> pl.Series:
        """`owners` of some records: of few, those of two million are not looked for, in 60 ms."""
        if len(positions) > FEW:
            return self.owners().gather(positions)
        rows = self.frame[OWNER][positions]
        wanted = rows.drop_nulls().unique().sort()
        found = places(self.profile.customers, wanted)
        known = dict(zip(self.profile.customers["row"][found], found, strict=True))
        return pl.Series([known.get(row) for row in rows], dtype=pl.Int64)

    def _owners(self) -> pl.Series:
        rows, owned = self.profile.customers["row"].to_numpy(), self.frame[OWNER].is_not_null()
        owners = self.frame[OWNER].fill_null(0).to_numpy()
        places = np.full(max(rows.max(initial=-1), owners.max(initial=-1)) + 1, -1)
        places[rows] = np.arange(len(rows))
        found = pl.Series(places[owners], dtype=pl.Int64)
        return found.set((found < 0) | ~owned, None)


def records_of(profile: Profile, table: str) -> Records:
    """The living records of one kind beside the customers of a profile."""
    return profile.once(
        f"records of {table}",
        lambda: Records(profile, KINDS[table], profile.activity.records(table)),
    )
