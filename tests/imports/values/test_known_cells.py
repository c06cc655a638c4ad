"""Columns that are fields: currency, dates of birth, and cells that do not fit."""

import pytest

from engine.filters.kinds import STRING
from tests.imports.values.conftest import notes


def test_amounts_with_decimals_are_currency_and_said_so(batch):
    found = batch("Id,Customer_source_id,Amount\n1,a,12.50\n2,a,3\n", "orders")

    assert found.rows["amount"].to_list() == [1250, 300]
    assert "has decimals, so its amounts are currency and become cents" in found.notes[-1].text


@pytest.mark.parametrize(
    ("header", "amount"),
    [("Amount (EUR)", 1200), ("Betrag in EUR", 1200), ("Betrag (€)", 1200), ("Total US$", 1200),
     ("Amount", 12), ("amount", 12)],
)  # fmt: skip
def test_a_currency_in_the_header_says_that_whole_amounts_are_currency(batch, header, amount):
    found = batch(f"Source_id,{header}\no1,12\n", "orders")
    name = next(each for each in ("amount", "total_amount") if each in found.rows.columns)
    assert found.rows[name].to_list() == [amount]
    assert ("names a currency" in notes(found)) is (amount > 12)


def test_whole_amounts_beside_decimals_are_currency_too(batch):
    found = batch("Source_id,Amount,Discount_amount\no1,12,0.5\no2,30,\n", "orders")
    assert found.rows["amount"].to_list() == [1200, 3000]
    assert "`Amount` stands beside amounts with decimals, so its amounts are currency" in notes(
        found
    )


def test_the_unit_that_the_mapping_says_comes_before_the_others(batch):
    said = {"Amount": {"field": "amount", "unit": "cents"}}
    found = batch("Source_id,Amount,Discount_amount\no1,12,0.5\n", "orders", **said)
    assert found.rows["amount"].to_list() == [12]


def test_amounts_of_whole_numbers_are_cents(batch):
    found = batch('Id,Customer_source_id,Amount\n1,a,1250\n2,a,"1,250"\n', "orders")

    assert found.rows["amount"].to_list() == [1250, 1250]


@pytest.mark.parametrize(
    ("cell", "cents"), [("1.234,56 €", 123456), ("$1,234.56", 123456), ("12.5000", 1250)]
)
def test_amounts_are_read_as_they_are_written(batch, cell, cents):
    found = batch(f'Id,Customer_source_id,Amount\n1,a,"{cell}"\n', "orders")

    assert found.rows["amount"].to_list() == [cents]


def test_the_unit_of_the_mapping_wins(batch):
    text = "Id,Customer_source_id,Amount\n1,a,12\n"
    assert batch(text, "orders", Amount={"field": "amount", "unit": "currency"}).rows[
        "amount"
    ].to_list() == [1200]
    cents = batch(text.replace("12", "12.5"), "orders", Amount={"field": "amount", "unit": "cents"})
    assert "whole cents without a decimal mark" in cents.rejected["reason"][0]


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        (["a,2000.00,", "b,15%,"], [200000, 15]),
        (["a,2000,", "b,15 %,"], [2000, 15]),
        (["a,20.00,AMOUNT", "b,15.00,PERCENT"], [2000, 15]),
        (["a,5%,", "b,150%,"], [5, 150]),
        (["a,-5.00,fixed_amount", "b,-10.0,percentage", "c,-15%,"], [500, 10, 15]),
        (["a,-5,AMOUNT", "b,-10,Percentage discount"], [5, 10]),
        (["a,-5.00,", "b,10.0,%"], [-500, 10]),
    ],
)
def test_the_value_of_a_voucher_is_currency_or_per_cent(batch, rows, values):
    found = batch("Code,Value,Discount Type\n" + "\n".join(rows) + "\n", "vouchers")

    assert found.rows["value"].to_list() == values


@pytest.mark.parametrize(
    ("row", "shown"),
    [('"12,5%",', "12,5%"), ("20.5,PERCENT", "20.5"), ("-7.5,percentage", "-7.5")],
)
def test_per_cent_with_decimals_reject_their_row_as_per_cent_and_no_money(batch, row, shown):
    found = batch(f"Code,Value,Discount Type\na,{row}\nb,5.00,AMOUNT\nc,,PERCENT\n", "vouchers")

    assert found.rows["value"].to_list() == [500, None]
    [reason] = found.rejected["reason"]
    assert reason.startswith(f"value: expected whole per cent or units such as 15, got `{shown}`")
    assert "as written" not in notes(found)


@pytest.mark.parametrize("cell", ["12.5", "12,5%", "12.5 %", "-12.5"])
def test_a_column_of_per_cent_has_decimals_with_or_without_the_sign(batch, cell):
    said = {"Value": "discount.percent_off"}
    found = batch(f'Code,Value,Discount Type\na,"{cell}",PERCENT\n', "vouchers", **said)

    assert found.rows["discount_percent_off"].to_list() == [12.5]


@pytest.mark.parametrize(
    ("header", "word", "stored"),
    [
        *(("Discount Type", word, "PERCENT") for word in (
            "PERCENT", "percent", "Percentage", "%", "Percentage discount", "Prozent",
            "pourcentage", "porcentaje", "procent")),
        *(("Discount Type", word, "AMOUNT") for word in (
            "amount", "fixed_amount", "Fixed amount", "fixed_cart", "Betrag", "montant fixe")),
        *(("Discount Type", word, word) for word in ("FIXED", "fixed", "buy one get one")),
        *(("Voucher Type", word, "GIFT_CARD") for word in ("Gift Card", "GIFT_CARD", "gavekort")),
    ],
)  # fmt: skip
def test_types_of_vouchers_have_words_and_any_other_stays(batch, header, word, stored):
    found = batch(f"Code,{header}\na,{word}\n", "vouchers")
    name = "discount_type" if header == "Discount Type" else "type"

    assert found.rows[name].to_list() == [stored]


def test_known_columns_read_only_what_they_are(batch):
    found = batch(
        "Code;Active;Start Date;Redemption Limit\n"
        "a;ja;31.12.2025;1.000\nb;0;01.02.2025 10:00;5,0\n",
        "vouchers",
    )

    assert found.rows["active"].to_list() == [True, False]
    assert [each.isoformat() for each in found.rows["start_date"]] == [
        "2025-12-31T00:00:00+00:00",
        "2025-02-01T10:00:00+00:00",
    ]
    assert found.rows["redemption_limit"].to_list() == [1000, 5]


def test_a_cell_that_does_not_fit_rejects_its_row_in_its_own_words(batch):
    found = batch("Source_id,Birthdate\na,31.12.1990\nb,soon\n")

    assert found.rows["source_id"].to_list() == ["a"]
    assert '"soon"' in found.rejected["reason"][0]
    assert any("1 of 2 is not a date: `soon`" in note.text for note in found.notes)


def test_cells_that_no_reading_takes_reject_their_rows(batch):
    found = batch("Source_id,Birthdate,Loyalty_points\na,never,\nb,,many\nc,,\n")

    assert found.rows["source_id"].to_list() == ["c"]
    assert found.keys == ()
    assert [text.split()[-1] for text in found.rejected["reason"]] == ['"never"', '"many"']


@pytest.mark.parametrize("cell", ["04-15", "15.04.", "April 15"])
def test_a_birthday_without_a_year_is_kept_as_text_and_its_row_comes_in(batch, cell):
    found = batch(f"Source_id,Birthdate\na,31.12.1990\nb,{cell}\n")

    [key] = found.keys
    assert [each and each.isoformat() for each in found.rows["birthdate"]] == ["1990-12-31", None]
    assert (key.namespace, key.path, key.fits.kind) == ("metadata", ("Birthdate",), STRING)
    assert found.rows[key.text].to_list() == [None, cell]
    assert any("metadata.Birthdate" in note.text for note in found.notes)


def test_a_birthday_kept_as_text_takes_the_place_of_no_other_column(batch):
    found = batch("Source_id,Birthdate,metadata.Birthdate\na,04-15,x\n")

    assert {key.path[0]: found.rows[key.text].to_list() for key in found.keys} == {
        "Birthdate": ["x"],
        "Birthdate (as text)": ["04-15"],
    }


def test_an_ambiguous_birthday_is_kept_as_text(batch):
    found = batch("Source_id,Birthdate\na,03/04/1990\nb,1990-01-02\n")

    assert [each and each.isoformat() for each in found.rows["birthdate"]] == [None, "1990-01-02"]
    assert found.rows[found.keys[0].text].to_list() == ["03/04/1990", None]
    assert any("choose the order of dates" in note.text for note in found.notes)


def test_an_order_with_an_ambiguous_date_is_rejected_and_says_what_to_choose(batch):
    text = "Id,Customer_source_id,Created_at\n1,a,03/04/2024\n2,a,2024-01-02\n"
    found = batch(text, "orders")

    assert found.rows["id"].to_list() == ["2"]
    assert found.rejected["reason"].to_list() == [
        "created_at: `03/04/2024` can be 3 April or 4 March: choose the order of dates"
    ]
    chosen = batch(text, "orders", Created_at={"field": "created_at", "dates": "day-first"})
    assert chosen.rows["created_at"][0].isoformat() == "2024-04-03T00:00:00+00:00"


def test_the_days_of_a_sheet_are_read_in_a_column_of_dates_and_told(batch):
    found = batch("Source_id,Birthday\na,32874\nb,1990-01-02\n")

    assert [str(day) for day in found.rows["birthdate"]] == ["1990-01-01", "1990-01-02"]
    assert "`Birthday` is read: numbers in it are the days of a sheet" in notes(found)


@pytest.mark.parametrize("text", ["1.23457E+11", "1,23457E+11", "4E+12"])
def test_an_id_that_a_sheet_has_rounded_rejects_its_row_as_it_may_be_anybodys(batch, text):
    found = batch(f'Source_id,Name\n"{text}",Ann\n"{text}",Bo\nk3,Cy\n')

    assert found.rows["source_id"].to_list() == ["k3"]
    assert (
        found.rejected["reason"].to_list()
        == [f"source_id: `{text}` has lost its digits in a sheet: export the column as text"] * 2
    )


def test_numbers_that_are_names_lose_the_decimals_of_a_program(batch):
    found = batch("Source_id,Phone,Zip,Order number\n101.0,4915.0,1234.0,7.0\n102.0,,,8.0\n")

    read = found.rows.select("source_id", "phone", "address_postal_code", "3").rows()
    assert read == [("101", "4915", "1234", "7"), ("102", None, None, "8")]
    assert notes(found).count("took for decimals") == 4


def test_a_name_with_decimals_stays_where_one_is_no_whole_number(batch):
    found = batch("Source_id,Name\n1.0,Ann\n1.5,Bo\n")

    assert found.rows["source_id"].to_list() == ["1.0", "1.5"]


def test_an_id_may_look_like_a_power(batch):
    found = batch("Source_id,Name\n12E5,Ann\n1E10,Bo\n")

    assert found.rows["source_id"].to_list() == ["12E5", "1E10"]


def test_a_phone_that_a_sheet_has_rounded_is_none(batch):
    found = batch("Source_id,Phone\na,4.91701E+11\nb,030 1\n")

    assert found.rows["phone"].to_list() == [None, "030 1"]
    assert "`Phone` has 1 cell that stands for nothing: `4.91701E+11`" in notes(found)
