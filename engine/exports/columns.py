"""The columns of an export: each field as the text that a file shows."""

from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

import orjson
import polars as pl

from engine.base.profiles import Profile, Variant
from engine.base.records import RecordColumns
from engine.errors import Issue, UsageError, WorkbenchError
from engine.exports.part_rows import in_lists, in_rows, of_parts, row_count
from engine.filters.fields import Catalogue, Field
from engine.imports.values.lists import SEPARATOR as LIST_SEPARATOR
from engine.lists.listings import Listing
from engine.text.display import quoted

UTC = ZoneInfo("UTC")

UNCLEAR = r";|^\s|\s$|^$|^\["  # an element that splitting the cell would not give back
INTEGERS = 10**15  # below it a double prints as an integer


def _text_itself(value: pl.Expr, _zone: ZoneInfo) -> pl.Expr:
    return value.cast(pl.String)


def _number(value: pl.Expr, _zone: ZoneInfo) -> pl.Expr:
    number = value.cast(pl.Float64)
    whole = (number == number.floor()) & (number.abs() < INTEGERS)
    integer = number.cast(pl.Int64, strict=False).cast(pl.String)
    return pl.when(whole).then(integer).otherwise(number.cast(pl.String))


def _instant(value: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    """In milliseconds, as the service writes it; microseconds where milliseconds would round."""
    offset = "Z" if zone.key == "UTC" else "%:z"
    local = value.dt.convert_time_zone(zone.key)
    short = local.dt.to_string(f"%Y-%m-%dT%H:%M:%S%.3f{offset}")
    exact = local.dt.to_string(f"%Y-%m-%dT%H:%M:%S%.6f{offset}")
    return pl.when(value.dt.microsecond() % 1000 == 0).then(short).otherwise(exact)


# How a value of each kind is written; the same forms that an import reads back.
TEXT: Mapping[str, Callable[[pl.Expr, ZoneInfo], pl.Expr]] = {
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
    records: RecordColumns, fields: list[Field], positions: pl.Series, zone: ZoneInfo = UTC
) -> pl.DataFrame:
    """
    One row per position, one String column per field, headed by its path; null where missing.

    Where fields are about the parts of records, such as items of orders, it is one row per part.

    Instants are ISO 8601 with milliseconds, amounts in cents, lists joined by `;`. A value of
    another type than its field's is written as it came.
    """
    frame = pl.DataFrame([_text(records, field, positions, zone) for field in fields])
    return in_rows(frame, records.kind, fields)


def sheet_frame(
    records: RecordColumns, fields: list[Field], positions: pl.Series, zone: ZoneInfo = UTC
) -> pl.DataFrame:
    """As `text_frame`, but numbers and booleans are such where every value of the field is one."""
    columns = []
    for field in fields:
        variants = records.variants(field, positions)
        alone = len(variants) == 1 and (not variants[0].many or _is_part(records, field))
        plain = alone and variants[0].kind in ("number", "boolean")
        text = None if plain else _text(records, field, positions, zone)
        columns.append(variants[0].values.alias(field.path) if text is None else text)
    return in_rows(pl.DataFrame(columns), records.kind, fields)


def typed_frame(
    records: RecordColumns, fields: list[Field], positions: pl.Series, zone: ZoneInfo = UTC
) -> pl.DataFrame:
    """
    One row per position, one column per field in the type of its kind, headed by its path.

    Instants are in `zone`, lists are lists, whole numbers may be integers. A value of another type
    than its field's is missing, as it is for filters: a column has one type. The parts of records
    are a list of objects.
    """
    frame = pl.DataFrame([_typed(records, field, positions, zone) for field in fields])
    parts, paths = records.kind.parts, of_parts(records.kind, fields)
    return in_lists(frame, parts, paths) if parts and paths else frame


def row_total(records: RecordColumns, fields: list[Field], positions: pl.Series) -> int:
    """How many rows `text_frame` makes of these positions."""
    lists = [records.values(field, positions) for field in fields if _is_part(records, field)]
    found = [values for values in lists if values is not None]
    return row_count(pl.DataFrame(found)) if found else len(positions)


def _is_part(records: RecordColumns, field: Field) -> bool:
    return records.kind.part(field.path) is not None


def _typed(records: RecordColumns, field: Field, positions: pl.Series, zone: ZoneInfo) -> pl.Series:
    values = records.values(field, positions)
    if values is None:
        dtype = pl.List(field.kind.dtype) if field.many else field.kind.dtype
        values = pl.repeat(None, len(positions), dtype=dtype, eager=True).alias(field.path)
    local = pl.Datetime("us", zone.key)
    types = {"instant": pl.List(local) if field.many else local}
    return values.cast(types.get(field.kind.key, values.dtype))


def _text(records: RecordColumns, field: Field, positions: pl.Series, zone: ZoneInfo) -> pl.Series:
    apart = _is_part(records, field)
    texts = [
        variant.values.to_frame("value").select(_written(variant, zone, apart=apart)).to_series()
        for variant in records.variants(field, positions)
    ]
    dtype = pl.List(pl.String) if apart else pl.String()
    nothing = pl.Series([None] * len(positions), dtype=dtype)
    return pl.select(pl.coalesce(*texts, nothing).alias(field.path)).to_series()


def _written(variant: Variant, zone: ZoneInfo, *, apart: bool) -> pl.Expr:
    """As text; of parts a list of texts."""
    write = TEXT[variant.kind]
    if not variant.many:
        return write(pl.col("value"), zone)
    texts = pl.col("value").list.eval(write(pl.element(), zone))
    return texts if apart else _in_one_cell(texts)


def _in_one_cell(lists: pl.Expr) -> pl.Expr:
    """
    The elements with `;` between them, as people read them.

    It is a list in JSON where they could not be told apart again: an element holds the separator,
    is empty or has blanks at its ends, or the first one looks like such a list.
    """

    def written(values: pl.Series) -> pl.Series:
        joined = values.list.join(LIST_SEPARATOR)
        unclear = values.list.eval(pl.element().str.contains(UNCLEAR)).list.any()
        places = unclear.fill_null(value=False).arg_true()
        if places.is_empty():
            return joined
        shown = [orjson.dumps(values[place].to_list()).decode() for place in places]
        return joined.scatter(places, shown)

    return lists.map_batches(written, return_dtype=pl.String)
