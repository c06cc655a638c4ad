"""
What the rows of each table of `workbench.db` come to, so that another hand in the file is noticed.

Every write of this program is counted by triggers that its own connections alone have: a row that
was taken away, changed or added by anything else leaves the count and the sum as they were, and
they no longer fit. The sum is of one number for each row, so no other row has to be read; 4 µs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from marshal import dumps
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from engine.store.results.tables import checksum, metadata, move_customer

# `checksum` is what is compared; `move_customer`, with a row for each entry and exit, is an index
# of `move`, and compared to it.
UNCOUNTED = (checksum, move_customer)
COUNTED = {table.name: table for table in metadata.sorted_tables if table not in UNCOUNTED}
KEY = "checksums"  # of what belongs to one connection
LIMIT = 1 << 60  # a sum stays below, as SQLite makes larger ones inexact
OF_EVENT = {"INSERT": ((1, "new"),), "DELETE": ((-1, "old"),), "UPDATE": ((-1, "old"), (1, "new"))}
ADD = (
    update(checksum)
    .where(checksum.c.table == bindparam("of"))
    .values(
        rows=checksum.c.rows + bindparam("more"),
        sum=(checksum.c.sum + bindparam("by")).bitwise_and(LIMIT - 1),
    )
)


class Tally(NamedTuple):
    """What the rows of one table come to."""

    rows: int
    sum: int


class Counts:
    """What the transaction of one connection has added so far."""

    def __init__(self) -> None:
        self.rows: Counter[str] = Counter()
        self.sums: Counter[str] = Counter()

    def clear(self) -> None:
        """Begins at nothing, as a transaction does."""
        self.rows.clear()
        self.sums.clear()

    def take(self, table: str, sign: int, *values: Any) -> None:
        """One row more, or less; the database calls it."""
        self.rows[table] += sign
        self.sums[table] += sign * row_sum(values)

    def save(self, connection: Connection) -> None:
        """Writes what was added, in the transaction that added it."""
        found = [
            {"of": name, "more": self.rows[name], "by": self.sums[name] % LIMIT}
            for name in self.rows
        ]
        if found:
            connection.execute(ADD, found)


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
    for statement in TRIGGERS:
        raw.execute(statement)
    connection.info[KEY] = counts


def counts_of(connection: Connection) -> Counts:
    """The counts of a watched connection."""
    found: Counts = connection.info[KEY]
    return found


def count_anew(connection: Connection, tables: Iterable[str] = COUNTED) -> None:
    """Takes the rows as they are for right: of a new database, or of one that was repaired."""
    for name in tables:
        found = tally(connection, COUNTED[name])
        connection.execute(delete(checksum).where(checksum.c.table == name))
        connection.execute(insert(checksum).values(table=name, rows=found.rows, sum=found.sum))


def tally(connection: Connection, table: Table) -> Tally:
    """What the rows of a table come to, each of them read; 3 µs a row."""
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    rows = total = 0
    for row in connection.exec_driver_sql(f'SELECT {columns} FROM "{table.name}"'):
        rows, total = rows + 1, total + row_sum(tuple(row))
    return Tally(rows, total % LIMIT)


def noted(connection: Connection) -> dict[str, Tally]:
    """What was counted, by table."""
    return {name: Tally(*rest) for name, *rest in connection.execute(select(checksum))}


def _triggers() -> Iterator[str]:
    for name, table in COUNTED.items():
        for event, parts in OF_EVENT.items():
            calls = "".join(
                f"SELECT counted('{name}', {sign}, "
                + ", ".join(f'{which}."{column.name}"' for column in table.columns)
                + "); "
                for sign, which in parts
            )
            yield (
                f'CREATE TEMP TRIGGER "{name}_{event.lower()}" AFTER {event} ON main."{name}" '
                f"BEGIN {calls}END"
            )


TRIGGERS = tuple(_triggers())
