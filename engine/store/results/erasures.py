"""What was erased, when and by whom: certificates that say nothing of the people themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, insert, select

from engine.store.results.receipts import find_receipt
from engine.store.results.tables import erasure


@dataclass(frozen=True)
class Erasure:
    """One erasure of one or many people."""

    id: str
    at: datetime
    change: int  # its change set
    certificate: Mapping[str, Any]


def add_erasure(connection: Connection, made: Erasure) -> None:
    """Writes a new one."""
    connection.execute(insert(erasure).values(**vars(made)))


def erasures(connection: Connection) -> list[Erasure]:
    """Every one, newest first."""
    newest_first = select(erasure).order_by(erasure.c.at.desc(), erasure.c.id)
    return [Erasure(**row._mapping) for row in connection.execute(newest_first)]


def find_erasure(connection: Connection, erasure_id: str) -> Erasure:
    """
    The one with this id.

    Raises:
        NotFoundError: there is none.
    """
    row = find_receipt(connection, erasure, "erasure", erasure_id)
    return Erasure(**row._mapping)


def erased_since(connection: Connection, change: int) -> bool:
    """Whether somebody was erased behind a change set."""
    return bool(connection.scalar(select(exists().where(erasure.c.change > change))))
