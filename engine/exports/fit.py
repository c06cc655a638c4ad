"""Whether records fit into a kind of file at all, said before the first of them is written."""

from collections.abc import Callable, Iterable, Iterator

import polars as pl

from engine.base.records import RecordColumns
from engine.errors import Issue, UsageError
from engine.exports.formats import Format
from engine.filters.fields import Field
from engine.limits import FAULTS
from engine.text.display import quoted

NAMES = ("source_id", "id", "code")  # what an analyst knows a record by, the best first


def check_shape(kind: Format, rows: int, columns: int, what: str) -> None:
    """
    Sees that so many rows and columns of `what` fit into a kind of file.

    Raises:
        UsageError: there are more rows or columns than the kind of file can have.
    """
    for most, count, name in (
        (kind.most_rows, rows, what),
        (kind.most_columns, columns, "columns"),
    ):
        if most is not None and count > most:
            raise UsageError(
                f"expected at most {most:,} {name} in a file of {kind.label}, got "
                f"{count:,}: choose another format or a limit"
            )


def check_texts(
    kind: Format,
    records: RecordColumns,
    slices: Iterable[pl.Series],
    content: Callable[[pl.Series], pl.DataFrame],
    *,
    cut: bool,
) -> int:
    """
    How many cells are longer than the kind of file takes, and are to be cut.

    Args:
        slices: positions of the records.
        content: the cells of a slice as they would be written.
        cut: whether they may be.

    Raises:
        UsageError: there are such cells, and they may not; names them all by their rows.
    """
    if kind.most_text is None:
        return 0
    issues: list[Issue] = []
    rows = 0
    for positions in slices:
        frame = content(positions)
        for column in frame.select(pl.col(pl.String)).get_columns():
            issues += _overlong(column, kind.most_text, records, positions, rows)
        rows += frame.height
    if issues and not cut:
        first = f"; the first {FAULTS.most} are listed" if len(issues) > FAULTS.most else ""
        raise UsageError(
            f"{len(issues):,} cells do not fit into a file of {kind.label}, which takes at most "
            f"{kind.most_text:,} characters in one: choose another format, leave the columns "
            f"out, or let the texts be cut (--cut-texts){first}",
            issues[: FAULTS.most],
        )
    return len(issues)


def _overlong(
    column: pl.Series, most: int, records: RecordColumns, positions: pl.Series, before: int
) -> Iterator[Issue]:
    for row in (column.str.len_bytes() > most).fill_null(value=False).arg_true():
        units = len(column[row].encode("utf-16-le")) // 2
        if units > most:
            where = f"row {before + row + 1:,}"
            if len(column) == len(positions):  # else a row is a part of a record
                where += f" ({_name(records, positions.slice(row, 1))})"
            yield Issue(column.name, f"{where} has a text of {units:,} characters")


def _name(records: RecordColumns, position: pl.Series) -> str:
    """What an analyst knows the record by."""
    for path in NAMES:
        field: Field | None = records.catalogue.rows.get(path)
        values = None if field is None else records.values(field, position)
        if values is not None and values[0] is not None:
            return f"{path} {quoted(values[0])}"
    return "a record without an id"
