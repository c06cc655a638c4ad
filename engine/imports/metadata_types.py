"""The type of each metadata key: what the data fixed, or what an analyst says it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.base.kinds.registry import CUSTOMERS, RECORD_TABLES
from engine.base.profiles import Profile, catalogue_of
from engine.errors import ConflictError, FilterError, Issue, UsageError
from engine.filters.fields import Catalogue
from engine.filters.kinds import KINDS
from engine.filters.parser import parse
from engine.imports.files.batch import Type
from engine.imports.values.metadata_keys import retyped
from engine.segments import library
from engine.store.changes import ChangeSet
from engine.store.records import metadata
from engine.store.records.metadata import MetadataColumn, Name, NamedType
from engine.store.records.tables import RecordTable
from engine.store.results.change_log import LogLine
from engine.store.results.segments import Segment
from engine.text.counts import counted
from engine.text.display import quoted
from engine.workspace.workbench import Access, Workbench

TYPES = ("string", "number", "boolean", "date", "instant")


@dataclass(frozen=True)
class MetadataRow:
    """One metadata key with its settled type."""

    namespace: str  # metadata and system_metadata of customers, else such as orders.metadata
    name: str
    kind: str
    many: bool
    fitting: int  # records with a value of this type
    others: int  # records whose value has another type: kept, and missing for filters


def rows(profile: Profile) -> list[MetadataRow]:
    """Every metadata key that is known, in the order of namespace and name."""
    named = [(name, settled) for name, settled in profile.snapshot.names.items() if _table(name)]
    return [_row(profile, name, *settled) for name, settled in sorted(named)]


def settle(access: Access, namespace: str, name: str, kind: str, *, many: bool) -> MetadataRow:
    """
    Says what a metadata key is; stored values that can be read so become values of this type.

    Values that cannot stay as they are, and are missing for filters (filters rule 4.4). A name
    that no record has yet can be settled in advance. It is one change set, so it can be undone.

    Raises:
        UsageError: there is no such type or namespace.
        ConflictError: saved segments could not be understood then; the error names them.
    """
    key = (namespace, name)
    table = _table(key)
    if kind not in TYPES or table is None or not name:
        raise UsageError(
            f"expected one of {', '.join(TYPES)} for a metadata key, got {quoted(kind)} for "
            f"{quoted(f'{namespace}.{name}')}"
        )
    with access.change_set("schema") as (change, profile):
        _check_segments(access, profile, key, (kind, many))
        columns = [column for column in profile.snapshot.columns if column.name == key]
        if columns:
            parts = _parts(columns, Type(KINDS[kind], many), access)
            known, new = metadata.claim(profile.snapshot.columns, list(parts))
            held = pl.any_horizontal(pl.col(column.column).is_not_null() for column in columns)
            moved = {known[part].column: values for part, values in parts.items()}
            versions = profile.records(table).filter(held).with_columns(**moved)
            schema = metadata.schema_of(table, known.values())
            change.append(table, versions, schema, change.before.next_rows[table.name])
            change.record(lambda connection: metadata.record_columns(connection, new))
        change.wrote = True  # the type of a name is a state of its own, also without a record
        change.record(lambda connection: metadata.change_name(connection, key, (kind, many)))
        change.act.touched["fields"] = [".".join(key)]
        before = profile.snapshot.names.get(key)
        change.act.before, change.act.after = _logged(key, before), _logged(key, (kind, many))
    return _row(access.profile(), key, kind, many)


def unsettle(access: Access, change: ChangeSet, profile: Profile, line: LogLine) -> None:
    """
    Gives a metadata key the type that it had before a change of the log.

    Raises:
        ConflictError: it got another one since, or values although it had none before; or saved
            segments could not be understood then.
    """
    key: Name = (line.after["namespace"], line.after["name"])
    before = line.before and (line.before["kind"], line.before["many"])
    names, known = profile.snapshot.names, profile.snapshot.columns
    if _logged(key, names.get(key)) != line.after:
        raise ConflictError(f"`{'.'.join(key)}` got another type since change {line.number}")
    if before is None and any(column.name == key for column in known):
        raise ConflictError(f"`{'.'.join(key)}` has got values since change {line.number}")
    if before:
        _check_segments(access, profile, key, before)
    change.act.touched["fields"] = [".".join(key)]
    change.act.before, change.act.after = line.after, line.before
    change.record(lambda connection: metadata.change_name(connection, key, before))


def _logged(key: Name, settled: NamedType | None) -> dict[str, Any] | None:
    """The type of a key as the log keeps it."""
    if settled is None:
        return None
    return {"namespace": key[0], "name": key[1], "kind": settled[0], "many": settled[1]}


def _check_segments(workbench: Workbench, profile: Profile, key: Name, settled: NamedType) -> None:
    """A filter never becomes one that cannot be understood (filters rule 4.4)."""
    then = catalogue_of({**profile.snapshot.names, key: settled})
    faults = (
        (segment, _fault(segment, then, workbench.zone))
        for segment in library.saved(workbench)
        if not _fault(segment, profile.catalogue, workbench.zone)  # else it is so already
    )
    issues = [Issue(f"segment {segment.name}", fault) for segment, fault in faults if fault]
    if issues:
        raise ConflictError(
            f"{quoted('.'.join(key))} is used in {counted(len(issues), 'segments')} that could not "
            "be understood then: edit them first",
            issues,
        )


def _fault(segment: Segment, catalogue: Catalogue, zone: ZoneInfo) -> str | None:
    """The first reason why a filter does not fit these types."""
    try:
        if segment.filter is not None:
            parse(segment.filter, catalogue, zone)
    except FilterError as error:
        return error.issues[0].message
    return None


def _parts(
    columns: list[MetadataColumn], target: Type, workbench: Workbench
) -> Mapping[metadata.Key, pl.Expr]:
    """Each key and type under the name, with the values that it holds from now on."""
    parts: dict[metadata.Key, pl.Expr] = {
        column.key: pl.lit(None, column.dtype) for column in columns
    }
    for path in {column.path: column for column in columns}:
        of_path = [column for column in columns if column.path == path]
        stored = {Type(KINDS[column.kind], column.many): column.column for column in of_path}
        for shape, values in retyped(stored, target, workbench.zone):
            parts[of_path[0].namespace, path, shape.kind.key, shape.many] = values
    return parts


def _row(profile: Profile, name: Name, kind: str, many: bool) -> MetadataRow:  # noqa: FBT001 - as stored
    table = _table(name) or CUSTOMERS
    records = profile.records(table)
    columns = [column for column in profile.snapshot.columns if column.name == name]
    fits = [column.column for column in columns if (column.kind, column.many) == (kind, many)]
    others = [column.column for column in columns if column.column not in fits]
    return MetadataRow(
        *name, kind, many, _value_count(records, fits), _value_count(records, others)
    )


def _value_count(records: pl.DataFrame, columns: list[str]) -> int:
    if not columns:
        return 0
    present = pl.any_horizontal(pl.col(name).is_not_null() for name in columns)
    return int(records.select(present.sum()).item())


def _table(name: Name) -> RecordTable | None:
    """The table whose metadata a name is; None for the names of events."""
    tables = (row for row in RECORD_TABLES.values() if name[0] in row.namespaces.values())
    return next(tables, None)
