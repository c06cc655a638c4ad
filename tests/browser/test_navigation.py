from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app import PAGES
from tests.browser.conftest import served, settle

OURS = "[data-testid=stSidebarLogo], [data-testid=stHeaderLogo]"  # app.py alone sets a logo
ADDRESSES = {entry.name: "/" if entry.default else f"/{entry.name}" for entry in PAGES}


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_page_draws_without_an_exception(page: Page, address: str, name: str) -> None:
    page.goto(address + ADDRESSES[name])
    settle(page)

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_first_deep_link_after_a_start_opens_in_the_app(page: Page, workspace: Path) -> None:
    last = PAGES[-1]
    with served(workspace, "--empty") as cold:
        page.goto(cold + ADDRESSES[last.name])

        expect(page).to_have_title(last.title)
        expect(page.locator(OURS)).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
