"""
What a record is made of, such as the items of an order.

They are a list of objects in JSON and in the store, and one row each in a table of text.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from engine.base.kinds.column import Column
from engine.filters.fields import Field
from engine.filters.kinds import STRING


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts of the records of one kind."""

    name: str  # of several: their column in the store, and the key in JSON
    singular: str  # a file may head their columns with it
    label: str
    columns: tuple[Column, ...]
    described: Callable[..., str]  # one part as text; amounts by `money` as its second argument

    @property
    def dtype(self) -> pl.DataType:
        """The type of their column in the store; a record without parts has null there."""
        return pl.List(pl.Struct({column.name: column.dtype for column in self.columns}))

    def path(self, column: Column) -> str:
        """What lists and files call one column of the parts."""
        return f"{self.name}.{column.path}"

    def field(self, table: str) -> Field:
        """All of a record's parts as one value."""
        doc = f"The {self.name} of the record."
        return Field(self.name, self.label, "", STRING, table, self.name, doc, many=True)

    def fields(self, table: str, group: str) -> dict[str, Field]:
        """One column of all parts each, as a list."""
        return {
            self.path(column): replace(
                column.field(table, group),
                path=self.path(column),
                column=self.path(column),
                many=True,
            )
            for column in self.columns
        }

    @property
    def values(self) -> dict[str, pl.Expr]:
        """The list behind each of `fields`, by its column; null where no part has a value."""
        return {self.path(column): _values(self.name, column) for column in self.columns}


def _values(name: str, column: Column) -> pl.Expr:
    values = pl.col(name).list.eval(pl.element().struct.field(column.name))
    return pl.when(values.list.drop_nulls().list.len() > 0).then(values)
