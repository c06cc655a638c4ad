"""A database of its own, in memory."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine

from engine.store.results.tables import metadata


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A transaction over all tables, which are empty."""
    database = create_engine("sqlite://")
    metadata.create_all(database)
    with database.begin() as connection:
        yield connection
    database.dispose()
