"""
What is known of metadata: the settled type of each name, and the physical column of each key and type.

A name is what a filter says (`metadata.a.b`); a key is where it lies: the key `a.b` itself, or the path `a`, `b` into an object.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection, insert, select

from engine.store.records import dtype_of
from engine.store.tables import metadata_column, metadata_name

Name = tuple[str, str]  # namespace, dotted name
NamedType = tuple[str, bool]  # kind, many
Names = Mapping[Name, NamedType]
Key = tuple[str, tuple[str, ...], str, bool]  # namespace, path, kind, many


@dataclass(frozen=True)
class MetadataColumn:
    """One physical column: the values of one type under one key."""

    column: str
    namespace: str  # metadata or system_metadata
    path: tuple[str, ...]
    kind: str
    many: bool

    @property
    def key(self) -> Key:
        """What it holds."""
        return self.namespace, self.path, self.kind, self.many

    @property
    def name(self) -> Name:
        """What a filter calls it."""
        return self.namespace, ".".join(self.path)

    @property
    def unit(self) -> Name:
        """What is overwritten as a whole: the key of the outermost object."""
        return self.namespace, self.path[0]

    @property
    def dtype(self) -> pl.DataType:
        """Its storage."""
        return dtype_of(self.kind, many=self.many)


def read_names(connection: Connection) -> dict[Name, NamedType]:
    """The settled type of every name."""
    rows = connection.execute(
        select(metadata_name).order_by(metadata_name.c.namespace, metadata_name.c.name)
    )
    return {(row.namespace, row.name): (row.kind, row.many) for row in rows}


def read_columns(connection: Connection) -> tuple[MetadataColumn, ...]:
    """Every physical column, oldest first."""
    rows = connection.execute(select(metadata_column)).all()
    found = [
        MetadataColumn(row.column, row.namespace, tuple(row.path), row.kind, row.many)
        for row in rows
    ]
    return tuple(sorted(found, key=lambda row: int(row.column[1:].split("_")[0])))


def settle(connection: Connection, known: Names, fits: Names) -> dict[Name, NamedType]:
    """
    The type of each name in `fits`: the one it already has, else the one that fits, which is then fixed.

    Source: contract section 4, kind of a metadata key.
    """
    new = {name: fit for name, fit in fits.items() if name not in known}
    if new:
        connection.execute(
            insert(metadata_name),
            [
                {"namespace": namespace, "name": name, "kind": kind, "many": many}
                for (namespace, name), (kind, many) in new.items()
            ],
        )
    return {name: known.get(name, fit) for name, fit in fits.items()}


def claim(
    connection: Connection, known: Iterable[MetadataColumn], wanted: Iterable[Key]
) -> dict[Key, MetadataColumn]:
    """
    The physical columns of everything known and wanted; the new ones are added.

    Physical names are ours, so `Color` and `color`, dots and blanks in keys are no trouble; the type is part of
    the name, so that a column left over by an append that never committed cannot hold another type.
    """
    columns = {row.key: row for row in known}
    added = [key for key in dict.fromkeys(wanted) if key not in columns]
    for namespace, path, kind, many in added:
        name = f"m{len(columns) + 1}_{kind}{'_list' if many else ''}"
        row = MetadataColumn(name, namespace, path, kind, many)
        columns[row.key] = row
    if added:
        connection.execute(
            insert(metadata_column), [{**vars(columns[key]), "path": list(key[1])} for key in added]
        )
    return columns
