"""The lists of records: every field of every row is one that the import of its table knows."""

import pytest

from engine.imports.columns.table import TABLES
from engine.lists.listings import LISTINGS


@pytest.fixture
def shop(base):
    return base.filled(fill)


def fill(base):
    base.csv("Source_id,Name,size\na,Ann,5\n")
    base.csv("Id,Customer_source_id,Amount,Discount_amount,channel\no1,a,1000,100,web\n",
             {"columns": {"channel": {"field": "metadata.channel"}}}, kind="orders")  # fmt: skip


@pytest.mark.parametrize("table", LISTINGS)
def test_what_an_export_writes_is_what_the_import_reads(base, table):
    listing = LISTINGS[table]
    fields = listing.catalogue(base.workbench.profile()).rows.values()
    known = {column.path for column in TABLES[table].columns}
    missing = {field.path for field in fields if listing.imported(field)} - known

    assert {
        path for path in missing if not path.startswith(("system_metadata", "segments"))
    } == set()


@pytest.mark.parametrize("table", LISTINGS)
def test_a_list_begins_with_columns_that_it_has(base, table):
    listing = LISTINGS[table]
    catalogue = listing.of(base.workbench.profile()).catalogue

    paths = (*listing.shown, *listing.searched, listing.sort.removeprefix("-"))
    assert [catalogue.field(path).path for path in paths] == list(paths)


def test_a_total_is_one_number_and_a_metadata_key_is_a_column(shop):
    orders = LISTINGS["orders"].of(shop.workbench.profile())

    def value(path):
        return orders.values(orders.catalogue.field(path))[0]

    assert (value("total_amount"), value("metadata.channel")) == (900, "web")
    assert orders.catalogue.field("total") is orders.catalogue.field("total_amount")
    assert (value("customer.name"), value("customer.source_id")) == ("Ann", "a")


def test_a_list_of_nothing_is_empty(base):
    for listing in LISTINGS.values():
        assert listing.of(base.workbench.profile()).total == 0
