"""Counts and sums of the tables: every write of the program is in them, and no other."""

import pytest
from sqlalchemy import text

from engine.errors import StoreError
from engine.store.database import writing
from engine.store.recount import differences
from engine.store.results.checksums import (
    COUNTED,
    UNCOUNTED,
    RowSum,
    count_anew,
    noted,
    row_sum,
    tallies,
)
from engine.store.results.tables import metadata
from tests.forks import Fork
from tests.integrity.shop import sql


def differs(base):
    """The tables whose rows are not those that were counted."""
    with base.workbench.store.read() as connection:
        return [one.table for one in differences(connection)]


def test_every_table_is_counted_or_compared_with_another():
    assert {*COUNTED, *(table.name for table in UNCOUNTED)} == {*metadata.tables}


def test_the_number_of_a_row_is_the_same_for_ever():
    assert row_sum((1, "é", None, b"\xff", 0.5)) == 16494002668089894


def test_equal_rows_have_one_number_and_a_value_of_another_type_has_another():
    assert row_sum(("a" * 2, 10**12)) == row_sum(("aa", 10**12))
    assert len({row_sum((value,)) for value in (1, 1.0, "1", b"1", None, "")}) == 6
    assert row_sum((1, 2)) != row_sum((2, 1))


def test_a_swap_between_rows_is_another_sum():
    assert row_sum(("a", 1)) + row_sum(("b", 2)) != row_sum(("a", 2)) + row_sum(("b", 1))


STATEMENTS = {
    "insert": "INSERT INTO setting VALUES ('x/b', '1'), ('x/c', '2')",
    "update": "UPDATE setting SET value = '3'",
    "upsert": "INSERT INTO setting VALUES ('x/a', '4') "
              "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    "delete": "DELETE FROM setting",
    "cascade": "DELETE FROM segment",
}  # fmt: skip


@pytest.mark.parametrize("name", STATEMENTS)
def test_what_the_program_writes_is_counted_and_what_others_write_is_not(base, name):
    sql(base.folder, "INSERT INTO segment VALUES ('s', 'n', 'static', 1, 'now', NULL, '[]')",
        "INSERT INTO segment_version VALUES ('s', 1, NULL, 'now', 'me', NULL)",
        "INSERT INTO setting VALUES ('x/a', '0')")  # fmt: skip
    store = base.workbench.store
    with writing(store._database) as connection:
        count_anew(connection)
    with writing(store._database) as connection:
        connection.execute(text(STATEMENTS[name]))
    assert differs(base) == []
    sql(base.folder, "INSERT INTO setting VALUES ('x/z', '0')")

    assert differs(base) == ["setting"]


def test_what_is_rolled_back_or_fails_is_not_counted(base):
    store = base.workbench.store
    with writing(store._database) as connection:
        connection.execute(text("INSERT INTO setting VALUES ('x/a', '1')"))
        connection.rollback()
    with pytest.raises(StoreError):
        fail(store)
    base.workbench.configure(currency="PLN")

    assert differs(base) == []


def fail(store):
    """A transaction whose second row cannot be written."""
    with writing(store._database) as connection:
        for _ in range(2):
            connection.execute(text("INSERT INTO setting VALUES ('x/a', '1')"))


def test_a_rehearsal_is_not_counted(base):
    base.workbench.rehearse("import", lambda change, _: change.act.touched.update(orders=1))
    base.workbench.configure(currency="PLN")

    assert differs(base) == []


def test_another_process_counts_too(base):
    code = """
import sys
from pathlib import Path
from tests.bases import Base
base = Base(Path(sys.argv[1]))
base.workbench.configure(currency="USD")
base.close()
"""
    other = Fork(code, base.folder)
    assert (other.communicate(), other.returncode) == (("", ""), 0)
    base.workbench.configure(currency="PLN")

    assert differs(base) == []


def test_a_part_without_a_row_is_as_none(base):
    with base.workbench.store.read() as connection:
        assert noted(connection)["membership_part"] == {}
        assert tallies(connection, COUNTED["membership_part"]) == {}
        assert noted(connection)["pointer"][""] != RowSum()
