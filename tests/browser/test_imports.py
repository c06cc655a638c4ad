"""A file with faults, from the upload over the check to its receipt, back in, and taken back."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import settle

FAULTY = "Person;Name;Birthdate\na;Zoë;1990-01-01\nb;Bob;never\n".encode("cp1252")


def test_a_faulty_file_is_mapped_checked_imported_fixed_and_undone(
    page: Page, shop: str, tmp_path: Path
) -> None:
    file, fixed = tmp_path / "list.csv", tmp_path / "fixed.csv"
    file.write_bytes(FAULTY)
    page.goto(shop)
    page.get_by_role("button", name="Clear it and start empty").click()
    page.get_by_role("button", name="Import a CSV").click()
    page.locator("input[type=file]").set_input_files(file)

    expect(page.get_by_text("Read as Windows-1252 (Western) · Semicolon")).to_be_visible()
    expect(page.get_by_text("Nothing could be imported")).to_be_visible()
    expect(page.get_by_role("button", name="Import", exact=True)).to_have_count(0)
    settle(page)
    page.get_by_role("combobox", name="Which column is it?").click()
    page.get_by_role("option", name="Person").click()
    expect(page.get_by_text("The import would create 1 customer.")).to_be_visible()
    expect(page.get_by_text("1 row would be rejected.")).to_be_visible()

    settle(page)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Created 1 customer. 1 row was rejected.")).to_be_visible()
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download rejected rows").click()
    rows = download.value.path().read_text("utf-8")
    fixed.write_text(rows.replace("never", "1985-05-05", 1), "utf-8")

    page.get_by_role("button", name="All imports").click()
    settle(page)
    page.locator("input[type=file]").set_input_files(fixed)
    expect(page.get_by_text("As last time")).to_be_visible()
    expect(page.get_by_text("The import would create 1 customer.")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Created 1 customer.", exact=True)).to_be_visible()

    page.get_by_text("Undo this import").click()
    expect(page.get_by_text("1 customer will be removed")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Undone on")).to_be_visible()
