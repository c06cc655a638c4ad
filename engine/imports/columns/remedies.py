"""What to do where no row of a file came in, told for every reason in one place."""

from collections.abc import Iterator, Sequence

import orjson
import polars as pl

from engine.imports.columns.requirements import requirements
from engine.imports.columns.table import OWNERS, Table
from engine.imports.notes import Note
from engine.text.display import quoted

SHOWN = 12  # columns that the sentence names
JSON = ("json",)  # the header of rejected rows of JSON, whose one cell is the record


def remedies(rejected: pl.DataFrame, header: Sequence[str], table: Table) -> Iterator[Note]:
    """
    The most frequent reason, and how the mapping says which column is the field that it is about.

    Args:
        rejected: as in `Batch`; all rows of the file.
    """
    reasons = rejected["reason"].str.split("; ").list.first()
    fields = reasons.replace_strict(_fields(reasons, table), return_dtype=pl.String)
    known = pl.DataFrame({"reason": reasons, "field": fields}).drop_nulls()
    names = _names(rejected, header)
    if known.is_empty() or not names:
        return
    field = known["field"].mode(maintain_order=True)[0]
    reason = known.filter(pl.col("field") == field)["reason"][0]
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    listed = ", ".join(map(quoted, names[:SHOWN])) + more
    what = "keys" if tuple(header) == JSON else "columns"
    example = f'{{"columns": {{"COLUMN": "{field}"}}}}'
    yield Note(
        "row",
        f"no row came in, mostly because: {reason}. The file has the {what} {listed}: say "
        f"in the mapping (`--mapping`) which of them is {field}, as in {example}, or leave one "
        "out with null in place of its field",
    )


def _fields(reasons: pl.Series, table: Table) -> dict[str, str | None]:
    """By reason the field that it is about; None where it is about the row as a whole."""
    needed = {one.reason: one.usual for one in requirements(table)}
    paths = {column.path: column.path for column in table.columns}
    paths |= {owner.path.partition(".")[0]: OWNERS[1].path for owner in OWNERS}
    return {
        reason: needed.get(reason) or paths.get(reason.partition(":")[0])
        for reason in reasons.unique()
    }


def _names(rejected: pl.DataFrame, header: Sequence[str]) -> list[str]:
    """The columns of the file, or the keys of its first record in JSON that can be read."""
    if tuple(header) != JSON:
        return [name for name in header if name.strip()]
    for [cell] in rejected["cells"]:
        try:
            record = orjson.loads(cell)
        except orjson.JSONDecodeError:
            continue
        if isinstance(record, dict):
            return [*record]
    return []
