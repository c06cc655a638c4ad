"""Who acts on a workspace: whatever they change leaves one line in the log, and nothing else."""

import sqlite3
from datetime import timedelta

import pytest
from filelock import FileLock, Timeout

from engine.actors import Actor
from engine.changes.log import LogFilter, in_words, log
from engine.errors import CancelledError, ConflictError
from engine.exports.order import Order
from engine.exports.run import export_records
from engine.imports import metadata_types
from engine.imports.checks.check import check_file
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import TABLES
from engine.samples import sample_shop
from engine.segments import library, versions
from engine.workspace import views
from engine.workspace.views import View
from tests.bases import ME

ROME = {"city": {"conditions": {"$is": ["Rome"]}}}
OSLO = {"city": {"conditions": {"$is": ["Oslo"]}}}
FRESH = {"created_at": {"conditions": {"$less_than": [3]}}}
ANN = Actor("ann", "page")


@pytest.fixture
def shop(base):
    return base.filled(fill)


def fill(base):
    base.csv("Source_id,City,size,Created_at\na,Rome,1,2026-11-01T00:00:00Z\nb,Oslo,2,\n")
    library.create(base.workbench, "Romans", ROME)
    library.create_static(base.workbench, "Picked", ["a"])
    views.save_view(base.workbench, "customer views", "Mine", View(("id",)))


def lines(base):
    """The log, oldest first."""
    return log(base.workbench).lines[::-1]


# What somebody does, and its line: cause, whether it has a data version, in words.
DEEDS = {
    "import": (
        lambda access, base: base.csv("Source_id\nc\n"),
        ("import", True, "import imp_…; 1 customer"),
    ),
    "import of nothing new": (
        lambda access, base: base.csv("Source_id,City\na,Rome\n"),
        ("import", False, "import imp_…"),
    ),
    "create": (
        lambda access, base: library.create(access, "Northern", OSLO),
        ("definition", False, "segment Northern created"),
    ),
    "another filter": (
        lambda access, base: library.edit(access, "Romans", raw=OSLO),
        ("definition", False, "segment Romans changed"),
    ),
    "rename": (
        lambda access, base: library.edit(access, "Romans", new_name="R"),
        ("definition", False, "segment R changed"),
    ),
    "freeze": (
        lambda access, base: versions.freeze(access, "Romans", "Then"),
        ("definition", False, "segment Then created"),
    ),
    "edit members": (
        lambda access, base: versions.edit_members(access, "Picked", "why", add=["b"]),
        ("definition", False, "segment Picked changed"),
    ),
    "delete": (
        lambda access, base: library.delete(access, "Romans"),
        ("definition", False, "segment Romans removed"),
    ),
    "settings": (
        lambda access, base: access.configure(currency="PLN", static_cap=20_000),
        ("setting", False, "Currency: EUR → PLN"),
    ),
    "view": (
        lambda access, base: views.save_view(access, "customer views", "Yours", View(("id",))),
        ("view", False, "view Yours created"),
    ),
    "no view": (
        lambda access, base: views.delete_view(access, "customer views", "Mine"),
        ("view", False, "view Mine removed"),
    ),
    "export": (
        lambda access, base: export_records(access, Order()),
        ("export", False, "export exp_…; 2 customers"),
    ),
    "type": (
        lambda access, base: metadata_types.settle(
            access, "metadata", "size", "string", many=False
        ),
        ("schema", True, "metadata.size: number → string; 2 customers"),
    ),
    "clear": (lambda access, base: sample_shop.clear(access), ("clear", True, "2 customers")),
}


@pytest.mark.parametrize(("deed", "said"), DEEDS.values(), ids=DEEDS)
def test_whatever_is_changed_leaves_one_line_with_who_and_why(shop, deed, said):
    before, shop.workbench = lines(shop), shop.later(minutes=1).workbench.acting(ANN)
    deed(shop.workbench, shop)
    [line] = lines(shop)[len(before) :]
    words = "; ".join(
        f"{part[:11]}…" if part.startswith(("import", "export")) else part
        for part in in_words(line).split("; ")
    )

    assert (line.actor, line.door, line.at) == ("ann", "page", shop.now)
    assert (line.cause, line.change is not None, words) == said
    assert line.change in {None, shop.workbench.store.last_change()}


def test_the_actor_stands_in_receipts_and_versions_too(shop):
    shop.workbench = shop.workbench.acting(ANN)
    run, sent = shop.csv("Source_id\nc\n"), export_records(shop.workbench, Order())
    library.edit(shop.workbench, "Romans", raw=OSLO)
    authors = [one.version.actor for one in versions.versions(shop.workbench, "Romans")]

    assert (run.actor, sent.actor, authors) == ("ann", "ann", [ME.name, "ann"])


def test_before_and_after_are_kept_of_definitions_and_settings(shop):
    before = library.find(shop.workbench, "Romans").filter
    after = library.edit(shop.workbench, "Romans", raw=OSLO).filter
    shop.workbench.configure(static_cap=5)
    edited, configured = lines(shop)[-2:]

    assert (edited.before["filter"], edited.after["filter"]) == (before, after)
    assert (configured.before, configured.after) == ({"static_cap": 20_000}, {"static_cap": 5})


def test_what_changes_nothing_leaves_no_line(shop):
    before = lines(shop)
    shop.workbench.configure(currency="EUR")
    views.delete_view(shop.workbench, "customer views", "nothing")
    views.save_view(shop.workbench, "customer views", "Mine", View(("id",)))
    file = shop.file("Source_id\nc\n")
    check_file(shop.workbench, TABLES["customers"], file, ImportMapping())
    shop.workbench.refresh()

    assert lines(shop) == before


def test_what_fails_leaves_no_line(shop):
    before = lines(shop)

    def stop(_share):
        raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        shop.bring(shop.file("Source_id\nc\n"), progress=stop)
    with pytest.raises(ConflictError):
        library.create(shop.workbench, "Romans", OSLO)
    with pytest.raises(CancelledError):
        export_records(shop.workbench, Order(), progress=stop)

    assert lines(shop) == before


def test_whom_the_clock_moves_is_one_line_of_its_own_and_comes_first(shop):
    for name in ("Fresh", "Too"):
        library.create(shop.workbench, name, FRESH)
    before = len(lines(shop))
    shop.later(days=4).workbench.refresh()
    shop.workbench.refresh()  # nobody is due any more
    library.create(shop.workbench, "Later", {"created_at": {"conditions": {"$less_than": [9]}}})
    shop.later(days=9).csv("Source_id\nc\n")
    told = lines(shop)[before:]

    assert [(one.actor, one.door, one.cause) for one in told] == [
        ("clock", "clock", "clock"),
        (ME.name, ME.door, "definition"),
        ("clock", "clock", "clock"),
        (ME.name, ME.door, "import"),
    ]
    assert told[0].touched == {"segments": 2, "entered": 0, "left": 4}


def test_an_emptied_workspace_keeps_who_did_what_without_the_contents(shop):
    before = lines(shop)
    sample_shop.clear(shop.workbench)
    *kept, cleared = lines(shop)

    assert [(one.number, one.cause) for one in kept] == [(one.number, one.cause) for one in before]
    assert {(one.change, one.before, one.after) for one in kept} == {(None, None, None)}
    assert all(in_words(one) for one in kept)
    assert (cleared.cause, cleared.touched) == ("clear", {"customers": 2})


def test_the_clock_of_what_is_changed_may_be_another(shop):
    later = shop.now + timedelta(hours=1)
    library.create(shop.workbench.acting(ANN, lambda: later), "Northern", OSLO)

    assert (lines(shop)[-1].at, shop.workbench.now()) == (later, shop.now)


WAYS = {
    "a setting": lambda access: access.write("setting"),
    "a note": lambda access: access.note(),
    "a definition": lambda access: access.definitions("definition"),
    "records": lambda access: access.change_set("edit"),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_clock_is_read_once_it_is_ones_turn_so_that_who_waits_is_not_dated_back(base, way):
    turns = []

    def now():
        turns.append(is_taken(base.workbench.store))
        return base.now

    with way(base.workbench.acting(ME, now)):
        pass

    assert turns[0] is True


def is_taken(store):
    """Whether somebody may write, and nobody else meanwhile."""
    database = sqlite3.connect(store.folder / "workbench.db", timeout=0)
    lock = FileLock(store.folder / "writer.lock", timeout=0, is_singleton=False)
    try:
        with lock:
            database.execute("BEGIN IMMEDIATE")
    except (sqlite3.OperationalError, Timeout):
        return True
    else:
        return False
    finally:
        database.close()


def test_the_log_is_narrowed_and_paged(shop):
    shop.workbench.acting(ANN).configure(currency="PLN")
    asked = {
        "actor": LogFilter(actors=("ann",)),
        "door": LogFilter(doors=("page",)),
        "cause": LogFilter(causes=("setting",)),
    }
    found = {name: log(shop.workbench, one).lines for name, one in asked.items()}
    page = log(shop.workbench, most=2, skipped=1)

    assert [[line.cause for line in one] for one in found.values()] == [["setting"]] * 3
    assert ([line.number for line in page.lines], page.total) == ([4, 3], 5)
    assert log(shop.workbench, LogFilter(since=shop.now + timedelta(seconds=1))).total == 0
