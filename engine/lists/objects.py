"""Records as objects of the service's API: nested, each value with its JSON type."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.base.profiles import Variant
from engine.base.records import RecordColumns
from engine.filters.fields import Field
from engine.filters.kinds import KINDS, Kind
from engine.lists.amounts import is_told, parted

UTC = ZoneInfo("UTC")


def to_objects(
    records: RecordColumns,
    fields: Iterable[Field],
    positions: pl.Series | None = None,
    zone: ZoneInfo = UTC,
    *,
    keys: Mapping[str, str] | None = None,
    currency: bool = False,
) -> list[dict[str, Any]]:
    """
    One object per position, or of every record; what a record lacks is left out.

    Amounts in cents, instants ISO 8601 in `zone`. A value of another type than its field's is
    there as it came.

    Args:
        keys: by the path of a field, under which key it stands at the top; parts of records keep
            their own.
        currency: amounts are text with two decimals; a number is cents, per cent or units.
    """
    count = records.total if positions is None else len(positions)
    documents: list[dict[str, Any]] = [{} for _ in range(count)]
    listed = list(fields)
    for field in listed:
        part = records.kind.part(field.path)
        told = currency and is_told(field, listed)
        for variant in _written(records, field, positions, currency=currency, told=told):
            if part is None:
                key = None if keys is None else keys.get(field.path)
                _put(documents, variant if key is None else replace(variant, path=(key,)), zone)
            else:
                _put_parts(documents, variant, part.path)
    return documents


def _written(
    records: RecordColumns,
    field: Field,
    positions: pl.Series | None,
    *,
    currency: bool,
    told: bool,
) -> Iterator[Variant]:
    """The values of a field by type; amounts are a type of their own where they are currency."""
    for stored in records.variants(field, positions):
        if told:
            amounts, others = parted(records, field, positions, stored)
            yield from (_texts(amounts), others)
        else:
            yield _in_currency(stored) if currency and field.unit else stored


def _texts(variant: Variant) -> Variant:
    return replace(variant, kind="string", values=variant.values.cast(pl.String))


def _in_currency(variant: Variant) -> Variant:
    cents = variant.values
    texts = [_amount(each) for each in cents.to_list()]
    dtype = pl.List(pl.String) if isinstance(cents.dtype, pl.List) else pl.String()
    return replace(variant, kind="string", values=pl.Series(cents.name, texts, dtype))


def _amount(cents: Any) -> Any:
    if isinstance(cents, list):
        return [_amount(each) for each in cents]
    return None if cents is None else str(Decimal(cents).scaleb(-2))


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
