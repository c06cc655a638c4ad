"""
A query of SQLite with one type per column.

SQLite's values have types, its columns have none; the driver takes a column's type from the first
rows and fails at a later one of another. So the query is asked what it has first, and is then read
behind a row of examples.
"""

import sqlite3
from collections.abc import Callable, Iterator

import pyarrow as pa

from engine.errors import ImportFileError

KINDS = ("integer", "real", "text", "blob")
# What a column of one type is read as, and an example of it; several types are text.
SINGLE = {
    "integer": ("{}", "0"),
    "real": ("{}", "0.5"),
    "blob": ("{}", "x'00'"),
}
REALS = ("CAST({} AS REAL)", "0.5")
TEXTS = ("CAST({} AS TEXT)", "'x'")

Rows = Callable[[str], pa.RecordBatchReader]


def typed_query(query: str, rows: Rows) -> pa.RecordBatchReader:
    """
    The rows of a query, whose columns have one type each.

    Raises:
        ImportFileError: it is several statements, or none that gives columns.
    """
    _check_single(query)
    rows(f"WITH q AS ({query}\n) SELECT 1 FROM q LIMIT 0")  # ATTACH would make a file, if run
    names = rows(query).schema.names
    if not names:
        raise ImportFileError("expected a query that gives columns, such as SELECT, got none")
    places = [f"c{place}" for place in range(len(names))]
    asked = f"WITH q({', '.join(places)}) AS ({query}\n) "
    found = _kinds(rows, asked, places)
    chosen = [_read(kinds) for kinds in found]
    examples = ", ".join(example for _, example in chosen)
    values = ", ".join(read.format(place) for (read, _), place in zip(chosen, places, strict=True))
    batches = rows(f"{asked}SELECT {examples} UNION ALL SELECT {values} FROM q")
    schema = pa.schema(
        [each.with_name(name) for each, name in zip(batches.schema, names, strict=True)]
    )
    return pa.RecordBatchReader.from_batches(schema, _renamed(batches, schema))


def _check_single(query: str) -> None:
    """The driver runs the first of several statements, and says nothing of the others."""
    ends = (place for place, sign in enumerate(query) if sign == ";")
    if any(sqlite3.complete_statement(query[: place + 1]) for place in ends):
        raise ImportFileError("expected one query, got several statements: leave the others out")


def _kinds(rows: Rows, asked: str, places: list[str]) -> list[set[str]]:
    """The types that occur in each column; null is of any."""
    parts = [f"MAX(typeof({place}) = '{kind}')" for place in places for kind in KINDS]
    found: list[set[str]] = []
    per = 400 // len(KINDS)  # columns at once: SQLite takes 2,000 in an answer
    for start in range(0, len(places), per):
        some = parts[start * len(KINDS) : (start + per) * len(KINDS)]
        [row] = rows(f"{asked}SELECT {', '.join(some)} FROM q").read_all().to_pylist() or [{}]
        flags = list(row.values())
        found += [
            {kind for kind, flag in zip(KINDS, flags[at:], strict=False) if flag}
            for at in range(0, len(flags), len(KINDS))
        ]
    return found


def _read(kinds: set[str]) -> tuple[str, str]:
    if len(kinds) == 1:
        return SINGLE.get(next(iter(kinds)), TEXTS)
    return REALS if kinds == {"integer", "real"} else TEXTS


def _renamed(batches: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The batches under the names of the query, without the row of examples."""
    first = True
    for batch in batches:
        named = pa.RecordBatch.from_arrays(batch.columns, schema=schema)
        yield named.slice(1) if first else named
        first = False
