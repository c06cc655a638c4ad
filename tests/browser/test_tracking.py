"""
Daily jobs in Chromium: an e-mail edited, a code redeemed and taken back, codes, duplicates.

One workspace, one server and one tab do for all of them, as for a day: to start the first two takes
6 s of CPU, to load the app into another tab 3 s.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched, served, settle, visit
from tests.browser.test_customers import grid
from tests.browser.test_redemptions import figure


@pytest.fixture(scope="module")
def shop(sample_of_today: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app over the sample shop, in a workspace that these tests alone change."""
    with served(copytree(sample_of_today, tmp_path_factory.mktemp("desk") / "workspace")) as shop:
        yield shop


@pytest.fixture(scope="module")
def desk(watched: Watched) -> Iterator[Page]:
    """The tab."""
    yield watched.tab()
    watched.leave()


@pytest.fixture
def page(desk: Page, watched: Watched) -> Iterator[Page]:
    """The same, in which nothing may go wrong."""
    yield desk
    watched.check()


def typed(page: Page, label: str, text: str) -> None:
    """Fills a field and leaves it, as a person does."""
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")


def first_customer(page: Page, address: str) -> str:
    """Opens the first customer of the grid; gives the id."""
    visit(page, f"{address}/customers")
    row = grid(page).locator(".ag-row[row-id^=cust_]").first
    name: str | None = row.get_attribute("row-id")
    visit(page, f"{address}/customers?customer={name}")
    return str(name)


def test_an_e_mail_is_edited_and_taken_back(page: Page, shop: str) -> None:
    first_customer(page, shop)
    page.get_by_role("button", name="Edit").click()
    typed(page, "E-mail", "new@shop.example")
    expect(page.get_by_text("→ new@shop.example")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved 1 change.")).to_be_visible()
    expect(page.get_by_text("new@shop.example").first).to_be_visible()

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone")).to_be_visible()


def test_a_voucher_is_created_redeemed_and_rolled_back(page: Page, shop: str) -> None:
    visit(page, f"{shop}/vouchers")
    page.get_by_role("button", name="Create a voucher").click()
    typed(page, "Code", "DESK5")
    page.get_by_role("button", name="Create voucher").click()
    expect(page.get_by_text("Enter how much is taken off")).to_be_visible()
    typed(page, "Amount off (EUR)", "5")
    page.get_by_role("button", name="Create voucher").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("DESK5 · 5.00 EUR off")

    visit(page, f"{shop}/redemptions")
    attempts = figure(page, "Redemption attempts").inner_text()
    page.get_by_role("button", name="Record a redemption").click()
    page.get_by_role("combobox", name="Codes").fill("DESK5")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    typed(page, "Order amount (EUR)", "30")
    page.get_by_role("button", name="Validate").click()
    expect(figure(page, "To pay")).to_have_text("25.00 EUR")
    page.get_by_role("button", name="Redeem", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("DESK5 · succeeded")

    page.get_by_role("button", name="Roll back").click()
    typed(page, "Reason", "Returned")
    page.get_by_role("button", name="Roll back now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("DESK5 · rolled back")
    expect(page.get_by_text("CANCELED", exact=True)).to_be_visible()
    page.get_by_role("button", name="All redemptions", exact=True).click()
    expect(figure(page, "Redemption attempts")).not_to_have_text(attempts)


def test_personal_codes_for_a_segment_are_downloaded(page: Page, shop: str) -> None:
    visit(page, f"{shop}/vouchers?do=campaign")
    typed(page, "Name", "Thank you")
    typed(page, "Amount off (EUR)", "5")
    page.get_by_role("radio", name="One for each member of a segment").click()
    page.get_by_role("combobox", name="Segment").click()
    page.get_by_role("option").first.click()
    said = page.get_by_text(re.compile(r"^[\d,]+ codes?, one for each member now"))
    expect(said).to_be_visible()
    count = int(said.inner_text().split()[0].replace(",", ""))
    page.get_by_role("button", name="Create campaign").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you · 5.00 EUR off")
    settle(page)

    with page.expect_download() as got:
        page.get_by_role("button", name="Download codes").click()
    header, *codes = Path(got.value.path()).read_text("utf-8").splitlines()
    assert header == "code,active,customer_id,source_id,name,email"
    assert (count, count) == (len(codes), len({line.partition(",")[0] for line in codes}))


def test_two_duplicates_are_merged(page: Page, shop: str) -> None:
    for number in (1, 2):
        visit(page, f"{shop}/customers?do=create")
        typed(page, "Name", f"Twin {number}")
        typed(page, "E-mail", "twin@shop.example")
        page.get_by_role("button", name="Create customer").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Twin {number}")

    visit(page, f"{shop}/customers")
    page.get_by_role("button", name="Possible duplicates").click()
    page.get_by_role("button", name="Compare and merge").click()
    expect(page.get_by_text("Twin 2", exact=False).first).to_be_visible()
    page.get_by_role("radio", name="Second").click()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("Merged: one customer now.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Twin 2")


def test_an_event_of_a_new_name_is_recorded(page: Page, shop: str) -> None:
    customer = first_customer(page, shop)
    page.get_by_role("button", name="Record an event").click()
    page.get_by_role("combobox", name="Event").fill("visited the desk")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Record event").click()
    expect(page.get_by_text("Recorded")).to_be_visible()
    expect(page).to_have_url(re.compile(customer))
