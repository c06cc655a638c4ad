"""The redemption log in Chromium: filtered, its totals and address follow, one is opened."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import settle


def figure(page: Page, label: str) -> Locator:
    """The number of a label."""
    card = page.get_by_test_id("stMetric").filter(has=page.get_by_text(label, exact=True))
    return card.get_by_test_id("stMetricValue")


def cell(page: Page, row: int, path: str) -> Locator:
    """One cell of the log, by the place of its row."""
    inside = page.frame_locator("iframe")
    return inside.locator(f".ag-row[row-index='{row}'] .ag-cell[col-id='{path}']")


def test_totals_rows_and_address_follow_a_filter_and_one_redemption_opens(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/redemptions")
    expect(cell(page, 0, "outcome")).to_have_text("Succeeded")
    everything = figure(page, "Redemption attempts").inner_text()

    page.get_by_role("combobox", name="Outcome").click()
    page.get_by_role("option", name="Failed").click()
    expect(cell(page, 0, "outcome")).to_have_text("Failed")
    expect(figure(page, "Succeeded")).to_have_text("0")
    expect(figure(page, "Redemption attempts")).not_to_have_text(everything)
    expect(page).to_have_url(re.compile("outcome=Failed"))
    failed = figure(page, "Failed").inner_text()

    page.goto(page.url)  # as somebody does who got the address
    expect(figure(page, "Redemption attempts")).to_have_text(failed)
    expect(cell(page, 0, "outcome")).to_have_text("Failed")

    voucher = cell(page, 0, "voucher.code").inner_text()
    cell(page, 0, "voucher.code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{voucher} · failed")
    expect(page).to_have_url(re.compile("redemption=r_"))

    page.get_by_role("button", name="All redemptions", exact=True).click()
    expect(cell(page, 0, "voucher.code")).to_be_visible()


def test_a_column_filter_narrows_the_totals_too(page: Page, address: str) -> None:
    page.goto(f"{address}/redemptions")
    expect(cell(page, 0, "outcome")).to_have_text("Succeeded")
    everything = figure(page, "Redemption attempts").inner_text()
    inside = page.frame_locator("iframe")
    inside.get_by_role("textbox", name="Voucher Filter Input").fill("freeship")

    expect(cell(page, 0, "voucher.code")).to_have_text("FREESHIP")
    expect(figure(page, "Redemption attempts")).not_to_have_text(everything)
    settle(page)
    page.get_by_role("button", name=re.compile("^Export all")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Exports")
    expect(page.get_by_text("redemptions · data of")).to_be_visible()


def test_a_date_that_is_typed_counts_at_enter(page: Page, address: str) -> None:
    page.goto(f"{address}/redemptions?time=Between …")
    expect(cell(page, 0, "outcome")).to_be_visible()
    everything = figure(page, "Redemption attempts").inner_text()
    settle(page)
    page.get_by_role("spinbutton", name="year, From").click()
    page.keyboard.type("20261101")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("from=2026-11-01"))
    expect(figure(page, "Redemption attempts")).not_to_have_text(everything)
    expect(page.locator(".st-key-from").get_by_role("button", name="Choose date")).to_be_focused()
