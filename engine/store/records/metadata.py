"""
What is known of metadata: the settled type of each name, the physical column of each key and type.

A name is what a filter says (`metadata.a.b`); a key is where it lies: the key `a.b` itself, or the
path `a`, `b` into an object.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import Connection, Row, delete, insert, select

from engine.store.records.tables import KIND_DTYPES, RecordTable, dtype_of
from engine.store.results.tables import metadata_column, metadata_name

Name = tuple[str, str]  # namespace, dotted name
NamedType = tuple[str, bool]  # kind, many
Names = Mapping[Name, NamedType]
Key = tuple[str, tuple[str, ...], str, bool]  # namespace, path, kind, many


@dataclass(frozen=True)
class MetadataColumn:
    """One physical column: the values of one type under one key."""

    column: str
    namespace: str  # such as metadata, system_metadata or orders.metadata
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
    """
    The settled type of every name.

    Raises:
        ValueError: a type is none, as the file is damaged.
    """
    rows = connection.execute(
        select(metadata_name).order_by(metadata_name.c.namespace, metadata_name.c.name)
    )
    return {(row.namespace, row.name): (_kind(row), row.many) for row in rows}


def read_columns(connection: Connection) -> tuple[MetadataColumn, ...]:
    """
    Every physical column, oldest first.

    Raises:
        ValueError: the type of one is none, as the file is damaged.
    """
    rows = connection.execute(select(metadata_column)).all()
    found = [
        MetadataColumn(row.column, row.namespace, tuple(row.path), _kind(row), row.many)
        for row in rows
    ]
    return tuple(sorted(found, key=lambda row: int(row.column[1:].split("_")[0])))


def _kind(row: Row[Any]) -> str:
    kind: str = row.kind
    if kind not in KIND_DTYPES:
        raise ValueError(f"metadata of the kind {kind!r}")
    return kind


def schema_of(table: RecordTable, columns: Iterable[MetadataColumn]) -> dict[str, pl.DataType]:
    """Every column of a table's versions, its metadata included."""
    own = table.namespaces.values()
    return {**table.schema, **{row.column: row.dtype for row in columns if row.namespace in own}}


def settle(known: Names, fits: Names) -> dict[Name, NamedType]:
    """
    The type of each name in `fits`: the one it already has, else the one that fits now.

    Source: filters rule 4.4.
    """
    return {name: known.get(name, fit) for name, fit in fits.items()}


def claim(
    known: Iterable[MetadataColumn], wanted: Iterable[Key]
) -> tuple[dict[Key, MetadataColumn], list[MetadataColumn]]:
    """
    The physical columns of everything known and wanted, and which of them are new.

    Physical names are ours, so `Color` and `color`, dots and blanks in keys are no trouble. The
    type is part of the name, so a column that a lost append left cannot come to hold another type.
    """
    columns = {row.key: row for row in known}
    new = []
    for key in dict.fromkeys(wanted):
        if key not in columns:
            namespace, path, kind, many = key
            name = f"m{len(columns) + 1}_{kind}{'_list' if many else ''}"
            columns[key] = MetadataColumn(name, namespace, path, kind, many)
            new.append(columns[key])
    return columns, new


def record_names(connection: Connection, settled: Names) -> None:
    """Fixes the type of names that had none."""
    rows = [
        {"namespace": namespace, "name": name, "kind": kind, "many": many}
        for (namespace, name), (kind, many) in settled.items()
    ]
    if rows:
        connection.execute(insert(metadata_name), rows)


def change_name(connection: Connection, name: Name, settled: NamedType | None) -> None:
    """Gives a name a type, or none, in place of the one it had if it had any."""
    columns = metadata_name.c
    connection.execute(
        delete(metadata_name).where(columns.namespace == name[0], columns.name == name[1])
    )
    record_names(connection, {name: settled} if settled else {})


def record_columns(connection: Connection, new: Iterable[MetadataColumn]) -> None:
    """Adds physical columns."""
    rows = [{**vars(row), "path": list(row.path)} for row in new]
    if rows:
        connection.execute(insert(metadata_column), rows)
