"""
The base in memory: one state of all living customers, each field as a column made for filtering.

A profile is known by its last change set and never changes. A column is prepared when a filter
first asks for it: text in Unicode NFC (contract section 4), as codes where few values repeat.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any, TypeVar

import polars as pl

from engine.filters.clock import Clock
from engine.filters.compiler import mask
from engine.filters.expression import Condition, Group
from engine.filters.fields import Catalogue, Field, Named
from engine.filters.kinds import KINDS
from engine.filters.storage import Dictionary, Plain, Storage
from engine.store.changes import Snapshot, Store
from engine.store.lake import latest
from engine.store.metadata import MetadataColumn
from engine.store.records import CUSTOMERS, dtype_of

T = TypeVar("T")

# Above this share of distinct values a dictionary is larger than what it saves.
DICTIONARY_SHARE = 0.25


@dataclass(frozen=True, eq=False)
class Column:
    """A field's values, one for each customer, as the filters read them."""

    storage: Storage
    values: pl.Series


@dataclass(frozen=True, eq=False)
class Variant:
    """What customers have under a field in one place and type."""

    path: tuple[str, ...]  # in the object of the API
    kind: str
    many: bool
    values: pl.Series


class Profile:
    """All living customers as the change sets up to `change` left them, in order of `row`."""

    def __init__(self, snapshot: Snapshot, customers: pl.DataFrame) -> None:
        self.snapshot = snapshot
        self.customers = customers  # one row per customer, columns of the store's schema, as stored
        self._columns: dict[str, Column] = {}
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
        """How many customers there are."""
        return self.customers.height

    @cached_property
    def catalogue(self) -> Catalogue:
        """Every name that is stored, with its settled kind."""
        named = {
            namespace: {
                name: Named(KINDS[kind], many)
                for (space, name), (kind, many) in self.snapshot.names.items()
                if space == namespace
            }
            for namespace in ("metadata", "system_metadata")
        }
        return Catalogue(named["metadata"], named["system_metadata"], ())

    def matching(self, group: Group, clock: Clock) -> pl.Series:
        """True or false for each customer, in the order of `customers`."""
        used: dict[str, pl.Series] = {"row": self.customers["row"]}

        def storage(condition: Condition) -> Storage | None:
            column = self.column(self.catalogue.field(condition.field))
            if column is not None:
                used[column.values.name] = column.values
            return None if column is None else column.storage

        answer = mask(group, self.catalogue, storage, clock)
        return pl.DataFrame(used).with_columns(answer.alias("row"))["row"]

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, kept as long as this profile lives."""
        if name not in self._kept:
            self._kept[name] = make()
        kept: T = self._kept[name]
        return kept

    def column(self, field: Field) -> Column | None:
        """The field as filters read it; None where nobody has it."""
        with self._lock:
            if field.path not in self._columns:
                values = self.values(field)
                if values is None:
                    return None
                self._columns[field.path] = _prepared(values)
            return self._columns[field.path]

    def values(self, field: Field, positions: pl.Series | None = None) -> pl.Series | None:
        """
        The stored values of a field, named by its path; None where no record holds any.

        Args:
            positions: of some customers in `self.customers`; everybody unless given.
        """
        if field.table in DERIVED:
            count = DERIVED[field.table]
            derived = self.once(field.path, lambda: count(self.customers).alias(field.path))
            return derived if positions is None else derived.gather(positions)
        expression = self._expression(field)
        if expression is None:
            return None
        customers = self.customers.select(set(expression.meta.root_names()))
        chosen = customers if positions is None else customers[positions]
        return chosen.select(expression.alias(field.path)).to_series()

    def variants(self, field: Field, positions: pl.Series) -> list[Variant]:
        """
        All that is kept under a field, also values of other types than its own.

        Returns:
            The values of some customers by type, null where a customer has none of that type; where
            a customer has several, the first counts.
        """
        values = self.values(field, positions)
        if field.column is not None or field.table in DERIVED or values is None:
            path = tuple(field.path.split("."))
            return [] if values is None else [Variant(path, field.kind.key, field.many, values)]
        return [
            Variant(
                (row.namespace, *row.path),
                row.kind,
                row.many,
                self.customers[row.column].gather(positions),
            )
            for row in sorted(self._metadata(field), key=lambda row: len(row.path))
        ]

    def _metadata(self, field: Field) -> list[MetadataColumn]:
        namespace, _, name = field.path.partition(".")
        return [row for row in self.snapshot.columns if row.name == (namespace, name)]

    def _expression(self, field: Field) -> pl.Expr | None:
        if field.column is not None:
            return pl.col(field.column)
        columns = self._metadata(field)
        return _by_key(columns, self.snapshot.names[columns[0].name]) if columns else None


class Profiles:
    """The one profile that all doors of a process share; it follows what any process commits."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._profile: Profile | None = None
        self._lock = Lock()

    def current(self) -> Profile:
        """The state of the last committed change set (asking costs under a millisecond)."""
        with self._lock:
            if self._profile is None:
                self._profile = self._loaded(pl.DataFrame(), 0)
            elif self._profile.change != self._store.last_change():
                self._profile = self._loaded(self._profile.customers, self._profile.change)
            return self._profile

    def _loaded(self, customers: pl.DataFrame, change: int) -> Profile:
        snapshot = self._store.snapshot()
        cleared = change < snapshot.first
        known = pl.DataFrame() if cleared else customers
        newer = self._store.versions(CUSTOMERS, snapshot, after=0 if cleared else change)
        return Profile(snapshot, latest(pl.concat([known, newer], how="diagonal")))


def _by_key(columns: list[MetadataColumn], settled: tuple[str, bool]) -> pl.Expr:
    """
    The value of a dotted name: the key itself for who has it, else the path into an object.

    A value of another type than the settled one is kept, and missing here (contract section 4).
    """
    answer = pl.lit(None, dtype=dtype_of(settled[0], many=settled[1]))
    for path in sorted({row.path for row in columns}, key=len, reverse=True):
        of_key = [row for row in columns if row.path == path]
        fitting = [pl.col(row.column) for row in of_key if (row.kind, row.many) == settled]
        present = pl.any_horizontal(pl.col(row.column).is_not_null() for row in of_key)
        answer = pl.when(present).then(fitting[0] if fitting else None).otherwise(answer)
    return answer


def _referred_customers(customers: pl.DataFrame) -> pl.Series:
    """How many other customers name each one as their referrer; null where none does."""
    others = customers.filter(pl.col("referrer").ne_missing(pl.col("source_id")))
    referred = others.group_by("referrer").len()
    counted = customers.select("source_id").join(
        referred, left_on="source_id", right_on="referrer", how="left", maintain_order="left"
    )
    return counted["len"].cast(pl.Int64)


# Tables whose fields are counted from other records.
DERIVED = {"referrals": _referred_customers}


def _prepared(values: pl.Series) -> Column:
    dtype = values.dtype
    if dtype == pl.String:
        return _text_column(values)
    if dtype == pl.List(pl.String):
        flat = values.explode()
        normal = values if _is_ascii(flat) else _normal_lists(values)
        return Column(Plain(values.name), normal)
    return Column(Plain(values.name), values)


def _text_column(values: pl.Series) -> Column:
    text = values if _is_ascii(values) else values.str.normalize("NFC")
    distinct = text.to_frame().select(pl.all().approx_n_unique()).item()
    if distinct > DICTIONARY_SHARE * len(text):
        return Column(Plain(text.name), text)
    categories = text.drop_nulls().unique().sort()
    codes = text.cast(pl.Enum(categories)).to_physical()
    return Column(Dictionary(text.name, categories), codes)


def _normal_lists(values: pl.Series) -> pl.Series:
    return values.list.eval(pl.element().str.normalize("NFC"))


def _is_ascii(text: pl.Series) -> bool:
    """ASCII is in NFC already, and counting bytes is forty times cheaper than normalising."""
    return bool((text.str.len_bytes() == text.str.len_chars()).all())
