"""The check: all that an import would do, with nothing written."""

import pytest

from engine import library
from engine.errors import ConflictError
from engine.imports.check import check_file
from engine.imports.mapping import ImportMapping
from engine.imports.table import TABLES
from engine.store.check import faults
from tests.bases import counts
from tests.memberships.law import check, stored

ROME = {"address.city": {"conditions": {"$is": ["Rome"]}}}
BIG = {"metadata.size": {"conditions": {"$more_than": [2]}}}
BUYERS = {"summary.orders.total_count": {"conditions": {"$more_than": [0]}}}


def rehearsed(base, text, kind="customers"):
    """The check of a CSV file."""
    return check_file(base.workbench, TABLES[kind], base.file(text), ImportMapping())


def moved(found):
    return {effect.segment.name: (effect.entered, effect.left) for effect in found.effects}


def everything(base):
    """What a check must leave alone."""
    store = base.workbench.store
    with store.read() as connection:
        tables = connection.connection.driver_connection.iterdump()
        return list(tables), store.snapshot(), stored(base)


@pytest.fixture
def shop(base):
    """Two customers and three segments, one of them on a name that nobody has."""
    base.csv("Source_id,City\na,Rome\nb,Oslo\n")
    library.create(base.workbench, "Romans", ROME)
    library.create(base.workbench, "Quiet Romans", ROME, "passive")
    library.create(base.workbench, "Big", BIG)
    return base


FILE = "Source_id,City,size\na,Oslo,1\nb,Oslo,\nc,Rome,3\n,Rome,9\nd,Rome,\n"


def test_the_check_says_what_the_import_then_does_and_writes_nothing(shop):
    before = everything(shop)
    found = rehearsed(shop.later(minutes=1), FILE)

    assert everything(shop) == before
    assert faults(shop.workbench.store) == []
    run = shop.csv(FILE)
    assert counts(found.run) == counts(run) == (2, 1, 1, 0, 1)
    assert moved(found) == {"Romans": (2, 1), "Quiet Romans": (2, 1), "Big": (1, 0)}
    sizes = shop.workbench.memberships.sizes(*shop.workbench.state())
    assert {one.name: sizes[one.id] for one in library.saved(shop.workbench)} == {
        "Romans": 2, "Quiet Romans": 2, "Big": 1,
    }  # fmt: skip
    check(shop)


def test_the_check_of_activity_counts_the_customers_it_would_create(shop):
    library.create(shop.workbench, "Buyers", BUYERS)
    text = "Id,Customer_source_id,Status,Amount\n1,a,PAID,5\n2,new,PAID,7\n"
    found = rehearsed(shop, text, "orders")

    assert (found.run.created, found.run.customers_created) == (2, 1)
    assert moved(found) == {"Buyers": (2, 0)}
    assert shop.rows("source_id") == [("a",), ("b",)]


def test_problems_are_grouped_by_their_kind(shop):
    text = "Id,Customer_id,Amount\n1,x,1\n2,y,1\n3,,1\n4,z,1\n5,,many\n6,,few\n"
    found = rehearsed(shop, text, "orders")

    assert found.problems.select("count", "rows").rows() == [
        (3, [1, 2, 4]), (2, [5, 6]), (1, [3]),
    ]  # fmt: skip
    assert "`x`" in found.problems["reason"][0]


def test_what_time_alone_moves_is_no_effect_of_the_file(shop):
    fresh = {"created_at": {"conditions": {"$less_than": [3]}}}
    library.create(shop.workbench, "Fresh", fresh)
    found = rehearsed(shop.later(days=9), "Source_id,City\nb,Rome\n")

    assert moved(found) == {"Romans": (1, 0), "Quiet Romans": (1, 0)}


def test_a_check_dated_back_is_refused_as_the_import_would_be(shop):
    with pytest.raises(ConflictError, match="dated back"):
        rehearsed(shop.later(days=-1), FILE)
