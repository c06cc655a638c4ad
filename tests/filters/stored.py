"""The ways a frame can store one field, for tests that must hold in all of them."""

import polars as pl

from engine.evaluation import columns
from engine.filters.reading import nfc
from engine.filters.storage import Dictionary, Plain


def as_plain(frame):
    """Every column as it is; text in NFC, as the profile keeps it."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    lists = [name for name, dtype in frame.schema.items() if dtype == pl.List(pl.String)]
    normal = frame.with_columns(
        *(pl.col(name).str.normalize("NFC") for name in texts),
        *(pl.col(name).list.eval(pl.element().str.normalize("NFC")) for name in lists),
    )
    return normal, lambda leaf: Plain(leaf.field.path) if leaf.field.path in frame else None


def as_dictionary(frame):
    """Text columns, and lists of text, as codes of 32 bits; everything else plain."""
    coded, categories = {}, {}
    for name, dtype in frame.schema.items():
        if dtype == pl.String:
            categories[name] = _categories(frame[name].to_list())
            coded[name] = [_code(categories[name], text) for text in frame[name].to_list()]
        elif dtype == pl.List(pl.String):
            categories[name] = _categories(frame[name].explode().to_list())
            coded[name] = [
                None if texts is None else [_code(categories[name], text) for text in texts]
                for texts in frame[name].to_list()
            ]
    columns = [
        pl.Series(
            name,
            codes,
            dtype=pl.List(pl.UInt32) if frame[name].dtype == pl.List(pl.String) else pl.UInt32,
        )
        for name, codes in coded.items()
    ]

    def locate(leaf):
        name = leaf.field.path
        if name in categories:
            return Dictionary(name, pl.Series(categories[name], dtype=pl.String))
        return Plain(name) if name in frame else None

    return frame.with_columns(columns), locate


def as_categorical(frame):
    """Text columns as Categorical, which is how a hot frame may keep them."""
    normal, _ = as_plain(frame)
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    coded = normal.with_columns(pl.col(name).cast(pl.Categorical) for name in texts)

    def locate(leaf):
        name = leaf.field.path
        if name in texts:
            return Dictionary(name, coded[name].dtype.categories.to_series())
        return Plain(name) if name in frame else None

    return coded, locate


def as_bits(frame):
    """Lists of few distinct values as bits of a number, which is how a hot frame keeps them."""
    normal, locate = as_plain(frame)
    prepared = {
        name: columns.prepared(normal[name])
        for name, dtype in normal.schema.items()
        if dtype == pl.List
    }
    bits = [column.bits for column in prepared.values()]

    def found(leaf):
        known = prepared.get(leaf.field.path)
        return known.storage if known else locate(leaf)

    return normal.with_columns(bits), found


STORAGES = (as_plain, as_dictionary, as_categorical, as_bits)


def _categories(texts):
    return sorted({nfc(text) for text in texts if text is not None}, reverse=True)


def _code(categories, text):
    return None if text is None else categories.index(nfc(text))
