"""The first rows of an export as its file will show them."""

import orjson
import polars as pl

from engine.exports.columns import text_frame
from engine.exports.contents import Contents
from engine.exports.workbook import NUMBERS, TEXTS
from engine.text.formulas import guarded


def first_rows(content: Contents, most: int) -> pl.DataFrame:
    """One row per record of the first, a column of texts per header, guarded where the file is."""
    some = content.extract.positions.head(most)
    if content.format.key == "excel":
        cells = content.cells(some)
        shown = [[_as_shown(value) for value in row] for row in cells.iter_rows()]
        return pl.DataFrame(shown, schema=dict.fromkeys(cells.columns, pl.String), orient="row")
    texts = text_frame(content.records, content.fields, some, content.layout)
    return guarded(texts) if content.order.guard and content.format.guards else texts


def first_lines(content: Contents, most: int) -> list[str]:
    """The first lines of a file of objects."""
    documents = content.cells(content.extract.positions.head(most))
    return [orjson.dumps(document).decode() for document in documents]


def _as_shown(value: object) -> str | None:
    """A cell as a spreadsheet shows it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    text = TEXTS[type(value)](value)
    if text is not None:
        return text
    return FORMATS.get(NUMBERS.get(type(value), ""), "{}").format(value)


# The same as Python's formats: what a spreadsheet makes of the codes of numbers.
FORMATS = {
    "#,##0.00": "{:,.2f}",
    "yyyy-mm-dd hh:mm:ss": "{:%Y-%m-%d %H:%M:%S}",
    "yyyy-mm-dd": "{:%Y-%m-%d}",
}
