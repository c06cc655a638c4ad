"""One column of a kind of record: how it is stored, and what files, lists and filters call it."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from engine.filters.fields import Field, Unless
from engine.filters.kinds import NUMBER, STRING, Kind
from engine.filters.words import BY_KIND, FieldWords


@dataclass(frozen=True, eq=False)
class Column:
    """One value of a record."""

    path: str  # in lists and files, and nested in JSON
    label: str
    doc: str
    kind: Kind = STRING
    stored_as: str | None = None  # its column in the store; the path with `_` unless given
    unit: str | None = None  # "cents" shows as currency with two decimals
    money: bool = False  # a file may give it in currency
    unless: Unless | None = None  # where it is no amount
    whole: bool = True  # of numbers: no fraction
    many: bool = False  # a list of texts
    headers: tuple[str, ...] = ()  # spellings in files beside the path
    allowed: tuple[str, ...] = ()  # the only values; () is any
    derived: pl.Expr | None = None  # what it is, from the stored columns; None: as it is stored
    stored: bool = True  # False: no file brings it, it is derived alone
    where: str | None = None  # its path inside `where`; None: no condition there looks at it
    group: str | None = None  # heading in the picker; the label of the kind unless given
    shown: bool = True  # False: it goes in and out, and no filter looks at it
    absent: Any = None  # the last five as in `Field`
    always: bool = False
    year_free: bool = False
    aliases: tuple[str, ...] = ()
    assumed: Any = None
    words: FieldWords = BY_KIND

    @property
    def name(self) -> str:
        """Its column in the store."""
        return self.stored_as or self.path.replace(".", "_")

    @property
    def dtype(self) -> pl.DataType:
        """The type of its column in the store."""
        whole = self.kind is NUMBER and self.whole
        found: pl.DataType = pl.Int64() if whole else self.kind.dtype
        return pl.List(found) if self.many else found

    def field(self, table: str, group: str) -> Field:
        """It in lists, and in filters of them."""
        return Field(
            path=self.path,
            label=self.label,
            group=self.group or group,
            kind=self.kind,
            table=table,
            column=self.name,
            doc=self.doc,
            unit=self.unit,
            unless=self.unless,
            many=self.many,
            absent=self.absent,
            always=self.always,
            year_free=self.year_free,
            aliases=self.aliases,
            assumed=self.assumed,
            words=self.words,
        )
