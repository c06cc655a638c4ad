"""One record of any kind whole, each field as text."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from engine.base.profiles import Variant
from engine.base.records import RecordColumns
from engine.filters.describe import shown
from engine.filters.fields import Field
from engine.filters.kinds import KINDS


def field_texts(records: RecordColumns, position: int) -> list[tuple[Field, str]]:
    """
    Every field that one record has, with its value as text, in the order of the catalogue.

    A metadata value of another type than its key's is shown as it came.
    """
    at = pl.Series([position])
    found = []
    for field in records.catalogue.fields():
        if records.kind.part(field.path):
            continue  # told as a whole
        texts = [_text(field, variant) for variant in records.variants(field, at)]
        given = [text for text in texts if text is not None]
        if given:
            found.append((field, given[0]))
    return [*found, *_parts(records, at)]


def _parts(records: RecordColumns, at: pl.Series) -> Iterator[tuple[Field, str]]:
    """The parts of one record, such as the items of an order, where it has any."""
    parts = records.kind.parts
    if parts is not None:
        field = parts.field(records.kind.name)
        values = records.values(field, at)
        [value] = [None] if values is None else values.to_list()
        if value:
            yield field, "; ".join(map(parts.described, value))


def _text(field: Field, variant: Variant) -> str | None:
    [value] = variant.values.to_list()  # a list, where indexing gives a series
    if value is None or isinstance(value, str):
        return value
    return shown(replace(field, kind=KINDS[variant.kind]), value)
