"""Why rows are rejected: by kind, with the column that each is about and what can settle it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from engine.base.kinds.column import Column
from engine.base.kinds.registry import KINDS
from engine.base.kinds.row import RecordKind
from engine.filters.kinds import DATE, INSTANT, NUMBER
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import Table
from engine.imports.columns.targets import targets

VALUE = '`[^`]*`|"[^"]*"'  # in a reason: what came, or whose it is
BETWEEN = "; "  # the reasons of one row
SHOWN = 50  # different cells told of one problem


@dataclass(frozen=True)
class Problem:
    """One reason for which rows are rejected, and what of the mapping could settle it."""

    reason: str  # of the first of them
    rows: tuple[int, ...]  # from 1 without the header
    column: str | None = None  # the header that it is about
    cells: tuple[str, ...] = ()  # what stands in that column, the most frequent first
    allowed: tuple[str, ...] = ()  # the only values that the field takes; () is any
    settings: tuple[str, ...] = ()  # of a column's directive; "key" is which column says who


def problems(
    rejected: pl.DataFrame, header: Sequence[str], table: Table, mapping: ImportMapping
) -> tuple[Problem, ...]:
    """
    The rejected rows by kind of reason, most first; a row with two reasons counts for both.

    Args:
        rejected: as in `Batch`.
    """
    found: dict[str, tuple[str, list[int]]] = {}
    kind = pl.col("reason").str.replace_all(VALUE, "``").alias("kind")
    grouped = rejected.group_by(kind, maintain_order=True).agg(
        pl.col("reason").first(), rows=pl.col("row")
    )
    for one in grouped.iter_rows(named=True):
        for general, reason in zip(
            one["kind"].split(BETWEEN), _reasons(one["reason"]), strict=False
        ):
            found.setdefault(general, (reason, []))[1].extend(one["rows"])
    places = _places(header, table, mapping)
    told = [_problem(reason, rows, rejected, places, table) for reason, rows in found.values()]
    return tuple(sorted(told, key=lambda problem: -len(problem.rows)))


def _reasons(text: str) -> Iterator[str]:
    """The reasons of a row; what they quote may hold anything."""
    values = re.findall(VALUE, text)
    for part in re.sub(VALUE, "``", text).split(BETWEEN):
        pieces = part.split("``")
        yield pieces[0] + "".join(values.pop(0) + piece for piece in pieces[1:])


def _places(
    header: Sequence[str], table: Table, mapping: ImportMapping
) -> Mapping[str, tuple[int, str]]:
    """By the path of a field, the place of its column and its header."""
    known = ImportMapping(
        {name: mapping.columns[name] for name in header if name in mapping.columns}
    )
    chosen = targets(header, table, known)
    return {
        target.column.path: (place, target.header)
        for place, target in reversed(list(enumerate(chosen)))
        if target.column
    }


def _problem(
    reason: str,
    rows: list[int],
    rejected: pl.DataFrame,
    places: Mapping[str, tuple[int, str]],
    table: Table,
) -> Problem:
    kind, path = KINDS[table.name], reason.partition(":")[0]
    numbers = tuple(sorted(rows))
    if reason in (kind.keyless, kind.ownerless):
        return Problem(reason, numbers, settings=("key",))
    if path not in places:
        return Problem(reason, numbers)
    place, header = places[path]
    mine = rejected.filter(pl.col("row").is_in(numbers))["cells"].list.get(place, null_on_oob=True)
    cells = tuple(cell for cell, _ in Counter(mine.drop_nulls().to_list()).most_common(SHOWN))
    column = _column(kind, path)
    allowed, settings = (column.allowed, _settings(column)) if column else ((), ())
    return Problem(reason, numbers, header, cells, allowed, settings)


def _column(kind: RecordKind, path: str) -> Column | None:
    return next((one for one in kind.columns if one.path == path), kind.part(path))


def _settings(column: Column) -> tuple[str, ...]:
    """What an analyst can say of a column so that more of its cells are read."""
    if column.allowed:
        return ("values",)
    if column.money:
        return ("unit", "decimal", "values")
    return BY_KIND.get(column.kind, ("values",))


BY_KIND = {
    DATE: ("dates", "values"),
    INSTANT: ("dates", "values"),
    NUMBER: ("decimal", "values"),
}
