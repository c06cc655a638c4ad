"""A segment from a template to its story, and an import taken back, in Chromium."""

import re
import subprocess
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import COMMAND, settle, visit


def saved(page: Page, address: str, template: str, name: str) -> None:
    """A segment saved from a template; the page shows it."""
    visit(page, f"{address}/segments")
    part = page.get_by_text("Begin with a template")
    expect(part).to_be_visible()
    settle(page)
    if not page.get_by_text(template, exact=True).is_visible():
        part.click()
        settle(page)  # of a busy machine, a button that is still being drawn lost its click
    card = page.get_by_text(template, exact=True).locator(
        "xpath=ancestor::*[@data-testid='stVerticalBlock'][.//button][1]"
    )
    card.get_by_role("button", name="Use").click()
    page.get_by_role("button", name="Save segment").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    settle(page)  # a click before the address has followed would ask for the gallery


def test_a_segment_tells_its_story_and_lies_beside_another(page: Page, address: str) -> None:
    saved(page, address, "Referrers", "Friends")
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_text("The latest 100 entries and exits")).to_be_visible()
    expect(page.get_by_text("Version 1")).to_be_visible()
    expect(page).to_have_url(re.compile("part=History"))
    page.get_by_role("tab", name="Members").click()
    page.frame_locator("iframe").locator(".ag-row[row-id^=cust_]").first.wait_for()
    settle(page)
    page.get_by_role("tab", name="Builder").click()
    settle(page)
    page.get_by_text("Polars plan and SQL").click()
    expect(page.get_by_text("SELECT").first).to_be_visible()

    saved(page, address, "Never redeemed", "Cold")
    visit(page, f"{address}/segments")
    page.get_by_text("Compare segments").click()
    expect(page.get_by_role("combobox", name="Segments to compare")).to_be_visible()
    settle(page)
    page.get_by_role("combobox", name="Segments to compare").click()
    for name in ("Friends", "Cold"):
        page.keyboard.type(name)
        expect(page.get_by_role("option")).to_have_text([name])  # before, Enter takes nothing
        page.keyboard.press("Enter")
        settle(page)
    page.keyboard.press("Escape")
    expect(page.get_by_text("customers in exactly these segments")).to_be_visible()

    column = page.locator(".js-plotly-plot .barlayer .point path").first
    expect(column).to_be_visible()
    column.scroll_into_view_if_needed()
    settle(page)
    box = column.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    picked = page.get_by_text("customers in exactly Cold")
    expect(picked).to_be_visible()
    count = picked.inner_text().split()[0]
    page.get_by_label("Save it as").fill("Cold alone")
    page.get_by_label("Save it as").press("Enter")
    settle(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved Cold alone")).to_be_visible()
    page.get_by_role("button", name="All segments").click()
    newest = page.locator("[class*='st-key-card-']").first
    expect(newest).to_contain_text("Cold alone")
    expect(newest.get_by_test_id("stMetricValue")).to_have_text(count)


def test_a_card_opens_its_segment_and_a_member_its_profile(page: Page, address: str) -> None:
    page.goto(f"{address}/segments")
    card = page.locator("[class*='st-key-card-']").first
    settle(page)
    name = card.get_by_role("link").inner_text()
    box = card.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 20, box["y"] + box["height"] - 20)  # far from it
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.get_by_role("button", name="All segments").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Segments")
    settle(page)  # else the focus is on a card that another one takes the place of
    page.get_by_role("link", name=name, exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    settle(page)

    page.get_by_role("tab", name="Members").click()
    row = page.frame_locator("iframe").locator(".ag-row[row-id^=cust_]").first
    member = row.get_attribute("row-id")
    row.locator(".ag-cell").first.click()
    expect(page).to_have_url(re.compile(f"/customers.*customer={member}"))
    page.get_by_role("tab", name="Segments").click()
    expect(page.get_by_text(f"in {name}")).to_be_visible()
    expect(page).to_have_url(re.compile("part=Segments"))
    page.get_by_role("button", name="All customers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")


def test_the_address_follows_a_link_within_its_page(page: Page, shop: str, workspace: Path) -> None:
    freeze = ["segments", "freeze", "Lapsed", "Fixed list", "--workspace", str(workspace)]
    subprocess.run([COMMAND, *freeze], check=True, capture_output=True)
    page.goto(f"{shop}/segments")
    page.get_by_role("link", name="Fixed list").click()
    expect(page).to_have_url(re.compile(r"/segments\?segment=seg_\w+$"))

    page.get_by_role("tab", name="History").click()
    expect(page).to_have_url(re.compile(r"segment=seg_\w+&part=History$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Fixed list")
    settle(page)
    page.go_back()
    expect(page).to_have_url(re.compile(r"segment=seg_\w+$"))
    settle(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Segments")


def test_the_size_of_a_segment_stays_in_sight(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 600})
    page.goto(f"{address}/segments")
    settle(page)  # a link within a page that is still being drawn may not reach the address
    page.locator("[class*='st-key-card-']").first.get_by_role("link").click()
    expect(page.get_by_role("tab", name="History")).to_be_visible()
    settle(page)
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_text("Version 1")).to_be_visible()
    settle(page)
    page.get_by_text("Version 1").scroll_into_view_if_needed()

    expect(page.locator(".st-key-size").get_by_test_id("stMetricValue")).to_be_in_viewport()


def test_an_import_is_undone_from_its_receipt(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="events-").first.click()
    page.get_by_text("Undo this import").click()
    expect(page.get_by_text("events will be removed")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Undone; the change log says by whom")).to_be_visible()
