"""A batch as the store keeps it: each metadata key and type in a column of its own."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import polars as pl

from engine.base.kinds.fields import fixed_types
from engine.filters.kinds import KINDS
from engine.imports.files.batch import Batch, Key, Type
from engine.imports.values.metadata_keys import split
from engine.store.records import metadata
from engine.store.records.metadata import MetadataColumn, Name, NamedType, Names
from engine.store.records.tables import RecordTable
from engine.store.records.upsert import Unit
from engine.store.snapshot import Snapshot
from engine.system.spool import parts, spooled

KEYS = ("id", "source_id")  # never cleared: they say which record is meant


@dataclass(frozen=True, eq=False)
class Storable:
    """What `merge` takes, and what the change set must record with it."""

    source: pl.DataFrame  # one row per good file row, as in `Batch`
    keys: tuple[pl.Expr, ...]  # over it: `id`, `source_id`
    values: tuple[pl.Expr, ...]  # over it: each other column of the units, each of their flags
    units: tuple[Unit, ...]
    new_names: Names
    new_columns: tuple[MetadataColumn, ...]
    schema: Mapping[str, pl.DataType]  # of the table's versions, the new columns too
    misfits: Mapping[str, int]  # metadata field -> values kept that do not fit its kind

    def rows(self, part: pl.DataFrame) -> pl.DataFrame:
        """Some rows of `source` as they are stored: `row`, the keys, the units, their flags."""
        # Lazy: what does not fit repeats the reading of what does.
        return part.lazy().select("row", *self.keys, *self.values).collect(engine="in-memory")


@dataclass(frozen=True, eq=False)
class _Part:
    """The values of one key in one type."""

    key: metadata.Key
    values: pl.Expr
    fits: bool  # the settled type of the name
    count: int = 0  # of values, where they do not fit


def storable(batch: Batch, table: RecordTable, before: Snapshot, zone: ZoneInfo) -> Storable:
    """
    Settles the metadata of a batch on the types that are stored already, or else on its own.

    Args:
        before: the state that the change set begins from.
        zone: the project's, for naive datetimes.
    """
    batch, inner = _inside(_renamed(batch, table), before.columns)
    settled = metadata.settle(before.names, _fits(batch.keys))
    shown, source = _parts(batch, settled, zone)
    columns, new = metadata.claim(before.columns, [part.key for part in shown])
    known = [name for name in batch.rows.columns if name in table.columns]
    lasting = {*KEYS, *table.needs}  # a null there is not given
    flags = {name: flag for name, flag in batch.cleared.items() if name not in lasting}
    own = [
        Unit((name,), flags.get(name), gathers=name == batch.parts)
        for name in known
        if name not in KEYS
    ]
    own = [_written(unit, batch.writes.get(unit.columns[0])) for unit in own]
    brought = {columns[part.key].column: part.values for part in shown}
    units, removals = _metadata_units(tuple(columns.values()), brought, batch, inner)
    others = {
        row.column: pl.lit(None, row.dtype)
        for row in columns.values()
        if row.column not in brought and any(row.column in unit.columns for unit in units)
    }
    used = {name for unit in (*own, *units) for name in (*unit.columns, unit.cleared) if name}
    made = {**brought, **others, **removals}
    given = (made.get(name, pl.col(name)).alias(name) for name in sorted(used))
    keys = (pl.col(name) if name in known else pl.lit(None, pl.String) for name in KEYS)
    return Storable(
        source=source,
        keys=tuple(key.alias(name) for name, key in zip(KEYS, keys, strict=True)),
        values=tuple(given),
        units=(*(Unit((name,)) for name in table.keys), *own, *units),
        new_names={name: kind for name, kind in settled.items() if name not in before.names},
        new_columns=tuple(new),
        schema=metadata.schema_of(table, columns.values()),
        misfits=_misfits(shown),
    )


def _renamed(batch: Batch, table: RecordTable) -> Batch:
    """The batch with the namespaces as they are stored."""
    stored = table.namespaces
    return replace(
        batch,
        keys=tuple(replace(key, namespace=stored[key.namespace]) for key in batch.keys),
        removed={(stored[space], *path): flag for (space, *path), flag in batch.removed.items()},
        writes={
            goal if isinstance(goal, str) else (stored[goal[0]], *goal[1:]): write
            for goal, write in batch.writes.items()
        },
    )


def _inside(
    batch: Batch, columns: Iterable[MetadataColumn]
) -> tuple[Batch, frozenset[tuple[str, tuple[str, ...]]]]:
    """
    The batch with the columns of a table that name what lies inside a stored object, there.

    An export writes `metadata.size.eu` of the object `size` and of the key `size.eu` alike. Also
    the addresses of what lies inside: each is written by itself, as a table may lack the others.
    Where `size` is a value elsewhere, it stays a key, as the record with the value has no inside.
    """
    if not batch.tabular:
        return batch, frozenset()
    columns = tuple(columns)
    stored = {(column.namespace, column.path) for column in columns}
    objects = {each for column in columns for each in _around(column)}
    torn = objects & (stored | {(key.namespace, key.path) for key in batch.keys})
    inside = {
        column.name: column.path
        for column in columns
        if torn.isdisjoint({*_around(column), (column.namespace, column.path)})
    }
    moved = {
        place: inside[key.namespace, key.path[0]]
        for place, key in enumerate(batch.keys)
        if (key.namespace, key.path) not in stored and (key.namespace, key.path[0]) in inside
    }
    keys = [replace(key, path=moved.get(place, key.path)) for place, key in enumerate(batch.keys)]
    addresses = frozenset((keys[place].namespace, path) for place, path in moved.items())
    return replace(batch, keys=tuple(keys)), addresses


def _around(column: MetadataColumn) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The addresses of the objects that a value lies in."""
    return ((column.namespace, column.path[:end]) for end in range(1, len(column.path)))


def _fits(keys: Iterable[Key]) -> dict[Name, NamedType]:
    """
    The type that fits every value under each name: a field row's own, else what the file shows.

    A dotted key and a path into an object can share a name; types that differ make it text.
    """
    fits: dict[Name, NamedType] = {}
    fixed = fixed_types()
    for key in keys:
        name = (key.namespace, ".".join(key.path))
        found = (key.fits.kind.key, key.fits.many)
        kind, many = fits.get(name, found)
        fits[name] = (kind if kind == found[0] else "string", many or found[1])
        if row := fixed.get(".".join(name)):
            fits[name] = (row.kind.key, row.many)
    return fits


def _parts(batch: Batch, settled: Names, zone: ZoneInfo) -> tuple[list[_Part], pl.DataFrame]:
    """
    Each key's values in its settled type, then those of other types that any row has.

    Also the rows of the batch with what those expressions read: values are read from text once.
    """
    wanted: list[tuple[metadata.Key, pl.Expr, bool]] = []
    for key in batch.keys:
        kind, many = settled[key.namespace, ".".join(key.path)]
        for place, (shape, values) in enumerate(split(key, Type(KINDS[kind], many), zone)):
            where = (key.namespace, key.path, shape.kind.key, shape.many)
            wanted.append((where, values, place == 0))
    read = {f"@value {place}": values for place, (_, values, fits) in enumerate(wanted)
            if fits and not values.meta.is_column()}  # fmt: skip
    others = {f"@other {place}": values.is_not_null()
              for place, (_, values, fits) in enumerate(wanted) if not fits}  # fmt: skip
    found = _read(batch.rows, {**read, **others})
    counts = found.select(pl.col(name).sum() for name in others).row(0) if others else ()
    left = iter(counts)
    shown = [
        _Part(where, pl.col(f"@value {place}") if f"@value {place}" in read else values, fits,
              0 if fits else next(left))
        for place, (where, values, fits) in enumerate(wanted)
    ]  # fmt: skip
    return (
        [part for part in shown if part.fits or part.count],
        batch.rows.hstack(found.select(*read)),
    )


def _read(rows: pl.DataFrame, values: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """Some values of all rows; in one lazy query they share what they read."""
    query = [value.alias(name) for name, value in values.items()]
    return spooled(part.lazy().select(query).collect(engine="in-memory") for part in parts(rows))


def _metadata_units(
    columns: Iterable[MetadataColumn],
    brought: Iterable[str],
    batch: Batch,
    inner: frozenset[tuple[str, tuple[str, ...]]],
) -> tuple[list[Unit], dict[str, pl.Expr]]:
    """
    The outermost keys that the file gives or clears, and the flag of each that it clears.

    Args:
        inner: what stands for itself inside an object.
    """
    columns_of: dict[Name, list[str]] = {}
    for column in columns:
        alone = (column.namespace, column.path) in inner
        columns_of.setdefault(column.name if alone else column.unit, []).append(column.column)
    units, flags = [], {}
    for (namespace, key), names in columns_of.items():
        nulls = [
            flag
            for address, flag in batch.removed.items()
            if address in ((namespace,), (namespace, key)) or address[:2] == (namespace, key)
        ]
        cleared = f"@cleared {namespace} {key}" if nulls else None
        if cleared:
            flags[cleared] = pl.any_horizontal(nulls)
        if cleared or not set(names).isdisjoint(brought):
            unit = Unit(tuple(names), cleared)
            units.append(_written(unit, batch.writes.get((namespace, key))))
    return units, flags


def _written(unit: Unit, write: str | None) -> Unit:
    """The unit as the mapping wants it written; what only fills does not clear."""
    return replace(unit, write=write, cleared=None) if write not in (None, "overwrite") else unit


def _misfits(keys: Iterable[_Part]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for part in keys:
        namespace, path, *_ = part.key
        if not part.fits:
            field = ".".join((namespace, *path))
            counts[field] = counts.get(field, 0) + part.count
    return counts
