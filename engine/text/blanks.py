"""Blanks and invisible marks around a cell: nobody sees them, and nobody meant them."""

import polars as pl

# Unicode's white space, then marks without width, those that turn the text, and the BOM.
WHITE = "\t\n\v\f\r \x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
INVISIBLE = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\ufeff" + "".join(
    map(chr, (*range(0x202A, 0x202F), *range(0x2060, 0x2070)))
)
EDGES = WHITE + INVISIBLE


def trimmed(texts: pl.Series) -> pl.Series:
    """Each text without blanks and invisible marks at its ends; null where nothing is left."""
    cells = texts.str.strip_chars(EDGES)
    sizes = cells.str.len_bytes()
    empty = sizes == 0
    if not empty.any():
        return texts if sizes.sum() == texts.str.len_bytes().sum() else cells  # no copy to keep
    return cells.set(empty.fill_null(value=False), None)


def filled(texts: pl.Series, bare: pl.Series) -> pl.Series:
    """Each text as it stands, but null where `trimmed` leaves nothing."""
    if bare.null_count() == texts.null_count():
        return texts
    return texts.set(bare.is_null(), None)
