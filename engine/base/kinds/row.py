"""The row of a kind of record: adding a kind is writing one, and a line of the registry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import polars as pl

from engine.base.kinds.column import Column
from engine.base.kinds.parts import Parts
from engine.base.kinds.summary import Source
from engine.base.kinds.words import Money
from engine.filters.fields import Field
from engine.store.records.tables import OWNER, RecordTable

Row = Mapping[str, Any]  # one record, by physical column; derived ones as derived

OWNERLESS = "expected a Customer_id or a Customer_source_id, got neither"
KEYS = ("id", "source_id")

# What the lists of owned records show of their customer.
OWNER_COLUMNS = (
    Column("customer.name", "Customer", "The customer's name.", stored_as="name"),
    Column(
        "customer.email", "Customer e-mail", "The customer's e-mail address.", stored_as="email"
    ),
    Column(
        "customer.source_id",
        "Customer source ID",
        "The customer's id in your systems.",
        stored_as="source_id",
    ),
    Column("customer.id", "Customer ID", "The customer's id here.", stored_as="id"),
)
OWNER_FIELDS = tuple(column.field("customers", "Customers") for column in OWNER_COLUMNS)
LOOKED_UP = ("customer.name", "customer.email")  # of the customer, and no part of the record


@dataclass(frozen=True, eq=False)
class RecordKind:
    """One kind of record, from which all that handles records follows."""

    name: str  # of several, as files, commands and tables call them
    singular: str
    prefix: str  # of the ids that we give
    columns: tuple[Column, ...]  # in the order in which lists and exports show them
    shown: tuple[str, ...]  # paths of the columns that a grid begins with
    sort: str  # the path to begin with, `-` before it for descending
    owned: bool = True  # a record is of one customer
    unowned: bool = False  # one that no file brought may be nobody's, as a failed redemption is
    parts: Parts | None = None
    searched: tuple[str, ...] = ("id",)  # paths that a search looks at
    instant: str | None = "created_at"  # when it happened; a new record without it happened now
    without_key: str = "create"  # what becomes of a row without a key: a row of `KEYLESS`
    keyless: str = "expected an Id or a Source_id, got neither"  # why a row means no record
    ownerless: str = OWNERLESS  # why a row of an owned record has no customer
    needs: Mapping[str, str] = field(default_factory=dict)  # column -> why no new record lacks it
    names: str | None = None  # the column whose values become names of fields
    namespaces: Mapping[str, str] | None = None  # of metadata: as a file says it -> as stored
    internal: Mapping[str, pl.DataType] = field(default_factory=dict)  # columns of the store alone
    others: str = "metadata"  # the namespace of a CSV column that is not known
    sources: tuple[Source, ...] = ()  # what they come to for a customer
    named: Callable[[str], Source] | None = None  # of the fields that a value of `names` makes
    told: Callable[[Row, Money], str] | None = None  # in the timeline; by its id unless given

    @property
    def label(self) -> str:
        """Of several, as a heading."""
        return self.name.capitalize()

    @cached_property
    def table(self) -> RecordTable:
        """What the store knows of it: physical columns."""
        stored = {column.name: column.dtype for column in self.columns if column.stored}
        keys = {name: stored[name] for name in KEYS if name in stored}
        owner = {OWNER: pl.Int64()} if self.owned else {}
        parts = {self.parts.name: self.parts.dtype} if self.parts else {}
        return RecordTable(
            self.name,
            self.prefix,
            {**keys, **owner, **stored, **parts, **self.internal},
            self.namespaces or {"metadata": f"{self.name}.metadata"},
            instant=self.instant,
            keyless=self.keyless,
            needs={**({OWNER: self.ownerless} if self.owned else {}), **self.needs},
            spared=frozenset({OWNER} if self.unowned else ()),
            names=self.names,
            follows={
                column.name: column.derived
                for column in self.columns
                if column.stored and column.derived is not None
            },
        )

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Its own fields by path, in lists and in filters of them."""
        own = {column.path: column.field(self.name, self.label) for column in self.columns}
        parts = self.parts.fields(self.name, self.label) if self.parts else {}
        return MappingProxyType({**own, **parts})

    @cached_property
    def list_fields(self) -> Mapping[str, Field]:
        """The fields of its list: those of its own that are shown, then those of its customer."""
        hidden = {column.path for column in self.columns if not column.shown}
        own = {path: each for path, each in self.fields.items() if path not in hidden}
        return {**own, **({each.path: each for each in OWNER_FIELDS} if self.owned else {})}

    @cached_property
    def summaries(self) -> tuple[Field, ...]:
        """What its records come to for a customer, as fields of customers."""
        rows = [summary for source in self.sources for summary in source.summaries]
        return tuple(summary.field(self.name, self.label) for summary in rows)

    @cached_property
    def where(self) -> Mapping[str, Field]:
        """Its fields inside `where`, by the paths that they have there."""
        return MappingProxyType(
            {
                column.where: replace(
                    column.field(self.name, f"The {self.name}"), path=column.where, aliases=()
                )
                for column in self.columns
                if column.where
            }
        )

    @cached_property
    def derived(self) -> Mapping[str, pl.Expr]:
        """What a value is where it is not just stored, by `Field.column`: the one derivation."""
        own = {column.name: column.derived for column in self.columns}
        parts = self.parts.values if self.parts else {}
        found = {name: value for name, value in own.items() if value is not None}
        return MappingProxyType({**found, **parts})

    @cached_property
    def unstored(self) -> frozenset[str]:
        """The paths of fields that no file brings."""
        return frozenset(column.path for column in self.columns if not column.stored)

    def part(self, path: str) -> Column | None:
        """The column of its parts that a path of `fields` is about."""
        columns = self.parts.columns if self.parts else ()
        return next(
            (each for each in columns if self.parts and self.parts.path(each) == path), None
        )

    def describe(self, record: Row, money: Money) -> str:
        """
        One record in the timeline.

        Args:
            money: writes an amount of cents.
        """
        return (
            self.told(record, money)
            if self.told
            else f"{self.singular.capitalize()} {record['id']}"
        )
