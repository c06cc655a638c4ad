"""The names of fields that an import brought and nothing else keeps: an undo takes them back."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.base.kinds.registry import RECORD_TABLES
from engine.base.profiles import Profile, catalogue_of
from engine.errors import FilterError
from engine.filters.fields import Catalogue
from engine.filters.parser import parse
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

    A name stays that somebody has settled by hand, or that any version of a saved segment asks for:
    no undo makes of a filter one that cannot be understood.

    Args:
        versions: all of each record table.
        dead: the change sets whose writes do not count: undone ones, this one, and undos.
    """
    own: set[Name] = set()
    live: set[Name] = set()
    for name, table in RECORD_TABLES.items():
        mine = pl.col("change") == change
        counts = ~pl.col("change").is_in(list(dead))
        own.update(_brought(table, versions[name], profile.snapshot.columns, mine))
        live.update(_brought(table, versions[name], profile.snapshot.columns, counts))
    known = profile.snapshot.names
    alone = {name for name in own - live - _by_hand(workbench) if name in known}
    return sorted(alone - _asked_for(workbench, profile, alone))


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
    if table.names is not None:
        given = ordered.filter(wrote(table.names)).select(pl.col(table.names).unique())
        yield from ((table.name, each) for each in given.collect().to_series())


def _by_hand(workbench: Workbench) -> set[Name]:
    with workbench.store.read() as connection:
        lines = log_lines(connection, BY_HAND)
    settled = (line.after for line in lines if line.undone_by is None and line.after)
    return {(each["namespace"], each["name"]) for each in settled}


def _asked_for(workbench: Workbench, profile: Profile, names: set[Name]) -> set[Name]:
    """Those without which a definition, also an earlier one, could not be understood."""
    segments = library.saved(workbench)
    with workbench.store.read() as connection:
        filters = filters_of(connection, {segment.id for segment in segments}).values()
    zone, known = workbench.zone, profile.snapshot.names

    def readable(catalogue: Catalogue) -> list[bool]:
        return [_readable(each, catalogue, zone) for each in filters if each is not None]

    now = readable(profile.catalogue)
    without = {name: kind for name, kind in known.items() if name not in names}
    if now == readable(catalogue_of(without)):
        return set()
    return {
        name
        for name in names
        if now != readable(catalogue_of({one: known[one] for one in known if one != name}))
    }


def _readable(document: Mapping[str, Any], catalogue: Catalogue, zone: ZoneInfo) -> bool:
    try:
        parse(document, catalogue, zone, saved=True)
    except FilterError:
        return False
    return True
