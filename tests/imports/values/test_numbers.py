"""Numbers and amounts as files write them."""

import polars as pl
import pytest

from engine.imports.values import numbers

POINT = {
    "0": "0",
    "-5": "-5",
    "12.50": "12.50",
    "1.234": "1.234",
    "1,234": "1234",
    "1,234.56": "1234.56",
    "1,234,567": "1234567",
    "1e3": "1e3",
    "$5": "5",
    "$1,234.56": "1234.56",
    "-$5.00": "-5.00",
    "$-5.00": "-5.00",
    "($5.00)": "-5.00",
    "(5.00)": "-5.00",
    "5.00-": "-5.00",
    "−5.00": "-5.00",
    "US$ 5.00": "5.00",
    "5.00 USD": "5.00",
    "GBP 5.00": "5.00",
    "£5.00": "5.00",
    "R$5.00": "5.00",
    "CHF 5.–": "5.00",
    "1.5e-7": "1.5e-7",
    "2e+20": "2e+20",
}
COMMA = {
    "7": "7",
    "43,13": "43.13",
    "1.234": "1234",
    "1.234,56": "1234.56",
    "119.817,57": "119817.57",
    "0,125": "0.125",
    "-1.234,5": "-1234.5",
    "12,50 €": "12.50",
    "€ 12,50": "12.50",
    "12,50\u00a0€": "12.50",
    "12,50 zł": "12.50",
    "EUR 12,50": "12.50",
    "12,50 kr.": "12.50",
    "12,50-": "-12.50",
    "12,-": "12.00",
    "12,-- €": "12.00",
    "1,5e-7": "1.5e-7",
    "2e+20": "2e+20",
}
BETWEEN = [
    ("point", "1,25,000.50", "125000.50"),
    ("point", "₹ 12,34,567", "1234567"),
    ("point", "1234567890123456.0", "1234567890123456.0"),
    ("comma, blanks", "1 234,56", "1234.56"),
    ("comma, blanks", "1\u00a0234,56", "1234.56"),
    ("comma, blanks", "1\u202f234\u202f567,5", "1234567.5"),
    ("comma, blanks", "1 234,56 zł", "1234.56"),
    ("point, blanks", "1 234.56", "1234.56"),
    ("point, apostrophes", "1'234.50", "1234.50"),
    ("point, apostrophes", "CHF 1’234.50", "1234.50"),
]
NONE = (
    "007",
    "00,5",
    "+5",
    "1234567890123456",
    "1,23,45",
    "1.2.3",
    "12 34",
    "12 kg",
    "42,5 %",
    "(5.00",
    "5.00)",
    "--5",
    "-(5)",
    "€5€",
    "€",
    "NaN",
    "inf",
    ".5",
    "5.",
    "-.-",
    "1,5e",
    "2024-01-31",
    "",
)


def read(text, key):
    return numbers.FAMILY.canonical(pl.Series(["1", text, None]), key).to_list()[1]


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        *(("point", *pair) for pair in POINT.items()),
        *(("comma", *pair) for pair in COMMA.items()),
        *BETWEEN,
    ],
)
def test_a_number_is_read_with_its_marks(key, text, expected):
    assert read(text, key) == expected


@pytest.mark.parametrize("text", NONE)
@pytest.mark.parametrize("key", numbers.FAMILY.keys)
def test_what_is_no_number_is_not_read(text, key):
    assert read(text, key) is None


@pytest.mark.parametrize("sign", [sign for row in numbers.CURRENCIES for sign in row])
def test_every_sign_of_a_currency_goes_on_either_side(sign):
    assert [read(text, "point") for text in (f"{sign} 5.00", f"5.00 {sign.lower()}")] == [
        "5.00"
    ] * 2


def test_the_currencies_of_amounts_are_told_by_their_codes():
    cells = pl.Series(["5 €", "EUR 6", "$7", "zł", "euro zone"])

    assert numbers.currencies(cells) == {"EUR": 2, "$": 1}
