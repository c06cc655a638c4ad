"""The columns of an export: each field as the text that a file shows."""

from collections.abc import Callable, Mapping

import polars as pl

from engine.errors import Issue, UsageError, WorkbenchError
from engine.filters.fields import Field
from engine.profiles import COUNTED, Profile, Variant

LIST_SEPARATOR = ";"
INTEGERS = 10**15  # below it a double prints as an integer
# What a spreadsheet would run, as the first sign of a cell; a plain phone number is left alone.
FORMULA = r"^[=+\-@\t\r]"
HARMLESS = r"^[+-]?[0-9][0-9 ()./]*$"


def _number(value: pl.Expr) -> pl.Expr:
    number = value.cast(pl.Float64)
    whole = (number == number.floor()) & (number.abs() < INTEGERS)
    integer = number.cast(pl.Int64, strict=False).cast(pl.String)
    return pl.when(whole).then(integer).otherwise(number.cast(pl.String))


def _instant(value: pl.Expr) -> pl.Expr:
    """In milliseconds, as the service writes it; microseconds where milliseconds would round."""
    short = value.dt.to_string("%Y-%m-%dT%H:%M:%S%.3fZ")
    exact = value.dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ")
    return pl.when(value.dt.microsecond() % 1000 == 0).then(short).otherwise(exact)


# How a value of each kind is written; the same forms that an import reads back.
TEXT: Mapping[str, Callable[[pl.Expr], pl.Expr]] = {
    "string": lambda value: value.cast(pl.String),
    "number": _number,
    "boolean": lambda value: value.cast(pl.String),
    "date": lambda value: value.cast(pl.String),
    "instant": _instant,
}


def default_fields(profile: Profile) -> list[str]:
    """
    Every stored field that somebody has a value for, in the order of the catalogue.

    What is counted from other records is left out: it could not be imported again. Nobody has
    anything on an empty base; then it is every field that a customer can have.
    """
    stored = (row for row in profile.catalogue.fields() if row.table not in COUNTED)
    return [
        field.path
        for field in stored
        if (values := profile.values(field)) is not None
        and values.null_count() < max(len(values), 1)
    ]


def chosen_fields(profile: Profile, paths: list[str]) -> list[Field]:
    """
    The fields of these paths.

    Raises:
        UsageError: some are unknown or named twice; the error lists them all.
    """
    fields: dict[str, Field] = {}
    issues: list[Issue] = []
    for path in paths:
        try:
            field = profile.catalogue.field(path)
        except WorkbenchError as error:
            issues += error.issues
            continue
        if field.path in fields:
            issues.append(Issue(path, f"expected each column once, got `{field.path}` twice"))
        fields[field.path] = field
    if issues:
        raise UsageError("the columns of the export cannot be used", issues)
    return list(fields.values())


def text_frame(
    profile: Profile, fields: list[Field], positions: pl.Series, *, guard: bool
) -> pl.DataFrame:
    """
    One row per position, one String column per field, headed by its path; null where missing.

    Instants are ISO 8601 in UTC with milliseconds, amounts in cents, lists joined by `;`. A value
    of another type than its field's is written as it came.

    Args:
        guard: put a `'` before what a spreadsheet would take for a formula.
    """
    frame = pl.DataFrame([_text(profile, field, positions) for field in fields])
    return frame.with_columns(_guarded(pl.all())) if guard else frame


def _text(profile: Profile, field: Field, positions: pl.Series) -> pl.Series:
    texts = [
        variant.values.to_frame("value").select(_written(variant)).to_series()
        for variant in profile.variants(field, positions)
    ]
    nothing = pl.Series([None] * len(positions), dtype=pl.String)
    return pl.select(pl.coalesce(*texts, nothing).alias(field.path)).to_series()


def _written(variant: Variant) -> pl.Expr:
    write = TEXT[variant.kind]
    if not variant.many:
        return write(pl.col("value"))
    return pl.col("value").list.eval(write(pl.element())).list.join(LIST_SEPARATOR)


def _guarded(text: pl.Expr) -> pl.Expr:
    risky = text.str.contains(FORMULA) & ~text.str.contains(HARMLESS)
    return pl.when(~risky).then(text).otherwise("'" + text)
