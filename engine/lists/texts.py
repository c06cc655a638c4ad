"""One record of any kind whole, each field with its value."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from engine.base.profiles import Profile, Variant
from engine.base.records import RecordColumns
from engine.filters.fields import Field
from engine.filters.kinds import KINDS
from engine.privacy.masks import OPEN, Mask


def field_values(records: RecordColumns, position: int) -> list[tuple[Field, Any]]:
    """
    Every field that one record has, with its value, in the order of the catalogue.

    A metadata value of another type than its key's comes with that type; parts are one text.
    """
    at = pl.Series([position])
    found = []
    for field in records.catalogue.fields():
        if records.kind.part(field.path):
            continue  # told as a whole
        variants = [_value(field, variant) for variant in records.variants(field, at)]
        given = [each for each in variants if each[1] is not None]
        found += given[:1]
    return [*found, *_parts(records, at)]


def customer_values(profile: Profile, position: int, mask: Mask = OPEN) -> list[tuple[Field, Any]]:
    """
    `field_values` of one customer as somebody sees them.

    Orders and the like are summed for that one alone: for a million customers it takes 5 s.
    """
    alone = profile.among(pl.Series([position]))
    return field_values(mask.over(alone), 0)


def _parts(records: RecordColumns, at: pl.Series) -> Iterator[tuple[Field, str]]:
    """The parts of one record, such as the items of an order, where it has any."""
    parts = records.kind.parts
    if parts is not None:
        field = parts.field(records.kind.name)
        values = records.values(field, at)
        [value] = [None] if values is None else values.to_list()
        if value:
            yield field, "; ".join(map(parts.described, value))


def _value(field: Field, variant: Variant) -> tuple[Field, Any]:
    [value] = variant.values.to_list()  # a list, where indexing gives a series
    return replace(field, kind=KINDS[variant.kind]), value
