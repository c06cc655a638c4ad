"""Records as objects of the service's API: nested, each value with its JSON type."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.base.profiles import Variant
from engine.base.records import RecordColumns
from engine.filters.fields import Field
from engine.filters.kinds import KINDS, Kind

UTC = ZoneInfo("UTC")


def to_objects(
    records: RecordColumns, fields: Iterable[Field], positions: pl.Series, zone: ZoneInfo = UTC
) -> list[dict[str, Any]]:
    """
    One object per position; what a record lacks is left out.

    Amounts in cents, instants ISO 8601 in `zone`. A value of another type than its field's is
    there as it came.
    """
    documents: list[dict[str, Any]] = [{} for _ in range(len(positions))]
    for field in fields:
        part = records.kind.part(field.path)
        for variant in records.variants(field, positions):
            if part is None:
                _put(documents, variant, zone)
            else:
                _put_parts(documents, variant, part.path)
    return documents


def _put(documents: list[dict[str, Any]], variant: Variant, zone: ZoneInfo) -> None:
    *parents, name = variant.path
    kind = KINDS[variant.kind]
    for document, value in zip(documents, _local(variant, zone).to_list(), strict=True):
        if value is not None:
            inner = document
            for parent in parents:
                inner = inner.setdefault(parent, {})
            inner[name] = _json(kind, value)


def _put_parts(documents: list[dict[str, Any]], variant: Variant, name: str) -> None:
    """One value of each part of each record; a list of a record without any stays out."""
    kind = KINDS[variant.kind]
    for document, values in zip(documents, variant.values.to_list(), strict=True):
        if values is not None:
            parts = document.setdefault(variant.path[0], [{} for _ in values])
            for part, value in zip(parts, values, strict=True):
                if value is not None:
                    part[name] = _json(kind, value)


def _local(variant: Variant, zone: ZoneInfo) -> pl.Series:
    if variant.kind != "instant":
        return variant.values
    local = pl.Datetime("us", zone.key)
    return variant.values.cast(pl.List(local) if variant.many else local)


def _json(kind: Kind, value: Any) -> Any:
    return [_json(kind, item) for item in value] if isinstance(value, list) else kind.show(value)
