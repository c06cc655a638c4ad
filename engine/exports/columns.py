"""The columns of an export: each field as the text that a file shows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import polars as pl

from engine.base.profiles import Profile, Variant
from engine.base.records import RecordColumns
from engine.errors import Issue, UsageError, WorkbenchError
from engine.exports.layout import Layout
from engine.exports.part_rows import in_lists, in_rows, of_parts, row_count
from engine.filters.fields import Catalogue, Field
from engine.lists.amounts import MIXED, decimals, in_currency, is_told, mixed
from engine.lists.listings import Listing
from engine.text.display import quoted
from engine.text.instants import instant_text
from engine.text.lists import in_one_cell

INTEGERS = 10**15  # below it a double prints as an integer
PLAIN = Layout()
# How to reach a customer, in their own list and in those of what they did.
CONTACT = (
    *("source_id", "name", "email", "phone", "address.city", "address.country"),
    *("customer.source_id", "customer.name", "customer.email"),
)
PLACE = "@place"
AS_WRITTEN = ("integer", "boolean", "date")
IN_CELLS = ("integer", "number", "amount", "boolean", "date", "instant")


def _text_itself(value: pl.Expr, _layout: Layout) -> pl.Expr:
    return value.cast(pl.String)


def _number(value: pl.Expr, layout: Layout) -> pl.Expr:
    number = value.cast(pl.Float64)
    whole = (number == number.floor()) & (number.abs() < INTEGERS)
    integer = pl.when(whole).then(number).cast(pl.Int64).cast(pl.String)
    fraction = pl.when(~whole).then(number).cast(pl.String)  # hardly any, and slow
    return pl.coalesce(integer, _marked(fraction, layout))


def _decimal(amount: pl.Expr, layout: Layout) -> pl.Expr:
    """With two decimals even where all are whole: they tell an import that it is currency."""
    return _marked(amount.cast(pl.String), layout)


def _amount(cents: pl.Expr, layout: Layout) -> pl.Expr:
    return _decimal(in_currency(cents), layout)


def _marked(number: pl.Expr, layout: Layout) -> pl.Expr:
    return (
        number if layout.decimal == "." else number.str.replace(".", layout.decimal, literal=True)
    )


def _instant(value: pl.Expr, layout: Layout) -> pl.Expr:
    return instant_text(value.dt.truncate("1ms") if layout.milliseconds else value, layout.zone)


# How a value of each kind is written; the same forms that an import reads back.
TEXT: Mapping[str, Callable[[pl.Expr, Layout], pl.Expr]] = {
    "string": _text_itself,
    "number": _number,
    "boolean": _text_itself,
    "date": _text_itself,
    "instant": _instant,
    MIXED: _decimal,
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


def preset_fields(listing: Listing, profile: Profile) -> Mapping[str, list[str]]:
    """Columns to begin with, by what they are called: what everybody wants at some time."""
    known = [field.path for field in listing.catalogue(profile).fields()]
    return {
        "Default": default_fields(listing, profile),
        "Contact list": [path for path in CONTACT if path in known],
        "All fields": known,
    }


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
    return _in_cells(records, fields, positions, layout, ())


def line_frame(
    records: RecordColumns, fields: list[Field], positions: pl.Series, layout: Layout = PLAIN
) -> pl.DataFrame:
    """
    One row per position or part, one column per field, as `text_frame` has them.

    What a CSV writes the same by itself keeps its type, which is quicker.
    """
    typed = (*AS_WRITTEN, "amount") if layout.decimal == "." else AS_WRITTEN
    return _in_cells(records, fields, positions, layout, typed, _in_integers)


def sheet_frame(
    records: RecordColumns, fields: list[Field], positions: pl.Series, layout: Layout = PLAIN
) -> pl.DataFrame:
    """
    As `text_frame`, but values are of their type where every value of the field is of one.

    Amounts in currency are decimals, instants are in the zone: as text where neither the header
    nor the project says which one that is, as a cell of Excel has none.
    """
    return _in_cells(records, fields, positions, layout, IN_CELLS)


def typed_frame(
    records: RecordColumns, fields: list[Field], positions: pl.Series, layout: Layout = PLAIN
) -> pl.DataFrame:
    """
    One row per position, one column per field in the type of its kind.

    Instants are in the zone, lists are lists, whole numbers may be integers, amounts in currency
    decimals. A value of another type than its field's is missing, as it is for filters: a column
    has one type. The parts of records are a list of objects.
    """
    columns = []
    for field in fields:
        values = _stored(records, field, positions)
        if layout.currency and is_told(field, fields):
            columns.append(decimals(records, field, positions, values))
        else:
            columns.append(_in_its_type(values, field, layout))
    frame = pl.DataFrame(columns)
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


def _stored(records: RecordColumns, field: Field, positions: pl.Series) -> pl.Series:
    values = records.values(field, positions)
    if values is not None:
        return values
    dtype = pl.List(field.kind.dtype) if field.many else field.kind.dtype
    return pl.repeat(None, len(positions), dtype=dtype, eager=True).alias(field.path)


def _in_its_type(values: pl.Series, field: Field, layout: Layout) -> pl.Series:
    """Instants in the zone, amounts as the layout has them; all else as it is."""
    many = isinstance(values.dtype, pl.List)
    typed = _typed_value(pl.first(), field, layout, many=many)
    return values.to_frame().select(typed).to_series()


def _typed_value(value: pl.Expr, field: Field, layout: Layout, *, many: bool) -> pl.Expr:
    if field.unit and layout.currency:
        return value.list.eval(in_currency(pl.element())) if many else in_currency(value)
    if field.kind.key != "instant":
        return value
    local = pl.Datetime("us", layout.zone.key)
    return value.cast(pl.List(local) if many else local)


def _in_cells(
    records: RecordColumns,
    fields: list[Field],
    positions: pl.Series,
    layout: Layout,
    typed: Collection[str],
    seen: Callable[[Variant], Variant] = lambda variant: variant,
) -> pl.DataFrame:
    """
    One row per position or part, as text but for the `typed` kinds, where a field has only those.

    All columns are made at once, which takes as many cores as there are.

    Args:
        seen: what is taken for the stored values.
    """
    values, cells = [positions.alias(PLACE)], []
    for place, field in enumerate(fields):
        variants = records.variants(field, positions)
        if layout.currency and is_told(field, fields):
            variants = [mixed(records, field, positions, variant) for variant in variants]
        stored = {f"{place} {number}": seen(each) for number, each in enumerate(variants)}
        values += [variant.values.alias(name) for name, variant in stored.items()]
        apart = _is_part(records, field)
        cells.append(_cell(field, stored, layout, typed, apart=apart).alias(field.path))
    return _headed(in_rows(pl.DataFrame(values).select(cells), records.kind, fields), layout)


def _cell(
    field: Field,
    stored: Mapping[str, Variant],
    layout: Layout,
    typed: Collection[str],
    *,
    apart: bool,
) -> pl.Expr:
    """The cell of a field from its variants, by the name of the column that each is in."""
    if len(stored) == 1:
        [(name, variant)] = stored.items()
        kind = _kind(variant, field, layout)
        exact = kind != "instant" or layout.tells(field.path)
        if kind in typed and exact and (apart or not variant.many):
            return _typed_value(pl.col(name), field, layout, many=apart)
    texts = [
        _written(pl.col(name), variant, field, layout, apart=apart)
        for name, variant in stored.items()
    ]
    dtype = pl.List(pl.String) if apart else pl.String()
    return pl.coalesce(*texts) if texts else pl.repeat(None, pl.len(), dtype=dtype)


def _kind(variant: Variant, field: Field, layout: Layout) -> str:
    if field.unit and layout.currency:
        return "amount"
    return "integer" if variant.values.dtype.is_integer() else variant.kind


def _in_integers(variant: Variant) -> Variant:
    """Numbers as integers where none has a fraction, so that they are written as `_number` does."""
    values = variant.values
    if not values.dtype.is_float() or not _are_whole(values):
        return variant
    return replace(variant, values=values.cast(pl.Int64))


def _are_whole(numbers: pl.Series) -> bool:
    small = numbers.is_between(-INTEGERS, INTEGERS, closed="none").all()
    return bool(small and (numbers == numbers.floor()).all())


def _written(
    value: pl.Expr, variant: Variant, field: Field, layout: Layout, *, apart: bool
) -> pl.Expr:
    """As text; of parts a list of texts. A list in one cell is no number: its marks are points."""
    write = _amount if field.unit and layout.currency else TEXT[variant.kind]
    if not variant.many:
        return write(value, layout)
    if apart:
        return value.list.eval(write(pl.element(), layout))
    return in_one_cell(value.list.eval(write(pl.element(), replace(layout, decimal="."))))
