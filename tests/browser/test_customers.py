"""The grid of customers in Chromium: scrolled, sorted and filtered on the server, and acted on."""

import re

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.conftest import settle

# How many the sample has, the day of the week says.
EVERYBODY = re.compile(r"^([\d,]+) of \1 customers")
SOME = re.compile(r"^[\d,]+ of [\d,]+ customers")


def grid(page: Page) -> FrameLocator:
    """The inside of the grid, once it shows rows."""
    inside = page.frame_locator("iframe")
    # A row that is not loaded yet has no id; the first grid of a browser brings 5 MB of script.
    inside.locator(".ag-row[row-id^=cust_]").first.wait_for(timeout=30_000)
    return inside


def cells(inside: FrameLocator, path: str) -> Locator:
    """The cells of a column that are drawn, from the top."""
    return inside.locator(f".ag-row .ag-cell[col-id='{path}']")


def cell(inside: FrameLocator, row: int, path: str) -> Locator:
    """One cell, by the place of its row."""
    return inside.locator(f".ag-row[row-index='{row}'] .ag-cell[col-id='{path}']")


def check(inside: FrameLocator, row: int) -> None:
    """Picks the customer of a row."""
    inside.locator(f".ag-row[row-index='{row}'] input[type=checkbox]").check()


def test_filtered_and_sorted_rows_come_from_the_server(page: Page, address: str) -> None:
    page.goto(f"{address}/customers")
    inside = grid(page)
    expect(page.get_by_text(EVERYBODY)).to_be_visible()

    inside.get_by_role("textbox", name="City Filter Input").fill("berlin")
    expect(page.get_by_text(SOME)).not_to_have_text(EVERYBODY)
    expect(cells(inside, "address.city").first).to_have_text("Berlin")
    inside.get_by_text("Name", exact=True).click()
    settle(page)
    expect(cell(inside, 0, "name")).to_have_text("Agnieszka Jabłoński")
    inside.get_by_text("Name", exact=True).click()
    expect(cell(inside, 0, "name")).not_to_have_text("Agnieszka Jabłoński")
    expect(cell(inside, 0, "address.city")).to_have_text("Berlin")

    page.get_by_placeholder("Name, e-mail, phone, id or source id").fill("nobody at all")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"^0 of [\d,]+ customers"))).to_be_visible()
    expect(inside.get_by_text("No customers match the search and the filters.")).to_be_visible()
    page.get_by_role("button", name="Clear search and filters").click()
    expect(page.get_by_text(EVERYBODY)).to_be_visible()
    expect(grid(page).get_by_text("No customers match")).to_be_hidden()


def test_one_step_back_leads_to_the_list_as_it_was_searched(page: Page, address: str) -> None:
    page.goto(f"{address}/customers")
    grid(page)
    search = page.get_by_placeholder("Name, e-mail, phone, id or source id")
    search.fill("agnieszka")
    page.keyboard.press("Enter")
    expect(page.get_by_text(SOME)).not_to_have_text(EVERYBODY)
    settle(page)
    cell(grid(page), 0, "name").click()
    expect(page.get_by_role("button", name="All customers")).to_be_visible()
    settle(page)

    page.go_back()
    expect(page.get_by_text(SOME)).not_to_have_text(EVERYBODY)
    expect(search).to_have_value("agnieszka")


def test_rows_far_down_are_loaded_when_they_are_reached(page: Page, address: str) -> None:
    page.goto(f"{address}/customers")
    inside = grid(page)
    inside.locator(".ag-body-viewport").evaluate("box => box.scrollTop = 1500 * 32")

    expect(cell(inside, 1505, "email")).to_be_visible()
    reached = inside.locator(".ag-center-cols-container .ag-row[row-index='1505']")
    expect(reached).to_contain_text(re.compile(r"\d{4}-\d{2}"))  # one cell or the other is blank


def test_picked_customers_stay_picked_and_become_a_static_segment(page: Page, address: str) -> None:
    page.goto(f"{address}/customers")
    inside = grid(page)
    check(inside, 0)
    check(inside, 2)
    expect(page.get_by_text("2 selected", exact=True)).to_be_visible()

    names = [cell(inside, row, "name").inner_text() for row in (0, 2)]
    inside.get_by_text("E-mail", exact=True).click()
    settle(page)
    check(inside, 1)
    names.append(cell(inside, 1, "name").inner_text())
    expect(page.get_by_text("3 selected", exact=True)).to_be_visible()

    cell(inside, 1, "name").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(names[2])
    page.get_by_role("button", name="All customers").click()
    grid(page)
    expect(page.get_by_text("3 selected", exact=True)).to_be_visible()

    page.get_by_role("button", name="Segment of 3 selected").click()
    page.get_by_label("Name of the segment").fill("Chosen by hand")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Create static segment").click()
    expect(page.get_by_text("Created Chosen by hand: 3")).to_be_visible()


def test_enter_opens_the_row_that_has_the_focus(page: Page, address: str) -> None:
    page.goto(f"{address}/customers")
    inside = grid(page)
    name = cell(inside, 1, "name").inner_text()
    cell(inside, 1, "name").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_columns_fill_the_width_and_stay_as_they_were_drawn(page: Page, address: str) -> None:
    page.goto(f"{address}/customers")
    headings = grid(page).locator(".ag-header-cell")
    ends = [box["x"] + box["width"] for one in headings.all() if (box := one.bounding_box())]
    frame = page.locator("iframe").bounding_box()
    assert frame
    assert max(ends) >= frame["x"] + frame["width"] - 4

    edge = grid(page).locator("[role=columnheader][col-id=name] .ag-header-cell-resize")
    place = edge.bounding_box()
    assert place
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=4)
    page.mouse.up()
    drawn = width(page, "name")
    page.reload()
    assert drawn == width(page, "name")


def width(page: Page, path: str) -> int:
    """How wide a column of the grid is, in pixels."""
    box = grid(page).locator(f"[role=columnheader][col-id='{path}']").bounding_box()
    assert box
    return round(box["width"])
