"""
Statements that SQLAlchemy compiles once for all databases of a process, not once for each.

A second workspace (a copy, a backup, the next one of a test) then opens in 30 ms instead of 40.
"""

from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

DRIVER = "sqlite+shared"  # as addresses of databases name it
MOST = 500  # statements kept; we have about a hundred
OPTIONS: dict[str, Any] = {"compiled_cache": LRUCache(MOST)}  # of every database


class SharedDialect(SQLiteDialect_pysqlite):
    """One is as good as another: what was compiled for one fits all."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SharedDialect)

    def __hash__(self) -> int:
        return hash(SharedDialect)


registry.register(DRIVER.replace("+", "."), __name__, SharedDialect.__name__)
