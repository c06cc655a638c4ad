"""What was replaced before the days that are kept is gone, and is refused, not guessed."""

from datetime import timedelta

import pytest

from engine.changes.log import log
from engine.changes.undo import undo
from engine.customers.merging import merge
from engine.errors import ConflictError
from engine.segments import library
from engine.segments.history import effect_of, entries
from engine.store.check import faults
from tests.bases import Base
from tests.privacy.aged import HISTORY_RULE, kept, shop, whole
from tests.privacy.bytes import found


@pytest.fixture
def filled(base):
    return base.filled(shop)


def edited(base):
    """The same, with values that were replaced before 30 days and since."""
    shop(base)
    for days, name in ((0, "Olga Pierwsza"), (10, "Olga Druga"), (60, "Olga Trzecia")):
        base.later(days=days)
        base.csv(f"Source_id,Name\nold-buyer,{name}\n")
    base.later(days=1)


class Folded:
    """A workspace behind the folding of what was replaced before thirty days."""

    def __init__(self, base):
        edited(base)
        self.base, self.access = base, base.workbench
        self.customer = base.customer("old-buyer")
        self.imports = [one for one in log(self.access).lines if one.cause == "import"]
        self.done = kept(base, HISTORY_RULE)


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    made = Folded(Base.new(tmp_path_factory.mktemp("folded") / "workspace"))
    yield made
    made.base.close()


def test_older_versions_are_folded_away_with_their_bytes(history):
    names = ["Olga Dawna", "Olga Pierwsza", "Olga Druga", "Olga Trzecia"]

    assert [one.count for one in history.done.rules] == [2]
    assert {name for _, name in found(history.base.folder, names)} == {*names[2:]}
    assert history.base.customer("old-buyer") == history.customer


def test_as_of_within_the_kept_days_is_right_and_before_is_refused(history):
    within, _ = history.access.state(history.base.now - timedelta(days=30))

    assert within.customers["name"][0] == "Olga Druga"
    with pytest.raises(ConflictError, match="the customers as they were before 2026-11-13T"):
        history.access.state(history.base.now - timedelta(days=65))


def test_as_of_before_there_was_anything_still_finds_nobody(history):
    nobody, _ = history.access.state(history.base.now - timedelta(days=900))

    assert nobody.total == 0


def test_what_a_change_before_the_fold_made_of_a_customer_is_told_no_more(history):
    row = history.access.profile().customers["row"][0]

    with pytest.raises(ConflictError, match="cannot be told any more"):
        effect_of(history.access, history.imports[-1].change + 1, row)


def test_entries_of_before_stay_in_the_history_of_a_segment(history):
    told = entries(history.access, library.find(history.access, "Buyers"))

    assert [one.direction for one in told] == ["entered", "entered"]


def test_a_change_before_the_fold_is_not_undone(history):
    with pytest.raises(ConflictError, match="was folded away by retention"):
        undo(history.access, history.imports[1].number)


def test_a_change_since_the_fold_is_undone(base):
    edited(base)
    kept(base, HISTORY_RULE)
    last = next(one for one in log(base.workbench).lines if one.cause == "import")
    base.later(seconds=1)
    undo(base.workbench, last.number)

    assert base.customer("old-buyer")["name"] == "Olga Druga"
    whole(base)


def test_an_undo_before_the_fold_is_part_of_what_counts(base):
    base.csv("Source_id,City\na,Rome\n")
    second = base.later(days=1).csv("Source_id,City\na,Oslo\n")
    base.later(days=1).undo(second)
    third = base.later(days=60).csv("Source_id,City\na,Bonn\n")
    kept(base, HISTORY_RULE)
    base.later(days=1).undo(third)

    assert base.customer("a")["address"]["city"] == "Rome"


def test_an_undo_since_the_fold_of_something_before_it_is_a_change_as_any(base):
    base.csv("Source_id,City\na,Rome\n")
    second = base.later(days=1).csv("Source_id,City\na,Oslo\n")
    base.later(days=60).undo(second)
    third = base.later(days=1).csv("Source_id,City\na,Bonn\n")
    kept(base, HISTORY_RULE)
    base.later(days=1).undo(third)

    assert base.customer("a")["address"]["city"] == "Rome"


def test_of_a_deleted_record_only_its_number_is_left(base):
    first = base.csv("Source_id,Email\ngone-1,gone@one.example\n")
    base.later(seconds=1).undo(first)
    base.later(days=60).csv("Source_id\nb\n")
    kept(base, HISTORY_RULE)

    assert found(base.folder, ["gone@one.example"]) == []
    assert base.column("row") == [1]
    assert faults(base.workbench.store) == []


def test_a_profile_that_became_another_is_still_known_by_its_id(filled):
    merge(filled.workbench, "new-idle", "old-idle")
    filled.later(days=60)
    kept(filled, HISTORY_RULE)

    assert filled.customer("old-idle")["source_id"] == "new-idle"
    assert found(filled.folder, ["Ida Bez-Zakupu"]) == []
