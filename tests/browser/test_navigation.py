from pathlib import Path

from playwright.sync_api import Page, expect

from app import PAGES
from tests.browser.conftest import served

OURS = "[data-testid=stSidebarLogo], [data-testid=stHeaderLogo]"  # app.py alone sets a logo
ADDRESSES = {entry.name: "/" if entry.default else f"/{entry.name}" for entry in PAGES}


def test_the_first_deep_link_after_a_start_opens_in_the_app(page: Page, workspace: Path) -> None:
    last = PAGES[-1]
    with served(workspace, "--empty", cold=True) as cold:
        page.goto(cold + ADDRESSES[last.name])

        expect(page).to_have_title(last.title)
        expect(page.locator(OURS)).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
