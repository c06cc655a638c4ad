"""Where a table stands among rows of cells: header, titles, footers, names of columns."""

import pytest

from engine.errors import UsageError
from engine.imports.files.footers import footers
from engine.imports.files.layout import columns_of, layout_of

HEADER = ["Source_id", "Name", "Email"]
ANN, BOB = ["k1", "Ann", "ann@example.org"], ["k2", "Bob", "bob@example.org"]
WIDE = ["Kd.-Nr.", "Vorname", "Ort", "Umsatz"]
MIA = ["K1", "Mia", "Köln", "5,10"]


def layout(*rows, asked=None):
    return layout_of(list(enumerate(rows, 1)), asked)


@pytest.mark.parametrize(
    ("above", "header", "below"),
    [
        ([], HEADER, [ANN, BOB]),
        ([["Customers of the spring promotion"], ["Printed 2024-05-01"], []], HEADER, [ANN, BOB]),
        ([["Customers", "", ""], ["", "", ""]], HEADER, [ANN]),
        ([["Report:", "May", ""]], HEADER, [ANN, BOB]),
        ([["Printed", "2024-05-01"]], HEADER, [ANN, BOB]),
        ([["Kundenliste"], ["Filiale", "Köln"]], WIDE, [MIA, MIA]),
        ([["Customers", " spring", " 2024"]], HEADER, [ANN, BOB]),
        ([["# written by a tool"], ["# on Monday", " at nine"]], HEADER, [ANN, BOB]),
        ([["People", "", "", "Place"]], ["Source_id", "Name", "Email", "City"], [[*ANN, "Oslo"]]),
        ([], ["", "Vorname", "Ort"], [["x", "Mia", "Köln"], ["y", "Kai", "Bonn"]]),
        ([], ["Source_id", ""], [["k1", "Ann"], ["k2", "Bob"]]),
        ([["People"]], ["Kunde", "Ort"], [["Mia", "Köln"], ["Kai", "Bonn"]]),
        ([], ["Source_id"], [["k1"], ["k2"]]),
        ([], WIDE, [["K1", "Mia", "", ""], ["K2", "", "", ""]]),
        ([["Person", "", "Adresse", "Werte"]], WIDE, [MIA, MIA]),
    ],
    ids=[
        *("plain", "titles", "padded titles", "title of two cells", "date above", "pair above"),
        *("commas in a title", "comments", "groups above", "nameless first", "nameless last"),
        *("title of two columns", "one column", "sparse records", "groups above words"),
    ],
)
def test_the_header_is_the_first_row_that_is_no_title(above, header, below):
    found = layout(*above, header, *below)

    assert found.names == tuple(header)
    assert found.line == len(above) + 1
    assert [list(cells) for _, cells in found.titles] == [row for row in above if any(row)]


def test_what_stands_above_the_header_is_told():
    (note,) = layout(["Spring list"], HEADER, ANN).notes

    assert note.topic == "header"
    assert "line 2 is the header" in note.text
    assert "Spring list" in note.text


def test_the_mapping_names_the_line_of_the_header():
    assert layout(HEADER, ["Kunde", "Ort", "x"], ANN, asked=2).names == ("Kunde", "Ort", "x")


@pytest.mark.parametrize("asked", [2, 9], ids=["blank", "behind the end"])
def test_a_line_without_a_header_is_no_header(asked):
    with pytest.raises(UsageError, match="the mapping does not fit"):
        layout(HEADER, [], ANN, asked=asked)


def test_names_lose_blanks_around_and_line_ends_within():
    assert layout([" Source_id", "First\r\n name ", "\ufeffx\u00a0"], ANN).names == (
        *("Source_id", "First name", "x"),
    )


def test_a_column_that_only_counts_the_records_may_have_no_cell_in_the_header():
    found = layout(HEADER, ["1", *ANN], ["2", *BOB])

    assert found.index
    assert found.names == ("", *HEADER)


@pytest.mark.parametrize(
    "records",
    [[["k1", "Ann", "x", "more"], ["k2", "Bob", "y", "more"]],
     [["1", *ANN], ["3", *BOB]], [["1", "Ann", "x", ""], ["2", "Bob", "y", ""]]],
    ids=["keys", "gap", "empty behind"],
)  # fmt: skip
def test_other_cells_in_excess_are_no_index(records):
    assert not layout(HEADER, *records).index


@pytest.mark.parametrize(
    ("names", "filled", "expected"),
    [
        (["a", "", "b", ""], [True, False, True, False], ("a", "b")),
        (["a", "", "b"], [True, True, False], ("a", "column 2", "b")),
        (["Tag", "Tag", "Tag"], [True] * 3, ("Tag", "Tag 2", "Tag 3")),
        (["Tag", "Tag", "Tag 2"], [True] * 3, ("Tag", "Tag 3", "Tag 2")),
        (["column 2", ""], [True, True], ("column 2", "column 2 2")),
    ],
    ids=["empty", "filled", "equal", "number taken", "name taken"],
)
def test_every_column_that_says_something_has_a_name_of_its_own(names, filled, expected):
    found = columns_of(names, filled)

    assert found.names == expected
    assert {note.topic for note in found.notes} <= {"header"}
    renamed = [name for place, name in zip(found.places, found.names, strict=True)
               if names[place] != name]  # fmt: skip
    assert [note.column for note in found.notes if note.column] == renamed


FOOTERS = [
    *(["Total", "", "30"], ["Totals", "", ""], ["Grand total", "", "30"], ["Sum", "", "1,234.50"]),
    *(["Summe", "", "119.817,57"], ["Gesamt", "", "5"], ["Gesamtsumme:", "", "5 €"]),
    *(["Total général", "", "5"], ["Suma", "", "5"], ["Razem", "", "5 zł"], ["Ogółem", "", "5"]),
    *(["", "Total", "30"], ["", "", "Total: 30"], ["Total customers: 3", "", ""]),
    *(["TOTAL (2)", "", ""], ["Average", "", "15"], ["Durchschnitt", "", "15,0"]),
    *(["123 rows", "", ""], ["(2 rows)", "", ""], ["Rows: 2", "", ""], ["3 Datensätze", "", ""]),
    *(["Stand: 31.12.2025", "", ""], ["Stand:", "31.12.2025", ""], ["As of 2025-12-31", "", ""]),
    *(["Exported on 2024-05-01", "", ""], ["Exported on 2024-05-01", " 12:30", " by admin", "x"]),
    *(["Report generated 2024-05-01", "", ""], ["-- end of report --", "", ""]),
    *(["Ende der Liste", "", ""], ["Page 1 of 2", "", ""], ["Seite 3", "", ""]),
    *(["Copyright (c) Example Ltd", "", ""], ["© Example", "", ""], ["* without VAT", "", ""]),
    *(["Source: shop", "", ""], ["-----", "", ""], ["Grand Totals (2 records)", "", ""]),
    *(["Confidential Information - Do Not Distribute", "", ""], ["", "4", "15.50"]),
]
DOWNLOADED = ["2", "record(s) downloaded", "from Jan-13-25"]


@pytest.mark.parametrize("row", FOOTERS, ids="|".join)
def test_totals_and_notes_at_the_end_are_no_records(row):
    reasons = footers([ANN, BOB, row], [False] * 3, 3)

    assert reasons[:2] == [None, None]
    assert reasons[2]


RECORDS = [
    *(["Total", "Total Energies", "info@example.org"], ["Summer", "", ""], ["Total42", "", ""]),
    *(["Summerset", "Ann", ""], ["k3", "", ""], ["k3", "Total", "30"], ["Paige 1", "", ""]),
    *(["Standish: 5", "", ""], ["Pages", "", ""], ["ann@example.org", "", ""], ["k3", "", "30"]),
    *(["Rowsby", "", "5"], ["Exported", "Ann", "ann@example.org"], ["", "Ann", "5"]),
    *(["7", "8", "9"], ["", "", "5"], ["# 12", "Ann", "5", "paid"]),
]


@pytest.mark.parametrize("row", RECORDS, ids="|".join)
def test_a_record_at_the_end_is_one(row):
    assert footers([ANN, BOB, row], [False] * 3, 3) == [None, None, None]


def test_a_count_of_the_records_is_none_though_it_begins_like_a_key():
    rows = [["k1", *"abcdef"], ["k2", *"abcdef"], DOWNLOADED, ["Seller ID : shop"]]

    assert [bool(reason) for reason in footers(rows, [False] * 4, 7)] == [False, False, True, True]
    assert footers([["2", "records", "from Jan-13-25"]], [False], 7) == [None]


def test_numbers_alone_are_a_record_where_others_begin_with_nothing_too():
    rows = [["", "Ann", "5"], ["k2", "Bob", "5"], ["", "4", "10"]]

    assert footers(rows, [False] * 3, 3) == [None] * 3


def test_totals_in_the_middle_are_a_record():
    assert footers([ANN, ["Total", "", "30"], BOB], [False] * 3, 3) == [None] * 3


@pytest.mark.parametrize(
    ("rows", "gaps", "aside"),
    [
        ([ANN, ["All prices without tax", "", ""]], [False, True], [1]),
        ([ANN, ["All prices without tax", "", ""]], [False, False], []),
        ([ANN, ["k9", "", ""]], [False, True], []),
        ([ANN, ["Total", "", "3"], ["All prices", "", ""]], [False] * 3, [1, 2]),
        ([ANN, ["Remarks", "", ""], ["All prices", "", ""]], [False, True, False], [1, 2]),
        ([ANN, ["All prices", "", ""], BOB], [False, True, False], []),
    ],
    ids=["gap", "no gap", "key", "below totals", "two", "above a record"],
)
def test_a_line_of_one_cell_below_a_gap_or_totals_is_a_note(rows, gaps, aside):
    reasons = footers(rows, gaps, 3)

    assert [place for place, reason in enumerate(reasons) if reason] == aside


def test_in_a_list_of_one_column_a_word_is_a_key():
    assert footers([["Total"], ["Sum"]], [False, False], 1) == [None, None]


@pytest.mark.parametrize("first", ["x3", "Ann", "Ł"])
@pytest.mark.parametrize("sign", ["me ©", "(c) me", "the copyright", "the end of file"])
def test_a_record_that_fills_more_cells_than_others_is_no_footer_for_a_sign_in_it(first, sign):
    rows = [["x1", "a", "", ""], ["x2", "b", "", ""], [first, "c", sign, "d"]]
    assert footers(rows, [False] * 3, typical=2) == [None] * 3


@pytest.mark.parametrize(
    "first", ["Copyright (c) Shop", "© Shop", "All rights reserved", "-- End of file"]
)
def test_a_sign_that_begins_more_cells_than_others_is_a_note_with_commas_in_it(first):
    rows = [["x1", "a", "", ""], ["x2", "b", "", ""], [first, " Inc.", " Rome", " 2026"]]
    assert [bool(reason) for reason in footers(rows, [False] * 3, typical=2)] == [
        False,
        False,
        True,
    ]
