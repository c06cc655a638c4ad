"""
Cells that a spreadsheet would run: guarded in every CSV that leaves, unguarded in those that come.

A spreadsheet splits a file at the list separator of its country, not at ours, and knows nothing of
our quotes then. So an apostrophe stands wherever any such split would begin a cell with a formula,
behind the line ends within a cell too. Where the text has an apostrophe there already, it gets one
more, so that taking one off gives back every text.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import Any

import numpy as np
import polars as pl

Change = Callable[[pl.Expr], pl.Expr]
Places = np.ndarray[Any, np.dtype[np.int64]]
SIGNS = "=+\\-@＝＋－＠"
SPLITS = ",;|\t\r\n"
QUOTES = "['\"]*"  # a reader may drop them, and an apostrophe of the text is no guard of ours
# Where a cell may begin, and what must not stand there: going out, and behind the guard coming in.
PLACES = (
    (f"(^|[{SPLITS}])", f"{QUOTES}[{SIGNS}]", f"{QUOTES}[{SIGNS}]"),
    ("(^|[,;|])", f"{QUOTES}\t", f"{QUOTES}\t"),
    ("(^)", f"{QUOTES}[\r\n]", f"{QUOTES}[\r\n]"),
    ("(^)", "'+[0-9]", "'*[0-9]"),  # `'007` is how people write a number that is text
)
RISKY = f"[{SPLITS}]{QUOTES}[{SIGNS}\t]|^{QUOTES}[{SIGNS}\t\r\n]|^'+[0-9]"
HARMLESS = r"^[+-]?[0-9][0-9 ()./]*(,[0-9]+)?$"  # a negative number, a phone number
BEGINS = sorted(set(f"{SIGNS}'\t\r\n".encode()))  # bytes: what fits RISKY has one of them
IS_BEGIN = np.isin(np.arange(256), BEGINS)  # by byte
SHOWN_AS_TEXT = '^="([^"]*)"$'  # how a spreadsheet is told to leave `00123` alone


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """
    The same rows and columns, texts and headers guarded where a spreadsheet would run them.

    Numbers and phone numbers stay as they are.
    """
    cells = _numbered(frame)
    texts = cells.select(pl.col(pl.String)).columns
    cells = _changed(cells, dict.fromkeys(texts, _risky), _guarded)
    cells.columns = _headers(frame)
    return cells


def csv_text(
    frame: pl.DataFrame, delimiter: str = ",", *, header: bool = True, guard: bool = True
) -> str:
    """
    The frame as CSV, guarded unless no spreadsheet opens the file.

    Whatever a reader with another separator would split stands in quotes.
    """
    return bytes(csv_bytes(frame, delimiter, header=header, guard=guard)).decode()


def csv_bytes(
    frame: pl.DataFrame, delimiter: str = ",", *, header: bool = True, guard: bool = True
) -> memoryview:
    """`csv_text` in UTF-8."""
    file = BytesIO()
    if header:
        names = _headers(frame) if guard else frame.columns
        columns = [str(place) for place in range(frame.width)]
        first = pl.DataFrame([names], schema=dict.fromkeys(columns, pl.String), orient="row")
        _write(first, file, delimiter, guard=False)
    _write(frame, file, delimiter, guard=guard)
    return file.getbuffer()


def _write(frame: pl.DataFrame, file: BytesIO, delimiter: str, *, guard: bool) -> None:
    cells = _numbered(frame)
    risky, signs = _marked(cells, delimiter)
    if guard:
        cells = _changed(cells, dict.fromkeys(risky, _risky), _guarded)
    special = {name: partial(_has_any, signs=found) for name, found in signs.items()}
    cells = _changed(cells, special, _quoted)
    rows = max(cells.height, 1)  # at a time: the 1,024 of Polars take a third longer
    cells.write_csv(
        file, include_header=False, separator=delimiter, quote_style="never", batch_size=rows
    )


def unguarded(texts: pl.Series) -> pl.Series:
    """Each text as it was before `guarded`; `="00123"` is `00123`."""
    if not texts.str.contains("['\"]").any():
        return texts
    return texts.to_frame("text").select(_unguarded(pl.col("text"))).to_series().alias(texts.name)


def unguarded_cells(cells: Sequence[str]) -> list[str]:
    """`unguarded` of a few texts."""
    return unguarded(pl.Series(cells, dtype=pl.String)).to_list()


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame under names of our own, "0", "1", …: Polars reads some names as patterns."""
    cells = frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    cells.columns = [str(place) for place in range(frame.width)]
    return cells


def _marked(cells: pl.DataFrame, delimiter: str) -> tuple[list[str], dict[str, list[str]]]:
    """
    The text columns that may hold what is guarded; and of those that may hold what stands in quotes
    the signs for it.

    Most hold neither. A sign that none of the texts has is soonest looked for in all of them as
    one; a pattern for each takes four times as long.
    """
    signs = {sign: sign.encode() for sign in sorted({*SPLITS, '"', delimiter})}
    risky, special = [], {}
    for column in cells.select(pl.col(pl.String)).get_columns():
        whole, places = _as_one(column)
        found = [sign for sign, spelled in signs.items() if spelled in whole]
        of_no_length = bool((places[1:] == places[:-1]).any())  # mostly missing ones
        parts = bool(found) or (of_no_length and bool((column == "").any()))
        if parts:
            special[column.name] = found
        if _begins(whole, places) or (parts and any(sign in whole for sign in BEGINS)):
            risky.append(column.name)
    return risky, special


def _as_one(texts: pl.Series) -> tuple[bytes, Places]:
    """
    All texts one behind the other, in UTF-8, and where each begins in that and the last ends.

    What lies below a missing one may stand there too: then a column is looked at for nothing.
    """
    array = texts.to_arrow()
    _, begins, whole = array.buffers()
    places = np.frombuffer(begins, np.int64)[array.offset : array.offset + len(array) + 1]
    return whole.to_pybytes() if whole else b"", places


def _begins(text: bytes, places: Places) -> bool:
    """Whether a text begins with one of BEGINS; for an empty one the next is looked at."""
    if not text:
        return False
    first = np.frombuffer(text, np.uint8).take(places[:-1], mode="clip")
    return bool(IS_BEGIN.take(first).any())


def _changed(cells: pl.DataFrame, meant: Mapping[str, Change], change: Change) -> pl.DataFrame:
    """The same cells, in some columns those that are meant changed: often not one of them is."""
    found = cells.select(test(pl.col(name)) for name, test in meant.items())
    places = {name: found[name].arg_true() for name in meant}
    some = {name: cells[name].gather(at).to_frame() for name, at in places.items() if len(at)}
    return cells.with_columns(
        cells[name].scatter(places[name], few.select(change(pl.first())).to_series())
        for name, few in some.items()
    )


def _has_any(text: pl.Expr, signs: list[str]) -> pl.Expr:
    """Whether a text has one of the signs, or is empty, which is not a missing one."""
    empty = text == ""
    return text.str.contains_any(signs) | empty if signs else empty


def _headers(frame: pl.DataFrame) -> list[str]:
    names = pl.DataFrame({"name": frame.columns}, schema={"name": pl.String})
    return names.select(_guarded(pl.col("name"))).to_series().to_list()


def _risky(text: pl.Expr) -> pl.Expr:
    """Of a column of phone numbers not one; null costs a pattern nothing."""
    harmless = text.str.contains(HARMLESS)
    return pl.when(~harmless).then(text).str.contains(RISKY)


def _guarded(text: pl.Expr) -> pl.Expr:
    safe = text
    for place, begins, _ in PLACES:
        safe = safe.str.replace_all(f"{place}({begins})", "${1}'${2}")
    return pl.when(text.str.contains(HARMLESS)).then(text).otherwise(safe)


def _unguarded(text: pl.Expr) -> pl.Expr:
    plain = text
    for place, _, begins in reversed(PLACES):
        plain = plain.str.replace_all(f"{place}'({begins})", "${1}${2}")
    return pl.coalesce(text.str.extract(SHOWN_AS_TEXT), plain)


def _quoted(text: pl.Expr) -> pl.Expr:
    return pl.format('"{}"', text.str.replace_all('"', '""', literal=True))
