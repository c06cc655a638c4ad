"""Amounts in currency, also of fields that hold one in some records only: 5.00, or 10 per cent."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import polars as pl

from engine.base.profiles import Variant
from engine.base.records import RecordColumns
from engine.filters.fields import Field

AMOUNT = pl.Decimal(38, 2)
MIXED = "amount"  # the kind of values that are in currency already


def is_told(field: Field, fields: Sequence[Field]) -> bool:
    """Whether some fields say of one in which records it is an amount; else none is in currency."""
    return field.unless is not None and field.unless[0] in {each.path for each in fields}


def in_currency(cents: pl.Expr) -> pl.Expr:
    """Cents as decimals of the currency."""
    return cents.cast(AMOUNT) * pl.lit(Decimal("0.01"), AMOUNT)


def mixed(
    records: RecordColumns, field: Field, positions: pl.Series | None, variant: Variant
) -> Variant:
    """What is kept under such a field, as `decimals` gives it."""
    values = decimals(records, field, positions, variant.values)
    return replace(variant, kind=MIXED, values=values)


def parted(
    records: RecordColumns, field: Field, positions: pl.Series | None, variant: Variant
) -> tuple[Variant, Variant]:
    """The amounts under such a field, in currency, and all else as it is."""
    values = variant.values
    plain = _plain(records, field, positions, len(values))
    amounts = values.to_frame().select(in_currency(pl.first())).to_series()
    return (
        replace(variant, kind=MIXED, values=amounts.set(plain, None)),
        replace(variant, values=values.set(~plain, None)),
    )


def decimals(
    records: RecordColumns, field: Field, positions: pl.Series | None, values: pl.Series
) -> pl.Series:
    """
    Values of a field that are no amounts where another field of the record says so.

    Returns:
        Decimals: amounts in currency, all else as it is.
    """
    plain = _plain(records, field, positions, len(values))
    found = pl.when(plain).then(pl.first().cast(AMOUNT)).otherwise(in_currency(pl.first()))
    return values.to_frame().select(found.alias(values.name)).to_series()


def _plain(
    records: RecordColumns, field: Field, positions: pl.Series | None, height: int
) -> pl.Series:
    """In which records the field is no amount."""
    other, words = field.unless or ("", ())
    said = records.values(records.catalogue.field(other), positions)
    if said is None:
        return pl.Series([False]).new_from_index(0, height)
    return said.str.strip_chars().str.to_uppercase().is_in(words).fill_null(value=False)
