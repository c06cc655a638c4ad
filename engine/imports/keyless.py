"""The ids of rows that come without a key."""

from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from types import MappingProxyType

import polars as pl

from engine.store.records.tables import RecordTable
from engine.store.records.upsert import Unit, new_ids

PART, ELEMENT = "\x1f", "\x1e"  # between the columns of a content, between a list's elements
CONTENT = "@content"


def keyed(
    rows: pl.DataFrame, units: Iterable[Unit], table: RecordTable, without_key: str
) -> pl.DataFrame:
    """
    The rows, with an id for each that has neither an id nor a source id.

    Args:
        rows: one row per file row, in storage types.
        units: what the rows say, the keys too.
        without_key: a row of `KEYLESS`; `reject` leaves them for the merge to reject.
    """
    lacking = rows["id"].is_null() & rows["source_id"].is_null()
    if without_key not in KEYLESS or not lacking.any():
        return rows
    said = sorted({name for unit in units for name in unit.columns} - {"id", "source_id"})
    ids = KEYLESS[without_key](rows.select(said), table)
    return rows.with_columns(pl.when(lacking).then(ids).otherwise(pl.col("id")).alias("id"))


def tracked(tracking: pl.Series, prefix: str) -> pl.Series:
    """The id of each anonymous profile, which follows from its tracking id; null for none."""
    return _digests(tracking, prefix)


def _fresh(rows: pl.DataFrame, table: RecordTable) -> pl.Series:
    return new_ids(table.prefix, rows.height)


def _of_content(rows: pl.DataFrame, table: RecordTable) -> pl.Series:
    """
    Ids that follow from what a row says and how often the file has said it above.

    The same record from another file is so the same record (imports rule 6).
    Physical names belong to one key and type for good, so they stand for it here.
    """
    texts = [pl.lit(f"{name}=") + _text(name, dtype) for name, dtype in rows.schema.items()]
    content = pl.concat_str(*texts, separator=PART, ignore_nulls=True).alias(CONTENT)
    count = pl.int_range(pl.len()).over(CONTENT).cast(pl.String)
    counted = rows.select(content).select(pl.col(CONTENT) + PART + count)
    return _digests(counted.to_series(), table.prefix)


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.List):
        each = pl.element()
        text = each.struct.json_encode() if dtype.inner == pl.Struct else each.cast(pl.String)
        return pl.col(name).list.eval(text).list.join(ELEMENT)
    return pl.col(name).cast(pl.String)


def _digests(texts: pl.Series, prefix: str) -> pl.Series:
    """A hash of our own, since that of Polars may differ from one release to the next."""
    return pl.Series(
        [text and prefix + blake2b(text.encode(), digest_size=12).hexdigest() for text in texts],
        dtype=pl.String,
    )


KEYLESS: Mapping[str, Callable[[pl.DataFrame, RecordTable], pl.Series]] = MappingProxyType(
    {"create": _fresh, "content": _of_content}
)
