"""What rows of one record say differently: one of them counts, but never in silence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from engine.base.kinds.registry import CUSTOMERS
from engine.imports.columns.table import CUSTOMER_EMAIL, CUSTOMER_ID, CUSTOMER_SOURCE_ID
from engine.imports.files.batch import Batch, Goal, Key
from engine.imports.notes import Note
from engine.imports.storing import KEYS
from engine.store.records.identity import KEY
from engine.store.records.tables import OWNER, RecordTable
from engine.text.counts import counted
from engine.text.display import quoted

CUSTOMER = "customer"
NAMED = tuple(each.name for each in (CUSTOMER_SOURCE_ID, CUSTOMER_EMAIL, CUSTOMER_ID))
NAME = "name"  # what of a customer is told: the rest of somebody changes with time
WHOLE = ".0"  # behind a whole number that JSON or a sheet had
COUNTS = MappingProxyType({"overwrite": "last", "fill": "first", "never": "first"})


@dataclass(frozen=True, eq=False)
class FieldTexts:
    """What the rows of a file say of one field."""

    field: str  # its header, of a known column its name
    goal: Goal  # as in `Batch.writes`
    texts: pl.Expr  # over the rows; of a known column its values


def differences(batch: Batch, alike: pl.DataFrame, table: RecordTable) -> Iterator[Note]:
    """
    Of each field how many records have rows that differ, with one of them as an example.

    Args:
        alike: as in `BatchTotals`.
    """
    if alike.is_empty():
        return
    places = batch.rows["row"].search_sorted(alike["row"])
    first = pl.col("place").min().over(KEY)  # records one after another, as they begin
    rows = alike.select(KEY, place=places).with_columns(record=first).sort("record", "place")
    for said in _said(batch, table):
        texts = batch.rows.select(said.texts.alias("text")).to_series().gather(rows["place"])
        given = rows.select("record", "place", texts).drop_nulls()
        differing = given.filter(_differs("text"))["record"].unique(maintain_order=True)
        if len(differing):
            example = given.filter(pl.col("record") == differing[0])
            yield _note(said, batch, table, len(differing), example)


def _differs(name: str) -> pl.Expr:
    """Whether a row says something else than the one before it of the same record."""
    same = pl.col("record") == pl.col("record").shift()
    return (same & (pl.col(name) != pl.col(name).shift())).fill_null(value=False)


def _said(batch: Batch, table: RecordTable) -> Iterator[FieldTexts]:
    if table is CUSTOMERS:
        if NAME in batch.rows.columns:
            yield FieldTexts(NAME, NAME, pl.col(NAME))
        return
    if (named := [name for name in NAMED if name in batch.rows.columns]) and OWNER in table.columns:
        yield FieldTexts(CUSTOMER, OWNER, _owner(named))
    told = {name for name in table.columns if name not in (*KEYS, OWNER, batch.parts)}
    for name in batch.rows.columns:
        if name in told and not batch.rows.schema[name].is_nested():
            yield FieldTexts(name, name, pl.col(name))
    for key in batch.keys:
        yield FieldTexts(".".join(key.path), (key.namespace, *key.path[:1]), _text(key, batch))


def _owner(named: list[str]) -> pl.Expr:
    """Whom each row names, as the first row of the same customer does: an id or an e-mail."""
    first = pl.coalesce(named).first(ignore_nulls=True).over(OWNER)
    return pl.when(pl.col(OWNER).is_not_null()).then(first)


def _text(key: Key, batch: Batch) -> pl.Expr:
    """The values of a key as texts, whatever their types; lists are told by their elements."""
    if key.text:
        return pl.col(key.text)
    names = [name for name in key.variants.values() if name in batch.rows.columns]
    return pl.coalesce(_plain_text(name, batch.rows.schema) for name in names)


def _plain_text(name: str, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    if isinstance(schema[name], pl.List):
        return pl.col(name).list.eval(pl.element().cast(pl.String)).list.join(", ")
    return pl.col(name).cast(pl.String).str.strip_suffix(WHOLE)


def _note(
    said: FieldTexts, batch: Batch, table: RecordTable, count: int, example: pl.DataFrame
) -> Note:
    row = batch.rows[int(example["place"][0])]
    record = next(row[key][0] for key in KEYS[::-1] if key in row.columns and row[key][0])
    values = example["text"].cast(pl.String)
    end = COUNTS[batch.writes.get(said.goal, "overwrite")]
    kept = values[-1] if end == "last" else values[0]
    other = values.filter(values != kept)[0]
    one, two = map(quoted, (other, kept) if end == "last" else (kept, other))
    shown = f"such as {quoted(record)} with {one} and {two}"
    counts = f"the {end} one counts"
    records = counted(count, table.name)
    if table is CUSTOMERS:
        have = "has" if count == 1 else "have"
        text = f"{records} {have} rows with different names, {shown}: {counts}"
        return Note("key", f"{text}; are they the same person?")
    text = f"{quoted(said.field)} differs between the rows of {records}, {shown}: {counts}"
    text += " and the others are not kept"
    return Note("column", text, said.field if said.field in batch.header else None)
