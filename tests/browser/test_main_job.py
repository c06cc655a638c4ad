"""The main job, as a new user does it: import a file, build a segment, export its members."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import served, settle

CUSTOMERS = """\
Source_id,Name,Email,City,Loyalty_points,brands
w-1,Zażółć Gęślą,Zaz@Example.com,Warsaw,700,Armani;Vicini
w-2,山田 太郎,taro@example.jp,Berlin,100,Vicini
w-3,ليلى حسن,layla@example.eg,Berlin,900,
w-4,Ann Lee,ann@example.com,Berlin,1200,Armani
,Nobody,nobody@example.com,Berlin,5,
"""


@pytest.fixture
def empty_address(tmp_path: Path) -> Iterator[str]:
    """The app over a workspace of its own, cleared of the sample."""
    with served(tmp_path / "workspace") as address:
        yield address


def pick(page: Page, label: str, place: int, option: str) -> None:
    """Chooses an option in one of several select boxes of a label."""
    page.get_by_role("combobox", name=label).nth(place).click()
    page.keyboard.type(option)  # an open list hides all else from who asks by role
    page.get_by_role("option").filter(has_text=option).first.click()


def test_a_new_user_gets_from_a_file_to_an_exported_segment(
    page: Page, empty_address: str, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(CUSTOMERS, "utf-8")
    page.goto(empty_address)
    page.get_by_role("button", name="Clear it and start empty").click()
    page.get_by_role("button", name="Import a CSV").click()

    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Created 4 customers. 1 row was rejected.")).to_be_visible()
    expect(page.get_by_text("expected an Id or a Source_id, got neither")).to_be_visible()

    page.get_by_role("link", name="Segments").click()
    page.get_by_role("button", name="New segment").click()
    cities = page.get_by_role("combobox", name="Value of City")
    cities.fill("Berlin")
    page.get_by_role("option").filter(has_text="Berlin").first.click()
    expect(page.get_by_text("75.0% of 4")).to_be_visible()
    page.keyboard.press("Escape")
    settle(page)
    page.get_by_role("button", name="Condition", exact=True).click()
    expect(page.get_by_text("Choose a city to count this condition")).to_be_visible()
    pick(page, "Field", 1, "Loyalty points")
    expect(
        page.get_by_text("Enter a value for loyalty points to count this condition")
    ).to_be_visible()
    settle(page)
    pick(page, "Operator", 1, "is more than")
    settle(page)
    points = page.get_by_role("spinbutton", name="Value of Loyalty points")
    points.fill("500")
    points.press("Enter")
    expect(page.get_by_text("50.0% of 4")).to_be_visible()
    sentence = "Customers in Berlin, and with more than 500 loyalty points"
    expect(page.get_by_text(sentence)).to_be_visible()

    page.get_by_role("button", name="Save segment").click()
    page.get_by_label("Name", exact=True).fill("Loyal Berliners")
    page.get_by_label("Name", exact=True).press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Loyal Berliners")).to_be_visible()

    page.get_by_role("link", name="Exports").click()
    who = page.get_by_role("combobox", name="Customers")
    who.click()
    page.get_by_role("option", name="Loyal Berliners").click()
    expect(page.get_by_text("2 customers · data of")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Export to CSV").click()
    expect(page.get_by_text("written in")).to_be_visible()
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").first.click()
    rows = csv.DictReader(download.value.path().read_text("utf-8-sig").splitlines())

    assert {"ليلى حسن", "Ann Lee"} == {row["Name"] for row in rows}
