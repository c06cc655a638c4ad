"""Days and amounts as the project writes them."""

from datetime import date

import polars as pl
import pytest

from engine.text.formats import DATES, MONEY, money


@pytest.mark.parametrize(("example", "form"), DATES.items(), ids=DATES.keys())
def test_a_way_to_write_days_is_named_by_what_it_makes_of_the_second_of_november(example, form):
    day = date(2026, 11, 2)

    assert day.strftime(form.clock) == example
    assert pl.Series([day]).dt.to_string(form.clock).to_list() == [example]
    assert len(form.widget) == len(example)


@pytest.mark.parametrize("form", MONEY)
def test_a_way_to_write_amounts_is_named_by_what_it_makes_of_a_thousand(form):
    assert money(100_000, "EUR", form).replace("\u202f", " ") == form


@pytest.mark.parametrize(
    ("cents", "told"),
    [(0, "0.00 PLN"), (-1_234_567_89, "-1,234,567.89 PLN"), (5, "0.05 PLN")],
)
def test_an_amount_has_two_decimals_and_its_sign(cents, told):
    assert money(cents, "PLN", "1,000.00 EUR") == told
