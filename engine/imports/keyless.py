"""The ids of rows that come without a key."""

from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from types import MappingProxyType

import polars as pl

from engine.store.records.tables import RecordTable
from engine.store.records.upsert import new_ids
from engine.system.spool import parts, spooled

PART, ELEMENT = "\x1f", "\x1e"  # between the columns of a content, between a list's elements
CONTENT = "@content"


def keyed(
    keys: pl.DataFrame,
    said: Iterable[pl.DataFrame],
    table: RecordTable,
    without_key: str,
) -> pl.DataFrame:
    """
    The keys of a file's rows, with an id for each that has neither an id nor a source id.

    Args:
        keys: one row per file row: `id`, `source_id`.
        said: what the rows say beside them, in storage types, part by part.
        without_key: a row of `KEYLESS`; `reject` leaves them for the merge to reject.
    """
    lacking = keys["id"].is_null() & keys["source_id"].is_null()
    if without_key not in KEYLESS or not lacking.any():
        return keys
    ids = KEYLESS[without_key](said, table)
    return keys.with_columns(pl.when(lacking).then(ids).otherwise(pl.col("id")).alias("id"))


def tracked(tracking: pl.Series, prefix: str) -> pl.Series:
    """The id of each visitor without a name, which follows from the tracking id; null for none."""
    return _digests(tracking, prefix)


def _fresh(said: Iterable[pl.DataFrame], table: RecordTable) -> pl.Series:
    return new_ids(table.prefix, sum(part.height for part in said))


def _of_content(said: Iterable[pl.DataFrame], table: RecordTable) -> pl.Series:
    """
    Ids that follow from what a row says and how often the file has said it above.

    The same record from another file is so the same record (imports rule 6).
    """
    contents = spooled(map(_content, said))
    # Of the whole file two numbers a row tell what is equal, where the texts would fill the memory.
    marks = pl.concat(
        part.select(first=pl.col(CONTENT).hash(1), second=pl.col(CONTENT).hash(2))
        for part in parts(contents)
    )
    counted = contents.hstack([_above(marks)])
    text = pl.col(CONTENT) + PART + pl.col("above").cast(pl.String)
    return pl.concat(
        _digests(part.select(text).to_series(), table.prefix) for part in parts(counted)
    )


def _above(marks: pl.DataFrame) -> pl.Series:
    """How often what each row says stands above it; few rows say what others do."""
    above = pl.Series("above", [0], pl.Int64).new_from_index(0, marks.height)
    places = marks["first"].is_duplicated().arg_true()
    if places.is_empty():
        return above
    several = marks[places].select(pl.int_range(pl.len()).over("first", "second"))
    return above.scatter(places, several.to_series())


def _content(rows: pl.DataFrame) -> pl.DataFrame:
    """All that each row says as one text; a physical name belongs to one key and type for good."""
    texts = [pl.lit(f"{name}=") + _text(name, dtype) for name, dtype in rows.schema.items()]
    return rows.select(pl.concat_str(*texts, separator=PART, ignore_nulls=True).alias(CONTENT))


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


Made = Callable[[Iterable[pl.DataFrame], RecordTable], pl.Series]
KEYLESS: Mapping[str, Made] = MappingProxyType({"create": _fresh, "content": _of_content})
