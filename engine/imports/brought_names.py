"""The names of fields that an import brought and nothing else keeps: an undo takes them back."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import polars as pl

from engine.base.kinds.registry import RECORD_TABLES
from engine.base.profiles import Profile
from engine.segments import library
from engine.store.records.metadata import MetadataColumn, Name
from engine.store.records.tables import RecordTable
from engine.store.results.change_log import LogFilter, log_lines
from engine.store.results.segments import filters_of
from engine.workspace.workbench import Workbench

BY_HAND = LogFilter(causes=("schema",))


def names_of_only(
    workbench: Workbench,
    profile: Profile,
    versions: Mapping[str, pl.DataFrame],
    change: int,
    dead: Collection[int],
) -> list[Name]:
    """
    The names that one change set gave values to, and no change set that counts ever did.

    A name stays that somebody has settled by hand, or that a saved segment reads in any version:
    its members as of an instant before the undo are those of then (imports rule 17).

    Args:
        versions: all of the records of each table that it wrote.
        dead: the change sets whose writes do not count: undone ones, this one, and undos.
    """
    known, columns = profile.snapshot.names, profile.snapshot.columns
    mine, counts = pl.col("change") == change, ~pl.col("change").is_in(list(dead))
    own: set[Name] = set()
    for name, table in RECORD_TABLES.items():
        own.update(_brought(table, versions[name], columns, mine))
    alone = {name for name in own - _by_hand(workbench) if name in known}
    for table in RECORD_TABLES.values() if alone else ():
        if named := _columns(table, profile, alone):
            ever = workbench.store.columns(table, profile.snapshot, ["row", *named])
            alone -= set(_brought(table, ever, columns, counts))
    read = _asked_for(workbench, profile) if alone else ()
    return sorted(name for name in alone if not _is_read(name, read))


def _columns(table: RecordTable, profile: Profile, names: Collection[Name]) -> list[str]:
    """Where a table has the values under some names."""
    stored = profile.snapshot.schema(table)
    of_names = (one for one in profile.snapshot.columns if one.name in names)
    found = [one.column for one in of_names if one.column in stored]
    given = table.names is not None and any(namespace == table.name for namespace, _ in names)
    return [*found, str(table.names)] if given else found


def _brought(
    table: RecordTable, versions: pl.DataFrame, columns: Collection[MetadataColumn], by: pl.Expr
) -> Iterator[Name]:
    """The names under which some change sets wrote a value that was not there before."""
    ordered = versions.lazy().sort("row", "change")
    same = pl.col("row") == pl.col("row").shift(1)

    def wrote(column: str) -> pl.Expr:
        value, before = pl.col(column), pl.when(same).then(pl.col(column).shift(1))
        return value.is_not_null() & value.ne_missing(before) & by

    stored = {one.column: one.name for one in columns if one.column in versions.columns}
    asked = ordered.select(wrote(column).any().alias(column) for column in stored)
    found = asked.collect().row(0, named=True) if stored else {}
    yield from (stored[column] for column, given in found.items() if given)
    if table.names in versions.columns:
        given = ordered.filter(wrote(table.names)).select(pl.col(table.names).unique())
        yield from ((table.name, each) for each in given.collect().to_series())


def _by_hand(workbench: Workbench) -> set[Name]:
    with workbench.store.read() as connection:
        lines = log_lines(connection, BY_HAND)
    settled = (line.after for line in lines if line.undone_by is None and line.after)
    return {(each["namespace"], each["name"]) for each in settled}


def _asked_for(workbench: Workbench, profile: Profile) -> set[str]:
    """The paths of all fields that a definition, also an earlier one, reads."""
    segments = {segment.id for segment in library.saved(workbench)}
    with workbench.store.read() as connection:
        filters = list(filters_of(connection, segments).values())
    known = profile.catalogue
    catalogues = (known, *map(known.of_records, known.where))
    found = (each.find(key) for key in set(_keys(filters)) for each in catalogues)
    return {field.path for field in found if field}


def _keys(document: Any) -> Iterator[str]:
    """Every key of objects at any depth: fields are among them."""
    if isinstance(document, dict):
        yield from document
    if isinstance(document, dict | list):
        for inner in document.values() if isinstance(document, dict) else document:
            yield from _keys(inner)


def _is_read(name: Name, paths: Collection[str]) -> bool:
    """Whether one of the fields that a name makes is among some paths."""
    namespace, key = name
    if namespace == "events":
        return any(path.startswith(f"events.{key}.") for path in paths)
    return f"{namespace.rpartition('.')[2]}.{key}" in paths
