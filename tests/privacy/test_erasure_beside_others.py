"""Erasure beside readers and writers: they do not wait while is sought, and hold nothing back."""

import sqlite3
from contextlib import closing, contextmanager

import pytest
from filelock import FileLock

from engine.errors import ConflictError
from engine.privacy import erasure, records
from engine.store import database
from engine.store.check import faults
from engine.store.compaction import Compaction
from engine.store.folder import LOCK
from engine.workspace.workbench import Access
from tests.bases import Base
from tests.privacy.bytes import found
from tests.privacy.everywhere import KEY, NAME


@pytest.fixture
def hasty(tmp_path, monkeypatch):
    """A workspace that waits for no reader."""
    quick = ["PRAGMA busy_timeout=0" if one is database.WAIT else one for one in database.PRAGMAS]
    monkeypatch.setattr(database, "PRAGMAS", tuple(quick))
    base = Base.new(tmp_path / "workspace")
    base.csv(f"Source_id,Name\n{KEY},{NAME}\nben,Ben\n")
    yield base
    base.close()


def test_a_reader_who_stays_keeps_old_pages_until_the_workspace_is_opened_again(hasty):
    with closing(sqlite3.connect(hasty.folder / "workbench.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM small_write").fetchone()
        with pytest.raises(ConflictError, match="another program still reads its state of before"):
            erasure.erase(hasty.workbench, [KEY])
        assert hasty.column("source_id") == ["ben"]  # who reads anew knows nobody
    hasty.close()
    hasty._open(hasty.now)

    assert found(hasty.folder, [KEY, NAME]) == []
    assert faults(hasty.workbench.store) == []


def test_others_write_while_is_sought_and_what_they_write_is_looked_through(base, monkeypatch):
    base.csv(f"Source_id,Name\n{KEY},{NAME}\nben,Ben\n")
    sought, free = erasure.plan_of, []

    def meanwhile(*arguments):
        plan = sought(*arguments)
        with FileLock(base.folder / LOCK, timeout=0):
            free.append(plan.change)
        base.csv(f"Source_id,Description\nben,a neighbour of {NAME}\n")
        base.csv(f"Source_id,Customer_source_id\norder-1,{KEY}\n", kind="orders")
        return plan

    monkeypatch.setattr(erasure, "plan_of", meanwhile)
    erasure.erase(base.later(seconds=1).workbench, [KEY])

    assert free == [1]
    assert found(base.folder, [KEY, NAME]) == []
    assert base.customer("ben")["description"].startswith("a neighbour of (erased ")
    assert faults(base.workbench.store) == []


def test_who_is_somebody_else_by_then_is_sought_anew(base, monkeypatch):
    base.csv(f"Source_id,Name\n{KEY},{NAME}\nben,Ben\n")
    sought, plans = erasure.plan_of, []

    def meanwhile(*arguments):
        plans.append(sought(*arguments))
        base.csv(f"Source_id,Email\n{KEY},new-mail@zofia.example\n")
        return plans[0]

    monkeypatch.setattr(erasure, "plan_of", meanwhile)
    erasure.erase(base.later(seconds=1).workbench, [KEY])

    assert found(base.folder, [KEY, NAME, "new-mail@zofia.example"]) == []


def test_who_is_erased_while_files_of_another_are_taken_away_goes_as_well(base, monkeypatch):
    base.csv(f"Source_id,Name\n{KEY},{NAME}\nbenjamin,Benjamin Beyer\n")
    clean = Compaction.clean

    def meanwhile(self):
        clean(self)
        monkeypatch.setattr(Compaction, "clean", clean)
        with monkeypatch.context() as other:
            other.setattr(Access, "purge", lambda _self: None)  # it has not come so far yet
            erasure.erase(base.workbench, ["benjamin"])

    monkeypatch.setattr(Compaction, "clean", meanwhile)
    erasure.erase(base.workbench, [KEY])
    assert found(base.folder, [KEY, NAME]) == []
    base.workbench.purge()

    assert found(base.folder, ["benjamin", "Benjamin Beyer"]) == []
    assert faults(base.workbench.store) == []


def test_what_another_took_away_while_one_waited_is_not_taken_away_again(base, monkeypatch):
    base.csv(f"Source_id,Name\n{KEY},{NAME}\nbenjamin,Benjamin Beyer\n")
    with monkeypatch.context() as waiting:
        waiting.setattr(Access, "purge", lambda _self: None)
        for name in (KEY, "benjamin"):
            erasure.erase(base.workbench, [name])
    alone, clean, cleaned = Compaction.alone, Compaction.clean, []

    @contextmanager
    def after_another(self):
        monkeypatch.setattr(Compaction, "alone", alone)
        base.workbench.purge()
        with alone(self):
            yield

    monkeypatch.setattr(Compaction, "clean", lambda self: cleaned.append(self) or clean(self))
    monkeypatch.setattr(Compaction, "alone", after_another)
    base.workbench.purge()

    assert len(cleaned) == 1
    assert found(base.folder, [KEY, NAME, "benjamin", "Benjamin Beyer"]) == []


@pytest.mark.parametrize("cells", [1, records.CELLS])
def test_columns_are_looked_through_a_few_at_a_time(base, monkeypatch, cells):
    monkeypatch.setattr(records, "CELLS", cells)
    base.csv(
        f"Source_id,Name,Description,Remark,Tags\n{KEY},{NAME},,,\n"
        f"ben,Ben,asked by {NAME},,\nada,Ada,,wrote to {NAME},\nleo,Leo,,,new; {NAME}\n"
    )
    base.csv(f"Source_id,Customer_source_id,Note\nx,ben,for {NAME}\n", kind="orders")

    erasure.erase(base.workbench, [KEY])

    assert found(base.folder, [KEY, NAME]) == []
    assert sorted(base.column("source_id")) == ["ada", "ben", "leo"]


def test_a_short_id_that_stands_alone_in_an_item_of_another_is_found(base):
    base.csv("Source_id,Name\nz9,Zoe\nben,Ben\n")
    item = {"product_id": "z9", "quantity": 1}
    base.json(
        {"source_id": "o-1", "customer": {"source_id": "ben"}, "items": [item]}, kind="orders"
    )

    assert erasure.preview(base.workbench, ["z9"]).counts["orders"] == 1
