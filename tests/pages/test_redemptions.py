"""The redemptions page: filters in the address, totals that follow, one redemption opened."""

from datetime import date

import pytest

from engine.segments import library
from tests.pages.conftest import button, drawn, errors, opened, seed, words
from tests.pages.test_customers import BERLIN

LOG = """\
Id,Date,Voucher_code,Customer_source_id,Result,Failure_code,Order_id,Order_amount
r1,2020-01-01T10:00:00Z,WELCOME,w-1,SUCCESS,,o-1,1250
r2,2020-02-01T10:00:00Z,WELCOME,w-2,FAILURE,too_late,,
r3,2020-05-01T10:00:00Z,OTHER,w-3,SUCCESS,,gone,999
"""
ORDERS = "Id,Customer_source_id,Status,Amount\no-1,w-1,PAID,1250\n"


@pytest.fixture
def shop(empty):
    return empty.filled(sell)


def sell(base):
    seed(base)
    base.csv(ORDERS, kind="orders")
    base.csv(LOG, kind="redemptions")


def figures(at):
    return {metric.label: metric.value for metric in at.metric}


@pytest.mark.usefixtures("shop")
def test_filters_that_leave_nothing_are_cleared():
    at = opened("redemptions", voucher="OTHER", outcome="Failed", time="Last 7 days")
    assert "0 of 3 records" in words(at).replace("*", "")
    drawn(button(at, "Clear search and filters").click().run())
    assert "3 of 3 records" in words(at).replace("*", "")


@pytest.mark.usefixtures("shop")
def test_a_view_of_the_log_brings_back_its_filters():
    at = opened("redemptions", time="Between …")
    at.date_input(key="from").set_value(date(2020, 1, 2)).run()
    at.multiselect(key="outcome").set_value(["Failed"]).run()
    at.text_input(key="view-name").set_value("Failed")
    drawn(button(at, "Save this view").click().run())

    at = opened("redemptions")
    drawn(at.button(key="view-Failed").click().run())
    assert (date(2020, 1, 2), ["Failed"]) == (
        at.date_input(key="from").value,
        at.multiselect(key="outcome").value,
    )


@pytest.mark.usefixtures("shop")
def test_the_totals_are_those_of_the_whole_log():
    at = opened("redemptions")

    assert figures(at) == {
        "Redemption attempts": "3",
        "Succeeded": "2",
        "Failed": "1",
        "Rolled back": "0",
        "Customers": "3",
        "Order amount": "22.49 EUR",
    }
    assert "3 of 3 records, rollbacks included" in words(at).replace("*", "")


@pytest.mark.parametrize(
    ("address", "left"),
    [
        ({"outcome": "Failed"}, "1"),
        ({"failure": "too_late"}, "1"),
        ({"voucher": "WELCOME"}, "2"),
        ({"customer": "w-3"}, "1"),
        ({"customer": "ann@example.com"}, "0"),
        ({"members": "In Berlin"}, "2"),
        ({"time": "Last 7 days"}, "0"),
        ({"time": "Between …", "from": "2020-02-01", "to": "2020-02-28"}, "1"),
    ],
    ids=str,
)
def test_the_address_filters_the_totals(shop, address, left):
    library.create(shop.workbench, "In Berlin", BERLIN)
    at = opened("redemptions", **address)

    assert figures(at)["Redemption attempts"] == left
    assert ("No redemption fits these filters" in words(at)) == (left == "0")


@pytest.mark.usefixtures("shop")
def test_a_filter_that_is_set_changes_the_totals():
    at = opened("redemptions")
    at = drawn(at.multiselect(key="outcome").set_value(["Succeeded"]).run())

    assert figures(at)["Redemption attempts"] == "2"


@pytest.mark.usefixtures("shop")
def test_the_chart_is_a_table_too():
    at = drawn(opened("redemptions").toggle(key="course-table").set_value(True).run())
    table = at.dataframe[0].value

    columns = ["Week", "Outcome", "Redemption attempts"]
    assert columns == list(table)
    assert {"Succeeded": 2, "Failed": 1} == table.groupby("Outcome")[columns[2]].sum().to_dict()


@pytest.mark.usefixtures("shop")
def test_a_customer_that_nobody_is_says_so():
    assert "`nobody`" in errors(opened("redemptions", customer="nobody"))[0]


@pytest.mark.usefixtures("shop")
def test_one_redemption_comes_with_its_customer_and_order():
    at = opened("redemptions", redemption="r1")
    said = words(at)

    assert "WELCOME · succeeded" in said
    assert "Zażółć Gęślą" in said
    assert "2020-01-01, 10:00 UTC" in said
    assert "PAID" in said
    assert "12.50" in said


@pytest.mark.usefixtures("shop")
def test_an_order_that_was_never_imported_is_named():
    assert "This order was not imported." in words(opened("redemptions", redemption="r3"))


@pytest.mark.usefixtures("shop")
def test_from_one_redemption_to_all_of_its_customer():
    at = opened("redemptions", redemption="r2")
    at = drawn(button(at, "All redemptions of this customer").click().run())

    assert figures(at)["Redemption attempts"] == "1"
    assert "redemption" not in at.query_params


@pytest.mark.usefixtures("shop")
def test_what_the_log_shows_is_taken_to_the_exports():
    at = opened("redemptions", outcome="Failed")
    drawn(button(at, "Export all 1").click().run())
    at.switch_page("pages/exports.py")
    at = drawn(at.run())

    assert at.selectbox(key="who").options[0] == "As in the grid of redemptions"
    assert "1 redemption ·" in words(at).replace("*", "")


@pytest.mark.usefixtures("seeded")
def test_customers_without_redemptions_are_told_what_to_do():
    assert "No redemptions yet" in words(opened("redemptions"))
