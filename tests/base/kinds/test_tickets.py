"""A made-up kind is one row, and everything that handles records knows it."""

import pytest

from engine.base.kinds.fields import metadata_labels
from engine.changes.undo import number_of_import, preview
from engine.customers.timeline import timeline
from engine.exports.order import Order
from engine.exports.run import export_records
from engine.filters.describe import sentence
from engine.imports import metadata_types
from engine.imports.checks.check import check_file
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import TABLES
from engine.imports.preview import likely
from engine.lists.paging import page
from engine.lists.selection import Selection, selected
from engine.segments import library
from tests.base.kinds.tickets import TICKETS, known
from tests.bases import counts, reasons

HEADER = "Id,Customer_source_id,Opened,Topic,Urgency_level,Hours,Refund,Solved,Due,metadata.shop\n"
FIRST = HEADER + (
    "t1,ann,2026-10-01T08:00:00Z,late,HIGH,1.5,200,false,2026-10-05,web\n"
    "t2,ann,2026-10-30T08:00:00Z,torn,LOW,,,true,,\n"
    "t3,bob,2026-10-31T08:00:00Z,late,LOW,2,,true,2026-11-05,store\n"
)
COUNT = "summary.tickets.total_count"


@pytest.fixture(autouse=True)
def tickets():
    with known(TICKETS):
        yield


@pytest.fixture
def shop(base):
    return base.filled(fill)


def fill(base):
    assert counts(base.csv(FIRST, kind="tickets")) == (3, 0, 0, 0, 0)


def listed(base, *paths, **wanted):
    found = selected(base.workbench, Selection(**wanted), "tickets")
    records, rows = found.records, page(found.records, found.mask, (TICKETS.sort,)).positions
    columns = [records.values(records.catalogue.field(path), rows) for path in paths]
    return list(zip(*(column.to_list() for column in columns), strict=True))


def test_a_file_is_recognised_and_its_faults_are_named(base):
    file = base.file(FIRST.replace("LOW", "NONE"), "some.csv")
    assert likely(file) is TABLES["tickets"]
    run = base.bring(file, kind="tickets")

    assert counts(run) == (1, 0, 0, 0, 2)
    assert reasons(base, run)[0] == 'urgency.level: expected one of LOW, HIGH, got "NONE"'


def test_a_list_shows_searches_filters_and_derives(shop):
    assert listed(shop, "topic", "costs", "customer.source_id") == [
        ("late", 10000, "bob"),
        ("torn", None, "ann"),
        ("late", 7700, "ann"),
    ]
    assert listed(shop, "id", search="TORN") == [("t2",)]
    costly = {"costs": {"conditions": {"$more_than": [8000]}}}
    assert listed(shop, "id", filter=costly) == [("t3",)]
    assert listed(shop, "id", customers=("ann",)) == [("t2",), ("t1",)]


def test_what_they_come_to_is_a_field_of_customers_with_window_and_where(shop):
    late = {"topic": {"conditions": {"$is": ["late"]}}, "costs": {"conditions": {"$is": [7700]}}}
    recent = {"conditions": {"$is": [1]}, "window": {"last_days": 4}}
    shops = {"metadata.shop": {"conditions": {"$is": ["store"]}}}

    assert shop.who(COUNT, "$is", 2) == ["ann"]
    assert shop.answer({COUNT: {"conditions": {"$is": [1]}, "where": late}}).count == 1
    assert shop.answer({COUNT: {"conditions": {"$is": [1]}, "where": shops}}).count == 1
    assert shop.answer({COUNT: recent}).count == 2
    assert shop.who("summary.tickets.last_date", "$before", "2026-10-31") == ["ann"]


def test_segments_move_with_them(shop):
    often = {COUNT: {"conditions": {"$more_than": [1]}}}
    made = library.create(shop.workbench, "Often", often)
    shop.later(minutes=1).csv("Id,Customer_source_id,Topic\nt4,bob,lost\n", kind="tickets")

    assert library.members(shop.workbench, library.find(shop.workbench, made.id)).count == 2


def test_a_check_names_the_fields_that_would_change(shop):
    file = shop.file("Id,Topic,Hours\nt1,lost,1.5\n", "more.csv")
    check = check_file(shop.later(minutes=1).workbench, TABLES["tickets"], file, ImportMapping())

    assert [(one.field.label, one.changed) for one in check.changes.fields] == [("Topic", 1)]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_what_goes_out_comes_in_again_unchanged(shop, form):
    replies = [{"author": "me", "text": "sorry"}, {"author": "ann", "text": "thanks"}]
    shop.later(minutes=1).json({"id": "t1", "replies": replies}, kind="tickets")
    target = shop.folder.with_name(f"out.{form}")  # another than the one that was read
    run = export_records(shop.workbench, Order(what="tickets", format=form), target)

    assert run.rows == 3
    assert "costs" not in run.parameters["fields"]
    assert {"urgency.level", "replies.text"} <= set(run.parameters["fields"])
    assert counts(shop.later(minutes=2).bring(target, kind="tickets")) == (0, 0, 3, 0, 0)


def test_the_timeline_tells_them_in_their_words(shop):
    profile = shop.workbench.profile()
    moments = timeline(
        shop.workbench, profile, profile.customers["source_id"].to_list().index("ann")
    )

    assert [(one.kind, one.what, one.details) for one in moments if one.record] == [
        ("ticket", "Ticket about torn", ()),
        ("ticket", "Ticket about late", ("shop: web",)),
    ]


def test_an_import_of_them_is_undone_field_by_field(shop):
    moved = shop.later(minutes=1).csv("Id,Topic,Hours\nt1,lost,3\nt2,lost,\n", kind="tickets")
    shop.later(minutes=1).csv("Id,Hours\nt1,9\n", kind="tickets")

    assert [
        one.path
        for one in preview(shop.workbench, number_of_import(shop.workbench, moved.id)).conflicts
    ] == ["hours"]
    shop.later(minutes=1).undo(moved)
    assert listed(shop, "id", "topic", "hours")[1:] == [("t2", "torn", None), ("t1", "late", 9.0)]


def test_their_metadata_has_settled_types_under_their_name(shop):
    [row] = metadata_types.rows(shop.workbench.profile())

    assert (row.namespace, row.name, row.kind, row.fitting) == (
        "tickets.metadata",
        "shop",
        "string",
        2,
    )
    assert metadata_labels()["tickets.metadata"] == "Tickets"


def test_a_filter_on_them_is_a_sentence(shop):
    catalogue = shop.workbench.profile().catalogue
    group = library.understood(
        shop.workbench,
        {
            COUNT: {
                "conditions": {"$is": [1]},
                "where": {"topic": {"conditions": {"$is": ["late"]}}},
            }
        },
    )
    assert "tickets" in sentence(group, catalogue)
