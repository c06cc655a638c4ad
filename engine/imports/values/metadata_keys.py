"""
The type of a metadata key, and its values once that type is settled.

CSV text may be read as any kind; a JSON string only as text, date or instant (filters rule 7.1).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import polars as pl

from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, STRING, Kind
from engine.imports.files.batch import Key, KeyColumns, Type
from engine.imports.values.booleans import WITH_DIGITS, boolean
from engine.system.spool import parts, spooled
from engine.text.blanks import EDGES
from engine.text.lists import SEPARATOR, elements

READ_FROM_CELLS = (BOOLEAN, NUMBER, DATE, INSTANT)  # tried in this order; INSTANT takes dates too
READ_FROM_JSON = (DATE, INSTANT)
TEXT = Type(STRING)
HEAD = 1000  # values that are tried before the whole column
INTEGERS = 10**15  # below it a double prints as an integer
Read = Callable[[pl.Expr, Kind, Kind, ZoneInfo], pl.Expr]  # a value of one kind as another


def settle(rows: pl.DataFrame, key: KeyColumns, zone: ZoneInfo) -> Key | None:
    """The key with the type that fits every value in `rows`; None when no row has a value."""
    fits = _cell_type(rows, key, zone) if key.text else _json_type(rows, key, zone)
    if fits is None:
        return None
    if key.declared:
        fits = Type(key.declared, fits.many)
    return Key(key.namespace, key.path, fits, key.text, key.variants, key.separator, key.read)


def split(key: Key, target: Type, zone: ZoneInfo) -> list[tuple[Type, pl.Expr]]:
    """
    The values of a key as they are stored when its settled type is `target`.

    Args:
        key: one of a batch; the expressions are over that batch's `rows`.
        target: the stored type, or `key.fits` for a new key.
        zone: for naive datetimes and for the midnight of a date.

    Returns:
        The values of the target type, then those that do not fit, in the type they came in (text
        for CSV). No row has a value in two of them; count the non-null leftovers to report them.
    """
    if key.text is None:
        return _split_typed(key.variants, target, zone, _read_json, key.separator)
    found = _split_cells(key, target, zone)
    return found[:1] if target.kind is STRING else found  # string takes everything


def retyped(stored: Mapping[Type, str], target: Type, zone: ZoneInfo) -> list[tuple[Type, pl.Expr]]:
    """
    Stored values of a key in another type, because an analyst says that this is what they are.

    Unlike a JSON string, any text is read as the target then, as a cell of CSV would be.

    Args:
        stored: the column of each type that the key has.

    Returns:
        As `split`.
    """
    return _split_typed(stored, target, zone, _read_text)


def kind_of(values: pl.Series, kinds: Iterable[Kind], zone: ZoneInfo) -> Kind:
    """The first kind that reads every value of a text column; else STRING."""
    first: Any = values.first(ignore_nulls=True)
    if first is None:
        return STRING
    likely = (kind for kind in kinds if _reads(kind, first, zone))  # few, without a pass over all
    return next((kind for kind in likely if _all_fit(values, kind, zone)), STRING)


def _reads(kind: Kind, value: str, zone: ZoneInfo) -> bool:
    try:
        kind.read_text(value, zone)
    except ValueError:
        return False
    return True


def _all_fit(values: pl.Series, kind: Kind, zone: ZoneInfo) -> bool:
    def fit(frame: pl.DataFrame) -> bool:
        text = pl.col("text")
        fits = kind.text_expression(text, zone).is_not_null() | text.is_null()
        found = frame.lazy().select(fits.all())  # lazy: equal parts are computed once
        return found.collect().item() is True

    frame = values.alias("text").to_frame()
    return fit(frame.head(HEAD)) and all(fit(part) for part in parts(frame))


def _cell_type(rows: pl.DataFrame, key: KeyColumns, zone: ZoneInfo) -> Type | None:
    cells = rows[str(key.text)]
    if cells.null_count() == len(cells):
        return None
    if key.separator is None:
        return Type(key.kind or kind_of(cells, READ_FROM_CELLS, zone))
    split = elements(pl.col("text"), key.separator).explode().drop_nulls()
    found = spooled(part.select(split) for part in parts(cells.to_frame("text")))
    return Type(kind_of(found.to_series(), READ_FROM_CELLS, zone), many=True)


def _json_type(rows: pl.DataFrame, key: KeyColumns, zone: ZoneInfo) -> Type | None:
    kinds: set[Kind] = set()
    many = False
    for variant, name in key.variants.items():
        values = rows[name]
        many |= variant.many and values.null_count() < len(values)
        flat = values.explode() if variant.many else values
        if flat.null_count() < len(flat):
            text = variant.kind is STRING
            kinds.add(kind_of(flat, READ_FROM_JSON, zone) if text else variant.kind)
    if not kinds and not many:
        return None
    if kinds == {DATE, INSTANT}:
        kinds = {INSTANT}
    return Type(kinds.pop() if len(kinds) == 1 else STRING, many)


def _split_cells(key: Key, target: Type, zone: ZoneInfo) -> list[tuple[Type, pl.Expr]]:
    text = pl.col(str(key.text))
    own, came = TEXT, text
    if key.separator:
        own, came = Type(STRING, many=True), elements(text, key.separator)
    if target.many:  # a cell of a list that is stored can be split without a word of the mapping
        value = _elements(text, target, key.separator or SEPARATOR, zone)
    else:
        value = _cell(key, target.kind, zone)
    return [(target, value), (own, pl.when(value.is_null()).then(came))]


def _elements(text: pl.Expr, target: Type, separator: str, zone: ZoneInfo) -> pl.Expr:
    """A cell as a list; null where one of its elements does not fit."""
    lists = elements(text, separator)
    return _every(lists, lambda: target.kind.text_expression(pl.element(), zone))


def _cell(key: Key, kind: Kind, zone: ZoneInfo) -> pl.Expr:
    """A cell as one value of a kind; a text is what the file says, not what it was read as."""
    text = pl.col(str(key.text))
    if kind is STRING:
        return text
    if kind is BOOLEAN:  # 1 and 0 too, where it is known that they mean yes and no
        return kind.text_expression(boolean(text.str.strip_chars(EDGES), WITH_DIGITS), zone)
    return kind.text_expression(pl.coalesce(key.read, text) if key.read else text, zone)


def _split_typed(
    variants: Mapping[Type, str],
    target: Type,
    zone: ZoneInfo,
    read: Read,
    separator: str | None = None,
) -> list[tuple[Type, pl.Expr]]:
    values = {
        variant: _elements(pl.col(name), target, separator, zone)
        if separator and target.many and variant == TEXT
        else _converted(pl.col(name), variant, target, zone, read)
        for variant, name in variants.items()
    }
    kept = [
        (variant, pl.when(values[variant].is_null()).then(pl.col(name)))
        for variant, name in variants.items()
        if variant != target
    ]
    found = [(target, pl.coalesce(*values.values())), *kept]
    return found[:1] if target.kind is STRING else found  # string takes everything


def _converted(values: pl.Expr, source: Type, target: Type, zone: ZoneInfo, read: Read) -> pl.Expr:
    """The values of one variant in the target type; null where they do not fit."""
    if source.many and not target.many:
        return _as_json(values) if target.kind is STRING else pl.lit(None, target.kind.dtype)
    if not source.many:
        return _as_list(read(values, source.kind, target.kind, zone), target)
    elements = _every(values, lambda: read(pl.element(), source.kind, target.kind, zone))
    empty = pl.lit([], target.dtype)  # an empty list is a list of any kind
    return pl.when(values.list.len() == 0).then(empty).otherwise(elements)


def _read_json(value: pl.Expr, source: Kind, target: Kind, zone: ZoneInfo) -> pl.Expr:
    if source is target:
        return value
    if target is STRING:
        return _print_number(value) if source is NUMBER else value.cast(pl.String)
    if source is STRING and target in READ_FROM_JSON:
        return target.text_expression(value, zone)
    return pl.when(value.is_null()).then(pl.lit(None, target.dtype))


def _read_text(value: pl.Expr, source: Kind, target: Kind, zone: ZoneInfo) -> pl.Expr:
    if source is target:
        return value
    text = _read_json(value, source, STRING, zone)
    return text if target is STRING else target.text_expression(text, zone)


def _print_number(value: pl.Expr) -> pl.Expr:
    """As JSON prints it: `5.0` is `5` (filters rule 7.2)."""
    whole = (value == value.floor()) & (value.abs() < INTEGERS)
    integer = value.cast(pl.Int64, strict=False).cast(pl.String)
    return pl.when(whole).then(integer).otherwise(value.cast(pl.String))


def _as_json(lists: pl.Expr) -> pl.Expr:
    """A list as the text JSON prints, for a key that holds single texts."""

    def printed(values: pl.Series) -> pl.Series:
        shown = [None if row is None else _print_list(row) for row in values.to_list()]
        return pl.Series(values.name, shown, dtype=pl.String)

    return lists.map_batches(printed, return_dtype=pl.String)


def _print_list(values: list[Any]) -> str:
    shown = [NUMBER.show(value) if isinstance(value, float) else value for value in values]
    return orjson.dumps(shown).decode()


def _every(lists: pl.Expr, read: Callable[[], pl.Expr]) -> pl.Expr:
    """Each list with `read` of its elements; null where an element does not fit."""
    elements = lists.list.eval(read())
    return pl.when(elements.list.drop_nulls().list.len() == lists.list.len()).then(elements)


def _as_list(value: pl.Expr, target: Type) -> pl.Expr:
    return pl.when(value.is_not_null()).then(pl.concat_list(value)) if target.many else value
