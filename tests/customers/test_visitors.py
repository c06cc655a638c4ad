"""Visitors without a name are left out of everything that does not ask for them."""

import pytest

from engine.base.answers import why
from engine.exports.order import Order
from engine.exports.run import export_records, stored_file
from engine.insights.trends import customers_by_month, figures
from engine.lists.selection import Selection, selected
from engine.segments import library
from tests.memberships.law import check

EVERYBODY = {"name": {"conditions": {"$is_not": ["nobody"]}}}
VISITORS = {"anonymous": {"conditions": {"$is": [True]}}}


@pytest.fixture
def shop(people):
    """One customer, three visitors."""
    people.upsert(source_id="ann", name="Ann")
    for trail in ("t1", "t2", "t3"):
        people.event(tracking_id=trail)
    return people


@pytest.mark.parametrize(
    ("document", "count", "total"),
    [
        (EVERYBODY, 1, 1),
        ({**EVERYBODY, "$not": True}, 0, 1),
        ({"junction": "or", **EVERYBODY, "events.view.count": {"conditions": {"$is": [1]}}}, 1, 1),
        ({"events.view.count": {"conditions": {"$is": [1]}}}, 0, 1),
        (VISITORS, 3, 4),
        ({"junction": "and", "$groups": [VISITORS, EVERYBODY]}, 3, 4),
        ({"anonymous": {"conditions": {"$in": [True, False]}}}, 4, 4),
    ],
)
def test_a_filter_speaks_of_visitors_where_it_names_them(shop, document, count, total):
    found = shop.base.answer(document)

    assert (found.count, found.total) == (count, total)


def test_segments_follow_a_visitor_who_gets_a_name(shop):
    library.create(shop.bench, "All", EVERYBODY)
    library.create(shop.bench, "Nameless", VISITORS)
    before = sizes(shop)
    shop.upsert("t1", source_id="bob")
    shop.upsert("t2", email="eve at home")

    assert (before, sizes(shop)) == ({"All": 1, "Nameless": 3}, {"All": 3, "Nameless": 1})
    check(shop.base)


def sizes(shop):
    bench = shop.bench
    found = bench.memberships.sizes(bench.profile(), bench.clock())
    return {one.name: found[one.id] for one in library.saved(bench)}


def test_lists_show_visitors_when_asked(shop):
    library.create(shop.bench, "Nameless", VISITORS)

    assert selected(shop.bench, Selection()).count == 1
    assert selected(shop.bench, Selection(search="track_")).count == 0
    assert selected(shop.bench, Selection(visitors=True)).count == 4
    assert selected(shop.bench, Selection(filter=EVERYBODY)).count == 1
    assert selected(shop.bench, Selection(filter=EVERYBODY, visitors=True)).count == 4
    assert selected(shop.bench, Selection(segment="Nameless")).count == 3
    assert selected(shop.bench, Selection(filter=VISITORS)).count == 3


@pytest.mark.parametrize(("visitors", "rows"), [(False, 1), (True, 4)])
def test_exports_hold_visitors_when_asked(shop, visitors, rows):
    run = export_records(shop.bench, Order(visitors=visitors))

    assert run.rows == rows
    assert len(stored_file(shop.bench, run.id).read_text().splitlines()) == rows + 1
    assert run.parameters["visitors"] is visitors


def test_an_export_with_visitors_comes_in_again_without_a_change(shop):
    run = export_records(shop.bench, Order(visitors=True))
    again = shop.base.bring(stored_file(shop.bench, run.id))

    assert (again.created, again.updated, again.rejected) == (0, 0, 0)


def test_figures_leave_visitors_out(shop):
    profile, clock = shop.bench.profile(), shop.bench.clock()

    assert (profile.size, profile.total) == (1, 4)
    assert figures(profile, clock)[0].total == 1
    assert customers_by_month(profile, clock)["Customers"].to_list() == [1]


def test_why_a_visitor_is_out_is_told(shop):
    visitor = next(source for source, anonymous in shop.all() if anonymous)
    group = library.understood(shop.bench, EVERYBODY)
    told = why(shop.bench.profile(), group, shop.bench.clock(), visitor)

    assert not told.verdict
    assert [child.label for child in told.children if not child.verdict] == ["Anonymous"]
