"""The main job without a mouse: from a file to an exported segment, by keys alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import served, settle

FAR = 150  # keys; a page has fewer places to stop at
PEOPLE = """\
source_id,name,email,city
w-1,Ann,ann@example.com,Berlin
w-2,Bo,bo@example.com,Oslo
w-3,Cleo,cleo@example.com,Berlin
"""
FOCUSED = "e => e === document.activeElement || e.contains(document.activeElement)"


@pytest.fixture
def empty_address(tmp_path: Path) -> Iterator[str]:
    """The app over a workspace without the sample."""
    with served(tmp_path / "workspace", "--empty") as address:
        yield address


def reach(page: Page, wanted: Locator) -> None:
    """Goes there with the tab key, as far as it takes."""
    wanted.wait_for()
    settle(page)
    for _ in range(FAR):
        if wanted.evaluate(FOCUSED):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the tab key never gets to {wanted}")


def press(page: Page, wanted: Locator) -> None:
    """Goes there and presses it."""
    reach(page, wanted)
    page.keyboard.press("Enter")


def test_the_main_job_needs_no_mouse(page: Page, empty_address: str, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, "utf-8")
    page.goto(empty_address)
    press(page, page.get_by_role("link", name="Imports"))

    upload = page.get_by_test_id("stFileUploader").locator("button").first
    with page.expect_file_chooser() as chooser:
        press(page, upload)
    chooser.value.set_files(file)
    press(page, page.get_by_role("button", name="Import", exact=True))
    expect(page.get_by_text("Created 3 customers.")).to_be_visible()

    press(page, page.get_by_role("link", name="Segments"))
    press(page, page.get_by_role("button", name="New segment"))
    reach(page, page.get_by_role("combobox", name="Value of City"))
    page.keyboard.type("Berlin")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("66.7% of 3")).to_be_visible()
    page.keyboard.press("Escape")
    press(page, page.get_by_role("button", name="Save segment"))
    reach(page, page.get_by_label("Name", exact=True))
    page.keyboard.type("Berliners")
    page.keyboard.press("Enter")
    press(page, page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_role("heading", name="Berliners")).to_be_visible()

    press(page, page.get_by_role("link", name="Exports"))
    reach(page, page.get_by_role("combobox", name="Customers"))
    page.keyboard.type("Berliners")
    expect(page.get_by_role("option", name="Berliners")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 customers").first).to_be_visible()
    press(page, page.get_by_role("button", name="Export to CSV"))
    expect(page.get_by_text("written in")).to_be_visible()
    with page.expect_download() as download:
        press(page, page.get_by_role("link", name="Download").first)
    lines = download.value.path().read_text("utf-8").splitlines()

    assert 2 == len(lines) - 1
