"""
What the rows of each table of `workbench.db` come to, so that another hand in the file is noticed.

Every write of this program is counted by triggers that its own connections alone have: a row that
was taken away, changed or added by anything else leaves the count and the sum as they were, and
they no longer fit. The sum is of one number for each row, so no other row has to be read; 4 µs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from marshal import dumps
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, delete, insert, literal_column, select
from sqlalchemy.dialects.sqlite import insert as insert_or_add

from engine.store.results.tables import (
    checksum,
    membership_part,
    metadata,
    stroke_block,
    stroke_customer,
)
from engine.store.results.upserts import put

# `checksum` is what is compared; the other two, with a row for each entry and exit, are indexes of
# `stroke`, and compared to it.
UNCOUNTED = (checksum, stroke_block, stroke_customer)
COUNTED = {table.name: table for table in metadata.sorted_tables if table not in UNCOUNTED}
# By which column a table is counted in parts: to say whose members are others.
PARTED = {membership_part.name: membership_part.c.segment_id.name}
KEY = "checksums"  # of what belongs to one connection
LIMIT = 1 << 60  # a sum stays below, as SQLite makes larger ones inexact
OF_EVENT = {"INSERT": ((1, "new"),), "DELETE": ((-1, "old"),), "UPDATE": ((-1, "old"), (1, "new"))}
NEW = insert_or_add(checksum)
ADD = NEW.on_conflict_do_update(
    index_elements=list(checksum.primary_key),
    set_={
        "rows": checksum.c.rows + NEW.excluded.rows,
        "sum": (checksum.c.sum + NEW.excluded.sum).bitwise_and(literal_column(str(LIMIT - 1))),
    },
)
Part = tuple[str, str]  # a table and the part of it, as `checksum` has them


class RowSum(NamedTuple):
    """What some rows come to."""

    rows: int = 0
    sum: int = 0


class Counts:
    """What the transaction of one connection has added so far."""

    def __init__(self) -> None:
        self._found: dict[Part, list[int]] = {}  # of each its rows, and their sum

    def clear(self) -> None:
        """Begins at nothing, as a transaction does."""
        self._found.clear()

    def take(self, table: str, part: str, sign: int, *values: Any) -> None:
        """One row more, or less; the database calls it, 2,400 times in a group of 32 writes."""
        known = self._found.get((table, part))
        if known is None:
            known = self._found[table, part] = [0, 0]
        known[0] += sign
        known[1] += sign * row_sum(values)

    def forget(self, table: str) -> None:
        """Adds nothing of what was written to a table."""
        for part in [part for part in self._found if part[0] == table]:
            del self._found[part]

    def save(self, connection: Connection) -> None:
        """Writes what was added, in the transaction that added it."""
        found = [
            {"table": table, "part": part, "rows": rows, "sum": total % LIMIT}
            for (table, part), (rows, total) in self._found.items()
        ]
        put(connection, ADD, found)


def row_sum(values: tuple[Any, ...]) -> int:
    """
    The number of one row.

    `marshal` spells numbers, texts and bytes five times as fast as `repr`; at version 0 it knows
    no references and no interned texts, so that equal rows are spelled alike for ever.
    """
    return int.from_bytes(blake2b(dumps(values, 0), digest_size=7).digest())


def watched(connection: Connection) -> None:
    """Makes a connection count what it writes; outside of a transaction, which would undo it."""
    if KEY in connection.info:
        return
    counts = Counts()
    raw: Any = connection.connection.driver_connection
    raw.create_function("counted", -1, counts.take)
    raw.execute("BEGIN")  # one for all: each by itself takes a third longer, 8 ms in all
    for statement in TRIGGERS:
        raw.execute(statement)
    raw.execute("COMMIT")
    connection.info[KEY] = counts


def counts_of(connection: Connection) -> Counts:
    """The counts of a watched connection."""
    found: Counts = connection.info[KEY]
    return found


def uncounted(connection: Connection, table: str) -> None:
    """Leaves the count of a table as it was: what was written to it only brings back its rows."""
    if KEY in connection.info:
        counts_of(connection).forget(table)


def count_anew(connection: Connection, tables: Iterable[str] = COUNTED) -> None:
    """Takes the rows as they are for right: of a new database, or of one that was looked at."""
    for name in tables:
        uncounted(connection, name)
        connection.execute(delete(checksum).where(checksum.c.table == name))
        rows = [
            {"table": name, "part": part, **found._asdict()}
            for part, found in tallies(connection, COUNTED[name]).items()
        ]
        if rows:
            connection.execute(insert(checksum), rows)


def count_parts_anew(connection: Connection, table: str, parts: Iterable[str]) -> None:
    """`count_anew` for some parts of a table; the others stay as they were counted."""
    uncounted(connection, table)
    now = tallies(connection, COUNTED[table])
    for part in parts:
        there = (checksum.c.table == table) & (checksum.c.part == part)
        connection.execute(delete(checksum).where(there))
        if part in now:
            values = {"table": table, "part": part, **now[part]._asdict()}
            connection.execute(insert(checksum).values(values))


def tallies(connection: Connection, table: Table) -> dict[str, RowSum]:
    """What the rows of each part of a table come to, each of them read; 3 µs a row."""
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    place = list(table.columns.keys()).index(PARTED.get(table.name, table.columns[0].name))
    rows: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    for row in connection.exec_driver_sql(f'SELECT {columns} FROM "{table.name}"'):
        part = row[place] if table.name in PARTED else ""
        rows[part] += 1
        sums[part] += row_sum(tuple(row))
    return {part: RowSum(rows[part], sums[part] % LIMIT) for part in rows}


def noted(connection: Connection) -> Mapping[str, dict[str, RowSum]]:
    """What was counted, by table and part; parts without a row are left out."""
    found: dict[str, dict[str, RowSum]] = {name: {} for name in COUNTED}
    for table, part, rows, total in connection.execute(select(checksum)):
        if rows or total:
            found.setdefault(table, {})[part] = RowSum(rows, total)
    return found


def _triggers() -> Iterator[str]:
    for name, table in COUNTED.items():
        for event, parts in OF_EVENT.items():
            calls = "".join(f"SELECT counted({_given(table, *one)}); " for one in parts)
            yield (
                f'CREATE TEMP TRIGGER "{name}_{event.lower()}" AFTER {event} ON main."{name}" '
                f"BEGIN {calls}END"
            )


def _given(table: Table, sign: int, which: str) -> str:
    """What a trigger hands on of a row."""
    part = f'{which}."{PARTED[table.name]}"' if table.name in PARTED else "''"
    values = [f'{which}."{column.name}"' for column in table.columns]
    return ", ".join([f"'{table.name}'", part, str(sign), *values])


TRIGGERS = tuple(_triggers())
