"""
A field's values as filters read them: text in Unicode NFC (filters rule 4.1), as codes where few
values repeat.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from engine.filters.storage import Bits, Dictionary, Plain, Storage

# Above this share of distinct values a dictionary is larger than what it saves.
DICTIONARY_SHARE = 0.25
BITS = 64  # of one number; a test over them costs 0.5 ms at 1 M rows, over the lists 15 ms


@dataclass(frozen=True, eq=False)
class FieldColumn:
    """A field's values, one for each record, as the filters read them."""

    storage: Storage
    values: pl.Series
    bits: pl.Series | None = None  # beside lists of few distinct values

    @property
    def series(self) -> tuple[pl.Series, ...]:
        """What a frame needs so that filters can read the field, one value for each record."""
        return (self.values,) if self.bits is None else (self.values, self.bits)

    @property
    def plain(self) -> pl.Series:
        """The values themselves, not their codes, one for each record."""
        if not isinstance(self.storage, Dictionary):
            return self.values
        return self.storage.categories.gather(self.values).alias(self.values.name)

    @property
    def dear(self) -> bool:
        """Whether a test looks at every text or list: 10 to 30 ms at 1 M rows, others below 1."""
        return isinstance(self.storage, Plain) and self.values.dtype in (pl.String, pl.List)


def prepared(values: pl.Series) -> FieldColumn:
    """The values ready for filters, in a column of the same name."""
    dtype = values.dtype
    if dtype == pl.String:
        return _text_column(values)
    if dtype == pl.List:
        return _list_column(values)
    if dtype == pl.Int64:  # operands are doubles, and casting at each test takes 3 ms at 1 M rows
        return FieldColumn(Plain(values.name), values.cast(pl.Float64))
    return FieldColumn(Plain(values.name), values)


def _text_column(values: pl.Series) -> FieldColumn:
    text = values if _is_ascii(values) else values.str.normalize("NFC")
    distinct = text.to_frame().select(pl.all().approx_n_unique()).item()
    if distinct > DICTIONARY_SHARE * len(text):
        return FieldColumn(Plain(text.name), text)
    categories = text.drop_nulls().unique().sort()
    codes = text.cast(pl.Enum(categories)).to_physical()
    return FieldColumn(Dictionary(text.name, categories), codes)


def _list_column(values: pl.Series) -> FieldColumn:
    is_text = values.dtype == pl.List(pl.String)
    normal = values if not is_text or _is_ascii(values.explode()) else _normal_lists(values)
    elements = pl.DataFrame({"row": np.arange(len(normal)), "value": normal})
    elements = elements.explode("value").drop_nulls()
    vocabulary = elements["value"].unique().sort()
    if len(vocabulary) > BITS:
        return FieldColumn(Plain(values.name), normal)
    bits = pl.Series(f"bits of {values.name}", _bits(elements, vocabulary, len(normal)))
    return FieldColumn(Bits(values.name, bits.name, vocabulary), normal, bits)


def _bits(elements: pl.DataFrame, vocabulary: pl.Series, height: int) -> np.ndarray:
    """One number a row whose bits say which values of the vocabulary its elements are."""
    places = vocabulary.search_sorted(elements["value"]).to_numpy().astype(np.uint64)
    numbers = np.zeros(height, np.uint64)
    np.bitwise_or.at(numbers, elements["row"].to_numpy(), np.uint64(1) << places)
    return numbers


def _normal_lists(values: pl.Series) -> pl.Series:
    return values.list.eval(pl.element().str.normalize("NFC"))


def _is_ascii(text: pl.Series) -> bool:
    """ASCII is in NFC already, and counting bytes is forty times cheaper than normalising."""
    return bool((text.str.len_bytes() == text.str.len_chars()).all())
