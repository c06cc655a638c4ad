"""
A workspace that a program of before the change log wrote, opened by this one.

`tests/cases/workspace_0006.zip` is what the commands of that program left, at migration 0006, on
22 November 2026: four customers with orders, events, redemptions and vouchers; the segments Romans,
Loyal (edited once), Buyers (passive) and Fixed (static); an import that moves b to Rome and c to
Oslo, one more that is taken back, and an export of Romans. What is expected here is what it
printed.
"""

from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from engine.actors import Actor
from engine.changes.log import line_of_change, log
from engine.changes.undo import undo
from engine.cli.people import names
from engine.exports import run as exports
from engine.exports.replay import replay
from engine.imports.history import receipts
from engine.integrity.checks import examined
from engine.segments import library, versions
from engine.segments.history import entries_of
from engine.workspace.adoption import adopt
from tests.bases import Base, value

WRITTEN = Path(__file__).parents[1] / "cases" / "workspace_0006.zip"


FIELDS = (
    "summary.orders.total_count",
    "summary.orders.total_amount",
    "summary.redemptions.total_redeemed",
    "events.visited.count",
)


def at(minute):
    return datetime(2026, 11, 22, 9, minute, tzinfo=UTC)


def unpack(workspace):
    with ZipFile(WRITTEN) as packed:
        packed.extractall(workspace)


@pytest.fixture
def old(workspace):
    unpack(workspace)
    base = Base(workspace, datetime(2026, 11, 30, 12, tzinfo=UTC))
    yield base
    base.close()


def members(base, name, as_of=None):
    return names(library.members(base.workbench, library.find(base.workbench, name), as_of))


def test_it_is_whole_and_says_what_it_said(old):
    assert examined(old.workbench) == []
    assert {one.name: members(old, one.name) for one in library.saved(old.workbench)} == {
        "Romans": ["a", "b"], "Loyal": ["d"], "Buyers": ["a"], "Fixed": ["a", "d"],
    }  # fmt: skip
    assert [value(old, "a", field) for field in FIELDS] == [2, 3000, 1, 1]
    assert [one.version.number for one in versions.versions(old.workbench, "Loyal")] == [1, 2]


def test_its_past_is_told_and_asked(old):
    found = entries_of(old.workbench, "a")
    moved = [(one.direction, one.at.minute) for one in found if one.cause != "definition"]
    causes = [(line.number, line.actor, line.cause) for line in log(old.workbench).lines]

    assert moved == [("left", 40), ("entered", 50)]
    assert causes == [(8, "me", "undo"), *((number, "me", "import") for number in range(7, 0, -1))]
    assert [members(old, "Romans", at(minute)) for minute in (15, 35, 45)] == [
        ["a", "c"], ["a", "b"], ["b"],
    ]  # fmt: skip


def test_what_it_imported_is_undone_and_what_it_exported_is_replayed(old):
    [run] = exports.log(old.workbench)
    again = replay(old.workbench, run.id)
    moved = next(one for one in receipts(old.workbench) if one.file_name == "moved.csv")
    undo(old.workbench, line_of_change(old.workbench, moved.change).number)

    assert again.identical
    assert members(old, "Romans") == ["a", "c"]
    assert old.csv("Source_id,City\nd,Rome\n").updated == 1
    assert members(old, "Romans") == ["a", "c", "d"]
    assert examined(old.workbench) == []


def test_its_records_are_adopted_where_its_database_is_lost(workspace):
    unpack(workspace)
    (workspace / "workbench.db").unlink()
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    adoption = adopt(workspace, Actor("me", "test"), now)
    base = Base(workspace, now)

    assert "campaigns: no table of them is there; an older program kept none" in adoption.missing
    assert base.column("source_id") == ["a", "b", "c", "d"]
    assert examined(base.workbench) == []
    base.close()
