"""
Bytes that are no text in a file's encoding: marked as they are read, found again in the rows.

Each stands as a character of its own from the end of the last private plane, which no text uses.
"""

import codecs

import polars as pl

FIRST = 0x10FF00  # and the byte
MARK = "[\U0010ff00-\U0010ffff]"  # as Polars and `re` have it
MARK_BYTES = tuple(bytes((0xF4, 0x8F, third)) for third in range(0xBC, 0xC0))  # the same in UTF-8
MARKED = "marked"  # how to decode: `errors=MARKED`
UNKNOWN = "\ufffd"


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    broken = error.object[error.start : error.end]
    return "".join(chr(FIRST + byte) for byte in broken), error.end


codecs.register_error(MARKED, _mark)


def count_marks(text: bytes) -> int:
    """How many marks a text in UTF-8 holds."""
    return 0 if text.isascii() else sum(map(text.count, MARK_BYTES))


def unmarked(text: str) -> str:
    """The text with the sign for what is no text in place of each mark."""
    return "".join(UNKNOWN if ord(char) >= FIRST else char for char in text)


def spelled(text: str) -> str:
    r"""The text with each byte that is none as `\xE9`."""
    return "".join(f"\\x{ord(char) - FIRST:02X}" if ord(char) >= FIRST else char for char in text)


def marked_rows(cells: pl.DataFrame) -> pl.Series:
    """One Boolean per row of `cells`, whose columns are all text: whether any has a mark."""
    return cells.select(pl.any_horizontal(pl.all().str.contains(MARK).fill_null(value=False)))[
        cells.columns[0]
    ]
