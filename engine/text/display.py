"""
Text of others as a screen shows it: every mark visible, a long value short.

A name may hold what cannot be seen: marks that turn the text around them, signs without width,
control characters. They are shown by their numbers, and nothing else is changed. What a screen
reads beyond that, such as Markdown, is the business of the pages.
"""

import json
import re
from typing import Any

import polars as pl

LONGEST = 1_000  # characters of one value
SENTENCE = 20_000  # of a text that quotes many values, such as a filter in words

# Controls that are no white space, fillers, and signs without width or that turn the text.
UNSEEN = (
    r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    r"\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
JOINERS = r"\u200c\u200d"
# Between letters of scripts that join, and between emoji, a joiner does its work.
BESIDE_JOINER = r"[^\x00-\u02ff\s\u2000-\u206f]"
MARKS = re.compile(
    rf"[{UNSEEN}\ud800-\udfff]|(?<!{BESIDE_JOINER})[{JOINERS}]|[{JOINERS}](?!{BESIDE_JOINER})"
)
BREAKS = re.compile("[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")  # what ends a line, anywhere
PERHAPS_MARKS = rf"[{UNSEEN}{JOINERS}]"  # without a look around, as Polars wants it


def visible(text: str, most: int = LONGEST) -> str:
    """The text with its unseen marks as `‹U+202E›`; what is longer says how long it is."""
    return MARKS.sub(_number, shortened(text, most))


def one_line(text: str) -> str:
    """The whole text as `visible` shows it, what would end a line in it as `‹U+000A›` too."""
    return BREAKS.sub(_number, visible(text, len(text)))


def shortened(text: str, most: int = LONGEST) -> str:
    """The first characters of a longer text, and how many it has."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def escaped(document: str) -> str:
    """A JSON document with its unseen marks as JSON writes them, so that it stays the same."""
    return MARKS.sub(lambda mark: json.dumps(mark[0])[1:-1], document)


def quoted(value: object) -> str:
    """
    A value within a message, on one line, in backticks that those of the value cannot end.

    As in Markdown, there are more of them than the value has in a row.
    """
    text = BREAKS.sub(_number, visible(str(value)))
    if not text:
        return '""'
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    edge = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{edge}{text}{edge}{fence}"


def visible_column(values: pl.Series) -> pl.Series:
    """Each text of a column, or of the lists in it, as `visible` shows it."""
    if values.dtype == pl.List(pl.String):
        inner = values.explode(keep_nulls=False, empty_as_null=False)
        return values if not _odd(inner) else _each(values)
    return _each(values) if values.dtype == pl.String and _odd(values) else values


def visible_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows as a page shows them: texts and column headings visible, each heading once."""
    headings: dict[str, None] = {}
    for name in frame.columns:
        heading = visible(name)
        while heading in headings:  # two long ones may begin alike
            heading += "′"
        headings[heading] = None
    columns = map(visible_column, frame.get_columns())
    return pl.DataFrame(
        [column.alias(name) for name, column in zip(headings, columns, strict=True)]
    )


def visible_json(data: Any) -> Any:
    """A JSON value with its keys and texts as `visible` shows them."""
    if isinstance(data, str):
        return visible(data)
    if isinstance(data, dict):
        return {visible(str(key)): visible_json(value) for key, value in data.items()}
    return [visible_json(each) for each in data] if isinstance(data, list | tuple) else data


def _odd(texts: pl.Series) -> bool:
    long, marked = texts.str.len_chars() > LONGEST, texts.str.contains(PERHAPS_MARKS)
    return bool((long | marked).any())


def _each(values: pl.Series) -> pl.Series:
    return pl.Series(values.name, list(map(visible_json, values.to_list())), values.dtype)


def _number(mark: re.Match[str]) -> str:
    return f"‹U+{ord(mark[0]):04X}›"
