"""Columns whose values have types: the text of each value, and a column for each type."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
import polars as pl

from engine.errors import ImportFileError
from engine.filters.kinds import BOOLEAN, NUMBER, STRING
from engine.imports.files.batch import REJECTED, Type
from engine.imports.files.records import TableRecords
from engine.imports.notes import Note
from engine.limits import COLUMNS
from engine.system.spool import kept

TEXT, NUMBERS, BOOLEANS = Type(STRING), Type(NUMBER), Type(BOOLEAN)
DIGITS = 15  # a number of more is text, as in JSON
EXACT = 10**DIGITS
AMOUNTS = r"\.[0-9]{2}(?:00)?$"
LONG = r"^-?[0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?$"
ISO: Mapping[Any, str] = {pl.Date: "%Y-%m-%d", pl.Datetime: "%Y-%m-%dT%H:%M:%S%.f"}


@dataclass(frozen=True, eq=False)
class TypedColumn:
    """One column: its text as a CSV file would hold it, and by type; one at most fills a row."""

    text: pl.Series
    variants: Mapping[Type, pl.Series]


def typed_column(values: pl.Series) -> TypedColumn:
    """
    The values as metadata of JSON would be typed: text, numbers and booleans, or lists of them.

    Dates and instants are text in ISO, which is what JSON has for them; whole numbers of more than
    15 digits are text, too, but not the doubles that are as large.
    """
    return next(read for fits, read in READS if fits(values.dtype))(values)


def spelled_out(texts: pl.Series) -> TypedColumn:
    """
    Text, but for numbers of more digits than a cell of Excel shows, which an export spells out.

    One is spelled as a double is, no shorter and no longer, as nobody writes it by hand.
    """
    long = texts.filter((texts.str.len_chars() > DIGITS) & texts.str.contains(LONG)).unique()
    numbers = {text: float(text) for text in long if repr(float(text)) == text}
    column = typed_column(texts)
    if not numbers:
        return column
    found = column.text.replace_strict(numbers, default=None, return_dtype=pl.Float64)
    others = column.text.set(found.is_not_null(), None)
    return TypedColumn(column.text, _filled({TEXT: others, NUMBERS: found}))


def merged(columns: Sequence[TypedColumn]) -> TypedColumn:
    """Columns of one height, one of which at most fills a row, as one."""
    if len(columns) == 1:
        return columns[0]
    kinds = dict.fromkeys(kind for column in columns for kind in column.variants)
    return TypedColumn(
        _first([column.text for column in columns]),
        {kind: _first([c.variants[kind] for c in columns if kind in c.variants]) for kind in kinds},
    )


def table(
    header: Sequence[str],
    lines: pl.Series,
    columns: Iterable[TypedColumn],
    notes: Iterable[Note] = (),
) -> TableRecords:
    """
    The columns as the records of a table; `lines` says where in the file each record stands.

    Each column is put aside as it comes, so that one at a time is in memory.

    Raises:
        ImportFileError: there are too many columns.
    """
    check_width(len(header))
    numbers = pl.int_range(1, len(lines) + 1, eager=True).alias("row")
    cells, variants = columns_of_cells(map(_aside, columns))
    return TableRecords(
        tuple(header),
        pl.DataFrame([numbers, lines.cast(pl.Int64).alias("line"), *cells]),
        REJECTED.to_frame(),
        notes=tuple(notes),
        variants=variants,
    )


def check_width(columns: int) -> None:
    """
    Sees that so many columns are taken.

    Raises:
        ImportFileError: there are too many columns.
    """
    if columns > COLUMNS.most:
        raise ImportFileError(f"expected at most {COLUMNS}, got {columns:,}")


def _aside(column: TypedColumn) -> TypedColumn:
    text = kept(column.text)
    variants = {
        kind: text if values is column.text else kept(values)
        for kind, values in column.variants.items()
    }
    return TypedColumn(text, variants)


def columns_of_cells(
    columns: Iterable[TypedColumn],
) -> tuple[list[pl.Series], dict[str, dict[Type, str]]]:
    """The text of each column as "0", "1", …, its types beside it, and where those are."""
    cells: list[pl.Series] = []
    beside: list[pl.Series] = []
    variants: dict[str, dict[Type, str]] = {}
    for place, column in enumerate(columns):
        cells.append(column.text.alias(str(place)))
        for kind, values in column.variants.items():
            name = str(place) if values is column.text else f"{place} {kind.kind.key} {kind.many}"
            variants.setdefault(str(place), {})[kind] = name
            if values is not column.text:
                beside.append(values.alias(name))
    return [*cells, *beside], variants


def printed(numbers: pl.Series) -> pl.Series:
    """Each number as a person writes it: `5.0` is `5`, and none has an exponent."""
    text = numbers.cast(pl.String).str.strip_suffix(".0").replace("-0", "0")
    powers = text.filter(text.str.contains("e", literal=True)).unique()
    if powers.is_empty():
        return text
    return text.replace({power: f"{Decimal(power):f}" for power in powers})


def _first(columns: Sequence[pl.Series]) -> pl.Series:
    frame = pl.DataFrame([each.alias(str(place)) for place, each in enumerate(columns)])
    return frame.select(pl.coalesce(pl.all())).to_series()


def _filled(variants: Mapping[Type, pl.Series]) -> dict[Type, pl.Series]:
    return {kind: each for kind, each in variants.items() if each.null_count() < len(each)}


def _text(values: pl.Series) -> TypedColumn:
    text = values.cast(pl.String)
    if (text == "").any():
        text = text.replace("", None)
    return TypedColumn(text, _filled({TEXT: text}))


def _numbers(values: pl.Series) -> TypedColumn:
    numbers = values.cast(pl.Float64)
    return _exact(values.cast(pl.String), numbers, numbers.abs() < EXACT)


def _floats(values: pl.Series) -> TypedColumn:
    values = values.fill_nan(None)
    # A float of 32 bits is what it prints: 0.1 is no 0.10000000149.
    numbers = values if values.dtype == pl.Float64 else values.cast(pl.String).cast(pl.Float64)
    return _exact(printed(numbers), numbers, numbers.is_finite())


def _decimals(values: pl.Series) -> TypedColumn:
    return decimal_column(values.cast(pl.String))


def decimal_column(text: pl.Series) -> TypedColumn:
    """
    Decimal numbers that are written out; those of more than 15 digits are text.

    Where none has decimals they are whole numbers, but for columns of amounts: two, or the four of
    some databases.
    """
    digits = text.str.replace_all(r"^-?[0.]*|\.|\.?0+$", "").str.len_chars()
    whole = not text.str.contains(r"\.[0-9]*[1-9]").any()  # a column that could have no decimals
    whole = whole and not text.drop_nulls().str.contains(AMOUNTS).all()
    shown = text.str.replace(r"\.0+$", "") if whole else text
    return _exact(shown, text.cast(pl.Float64, strict=False), digits <= DIGITS)


def _exact(text: pl.Series, numbers: pl.Series, exact: pl.Series) -> TypedColumn:
    if exact.all():
        return TypedColumn(text, _filled({NUMBERS: numbers}))
    frame = pl.DataFrame({"text": text, "number": numbers, "exact": exact})
    chosen = frame.select(
        pl.when("exact").then("number"), pl.when(~pl.col("exact")).then("text")
    ).get_columns()
    return TypedColumn(text, _filled(dict(zip((NUMBERS, TEXT), chosen, strict=True))))


def _booleans(values: pl.Series) -> TypedColumn:
    return TypedColumn(values.cast(pl.String), _filled({BOOLEANS: values}))


def _moments(values: pl.Series) -> TypedColumn:
    zone = getattr(values.dtype, "time_zone", None)
    if zone:
        values = values.dt.convert_time_zone("UTC")
    return _text(values.dt.to_string(ISO[values.dtype.base_type()] + ("Z" if zone else "")))


def _times(values: pl.Series) -> TypedColumn:
    return _text(values.dt.to_string("%H:%M:%S%.f"))


def _spans(values: pl.Series) -> TypedColumn:
    return _text(values.dt.to_string("iso"))


def _bytes(values: pl.Series) -> TypedColumn:
    """Text that was written as bytes; what is none, in base 64."""
    text = [None if each is None else _decoded(each) for each in values]
    return _text(pl.Series(text, dtype=pl.String))


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return b64encode(content).decode()


def _lists(values: pl.Series) -> TypedColumn:
    """Lists of one type; elements of several are text, as in JSON."""
    frame = pl.DataFrame({"at": pl.int_range(len(values), eager=True), "value": values})
    single = frame.explode("value")
    elements = typed_column(single["value"])
    [(kind, flat), *others] = elements.variants.items() or [(TEXT, elements.text)]
    if others or kind.many:
        kind, flat = TEXT, elements.text
    if single.schema["value"] == pl.String:
        flat = single["value"]  # an empty text is no cell, but an element as any other
    given = single.select("at").with_columns(element=flat).drop_nulls()
    whole = given.group_by("at", maintain_order=True).agg("element")
    lists = frame.join(whole, on="at", how="left", maintain_order="left").select(
        pl.when(pl.col("value").is_not_null()).then(
            pl.coalesce("element", pl.lit([], dtype=pl.List(flat.dtype)))
        )
    )
    many = Type(kind.kind, many=True)
    return TypedColumn(_json(values), _filled({many: lists.to_series()}))


def _objects(values: pl.Series) -> TypedColumn:
    return _text(_json(values))


def _json(values: pl.Series) -> pl.Series:
    return pl.Series(
        [None if value is None else _dumped(value) for value in values.to_list()],
        dtype=pl.String,
    )


def _dumped(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def _is(*kinds: Any) -> Callable[[Any], bool]:
    return lambda dtype: dtype.base_type() in kinds


READS: tuple[tuple[Callable[[Any], bool], Callable[[pl.Series], TypedColumn]], ...] = (
    (_is(pl.String, pl.Categorical, pl.Enum, pl.Null), _text),
    (lambda dtype: dtype.is_integer(), _numbers),
    (lambda dtype: dtype.is_float(), _floats),
    (_is(pl.Decimal), _decimals),
    (_is(pl.Boolean), _booleans),
    (_is(pl.Date, pl.Datetime), _moments),
    (_is(pl.Time), _times),
    (_is(pl.Duration), _spans),
    (_is(pl.Binary), _bytes),
    (_is(pl.List), _lists),
    (_is(pl.Array), lambda values: _lists(values.arr.to_list())),
    (lambda _: True, _objects),
)
