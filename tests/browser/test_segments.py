"""The builder with the keyboard alone, in a narrow window, and in the dark."""

from dataclasses import replace

from playwright.sync_api import Page, expect

from engine.filters.drafts.address import packed
from engine.filters.drafts.draft import EMPTY, Row
from engine.filters.expression import Window
from tests.browser.conftest import settle
from tests.browser.test_accessibility import DARK


def focus(page: Page, role: str, name: str, place: int = 0) -> None:
    """Goes on with the Tab key until the widget has the focus."""
    goal = page.get_by_role(role, name=name, exact=True).nth(place)
    for _ in range(60):
        if goal.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach {name}")


def test_a_condition_is_added_with_the_keyboard_alone(page: Page, address: str) -> None:
    page.goto(f"{address}/segments?segment=new")
    expect(page.get_by_role("combobox", name="Value of City")).to_be_visible()
    settle(page)

    focus(page, "combobox", "Value of City")
    page.keyboard.type("Berlin")
    expect(page.get_by_role("option").first).to_be_visible()  # before, Enter takes nothing
    page.keyboard.press("Enter")
    expect(page.get_by_text("Customers in Berlin")).to_be_visible()
    page.keyboard.press("Escape")
    settle(page)
    focus(page, "button", "Condition")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Choose a city to count this condition")).to_be_visible()


def test_a_row_of_the_builder_stays_in_its_window(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 400, "height": 900})
    page.goto(f"{address}/segments?segment=new")
    expect(page.get_by_role("combobox", name="Value of City")).to_be_visible()
    for width in (400, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)

        for name in ("more_horiz icon", "delete icon"):  # a button without a word is named by it
            box = page.get_by_role("button", name=name).bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= width


def test_one_step_back_leads_from_a_segment_to_all(page: Page, address: str) -> None:
    page.goto(f"{address}/segments")
    settle(page)
    page.locator("[class*=st-key-card-] a").first.click()
    expect(page.get_by_role("button", name="All segments")).to_be_visible()
    settle(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Segments", exact=True)).to_be_visible()


def test_the_threshold_is_called_as_its_condition_is_by_now(page: Page, address: str) -> None:
    test = Row(1, "summary.orders.total_count", "$more_than", (0,), window=Window(last_days=30))
    page.goto(f"{address}/segments?segment=new&draft={packed(replace(EMPTY, children=(test,)))}")
    chosen = page.get_by_role("combobox", name="Size against the threshold of")
    for days in ("30", "31", "32", "33"):
        page.get_by_role("spinbutton", name="Days").fill(days)
        page.keyboard.press("Tab")
        expect(page.get_by_text(f"Customers who ordered in the last {days} days")).to_be_visible()
        expect(chosen).to_have_value(f"who ordered in the last {days} days", timeout=9_000)


def test_a_page_is_dark_from_the_start(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/segments")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", DARK)
