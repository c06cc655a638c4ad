"""
Cells that a spreadsheet would run: guarded in every CSV that leaves, unguarded in those that come.

A spreadsheet splits a file at the list separator of its country, not at ours, and knows nothing of
our quotes then. So an apostrophe stands wherever any such split would begin a cell with a formula,
behind the line ends within a cell too. Where the text has an apostrophe there already, it gets one
more, so that taking one off gives back every text.
"""

from collections.abc import Sequence
from io import BytesIO

import polars as pl

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
SPECIAL = f'[{SPLITS}"]|^$'  # in quotes for whatever reader; an empty text is not a missing one
EDGE = "\x1f"  # before and behind each cell where a column is searched as one text
# What a cell may begin with that has to be looked at, or that shows that it is empty.
BEGINS = (*"=+-@＝＋－＠'", EDGE)
SHOWN_AS_TEXT = '^="([^"]*)"$'  # how a spreadsheet is told to leave `00123` alone


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """
    The same rows and columns, texts and headers guarded where a spreadsheet would run them.

    Numbers and phone numbers stay as they are.
    """
    cells = _numbered(frame)
    cells = cells.with_columns(_safe(cells))
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
    own = f"\\x{ord(delimiter):02x}"
    cells = _numbered(frame)
    marked = _marked(cells, delimiter)
    if guard:
        marked = marked.with_columns(_safe(marked))
    cells = cells.with_columns(marked.select(_quoted(pl.all(), f"{own}|{SPECIAL}")))
    cells.write_csv(file, include_header=False, separator=delimiter, quote_style="never")


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


def _marked(cells: pl.DataFrame, delimiter: str) -> pl.DataFrame:
    """The text columns that may hold what stands in quotes or is guarded; most hold nothing."""
    texts = cells.select(pl.col(pl.String))
    whole = texts.select(pl.all().str.join(EDGE))
    return texts.select(name for name in texts.columns if _is_marked(whole[name].item(), delimiter))


def _is_marked(joined: str, delimiter: str) -> bool:
    """
    Whether a sign stands anywhere in cells joined by `EDGE`, or one that matters there begins one.

    One sign in one text is a look through memory; a pattern for each cell takes twice as long. A
    cell that holds `EDGE` itself may let its column be taken for nothing.
    """
    if any(sign in joined for sign in (*SPLITS, '"', delimiter)):
        return True
    begins = [sign for sign in BEGINS if sign in joined]
    return (
        joined[:1] in ("", *begins)
        or any(EDGE + sign in joined for sign in begins)
        or (joined[-1:] == EDGE)
    )


def _holding(cells: pl.DataFrame, pattern: str) -> pl.DataFrame:
    """The text columns in which any cell fits a pattern."""
    texts = cells.select(pl.col(pl.String))
    found = texts.select(pl.all().str.contains(pattern).any())
    return texts.select(name for name in texts.columns if found[name].item())


def _safe(cells: pl.DataFrame) -> pl.DataFrame:
    """The columns that hold anything risky, guarded."""
    return pl.DataFrame(map(_safe_column, _holding(cells, RISKY).get_columns()))


def _safe_column(cells: pl.Series) -> pl.Series:
    """The risky cells alone are guarded: of a column of phone numbers not one."""
    risky = cells.str.contains(RISKY) & ~cells.str.contains(HARMLESS)
    places = risky.arg_true()
    if places.is_empty():
        return cells
    safe = cells.gather(places).to_frame().select(_guarded(pl.first())).to_series()
    return cells.scatter(places, safe)


def _headers(frame: pl.DataFrame) -> list[str]:
    names = pl.DataFrame({"name": frame.columns}, schema={"name": pl.String})
    return names.select(_guarded(pl.col("name"))).to_series().to_list()


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


def _quoted(text: pl.Expr, special: str) -> pl.Expr:
    quoted = '"' + text.str.replace_all('"', '""', literal=True) + '"'
    return pl.when(text.str.contains(special)).then(quoted).otherwise(text).name.keep()
