"""A table of text as its file writes it: the type of each column, its values, and what is said."""

from zoneinfo import ZoneInfo

import pytest

from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, STRING
from engine.imports.columns.mapping import parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.reading import read
from engine.imports.values import booleans, labels
from engine.imports.values.metadata_keys import split
from tests.imports.values.conftest import ZONE, days, notes


def test_a_part_over_12_says_the_order_for_the_whole_column(column):
    kind, values, notes = column("seen", ["03/04/2024", "13/04/2024"])
    assert (kind, values) == (DATE, days("2024-04-03", "2024-04-13"))
    assert "day before month, as no other order fits" in notes

    kind, values, notes = column("seen", ["03/04/2024", "04/13/2024"])
    assert (kind, values) == (DATE, days("2024-03-04", "2024-04-13"))
    assert "month before day" in notes


def test_else_a_semicolon_says_that_days_come_first(column):
    kind, values, notes = column("seen", ["03/04/2024"], ";")

    assert (kind, values) == (DATE, days("2024-04-03"))
    assert "semicolons of the file" in notes


def test_else_a_decimal_comma_anywhere_in_the_file_does(batch):
    found = batch('Source_id,seen,sum\na,03/04/2024,"1,50"\n')

    assert [key.fits.kind for key in found.keys] == [DATE, NUMBER]
    assert found.rows["1 read"].to_list() == ["2024-04-03"]


def test_else_it_is_ambiguous_and_stays_text(column):
    kind, values, notes = column("seen", ["03/04/2024", "05/05/2024"])

    assert (kind, values) == (STRING, ["03/04/2024", "05/05/2024"])
    assert "`03/04/2024` can be 3 April or 4 March: choose the order of dates" in notes


@pytest.mark.parametrize(
    ("order", "day"), [("day-first", "2024-04-03"), ("month-first", "2024-03-04")]
)
def test_the_mapping_settles_the_order(column, order, day):
    assert column("seen", ["03/04/2024"], dates=order)[:2] == (DATE, days(day))


def test_the_year_first_reads_no_day_first(column):
    assert column("seen", ["03/04/2024", "2024/05/06"], dates="year-first")[:2] == (
        STRING,
        ["03/04/2024", "2024/05/06"],
    )


def test_a_day_that_both_orders_read_alike_is_not_ambiguous(column):
    assert column("seen", ["05/05/2024"])[:2] == (DATE, days("2024-05-05"))


def test_orders_that_contradict_are_no_dates(column):
    kind, values, notes = column("seen", ["13/01/2024", "01/13/2024"])

    assert (kind, values) == (STRING, ["13/01/2024", "01/13/2024"])
    assert "the first part is over 12 in 1 cells and the second in 1" in notes


def test_iso_wins_beside_other_orders(column):
    kind, values, _ = column("seen", ["2024-04-03", "13/04/2024", "Jan 5, 2024"])

    assert (kind, values) == (DATE, days("2024-04-03", "2024-04-13", "2024-01-05"))


def test_short_years_are_read_where_one_order_fits_alone(column):
    assert column("seen", ["5/28/24"])[:2] == (DATE, days("2024-05-28"))
    kind, _, notes = column("seen", ["10.11.12"])
    assert kind is STRING
    assert "choose the order" in notes
    assert column("seen", ["10.11.12"], ";")[:2] == (DATE, days("2012-11-10"))


def test_times_without_a_zone_are_in_utc_where_the_header_says_so(batch):
    path = "Source_id,Seen (UTC)\na,2024-01-31 10:00\n"

    assert batch(path).rows["1 read"].to_list() == ["2024-01-31T10:00Z"]


def test_dates_with_times_are_instants(column):
    assert column("seen", ["31.12.2025 10:00", "2024-01-01"])[0] is INSTANT


@pytest.mark.parametrize(
    ("cells", "delimiter", "values"),
    [
        (["1.149,31", "43,13", "7"], ",", [1149.31, 43.13, 7]),
        (["1,149.31", "43.13"], ",", [1149.31, 43.13]),
        (["1.234"], ";", [1234]),
        (["1,234"], ";", [1.234]),
        (["1.234"], ",", [1.234]),
        (["1,234"], ",", [1234]),
        (["1.234", "1.5"], ";", [1.234, 1.5]),
        (["1 234,5", "2,5"], ",", [1234.5, 2.5]),
        (["€ 5,50", "6,50 €"], ",", [5.5, 6.5]),
        (["(5.50)", "5.50-"], ",", [-5.5, -5.5]),
    ],
)
def test_marks_hold_for_the_whole_column(column, cells, delimiter, values):
    assert column("sum", cells, delimiter)[:2] == (NUMBER, values)


@pytest.mark.parametrize("cell", ["1.234", "1,234"])
def test_a_mark_that_can_be_either_is_said(column, cell):
    assert f"`{cell}` can be" in column("sum", [cell])[2]


@pytest.mark.parametrize(("mark", "value"), [(",", 1234), (".", 1.234)])
def test_the_mapping_settles_the_decimal_mark(column, mark, value):
    assert column("sum", ["1.234"], decimal=mark)[:2] == (NUMBER, [value])


@pytest.mark.parametrize(
    "cells", [["007"], ["+5"], ["1234567890123456"], ["42,5 %"], ["5 €", "6 $"], ["1.5", "2,5"]]
)
def test_what_is_no_number_throughout_stays_text_as_it_is_written(column, cells):
    assert column("sum", cells)[:2] == (STRING, cells)


def test_one_cell_that_does_not_fit_keeps_all_as_text_and_is_named(column):
    kind, values, notes = column("sum", ["1,5", "2,5", "n/a"])

    assert (kind, values) == (STRING, ["1,5", "2,5", "n/a"])
    assert "stays text: 1 of 3 is not a number: `n/a`" in notes


def test_a_declared_type_keeps_what_fits_and_names_the_rest(column):
    kind, values, notes = column("sum", ["1,5", "n/a"], type="number")

    assert (kind, values) == (NUMBER, [1.5, None])
    assert "values that do not fit: 1 of 2 is not a number: `n/a`" in notes


@pytest.mark.parametrize("row", booleans.LETTERS, ids=lambda row: f"{row[0]} {row[1]}")
def test_both_letters_of_a_language_are_yes_and_no(column, row):
    _, yes, no = row
    kind, values, notes = column("news", [yes.upper(), no, yes])

    assert (kind, values) == (BOOLEAN, [True, False, True])
    assert f"is yes or no, {yes.upper()} is yes and {no.upper()} is no" in notes


@pytest.mark.parametrize(
    "cells", [["Y", "Y"], ["N", "N"], ["S", "M"], ["M", "F"], ["Y", "N", "J"], ["T", "F", "X"]]
)
def test_letters_that_may_be_anything_stay_text_without_a_word(column, cells):
    kind, values, notes = column("news", cells)

    assert (kind, values) == (STRING, cells)
    assert "news" not in notes


def test_a_letter_alone_is_yes_or_no_where_the_type_is_known(batch):
    found = batch("Code,Active\nA,Y\nB,Y\n", "vouchers")

    assert found.rows["active"].to_list() == [True, True]


@pytest.mark.parametrize("row", booleans.WORDS, ids=" ".join)
def test_yes_and_no_are_known_in_five_languages(column, row):
    _, yes, no = row
    for spell in (str, str.upper, str.title):
        assert column("news", [spell(yes), spell(no)])[:2] == (BOOLEAN, [True, False])


def test_one_and_zero_are_numbers_unless_the_mapping_says_otherwise(column):
    assert column("news", ["1", "0"])[:2] == (NUMBER, [1, 0])
    assert column("news", ["1", "0"], type="boolean")[:2] == (BOOLEAN, [True, False])


@pytest.mark.parametrize(
    "header",
    [
        *("Kd.-Nr.", "Customer ID", "customerId", "zip_code", "PLZ", "Telefon", "Mobile Phone"),
        *("Order number", "Bestellnummer", "Kundennr", "SKU", "EAN", "IBAN", "VAT ID", "Handy"),
        *("Land", "Country code", "Código postal", "Kod pocztowy", "numer klienta", "Order No."),
        *("Customer #", "Order#", "№ order no", "KUNDEN_NR"),
    ],
)
def test_columns_named_like_an_id_or_a_phone_stay_text(column, header):
    kind, values, notes = column(header, ["12345", "67890"])

    assert (kind, values) == (STRING, ["12345", "67890"])
    assert "stays text, as" in notes


@pytest.mark.parametrize(
    "header",
    [
        *("Hotel", "Width", "Umsatz", "Number of orders", "Anzahl Käufe", "Idle days", "Hidden"),
        *("Keyboards", "Total Orders", "Payment Count", "Visits", "Paid"),
    ],
)
def test_only_whole_words_of_a_header_count(column, header):
    assert labels.label_word(header) is None
    assert column(header, ["12345"])[0] is NUMBER


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        *((header, ["NO", "SI"]) for header in (
            "Market", "Country", "CC", "Nationality", "ISO", "ISO2", "Prov.", "Provincia",
            "Staatsangehörigkeit", "Nationalité", "Herkunftsland", "Obywatelstwo", "Länderkennung",
            "Marché", "Taal")),
        ("Fleet", ["NO", "SE"]),
        ("Fleet", ["NO", "NO", "SI", "DE"]),
    ],
)  # fmt: skip
def test_norway_is_no_no(column, header, cells):
    assert column(header, cells)[:2] == (STRING, cells)


def test_blanks_and_invisible_marks_go_around_what_is_no_free_text(batch):
    edge = "\u00a0\u200b\ufeff\x7f "
    header = "Source_id,Name,Email,Phone,City,Description,Birthdate,sum,SKU,text\n"
    cells = ("k1", "Ann Lee", "a@x.org", "+48 1", "Łódź", "d", "2024-01-31", "5", "01067", "t")
    found = batch(header + ",".join(f"{edge}{cell}\u200e{edge}" for cell in cells) + "\n")

    row = found.rows.drop("row", "line").row(0)
    assert row[:5] == cells[:5]
    assert row[5] == f"{edge}d\u200e{edge}"
    assert row[6].isoformat() == "2024-01-31"
    places = {key.path: key for key in found.keys}
    assert found.rows[places["sum",].read].to_list() == ["5"]
    # A text in metadata comes back from an export as it is, whatever it is called.
    assert found.rows[places["SKU",].text].to_list() == [f"{edge}01067\u200e{edge}"]
    assert found.rows[places["text",].text].to_list() == [f"{edge}t\u200e{edge}"]


def test_blank_only_is_empty_everywhere(batch):
    found = batch('Source_id,Name,Description,note,sum\nk," ","\u00a0","\u200b"," "\n')

    assert found.rows.select("name", "description").row(0) == (None, None)
    assert found.keys == ()


@pytest.mark.parametrize("cell", ["bezahlt", " BEZAHLT", "Bezahlt "])
def test_a_value_map_says_what_cells_mean_before_anything_else(batch, cell):
    said = {"field": "status", "values": {"bezahlt": "PAID", "offen": None}}
    text = f"Id,Customer_source_id,Status\n1,a,{cell}\n2,a,offen\n3,a,CREATED\n"

    assert batch(text, "orders", Status=said).rows["status"].to_list() == ["PAID", None, "CREATED"]


def test_a_value_map_makes_a_column_what_it_is(column):
    assert column("sum", ["1", "n/a"], values={"N/A": None})[:2] == (NUMBER, [1, None])


def test_lists_in_json_are_lists(batch):
    found = batch('Source_id,tags\na,"[""salt; pepper"",""vip""]"\nb,"[""eu""]"\n')

    [key] = found.keys
    values = found.rows.select(split(key, key.fits, ZONE)[0][1].alias("x"))["x"].to_list()
    assert values == [["salt; pepper", "vip"], ["eu"]]


@pytest.mark.parametrize("cell", ["['email']", "[1, [2]]", "[draft]", "[null]"])
def test_what_only_looks_like_a_list_is_text(batch, cell):
    [key] = batch(f'Source_id,tags\na,"{cell}"\n').keys

    assert (key.fits.kind, key.fits.many) == (STRING, False)


def test_a_stored_type_gets_the_values_and_text_stays_as_it_is_written(base):
    base.json({"source_id": "a", "metadata": {"note": "x", "sum": 1.5, "news": True}})
    base.csv("Source_id;note;sum;news\na;1.149,31;1.149,31;0\nb;2,5;n/a;nein\n")

    held = base.workbench.profile()
    rows = {
        name: held.customers.select(column.column).to_series().to_list()
        for column in held.snapshot.columns
        for name in [(column.path[0], column.kind)]
    }
    assert rows["note", "string"] == ["1.149,31", "2,5"]
    assert rows["sum", "number"] == [1149.31, None]
    assert rows["sum", "string"] == [None, "n/a"]
    assert rows["news", "boolean"] == [False, False]


def test_activity_and_profiles_of_one_address_meet(base):
    base.csv("Source_id,Name\nAnn@x.org,Ann\n")
    base.csv("Source_id,Name\nann@x.org,Ann Lee\n")
    base.csv("Id,Customer_source_id,Amount,Status\no1,ANN@X.ORG,5,PAID\n", kind="orders")

    people = base.workbench.profile().customers

    assert people.select("source_id", "name").rows() == [("Ann@x.org", "Ann Lee")]


@pytest.mark.parametrize(
    "cell",
    ["NULL", "(null)", "\\N", "#N/A", "#REF!", "N/A", "-", "none", "NaN", "0000-00-00",
     "0000-00-00 00:00:00", "0/0/00", "0.0.0000", "1/0/1900", "00.01.1900"],
)  # fmt: skip
def test_a_birthday_that_stands_for_nothing_is_not_given(batch, cell):
    found = batch(f"Source_id,Birthdate\nk1,{cell}\nk2,1980-01-02\n")
    assert found.rejected.is_empty()
    assert found.rows["birthdate"].to_list() == [None, *days("1980-01-02")]
    assert "1 cell that stands for nothing" in notes(found)


@pytest.mark.parametrize("cell", ["NULL", "\\N", "#N/A", "n/a", "-", "None", "nan"])
def test_a_key_that_stands_for_nothing_makes_no_customer_of_many(batch, cell):
    found = batch(f"Source_id,Email\n{cell},a@example.org\n{cell},b@example.org\n")
    assert found.rows["source_id"].to_list() == [None, None]


@pytest.mark.parametrize(
    ("cell", "name"), [("None", "None"), ("-", "-"), ("NULL", "NULL"), ("#REF!", "#REF!")]
)
def test_a_name_is_what_the_file_says(batch, cell, name):
    assert batch(f"Source_id,Name\nk1,{cell}\n").rows["name"].to_list() == [name]


@pytest.mark.parametrize("cell", ["NULL", "N/A", "-", "#N/A"])
def test_text_in_metadata_keeps_what_the_file_says(column, cell):
    assert column("note", [cell, "x"])[:2] == (STRING, [cell, "x"])


@pytest.mark.parametrize("cell", ["NULL", "\\N", "#N/A", "#REF!", "#NV"])
@pytest.mark.parametrize(
    ("other", "kind"), [("12.5", NUMBER), ("2024-01-02", DATE), ("yes", BOOLEAN)]
)
def test_what_programs_left_makes_no_text_of_numbers(column, cell, other, kind):
    found, values, said = column("note", [cell, other])
    assert (found, values[0]) == (kind, None)
    assert "1 cell that stands for nothing" in said


@pytest.mark.parametrize("cell", ["N/A", "-", "none"])
def test_words_for_nothing_leave_a_column_text_and_are_named(column, cell):
    found, values, said = column("note", [cell, "12.5"])
    assert (found, values) == (STRING, [cell, "12.5"])
    assert f"`{cell}`" in said


@pytest.mark.parametrize(
    ("header", "stored"),
    [("Geburtstag", "metadata.Geburtstag"), ("Date of birth", "metadata.Date of birth")],
)
def test_a_column_that_only_its_words_make_a_date_rejects_no_customer(batch, header, stored):
    found = batch(f"Source_id,{header}\nk1,31.02.1990\nk2,about 1980\nk3,25.12.1990\n")
    assert found.rejected.is_empty()
    assert found.rows["birthdate"].to_list() == [None, None, *days("1990-12-25")]
    [key] = found.keys
    assert ".".join((key.namespace, *key.path)) == stored
    assert "keeps 2 values as text" in notes(found)


def test_a_column_that_is_spelt_as_a_date_rejects_what_is_none(batch):
    found = batch("Source_id,Birthdate\nk1,about 1980\nk2,1990-12-25\n")
    assert found.rejected["row"].to_list() == [1]


@pytest.mark.parametrize(
    ("zone", "hour"),
    [("(UTC)", 10), ("UTC", 10), ("(UTC+0)", 10), ("(GMT+00:00)", 10), ("(UTC+2)", 8),
     ("(GMT -5)", 15), ("(UTC+05:30)", 4), ("(America/New_York)", 14), ("(Europe/Nowhere)", 8),
     ("", 8)],
)  # fmt: skip
def test_times_are_in_the_zone_that_the_header_names(tmp_path, zone, hour):
    path = tmp_path / "file.csv"
    path.write_text(f"Source_id,Created at {zone}\nk1,2024-05-01 10:00\n")
    found = read(path, TABLES["customers"], parse_mapping({}), ZoneInfo("Europe/Berlin"))
    assert found.rows["created_at"][0].hour == hour
