"""What an import would change of the records that are there: field by field, and by example."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from engine.base.differences import Difference, FieldPlace, differences, field_places
from engine.base.kinds.registry import CUSTOMERS
from engine.base.kinds.row import OWNER_FIELDS
from engine.base.profiles import Profile
from engine.filters.fields import Field
from engine.imports.storing import KEYS, Storable
from engine.store.records.metadata import MetadataColumn
from engine.store.records.tables import OWNER, RecordTable
from engine.store.records.undo import BOOKKEEPING
from engine.store.records.upsert import OLD

SAMPLE = 30  # records shown of one field
OWNERS = [FieldPlace(field, {str(field.column): field}) for field in OWNER_FIELDS]


@dataclass(frozen=True)
class FieldChange:
    """How many records would have another value in one field."""

    field: Field
    changed: int
    filled: int  # of these: there was no value before
    cleared: int  # of these: there is none afterwards


@dataclass(frozen=True)
class ChangedRecord:
    """One record that would change, with every field that differs."""

    id: str
    record: str  # the source id, else the id
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class FieldChanges:
    """What would change of the records that are there; a new record changes nothing."""

    fields: tuple[FieldChange, ...]  # those that would change, in the order of the records' columns
    records: tuple[ChangedRecord, ...]  # of each field the first `SAMPLE`, in file order

    def of(self, field: Field) -> list[ChangedRecord]:
        """The first records in which a field would change."""
        wanted = (
            record
            for record in self.records
            if any(each.field is field for each in record.differences)
        )
        return [record for _, record in zip(range(SAMPLE), wanted, strict=False)]


def field_changes(
    table: RecordTable,
    profile: Profile,
    written: Mapping[str, pl.DataFrame],
    stored: Storable,
    columns: Iterable[MetadataColumn],
    now: datetime,
) -> FieldChanges:
    """
    Compares the versions that an import writes with the records as they are.

    `updated_at` counts where the file gives another; the import's own stamp is no change.

    Args:
        table: what the file holds; of customers whom it names besides, the keys are compared.
        written: the versions, by record table.
        stored: what the file says.
        columns: of metadata, the new ones too.
        now: the instant of the import.
    """
    compared = [(table, _within(field_places(table, columns), _given(table, stored)))]
    if OWNER in table.columns:
        compared.append((CUSTOMERS, _within(OWNERS, {*KEYS})))
    people = [profile.customers, *(written[name] for name in written if name == CUSTOMERS.name)]
    parts = [
        _compared(fields, _beside(*_as_shown(each, profile, written), fields, now), people)
        for each, fields in compared
        if each.name in written
    ]
    return FieldChanges(
        tuple(change for part in parts for change in part.fields),
        tuple(record for part in parts for record in part.records),
    )


def _given(table: RecordTable, stored: Storable) -> set[str]:
    """The columns of which the file says anything, and those that follow from these."""
    given = {name for unit in stored.units for name in unit.columns}
    for name, value in table.follows.items():
        if not given.isdisjoint(value.meta.root_names()):
            given.add(name)
    return given


def _within(fields: Sequence[FieldPlace], given: set[str]) -> list[FieldPlace]:
    """The fields of which the file says anything."""
    return [field for field in fields if not given.isdisjoint(field.columns)]


def _as_shown(
    table: RecordTable, profile: Profile, written: Mapping[str, pl.DataFrame]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The records and their versions, with what follows where nothing is given: as in lists."""
    follows = [value.alias(name) for name, value in table.follows.items()]
    before, after = profile.records(table), written[table.name]
    return before.with_columns(follows), after.with_columns(follows)


def _beside(
    living: pl.DataFrame, versions: pl.DataFrame, fields: Sequence[FieldPlace], now: datetime
) -> pl.DataFrame:
    """One row per record that is there: the columns as they would be, and under `@old:` as now."""
    names = [name for field in fields for name in field.columns]
    new = [pl.lit(None, versions.schema[name]).alias(name) for name in names if name not in living]
    stored = living.with_columns(new).select("row", pl.col(names).name.prefix(OLD))
    shown = {*names, *KEYS}.intersection(versions.columns)
    beside = versions.select("row", *shown).join(stored, on="row", maintain_order="left")
    return beside.with_columns(
        pl.when(pl.col(name) == now).then(OLD + name).otherwise(name).alias(name)
        for name in shown.intersection(BOOKKEEPING)
    )


def _compared(
    fields: Sequence[FieldPlace], beside: pl.DataFrame, people: Iterable[pl.DataFrame]
) -> FieldChanges:
    query = beside.lazy().select(
        pl.struct(_figures(field)).alias(str(place)) for place, field in enumerate(fields)
    )
    found = [
        (field.field, counts)
        for field, counts in zip(fields, query.collect().row(0), strict=True)
        if counts["changed"]
    ]
    places = sorted({place for _, counts in found for place in counts["first"]})
    return FieldChanges(
        tuple(
            FieldChange(field, counts["changed"], counts["filled"], counts["cleared"])
            for field, counts in found
        ),
        tuple(_examples(fields, _with_names(beside[places], people))),
    )


def _figures(field: FieldPlace) -> list[pl.Expr]:
    """`changed`, `filled` and `cleared` count records; `first` are the places of some changed."""
    before, after = ([pl.col(sign + name) for name in field.columns] for sign in (OLD, ""))
    differs = pl.any_horizontal(old.ne_missing(new) for old, new in zip(before, after, strict=True))
    had, has = (pl.any_horizontal(each.is_not_null() for each in side) for side in (before, after))
    return [
        differs.sum().alias("changed"),
        (~had & has).sum().alias("filled"),
        (had & ~has).sum().alias("cleared"),
        differs.arg_true().head(SAMPLE).implode().alias("first"),
    ]


def _examples(fields: Sequence[FieldPlace], sample: pl.DataFrame) -> Iterator[ChangedRecord]:
    for record in sample.iter_rows(named=True):
        before = {name: record[OLD + name] for field in fields for name in field.columns}
        name = record.get("source_id") or record["id"]
        yield ChangedRecord(record["id"], name, tuple(differences(fields, before, record)))


def _with_names(sample: pl.DataFrame, people: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The sample with the name of each customer in place of the `row`; null for one who is gone."""
    owners = [name for name in sample.columns if name.removeprefix(OLD) == OWNER]
    if not owners:
        return sample
    wanted = pl.concat([sample[name] for name in owners]).implode()
    named = pl.concat(
        each.filter(pl.col("row").is_in(wanted)).select("row", pl.coalesce("source_id", "id"))
        for each in people
    ).unique("row", keep="last")
    return sample.with_columns(
        pl.col(owners).replace_strict(
            named["row"], named["source_id"], default=None, return_dtype=pl.String
        )
    )
