from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app import PAGES
from tests.browser.conftest import served, settle

TITLES = [entry.title for entry in PAGES]


def address_of(name: str) -> str:
    return next("/" if entry.default else f"/{entry.name}" for entry in PAGES if entry.name == name)


@pytest.mark.parametrize("name", [entry.name for entry in PAGES])
def test_a_page_draws_without_an_exception(page: Page, address: str, name: str) -> None:
    page.goto(address + address_of(name))
    settle(page)

    expect(page.get_by_test_id("stSidebarNavLink")).to_contain_text(TITLES)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_first_deep_link_after_a_start_opens_in_the_app(page: Page, workspace: Path) -> None:
    last = PAGES[-1]
    with served(workspace) as cold:
        page.goto(cold + address_of(last.name))

        expect(page).to_have_title(last.title)
        expect(page.get_by_test_id("stSidebarNavLink")).to_contain_text(TITLES)
        expect(page.get_by_role("dialog")).to_have_count(0)
