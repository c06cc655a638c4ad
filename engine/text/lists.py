"""
A list in one cell of a table of text: its elements with `;` between them, so that they part again.

An element that holds the separator or a quote, is empty, or begins or ends with a blank stands in
quotes, and a quote within it is doubled, as in a CSV.
"""

import polars as pl

SEPARATOR = ";"
UNCLEAR = '[;"]|^$|^\\s|\\s$'
PARTS = '"(?:[^"]|"")*"|[^;]+'  # one element each; an empty one is always in quotes
QUOTED = '^\\s*"((?:[^"]|"")*)"\\s*$'


def joined(elements: pl.Expr) -> pl.Expr:
    """Lists of texts, each as the text of one cell."""
    element = pl.element()
    quoted = '"' + element.str.replace_all('"', '""', literal=True) + '"'
    clear = pl.when(element.str.contains(UNCLEAR)).then(quoted).otherwise(element)
    return elements.list.eval(clear).list.join(SEPARATOR)


def parted(text: pl.Expr) -> pl.Expr:
    """The elements of each cell that `joined` wrote, or that somebody wrote like it."""
    inner = pl.element().str.extract(QUOTED).str.replace_all('""', '"', literal=True)
    plain = pl.element().str.strip_chars()
    return text.str.extract_all(PARTS).list.eval(pl.coalesce(inner, plain))
