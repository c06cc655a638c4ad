"""The check: all that an import would do, with nothing written."""

import pytest

from engine.errors import ConflictError
from engine.imports.checks import field_changes, repeats
from engine.imports.checks.check import check_file
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import TABLES
from engine.segments import library
from engine.store.check import faults
from tests.bases import counts
from tests.memberships.law import check, deleted, stored

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
    return base.filled(fill)


def fill(base):
    base.csv("Source_id,City\na,Rome\nb,Oslo\n")
    library.create(base.workbench, "Romans", ROME)
    library.create(base.workbench, "Quiet Romans", ROME, "passive")
    library.create(base.workbench, "Big", BIG)


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

    assert [(len(one.rows), list(one.rows)) for one in found.problems] == [
        (3, [1, 2, 4]), (2, [5, 6]), (1, [3]),
    ]  # fmt: skip
    assert "`x`" in found.problems[0].reason


def test_what_time_alone_moves_is_no_effect_of_the_file(shop):
    fresh = {"created_at": {"conditions": {"$less_than": [3]}}}
    library.create(shop.workbench, "Fresh", fresh)
    found = rehearsed(shop.later(days=9), "Source_id,City\nb,Rome\n")

    assert moved(found) == {"Romans": (1, 0), "Quiet Romans": (1, 0)}


def test_a_check_dated_back_is_refused_as_the_import_would_be(shop):
    with pytest.raises(ConflictError, match="backdated"):
        rehearsed(shop.later(days=-1), FILE)


def told(found):
    """The fields that would change, with their counts, and each changed record as text."""
    counts = {
        one.field.path: (one.changed, one.filled, one.cleared) for one in found.changes.fields
    }
    return counts, {one.record: [*map(str, one.differences)] for one in found.changes.records}


def test_a_record_that_would_change_is_told_with_each_value_before_and_after(shop):
    shop.csv("Source_id,Name,size\na,Ann,1\nb,Bob,big\n")
    text = "Source_id,Name,City,size,new\na,Ann,Oslo,2,\nb,,,,yes\nc,Cid,Rome,5,no\n"
    counts, records = told(rehearsed(shop.later(minutes=1), text))

    assert counts == {
        "address.city": (1, 0, 0), "metadata.size": (1, 0, 0), "metadata.new": (1, 1, 0),
    }  # fmt: skip
    assert records == {
        "a": ["City: Rome → Oslo", "metadata.size: 1 → 2"], "b": ["metadata.new: no value → true"],
    }  # fmt: skip


def test_a_value_of_another_type_is_one_change_of_its_field(shop):
    shop.csv("Source_id,size\na,1\nb,2\n")
    counts, records = told(rehearsed(shop.later(minutes=1), "Source_id,size\na,big\nb,3\n"))

    assert counts == {"metadata.size": (2, 0, 0)}
    assert records == {"a": ["metadata.size: 1 → big"], "b": ["metadata.size: 2 → 3"]}


def test_empty_cells_that_clear_are_counted_as_cleared(shop):
    file = shop.later(minutes=1).file("Source_id,City\na,\nb,\n")
    found = check_file(shop.workbench, TABLES["customers"], file, ImportMapping(replace=True))

    assert told(found)[0] == {"address.city": (2, 0, 2)}


def test_an_order_that_moves_names_both_customers_and_a_source_id_is_filled(shop):
    shop.csv("Id\nc3\n")
    shop.csv("Id,Customer_source_id,Amount\n1,a,500\n2,a,500\n", kind="orders")
    text = "Id,Customer_id,Customer_source_id,Amount\n1,,new,500\n2,c3,c,600\n"
    counts, records = told(rehearsed(shop.later(minutes=1), text, "orders"))

    assert counts == {
        "customer": (2, 0, 0), "amount": (1, 0, 0), "total_amount": (1, 0, 0),
        "customer.source_id": (1, 1, 0),
    }  # fmt: skip
    assert records == {
        "1": ["Customer: a → new"],
        "2": ["Customer: a → c", "Amount: 5.00 → 6.00", "Total amount: 5.00 → 6.00"],
        "c": ["Customer source ID: no value → c"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"total_amount": None}, "Total amount: 7.00 → 5.00"),
        ({"total_amount": 500}, "Total amount: 7.00 → 5.00"),
        ({"total_amount": None, "discount_amount": 100}, "Total amount: 7.00 → 4.00"),
        ({"amount": None, "total_amount": None}, "Total amount: 7.00 → no value"),
    ],
)
def test_a_total_is_compared_as_lists_show_it(shop, change, difference):
    order = {"id": "1", "amount": 500, "total_amount": 700, "customer_source_id": "a"}
    shop.json(order, kind="orders")
    file = shop.later(minutes=1).lines({"id": "1", **change}, kind="orders")
    found = check_file(shop.workbench, TABLES["orders"], file, ImportMapping())

    assert told(found)[1]["1"][-1] == difference
    total = next(one for one in found.changes.fields if one.field.path == "total_amount")
    assert (total.changed, total.cleared) == (1, difference.endswith("no value"))


def test_an_order_of_a_customer_who_is_gone_comes_from_nobody(shop):
    shop.csv("Id,Customer_source_id\n1,a\n", kind="orders")
    deleted(shop, "a")
    counts, records = told(rehearsed(shop, "Id,Customer_source_id\n1,b\n", "orders"))

    assert counts == {"customer": (1, 0, 0)}
    assert records == {"1": ["Customer: no value → b"]}


def test_when_it_was_updated_is_told_where_the_file_gives_another(shop):
    shop.csv("Source_id,Updated_at\na,2026-01-01\nb,2026-01-01\n")
    text = "Source_id,City,Updated_at\na,Rome,2026-02-02\nb,Bonn,2026-01-01\n"
    counts, records = told(rehearsed(shop.later(minutes=1), text))

    assert counts == {"address.city": (1, 0, 0), "updated_at": (1, 0, 0)}
    assert records == {
        "a": ["Updated at: 2026-01-01T00:00:00Z → 2026-02-02T00:00:00Z"],
        "b": ["City: Oslo → Bonn"],
    }  # fmt: skip


def test_the_sample_is_cut_and_the_counts_are_not(base, monkeypatch):
    monkeypatch.setattr(field_changes, "SAMPLE", 2)
    monkeypatch.setattr(repeats, "SHOWN", 1)
    rows = [f"{key},{place},x\n" for place, key in enumerate("abcdef")]
    base.csv("".join(["Source_id,Name,City\n", *rows]))
    moved = [
        f"{key},{place + 1},{'x' if place < 4 else 'y'}\n" for place, key in enumerate("abcdef")
    ]
    found = rehearsed(base.later(minutes=1), "".join(["Source_id,Name,City\n", *moved, *moved]))

    counts, records = told(found)
    assert counts == {"name": (6, 0, 0), "address.city": (2, 0, 0)}
    assert list(records) == ["a", "b", "e", "f"]
    name, city = (one.field for one in found.changes.fields)
    assert [one.record for one in found.changes.of(name)] == ["a", "b"]
    assert [one.record for one in found.changes.of(city)] == ["e", "f"]
    assert (found.repeats.count, [one.record for one in found.repeats.first]) == (6, ["a"])


def test_of_a_record_in_several_rows_each_field_has_the_last_row_that_gives_it(shop):
    text = "Source_id,Name,City,size\na,Ann,Oslo,1\nb,,,\na,,Rome,\na,,,\n,,x,\nb,,,\n"
    [first, second] = rehearsed(shop.later(minutes=1), text).repeats.first

    assert (first.record, first.rows) == ("a", (1, 3, 4))
    assert {row: [one.path for one in fields] for row, fields in first.fields.items()} == {
        3: ["address.city"], 1: ["name", "metadata.size"],
    }  # fmt: skip
    assert (second.record, second.rows, second.winners) == ("b", (2, 6), {})
