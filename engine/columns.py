"""
A field's values as filters read them: text in Unicode NFC (contract section 4), as codes where few
values repeat.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from engine.filters.fields import Field
from engine.filters.storage import Dictionary, Plain, Storage
from engine.store.changes import Snapshot
from engine.store.metadata import MetadataColumn
from engine.store.records import RecordTable, dtype_of

# Above this share of distinct values a dictionary is larger than what it saves.
DICTIONARY_SHARE = 0.25


@dataclass(frozen=True, eq=False)
class Column:
    """A field's values, one for each record, as the filters read them."""

    storage: Storage
    values: pl.Series


def metadata_columns(
    field: Field, table: RecordTable, snapshot: Snapshot
) -> tuple[MetadataColumn, ...]:
    """The physical columns behind a metadata field of a table, oldest first."""
    namespace, _, name = field.path.partition(".")
    stored = (table.namespaces.get(namespace), name)
    return tuple(row for row in snapshot.columns if row.name == stored)


def expression(field: Field, table: RecordTable, snapshot: Snapshot) -> pl.Expr | None:
    """A stored field over the table's records; None where no record holds any."""
    if field.column is not None:
        return pl.col(field.column)
    columns = metadata_columns(field, table, snapshot)
    return _by_key(columns, snapshot.names[columns[0].name]) if columns else None


def prepared(values: pl.Series) -> Column:
    """The values ready for filters, in a column of the same name."""
    dtype = values.dtype
    if dtype == pl.String:
        return _text_column(values)
    if dtype == pl.List(pl.String):
        flat = values.explode()
        normal = values if _is_ascii(flat) else _normal_lists(values)
        return Column(Plain(values.name), normal)
    return Column(Plain(values.name), values)


def _by_key(columns: Iterable[MetadataColumn], settled: tuple[str, bool]) -> pl.Expr:
    """
    The value of a dotted name: the key itself for who has it, else the path into an object.

    A value of another type than the settled one is kept, and missing here (contract section 4).
    """
    answer = pl.lit(None, dtype=dtype_of(settled[0], many=settled[1]))
    for path in sorted({row.path for row in columns}, key=len, reverse=True):
        of_key = [row for row in columns if row.path == path]
        fitting = [pl.col(row.column) for row in of_key if (row.kind, row.many) == settled]
        present = pl.any_horizontal(pl.col(row.column).is_not_null() for row in of_key)
        answer = pl.when(present).then(fitting[0] if fitting else None).otherwise(answer)
    return answer


def _text_column(values: pl.Series) -> Column:
    text = values if _is_ascii(values) else values.str.normalize("NFC")
    distinct = text.to_frame().select(pl.all().approx_n_unique()).item()
    if distinct > DICTIONARY_SHARE * len(text):
        return Column(Plain(text.name), text)
    categories = text.drop_nulls().unique().sort()
    codes = text.cast(pl.Enum(categories)).to_physical()
    return Column(Dictionary(text.name, categories), codes)


def _normal_lists(values: pl.Series) -> pl.Series:
    return values.list.eval(pl.element().str.normalize("NFC"))


def _is_ascii(text: pl.Series) -> bool:
    """ASCII is in NFC already, and counting bytes is forty times cheaper than normalising."""
    return bool((text.str.len_bytes() == text.str.len_chars()).all())
