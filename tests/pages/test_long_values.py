"""Values of megabytes and marks that cannot be seen, on every page that shows them."""

import json

import pytest

from app import PAGES
from engine.lists.rows import read_query, rows
from engine.segments import library
from engine.text.display import LONGEST, SENTENCE
from pages._components.shell.text import QUOTE
from tests.pages.conftest import drawn, errors, literal, opened, words

LONG = "x" * 2_000_000
SAYS = "… (2,000,000 characters)"
PARAMETERS = {
    "customers": ("customer", "search"),
    "segments": ("segment", "draft"),
    "redemptions": ("redemption", "customer", "voucher", "outcome", "time", "members"),
    "imports": ("import",),
    "exports": ("segment", "what"),
    "reference": ("table", "lookup"),
}


@pytest.fixture
def long(empty):
    """One customer with long values, an order and an event of theirs, and segments about them."""
    base = empty.filled(lengthen)
    return library.find(base.workbench, "About it").id, base.column("id")[0]


def lengthen(base):
    base.json({"source_id": "0", "name": LONG, "metadata": {"note": LONG, "short": "a\u202eb"}})
    base.json({"id": "o1", "customer_source_id": "0", "metadata": {"note": LONG}}, kind="orders")
    is_long = {"metadata.note": {"conditions": {"$is": [LONG]}}}
    library.create(base.workbench, "About it", {"junction": "and", **is_long})


def most(at):
    """The length of the longest text on a page."""
    shown = [each.value for each in (*at.markdown, *at.caption, *at.title, *at.code)]
    return max(len(literal(str(value))) for value in shown)


def test_a_customer_of_megabytes_is_shown_short(long):
    at = opened("customers", customer=long[1])

    assert SAYS in literal(at.title[0].value)
    assert literal(words(at)).count(SAYS) >= 3  # the title, the name and the note
    assert "a‹U+202E›b" in literal(words(at))
    assert most(at) < SENTENCE
    at = opened("customers", customer=long[1], part="Timeline")
    assert all(len(str(cell)) < SENTENCE for row in at.dataframe[0].value.values for cell in row)


def test_a_filter_of_megabytes_is_shown_short_and_explained(long):
    at = opened("segments", segment=long[0])
    at.text_input(key="person").set_value("0")
    said = literal(words(drawn(at.run())))

    assert said.count(SAYS) >= 3  # in words, the test, and the customer's value
    assert most(at) <= SENTENCE + 100
    assert "Download all of it" in {button.label for button in at.get("download_button")}


@pytest.mark.usefixtures("long")
def test_a_grid_gets_its_values_short(empty):
    asked = {"columns": '["name", "metadata.note", "metadata.short"]', "end": "10"}
    [row] = json.loads(rows(empty.workbench, "customers", read_query(asked)))["rows"]

    assert row["name"].endswith(SAYS)
    assert row["metadata.note"].endswith(SAYS)
    assert "a‹U+202E›b" == row["metadata.short"]


@pytest.mark.parametrize("name", [entry.name for entry in PAGES])
@pytest.mark.usefixtures("long")
def test_a_page_over_long_values_draws(name):
    assert [] == errors(opened(name))


@pytest.mark.parametrize(
    ("page", "parameter"),
    [(page, parameter) for page, known in PARAMETERS.items() for parameter in known],
)
@pytest.mark.usefixtures("seeded")
def test_a_query_parameter_is_shown_as_text_and_short(page, parameter):
    marked = opened(page, **{parameter: "**b** `c` ``d`` :smile:"}).error
    long = opened(page, **{parameter: LONG}).error

    assert not any("**b**" in QUOTE.sub("", each.value) for each in marked)
    assert not any(":smile:" in QUOTE.sub("", each.value) for each in marked)
    assert all(len(literal(each.value)) < 2 * LONGEST for each in long)
