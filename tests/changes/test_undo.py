"""Undo by the number of a change in the log: of definitions, settings, views and types."""

import pytest

from engine.changes.log import log
from engine.changes.undo import preview, undo
from engine.errors import ConflictError, NotFoundError
from engine.exports.order import Order
from engine.exports.run import export_records
from engine.imports import metadata_types
from engine.samples import sample_shop
from engine.segments import library, versions
from engine.workspace import views
from engine.workspace.views import View
from tests.memberships.law import check

ROME = {"city": {"conditions": {"$is": ["Rome"]}}}
OSLO = {"city": {"conditions": {"$is": ["Oslo"]}}}
VIEWS = "customer views"


@pytest.fixture
def shop(base):
    return base.filled(begin)


def begin(base):
    base.csv("Source_id,City,size\na,Rome,07\nb,Oslo,8\n")
    library.create(base.workbench, "Romans", ROME)
    views.save_view(base.workbench, VIEWS, "Mine", View(("id",)))


def newest(base):
    """The last line of the log."""
    return log(base.workbench, most=1).lines[0]


def state(base):
    """Everything that these changes change."""
    segments = [library.definition_of(one) for one in library.saved(base.workbench)]
    types = base.workbench.profile().snapshot.names
    values = base.workbench.profile().values(
        base.workbench.profile().catalogue.field("metadata.size")
    )
    saved = views.stored(base.workbench, VIEWS)
    return segments, base.workbench.project, saved, types, values.to_list()


CHANGES = {
    "created": lambda bench: library.create(bench, "Northern", OSLO),
    "fixed": lambda bench: library.create_static(bench, "Picked", ["a"]),
    "edited": lambda bench: library.edit(bench, "Romans", raw=OSLO),
    "renamed": lambda bench: library.edit(bench, "Romans", new_name="R"),
    "removed": lambda bench: library.delete(bench, "Romans"),
    "configured": lambda bench: bench.configure(currency="PLN", time_zone="Europe/Warsaw"),
    "viewed": lambda bench: views.save_view(bench, VIEWS, "Mine", View(("name",))),
    "a view more": lambda bench: views.save_view(bench, VIEWS, "Yours", View(("name",))),
    "a view less": lambda bench: views.delete_view(bench, VIEWS, "Mine"),
    "typed": lambda bench: metadata_types.settle(bench, "metadata", "size", "number", many=False),
    "typed in advance": lambda bench: metadata_types.settle(
        bench, "metadata", "new", "date", many=False
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_undo_leaves_what_was_before_and_is_a_change_of_its_own(shop, change):
    before = state(shop)
    change(shop.later(minutes=1).workbench)
    changed = newest(shop)
    assert state(shop) != before
    told = preview(shop.workbench, changed.number)
    assert not told.done
    done = undo(shop.later(minutes=1).workbench, changed.number)

    assert state(shop) == before
    assert (done.done, done.deleted, done.changed) == (True, told.deleted, told.changed)
    assert (newest(shop).cause, newest(shop).undoes) == ("undo", changed.number)
    assert (newest(shop).before, newest(shop).after) == (changed.after, changed.before)
    assert shop.workbench.faults() == []
    check(shop)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_undone_once(shop, change):
    change(shop.workbench)
    number = newest(shop).number
    undo(shop.workbench, number)

    with pytest.raises(ConflictError, match=f"change {number} is undone already, by change"):
        undo(shop.workbench, number)


AGAIN = {
    "edited": lambda bench: library.edit(bench, "Romans", raw=ROME | {"junction": "or"}),
    "configured": lambda bench: bench.configure(currency="USD"),
    "viewed": lambda bench: views.save_view(bench, VIEWS, "Mine", View(("email",))),
    "typed": lambda bench: metadata_types.settle(bench, "metadata", "size", "boolean", many=False),
}


@pytest.mark.parametrize("name", AGAIN)
def test_what_was_changed_again_is_a_conflict_and_stays(shop, name):
    CHANGES[name](shop.workbench)
    number = newest(shop).number
    AGAIN[name](shop.workbench)
    after, last = state(shop), newest(shop).number

    with pytest.raises(ConflictError, match="since change"):
        undo(shop.workbench, number)
    assert (state(shop), newest(shop).number) == (after, last)


def test_what_is_undone_in_the_order_of_its_making_backwards_leaves_nothing(shop):
    library.edit(shop.workbench, "Romans", raw=OSLO)
    library.edit(shop.workbench, "Romans", new_name="R")
    for line in log(shop.workbench).lines:
        undo(shop.later(minutes=1).workbench, line.number)

    assert library.saved(shop.workbench) == []
    assert shop.workbench.profile().total == 0
    check(shop)


def test_what_cannot_be_undone_says_why(shop):
    export_records(shop.workbench, Order())
    sent = newest(shop).number
    shop.csv("Source_id,City\na,Rome\n")
    same = newest(shop).number
    sample_shop.clear(shop.workbench)

    for number, said in (
        (sent, r"\(records exported\) is of a kind that cannot be undone"),
        (same, "left nothing to undo"),
        (1, "left nothing to undo"),  # the workspace was emptied since
        (newest(shop).number, r"\(workspace emptied\)"),
    ):
        with pytest.raises(ConflictError, match=said):
            undo(shop.workbench, number)
    with pytest.raises(NotFoundError, match="no change has the number 99"):
        preview(shop.workbench, 99)


def test_members_of_a_list_that_are_not_kept_cannot_come_back(shop):
    library.create_static(shop.workbench, "Picked", ["a"])
    versions.edit_members(shop.workbench, "Picked", "why", add=["b"])
    by_hand = newest(shop).number
    with pytest.raises(ConflictError, match="had before are not kept"):
        undo(shop.workbench, by_hand)
    library.delete(shop.workbench, "Picked")

    with pytest.raises(ConflictError, match="had before are not kept"):
        undo(shop.workbench, newest(shop).number)


def test_a_segment_that_another_reads_does_not_go(shop):
    library.create(shop.workbench, "Outer", {"segments": {"conditions": {"$is": ["Romans"]}}})

    with pytest.raises(ConflictError, match="`Romans` is used in `Outer`"):
        undo(shop.workbench, 2)


def test_a_type_that_segments_need_stays(shop):
    metadata_types.settle(shop.workbench, "metadata", "size", "number", many=False)
    number = newest(shop).number
    library.create(shop.workbench, "Large", {"metadata.size": {"conditions": {"$more_than": [7]}}})

    with pytest.raises(ConflictError, match="could not be understood"):
        undo(shop.workbench, number)
