"""Rows go straight through the driver, and are read as SQLAlchemy would have written them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select
from sqlalchemy.dialects import sqlite

from engine.store.results.tables import change_log, change_set, membership_part
from engine.store.results.upserts import put, put_columns, upsert

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
PART = upsert(membership_part)
LINE = sqlite.insert(change_log)


def lines():
    """Rows of every type: an instant of another zone, JSON, what is not there, a shared value."""
    there = NOW.astimezone(timezone(timedelta(hours=5)))
    shared = {"at": there, "actor": "é", "cause": "edit", "door": None, "undoes": None}
    return [
        {**shared, "number": 1, "change": None, "touched": {}, "before": None, "after": ["ü", 1]},
        {**shared, "number": 2, "change": 7, "touched": {"a": 1}, "before": {"b": 2}, "after": 0},
    ]


def test_rows_of_every_type_are_stored_as_sqlalchemy_stores_them(connection):
    columns = [column.cast(sqlite.BLOB) for column in change_log.columns]
    connection.execute(insert(change_log), lines())
    expected = connection.execute(select(*columns)).all()
    connection.execute(change_log.delete())
    put(connection, LINE, lines())

    assert expected == connection.execute(select(*columns)).all()


def test_a_row_of_a_known_key_takes_the_place_of_the_one_before(connection):
    old = {"segment_id": "s", "level": 0, "rows": b"old"}
    put(connection, PART, [old, {**old, "level": 1}])
    put(connection, PART, [{**old, "rows": b"new"}])

    found = connection.execute(select(membership_part).order_by(membership_part.c.level)).all()
    assert found == [("s", 0, b"new"), ("s", 1, b"old")]


def test_no_rows_write_nothing(connection):
    put(connection, PART, [])
    put_columns(connection, PART, {"segment_id": [], "level": [], "rows": []})

    assert connection.execute(select(membership_part)).all() == []


def test_columns_of_unequal_length_are_refused(connection):
    numbers = sqlite.insert(change_set)
    with pytest.raises(ValueError, match="shorter"):
        put_columns(connection, numbers, {"number": [1, 2], "at": [NOW]})
