"""The columns of an export: each field as the text that a file shows."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import polars as pl

from engine.base.profiles import Profile, Variant
from engine.base.records import RecordColumns
from engine.errors import Issue, UsageError, WorkbenchError
from engine.exports.layout import Layout
from engine.exports.part_rows import in_lists, in_rows, of_parts, row_count
from engine.filters.fields import Catalogue, Field
from engine.lists.listings import Listing
from engine.text.display import quoted
from engine.text.lists import joined

INTEGERS = 10**15  # below it a double prints as an integer
AMOUNT = pl.Decimal(38, 2)
PLAIN = Layout()


def _text_itself(value: pl.Expr, _layout: Layout) -> pl.Expr:
    return value.cast(pl.String)


def _number(value: pl.Expr, layout: Layout) -> pl.Expr:
    number = value.cast(pl.Float64)
    whole = (number == number.floor()) & (number.abs() < INTEGERS)
    integer = number.cast(pl.Int64, strict=False).cast(pl.String)
    return pl.when(whole).then(integer).otherwise(_marked(number.cast(pl.String), layout))


def _amount(cents: pl.Expr, layout: Layout) -> pl.Expr:
    """With two decimals even where all are whole: they tell an import that it is currency."""
    return _marked(_in_currency(cents).cast(pl.String), layout)


def _in_currency(cents: pl.Expr) -> pl.Expr:
    return cents.cast(AMOUNT) * pl.lit(Decimal("0.01"), AMOUNT)


def _marked(number: pl.Expr, layout: Layout) -> pl.Expr:
    return (
        number if layout.decimal == "." else number.str.replace(".", layout.decimal, literal=True)
    )


def _instant(value: pl.Expr, layout: Layout) -> pl.Expr:
    """In milliseconds, as the service writes it; microseconds where milliseconds would round."""
    zone = layout.zone
    offset = "Z" if zone.key == "UTC" else "%:z"
    local = value.dt.convert_time_zone(zone.key)
    short = local.dt.to_string(f"%Y-%m-%dT%H:%M:%S%.3f{offset}")
    exact = local.dt.to_string(f"%Y-%m-%dT%H:%M:%S%.6f{offset}")
    return pl.when(value.dt.microsecond() % 1000 == 0).then(short).otherwise(exact)


# How a value of each kind is written; the same forms that an import reads back.
TEXT: Mapping[str, Callable[[pl.Expr, Layout], pl.Expr]] = {
    "string": _text_itself,
    "number": _number,
    "boolean": _text_itself,
    "date": _text_itself,
    "instant": _instant,
}


def default_fields(listing: Listing, profile: Profile) -> list[str]:
    """
    Every stored field that some record has a value for, in the order of the catalogue.

    What is counted or looked up is left out: it could not be imported again. No record has
    anything where there is none; then it is every field that one can have, metadata aside:
    the import that brought it may be undone.
    """
    records = listing.of(profile)
    stored = (row for row in listing.catalogue(profile).fields() if listing.imported(row))
    return [
        field.path
        for field in stored
        if (values := records.values(field)) is not None
        and (values.null_count() < len(values) or (values.is_empty() and field.column is not None))
    ]


def chosen_fields(catalogue: Catalogue, paths: Sequence[str]) -> list[Field]:
    """
    The fields of these paths.

    Raises:
        UsageError: some are unknown or named twice; the error lists them all.
    """
    fields: dict[str, Field] = {}
    issues: list[Issue] = []
    for path in paths:
        try:
            field = catalogue.field(path)
        except WorkbenchError as error:
            issues += error.issues
            continue
        if field.path in fields:
            issues.append(Issue(path, f"expected each column once, got {quoted(field.path)} twice"))
        fields[field.path] = field
    if issues:
        raise UsageError("the columns of the export cannot be used", issues)
    return list(fields.values())


def text_frame(
    records: RecordColumns, fields: list[Field], positions: pl.Series, layout: Layout = PLAIN
) -> pl.DataFrame:
    """
    One row per position, one String column per field; null where missing.

    Where fields are about the parts of records, such as items of orders, it is one row per part.

    Instants are ISO 8601 with milliseconds, lists joined by `;`. A value of another type than its
    field's is written as it came.
    """
    frame = pl.DataFrame([_text(records, field, positions, layout) for field in fields])
    return _headed(in_rows(frame, records.kind, fields), layout)


def sheet_frame(
    records: RecordColumns, fields: list[Field], positions: pl.Series, layout: Layout = PLAIN
) -> pl.DataFrame:
    """
    As `text_frame`, but values are of their type where every value of the field is of one.

    Amounts in currency are decimals, instants are in the zone.
    """
    columns = []
    for field in fields:
        variants = records.variants(field, positions)
        alone = len(variants) == 1 and (not variants[0].many or _is_part(records, field))
        if alone and variants[0].kind != "string":
            values = variants[0].values.alias(field.path)
            columns.append(_in_its_type(values, field, layout))
        else:
            columns.append(_text(records, field, positions, layout))
    return _headed(in_rows(pl.DataFrame(columns), records.kind, fields), layout)


def typed_frame(
    records: RecordColumns, fields: list[Field], positions: pl.Series, layout: Layout = PLAIN
) -> pl.DataFrame:
    """
    One row per position, one column per field in the type of its kind.

    Instants are in the zone, lists are lists, whole numbers may be integers, amounts in currency
    decimals. A value of another type than its field's is missing, as it is for filters: a column
    has one type. The parts of records are a list of objects.
    """
    frame = pl.DataFrame([_typed(records, field, positions, layout) for field in fields])
    parts, paths = records.kind.parts, of_parts(records.kind, fields)
    return _headed(in_lists(frame, parts, paths) if parts and paths else frame, layout)


def row_total(records: RecordColumns, fields: list[Field], positions: pl.Series) -> int:
    """How many rows `text_frame` makes of these positions."""
    lists = [records.values(field, positions) for field in fields if _is_part(records, field)]
    found = [values for values in lists if values is not None]
    return row_count(pl.DataFrame(found)) if found else len(positions)


def _headed(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    frame.columns = [layout.header(path) for path in frame.columns]
    return frame


def _is_part(records: RecordColumns, field: Field) -> bool:
    return records.kind.part(field.path) is not None


def _typed(records: RecordColumns, field: Field, positions: pl.Series, layout: Layout) -> pl.Series:
    values = records.values(field, positions)
    if values is None:
        dtype = pl.List(field.kind.dtype) if field.many else field.kind.dtype
        values = pl.repeat(None, len(positions), dtype=dtype, eager=True).alias(field.path)
    return _in_its_type(values, field, layout)


def _in_its_type(values: pl.Series, field: Field, layout: Layout) -> pl.Series:
    """Instants in the zone, amounts as the layout has them; all else as it is."""
    many = isinstance(values.dtype, pl.List)
    if field.unit and layout.currency:
        each = (
            pl.first().list.eval(_in_currency(pl.element())) if many else _in_currency(pl.first())
        )
        return values.to_frame().select(each).to_series()
    if field.kind.key != "instant":
        return values
    local = pl.Datetime("us", layout.zone.key)
    return values.cast(pl.List(local) if many else local)


def _text(records: RecordColumns, field: Field, positions: pl.Series, layout: Layout) -> pl.Series:
    apart = _is_part(records, field)
    texts = [
        variant.values.to_frame("value")
        .select(_written(variant, field, layout, apart=apart))
        .to_series()
        for variant in records.variants(field, positions)
    ]
    dtype = pl.List(pl.String) if apart else pl.String()
    nothing = pl.Series([None] * len(positions), dtype=dtype)
    return pl.select(pl.coalesce(*texts, nothing).alias(field.path)).to_series()


def _written(variant: Variant, field: Field, layout: Layout, *, apart: bool) -> pl.Expr:
    """As text; of parts a list of texts."""
    write = _amount if field.unit and layout.currency else TEXT[variant.kind]
    if not variant.many:
        return write(pl.col("value"), layout)
    texts = pl.col("value").list.eval(write(pl.element(), layout))
    return texts if apart else joined(texts)
