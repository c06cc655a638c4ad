"""Records that several rows of a file give: which rows, and whose values count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from engine.base.differences import FieldPlace, field_places
from engine.filters.fields import Field
from engine.imports.storing import KEYS, Storable
from engine.store.records.identity import KEY
from engine.store.records.metadata import MetadataColumn
from engine.store.records.tables import RecordTable
from engine.store.records.upsert import FOLDS

SHOWN = 100  # records told one by one


@dataclass(frozen=True)
class Repeat:
    """One record that several rows give; rows count from 1 without the header."""

    record: str  # the source id, else the id
    rows: tuple[int, ...]
    winners: Mapping[Field, int]  # the row whose value counts: the last that says anything of it

    @property
    def fields(self) -> dict[int, list[Field]]:
        """The rows whose values count, last first, with the fields that they give."""
        given: dict[int, list[Field]] = {}
        for field, row in self.winners.items():
            given.setdefault(row, []).append(field)
        return dict(sorted(given.items(), reverse=True))


@dataclass(frozen=True)
class Repeats:
    """The records that several rows of a file give."""

    count: int
    first: tuple[Repeat, ...]  # `SHOWN` at most, in file order


def repeats(
    table: RecordTable,
    shared: pl.DataFrame,
    stored: Storable,
    columns: Iterable[MetadataColumn],
) -> Repeats:
    """
    Says which row wins, field by field (imports rule 4: an empty cell changes nothing).

    Args:
        shared: as in `Upsert`.
        stored: what the file says.
        columns: of metadata, the new ones too.
    """
    records = shared[KEY].unique(maintain_order=True)
    told = shared.filter(pl.col(KEY).is_in(records.head(SHOWN).implode()))
    given = _given(field_places(table, columns), stored)
    source = stored.source.filter(pl.col("row").is_in(told["row"].implode()))
    rows = told.join(stored.rows(source), on="row", maintain_order="left")
    found = rows.group_by(KEY, maintain_order=True).agg(
        pl.coalesce(pl.col(name).drop_nulls().first() for name in KEYS[::-1]).alias("@record"),
        pl.col("row").alias("@rows"),
        *(row.alias(field.path) for field, row in given.items()),
    )
    return Repeats(
        len(records),
        tuple(
            Repeat(
                record["@record"],
                tuple(record["@rows"]),
                {field: record[field.path] for field in given if record[field.path] is not None},
            )
            for record in found.iter_rows(named=True)
        ),
    )


def _given(fields: Iterable[FieldPlace], stored: Storable) -> dict[Field, pl.Expr]:
    """The row whose value counts, for each field that the file can say; keys aside."""
    units = {name: unit for unit in stored.units for name in unit.columns if name not in KEYS}
    found = {}
    for place in fields:
        theirs = [units[name] for name in place.columns if name in units]
        if theirs:
            says = pl.any_horizontal(unit.given for unit in theirs)
            found[place.field] = FOLDS[theirs[0].write](pl.col("row"), says)
    return found
