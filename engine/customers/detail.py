"""One customer whole, as text and as the object of the service's API."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from engine.base.profiles import Profile, Variant
from engine.base.records import RecordColumns
from engine.filters.describe import shown
from engine.filters.fields import Field
from engine.filters.kinds import KINDS
from engine.lists import objects

SLICE = 10_000  # customers at a time that are made into objects


def described(listed: RecordColumns, position: int) -> list[tuple[Field, str]]:
    """
    Every field that one record has, with its value as text, in the order of the catalogue.

    A metadata value of another type than its key's is shown as it came.
    """
    at = pl.Series([position])
    found = []
    for field in listed.catalogue.fields():
        if listed.kind.part(field.path):
            continue  # told as a whole
        texts = [_text(field, variant) for variant in listed.variants(field, at)]
        given = [text for text in texts if text is not None]
        if given:
            found.append((field, given[0]))
    return [*found, *_parts(listed, at)]


def _parts(listed: RecordColumns, at: pl.Series) -> Iterator[tuple[Field, str]]:
    """The parts of one record, such as the items of an order, where it has any."""
    parts = listed.kind.parts
    if parts is not None:
        field = parts.field(listed.kind.name)
        values = listed.values(field, at)
        [value] = [None] if values is None else values.to_list()
        if value:
            yield field, "; ".join(map(parts.described, value))


def _text(field: Field, variant: Variant) -> str | None:
    [value] = variant.values.to_list()  # a list, where indexing gives a series
    if value is None or isinstance(value, str):
        return value
    return shown(replace(field, kind=KINDS[variant.kind]), value)


def to_objects(profile: Profile, positions: pl.Series) -> Iterator[dict[str, Any]]:
    """The customers in the shape of the service's API; fields without a value are left out."""
    # Events are no part of the service's customer.
    fields = [field for field in profile.catalogue.fields() if field.table != "events"]
    for start in range(0, len(positions), SLICE):
        documents = objects.to_objects(profile, fields, positions.slice(start, SLICE))
        yield from ({**document, "object": "customer"} for document in documents)
