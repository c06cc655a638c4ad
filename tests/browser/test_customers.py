"""One customer is opened from the table, which is a canvas, and the way back leads to the table."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle

OPEN = re.compile("customer=cust_")


@pytest.fixture
def customers(page: Page, address: str) -> Page:
    """The customers page, drawn."""
    page.goto(f"{address}/customers?search=ann")
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    settle(page)
    return page


def test_a_click_on_a_row_opens_its_customer_and_back_leads_to_the_search(customers: Page) -> None:
    customers.get_by_test_id("stDataFrame").click(position={"x": 18, "y": 53})

    expect(customers.get_by_role("button", name="All customers")).to_be_visible()
    expect(customers).to_have_url(OPEN)
    customers.get_by_role("button", name="All customers").click()
    expect(customers.get_by_role("searchbox", name="Search")).to_have_value("ann")
    expect(customers).not_to_have_url(OPEN)
