"""The reference page: every row of the tables, and a search that comes from the address."""

import pytest

from engine.filters.operators.table import KEYS
from tests.fields import FIELDS, RECORD_ROWS
from tests.pages.conftest import drawn, literal, opened, words

pytestmark = pytest.mark.usefixtures("seeded")


def cells(at):
    """All that the tables say."""
    return literal("\n".join(table.value.to_csv() for table in at.table))


def test_every_operator_is_there():
    at = opened("reference")

    assert all(f"`{key}`" in cells(at) for key in KEYS)


def test_every_field_is_there_and_the_stored_names_too():
    said = cells(opened("reference", table="Fields"))

    assert all(field.path in said for field in (*FIELDS.values(), *RECORD_ROWS))
    assert "metadata.brands" in said


def test_a_search_holds_all_its_words_and_comes_from_the_address():
    at = opened("reference", table="Fields", lookup="ORDER latest")

    assert "summary.orders.last_order_date" in cells(at)
    assert "first_order_date" not in cells(at)
    drawn(at.text_input(key="lookup").set_value("nobody has this").run())
    assert "Nothing has all of these words" in words(at)
