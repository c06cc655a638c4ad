"""
A field's values as filters read them: text in Unicode NFC (filters rule 4.1), as codes where few
values repeat.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from engine.filters.storage import Bits, Dictionary, Plain, Storage
from engine.system.series import put

# Above this share of distinct values a dictionary is larger than what it saves.
DICTIONARY_SHARE = 0.25
PARTS = r"[\u{300}-\u{10ffff}]"  # signs, with which alone a text can be composed otherwise
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
    distinct = values.to_frame().select(pl.all().approx_n_unique()).item()
    if distinct > DICTIONARY_SHARE * len(values):
        return FieldColumn(Plain(values.name), composed(values))
    text, found = values, values.drop_nulls().unique()
    if not composed(found).equals(found):  # to look at each value once is cheap
        text = composed(values)
        found = text.drop_nulls().unique()
    categories = found.sort()
    return FieldColumn(Dictionary(text.name, categories), coded(text, categories))


def _list_column(values: pl.Series) -> FieldColumn:
    lists = normal(values)
    vocabulary = lists.explode().drop_nulls().unique().sort()
    if len(vocabulary) > BITS:
        return FieldColumn(Plain(values.name), lists)
    storage = Bits(values.name, f"bits of {values.name}", vocabulary)
    return FieldColumn(storage, lists, bit_numbers(lists, storage))


def coded(text: pl.Series, categories: pl.Series) -> pl.Series:
    """The place of each text among the categories, all of which are there; null stays null."""
    return text.cast(pl.Enum(categories)).to_physical()


def bit_numbers(lists: pl.Series, storage: Bits) -> pl.Series:
    """One number for each record: its bits say which values of the vocabulary its list has."""
    elements = pl.DataFrame({"row": np.arange(len(lists)), "value": lists})
    elements = elements.explode("value").drop_nulls()
    order = storage.vocabulary.arg_sort()
    sorted_values = storage.vocabulary.gather(order)
    places = order.gather(sorted_values.search_sorted(elements["value"]))
    numbers = np.zeros(len(lists), np.uint64)
    bits = np.uint64(1) << places.to_numpy().astype(np.uint64)
    np.bitwise_or.at(numbers, elements["row"].to_numpy(), bits)
    return pl.Series(storage.bits, numbers)


def normal(values: pl.Series) -> pl.Series:
    """The values with their texts in NFC."""
    if values.dtype == pl.String:
        return composed(values)
    if values.dtype != pl.List(pl.String):
        return values
    texts = values.explode()
    if composed(texts) is texts:
        return values
    return values.list.eval(pl.element().str.normalize("NFC"))


def composed(texts: pl.Series) -> pl.Series:
    """
    The texts in NFC; those that are so already are not made anew.

    Of signs below U+0300 all are, whatever stands beside them: to see that of a million texts takes
    a tenth of what it takes to compose them, and counting bytes a hundredth.
    """
    if (texts.str.len_bytes() == texts.str.len_chars()).all():
        return texts
    some = texts.str.contains(PARTS).fill_null(value=False).arg_true()
    return put(texts, some, texts.gather(some).str.normalize("NFC")) if len(some) else texts
