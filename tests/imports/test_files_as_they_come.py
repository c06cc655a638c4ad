"""Files as shops, spreadsheets and mailing tools write them, from bytes to rows."""

import gzip
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.errors import ImportFileError, UsageError
from engine.imports.columns.mapping import parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.files.batch import Batch
from engine.imports.files.csv_rows import first_records, read_records
from engine.imports.files.source import open_source
from engine.imports.reading import read

CUSTOMERS = TABLES["customers"]
ZONE = ZoneInfo("UTC")
PEOPLE = "Source_id,Name,City\nk1,Ann,Oslo\nk2,Bob,Rome\n"
ROWS = [("k1", "Ann", "Oslo"), ("k2", "Bob", "Rome")]


def batch_of(folder: Path, content: bytes | str, name: str = "file.csv", **mapping) -> Batch:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, CUSTOMERS, parse_mapping(mapping), ZONE)


def people(batch: Batch) -> list[tuple[str, str, str]]:
    return batch.rows.select("source_id", "name", "address_city").rows()


def said(batch: Batch, topic: str) -> str:
    return " · ".join(note.text for note in batch.notes if note.topic == topic)


@pytest.mark.parametrize(
    ("content", "topic", "words"),
    [
        (PEOPLE, "file", ""),
        ("sep=;\n" + PEOPLE.replace(",", ";"), "file", "semicolons"),
        ("sep=,\r\n" + PEOPLE, "file", ""),
        ('"sep=|"\n' + PEOPLE.replace(",", "|"), "file", "vertical bars"),
        ("sep=;;;\n" + PEOPLE.replace(",", ";"), "file", "semicolons"),
        ("sep=^\n" + PEOPLE.replace(",", "^"), "file", "`^`"),
        ("\ufeffsep=;\n" + PEOPLE.replace(",", ";"), "file", "semicolons"),
        ("SEP=\t\n" + PEOPLE.replace(",", "\t"), "file", "tabs"),
        ("Spring list\n\n" + PEOPLE, "header", "Spring list"),
        ("Spring list;;\n" + PEOPLE.replace(",", ";"), "header", "line 2 is the header"),
        ("# of the shop\n" + PEOPLE, "header", "# of the shop"),
        ("sep=;\nSpring list\n" + PEOPLE.replace(",", ";"), "header", "line 3"),
        (PEOPLE.replace("\n", ",\n"), "header", "1 column without a name and without a value"),
        (PEOPLE.replace("\n", ",,\n"), "header", "2 columns"),
        (PEOPLE.replace("Oslo\n", "Oslo,,\n").replace("Rome\n", "Rome,,\n"), "header", ""),
        (PEOPLE.replace("Oslo\n", "Oslo,\n"), "row", ""),
        (PEOPLE + "\n,,\n  \n , ,\n", "row", ""),
        (PEOPLE.replace("\nk2", "\n\n,,\nk2"), "row", ""),
        (PEOPLE.replace("\nk2", "\nSource_id,Name,City\nk2"), "row", "set aside"),
        (PEOPLE.replace("\nk2", "\n\nsource_id, NAME,City\nk2"), "row", "1 line is set aside"),
        (PEOPLE + "Total,,2\n", "row", "1 line is set aside as no record: line 4"),
        (PEOPLE + "\nTotal\n2 rows\n", "row", "2 lines are set aside"),
        (PEOPLE + "\nOrder,Total\n5,10\n6,20\n", "row", "3 lines are set aside"),
        (PEOPLE + "\nOrder,Total\n5,10\nSource_id,Name,City\n", "row", "3 lines are set aside"),
        (PEOPLE.replace("k2", "# exported, today\nk2"), "row", "1 line is set aside as no record"),
        (PEOPLE + "Exported on Monday, 5 May, 12:30, by admin\n", "row", "set aside"),
        (PEOPLE.replace("\n", "\r"), "file", ""),
        ("Source_id,Name,City\rk1,Ann,Oslo\nk2,Bob,Rome\r\n", "file", ""),
        (PEOPLE.replace("Name", '"Na\nme"').replace('"Na\nme"', '"Name"'), "file", ""),
        ("'Source_id','Name','City'\n'k1','Ann','Oslo'\n'k2','Bob','Rome'\n", "file", "single"),
        ("Source_id,Name,City\n'k1','Ann','Oslo'\n'k2','Bob','Rome'\n", "file", "single"),
        ("Name,City,Source_id\nAnn,Oslo,k1\nBob,Rome,k2\n".replace(",", ";"), "file", "semicolons"),
        (",Source_id,Name,City\n0,k1,Ann,Oslo\n1,k2,Bob,Rome\n", "header", "`column 1`"),
        ("Source_id,Name,City\n1,k1,Ann,Oslo\n2,k2,Bob,Rome\n", "header", "`column 1`"),
        (PEOPLE.encode("utf-16"), "file", "UTF-16"),
    ],
    ids=[
        *("plain", "sep", "sep comma", "sep quoted", "sep filled up", "sep of its own"),
        *("sep and bom", "sep tab", "title", "padded title", "comment", "sep and title"),
        *("trailing delimiters", "two of them", "not in the header", "on one row"),
        *("blank rows below", "blank rows between", "header again", "header in other case"),
        *("totals", "totals below a gap"),
        *("another table below", "header below another table", "comment among them"),
        *("footer with commas", "cr only", "mixed line ends", "quoted header", "single quotes"),
        *("single quotes below", "another order", "index without a name", "index without a cell"),
        "utf-16",
    ],
)
def test_two_customers_are_read_from_it_and_what_was_found_is_told(tmp_path, content, topic, words):
    batch = batch_of(tmp_path, content)

    assert people(batch) == ROWS
    assert batch.rejected.is_empty()
    assert words in said(batch, topic)
    assert bool(words) == bool(said(batch, topic))


def test_totals_and_notes_are_set_aside_with_line_reason_and_cells(tmp_path):
    batch = batch_of(tmp_path, PEOPLE + '\nGrand total,,30\n"Copyright (c) Example Ltd",,\n')

    assert batch.set_aside.rows() == [
        (5, "totals are no record", ["Grand total", "", "30"]),
        (6, "a line below the records is no record", ["Copyright (c) Example Ltd"]),
    ]
    assert people(batch) == ROWS


def test_a_customer_named_like_totals_is_one(tmp_path):
    content = PEOPLE + "Total,Total Energies,Paris\nSummer,Ann,Rome\n"

    batch = batch_of(tmp_path, content)

    assert batch.rows["source_id"].to_list() == ["k1", "k2", "Total", "Summer"]
    assert batch.set_aside.is_empty()


def test_equal_headers_are_numbered_and_nameless_filled_ones_named(tmp_path):
    batch = batch_of(tmp_path, "Source_id,Tag,Tag,,\nk1,a,b,,c\n")

    assert batch.header == ("Source_id", "Tag", "Tag 2", "column 5")
    assert {key.path for key in batch.keys} == {("Tag",), ("Tag 2",), ("column 5",)}


def test_many_blank_rows_below_hide_no_totals(tmp_path):
    batch = batch_of(tmp_path, PEOPLE + "Total,,2\n" + ",,\n" * 100_000)

    assert people(batch) == ROWS
    assert batch.set_aside["line"].to_list() == [4]


def test_everything_detected_can_be_changed(tmp_path):
    content = "a;Łódź\nSource_id~'Name'~City\n'k1'~Ann~Łódź\n".encode("iso8859-2")
    asked = {"encoding": "iso8859-2", "delimiter": "~", "quote": "", "header_row": 2}

    batch = batch_of(tmp_path, content, **asked)

    assert batch.header == ("Source_id", "'Name'", "City")
    assert batch.rows.select("source_id", "address_city").rows() == [("'k1'", "Łódź")]


def test_a_header_row_that_is_not_there_is_wrong_use(tmp_path):
    with pytest.raises(UsageError, match="the mapping does not fit"):
        batch_of(tmp_path, PEOPLE, header_row=9)


def test_rows_are_counted_without_header_titles_and_blanks_and_lines_with_them(tmp_path):
    batch = batch_of(tmp_path, "Spring list\n\n" + PEOPLE.replace("Ann", '"A\nnn"') + "\n,,\nk3\n")

    assert batch.rows.select("row", "line").rows() == [(1, 4), (2, 6), (3, 9)]
    assert "1 row has fewer cells than the header" in said(batch, "row")
    assert "line 9" in said(batch, "row")


def test_filled_extra_cells_reject_the_row_alone(tmp_path):
    content = PEOPLE + "k3,Smith, Jo,Oslo\nk4,Di,Bonn,,\nk5\nk6,Ed,Kiel\n"

    batch = batch_of(tmp_path, content)

    assert batch.rows["source_id"].to_list() == ["k1", "k2", "k4", "k5", "k6"]
    assert batch.rejected.rows() == [
        (3, 4, "expected 3 cells, got 4", ["k3", "Smith", " Jo", "Oslo"])
    ]


def test_where_all_rows_have_more_cells_all_are_rejected(tmp_path):
    batch = batch_of(tmp_path, "Source_id,Name,City\nk1,Ann,Oslo,x\nk2,Bob,Rome,y\n")

    assert batch.rejected["row"].to_list() == [1, 2]
    assert batch.rejected["cells"].to_list()[0] == ["k1", "Ann", "Oslo", "x"]


def test_a_row_of_thousands_of_cells_takes_no_room_in_the_others(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(PEOPLE + "k3,x,y" + ",z" * 5000 + "\nk4,Di,Bonn\n")

    records = read_records(open_source(path))

    assert records.cells.width == 5
    assert records.rejected["reason"].to_list() == ["expected 3 cells, got 5003"]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (r'"Ann \"Annie\" Lee"', 'Ann "Annie" Lee'),
        (r'"\"Annie\""', '"Annie"'),
        (r'"Lee, \"Annie\""', 'Lee, "Annie"'),
        (r'"C:\temp \"x\" y"', r'C:\temp "x" y'),
        (r'"a \\ \"b\" c"', r'a \ "b" c'),
    ],
)
def test_a_backslash_guards_a_quote_where_that_is_the_style(tmp_path, cell, name):
    batch = batch_of(tmp_path, f"Source_id,Name,City\nk1,{cell},Oslo\nk2,Bob,Rome\n")

    assert batch.rows["name"].to_list() == [name, "Bob"]
    assert "quotes within cells follow a backslash" in said(batch, "file")


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (r'"C:\"', "C:\\"),
        (r'"C:\temp\"', "C:\\temp\\"),
        (r'"""C:\"""', '"C:\\"'),
        ('"Ann ""Annie"" Lee"', 'Ann "Annie" Lee'),
        (r'"{""a"":""C:\\"",""b"":1}"', r'{"a":"C:\\","b":1}'),
        (r'"{""a"":""x \""y\"" z""}"', r'{"a":"x \"y\" z"}'),
    ],
)
def test_any_other_backslash_is_text(tmp_path, cell, name):
    batch = batch_of(tmp_path, f"Source_id,Name,City\nk1,{cell},Oslo\nk2,Bob,Rome\n")

    assert batch.rows["name"].to_list() == [name, "Bob"]
    assert said(batch, "file") == ""


def test_quotes_that_a_backslash_guards_are_found_anywhere_in_the_file(tmp_path):
    rows = "".join(f'k{row},"Bob","Rome"\n' for row in range(400_000))
    content = f"Source_id,Name,City\n{rows}" + r'x1,"A \"B\" C","Oslo"' + "\n"

    batch = batch_of(tmp_path, content)

    assert batch.rows["name"][-1] == 'A "B" C'


@pytest.mark.parametrize("quote", ["'", '"'])
def test_delimiters_and_line_ends_within_quotes_are_text(tmp_path, quote):
    content = f"Source_id,Name,City\nk1,{quote}Lee,\nAnn{quote},Oslo\nk2,{quote}Bob{quote},Rome\n"

    batch = batch_of(tmp_path, content)

    assert batch.rows["name"].to_list() == ["Lee,\nAnn", "Bob"]


def test_semicolons_win_over_decimal_commas(tmp_path):
    rows = "".join(f"k{row};Ann;{row},50;{row},25\n" for row in range(30))

    batch = batch_of(tmp_path, "Source_id;Name;Umsatz;Bon\n" + rows)

    assert batch.header == ("Source_id", "Name", "Umsatz", "Bon")
    assert batch.rows.height == 30


def test_titles_do_not_hide_the_delimiter(tmp_path):
    batch = batch_of(tmp_path, "Spring, all shops, 2024\n\n" + PEOPLE.replace(",", ";"))

    assert people(batch) == ROWS


@pytest.mark.parametrize(
    ("encoding", "name", "city"),
    [
        ("cp1252", "Jürgen Groß", "Köln"),
        ("cp1250", "Łukasz Wiśniewski", "Łódź"),
        ("iso8859-2", "Paweł Dąbrowski", "Świdnica"),
        ("cp1251", "Сергей Иванов", "Москва"),
        ("shift_jis", "山田 花子", "東京"),
        ("gb18030", "王伟", "北京"),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_the_code_page_is_chosen_by_its_letters_and_told(tmp_path, encoding, name, city, packed):
    rows = "".join(f"k{row},{name},{city}\n" for row in range(20))
    raw = f"Source_id,Name,City\n{rows}".encode(encoding)
    content = gzip.compress(raw) if packed else raw

    batch = batch_of(tmp_path, content, "file.csv.gz" if packed else "file.csv")

    assert people(batch)[0] == ("k0", name, city)
    assert "the text is not UTF-8: it is read as" in said(batch, "file")


def test_letters_far_below_decide_too(tmp_path):
    rows = "".join(f"k{row},Ann,Oslo\n" for row in range(400_000))
    content = f"Source_id,Name,City\n{rows}x1,Łukasz,Łódź\n".encode("cp1250")

    assert people(batch_of(tmp_path, content))[-1] == ("x1", "Łukasz", "Łódź")


def test_some_broken_bytes_in_utf8_reject_their_rows_with_line_and_cell(tmp_path):
    content = "Source_id,Name,City\nk1,José,Köln\n\n".encode() + b"k2,Ren\xe9,Paris\nk3,Bob,Rome\n"

    batch = batch_of(tmp_path, content)

    assert batch.rows["name"].to_list() == ["José", "Bob"]
    assert batch.rejected.rows() == [
        (2, 4, r"Name: `Ren\xE9` holds bytes that are not UTF-8", ["k2", "Ren\ufffd", "Paris"])
    ]
    assert "some broken bytes" in said(batch, "file")


def test_a_byte_that_the_code_page_does_not_know_rejects_its_row(tmp_path):
    batch = batch_of(tmp_path, "Source_id,Name\nk1,Jäger\n".encode("cp1252") + b"k2,\x81\n")

    assert batch.rows["name"].to_list() == ["Jäger"]
    assert batch.rejected["line"].to_list() == [3]


def test_a_broken_byte_rejects_its_line_of_json_alone(tmp_path):
    good = '{"source_id":"k1","name":"José"}\n'.encode()
    content = good + b'{"source_id":"k2","name":"Ren\xe9"}\n' + good.replace(b"k1", b"k3")

    batch = batch_of(tmp_path, content, "file.jsonl")

    assert batch.rows["source_id"].to_list() == ["k1", "k3"]
    assert batch.rejected["line"].to_list() == [2]
    assert r"Ren\xE9" in batch.rejected["reason"][0]


def test_an_encoding_that_the_file_has_not_is_refused(tmp_path):
    with pytest.raises(ImportFileError, match="not UTF-8, as the mapping says"):
        batch_of(tmp_path, "Source_id,Name\nk1,Jäger\n".encode("cp1252"), encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("<!DOCTYPE html><html><body><table><tr><td>a</td></tr></table></body></html>", "web page"),
        ("\n<html>\n<table>\n<tr><td>a</td></tr>", "web page"),
        ('<?xml version="1.0"?><Workbook/>', "XML"),
        (r"{\rtf1\ansi Source_id,Name}", "RTF"),
        ("BEGIN:VCARD\nFN:Ann\nEND:VCARD\n", "address cards"),
        ("-- dump\nINSERT INTO customers VALUES (1, 'a');\n", "SQL"),
        ("2026-01-01 10:00:00 INFO started\n2026-01-01 10:00:01 WARN, slow\n", "a log"),
        ('1.2.3.4 - - [01/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5\n' * 3, "a log"),
        ("This is a letter that somebody has once written to us.\nYours\n", "a text without"),
        ("From: ann@example.org\nTo: bob@example.org\n\nHello", "an e-mail"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, content, what):
    with pytest.raises(ImportFileError, match=f"expected a table or JSON, got .*{what}"):
        batch_of(tmp_path, content)


def test_a_nul_within_a_text_stays_and_is_told_and_those_around_it_go(tmp_path):
    batch = batch_of(tmp_path, "Source_id,Name,City\nk1,An\0na,Oslo\nk2,Bob\0,Rome\nk3,\0,\n")

    assert batch.rows["name"].to_list() == ["An\0na", "Bob", None]
    assert "1 row has the sign NUL within a text, and keeps it (the first is in line 2)" in said(
        batch, "row"
    )


def test_json_is_json_whatever_the_name_of_the_file(tmp_path):
    batch = batch_of(tmp_path, '[{"source_id":"k1","name":"Ann"}]', "answer.txt")

    assert batch.rows["source_id"].to_list() == ["k1"]


@pytest.mark.parametrize(
    "content",
    [
        PEOPLE,
        "Spring list\n\n" + PEOPLE + "\nTotal,,2\n",
        PEOPLE.replace("\n", ",,\n"),
        "sep=;\n" + PEOPLE.replace(",", ";") + "k3\n\n;;\n",
        "Source_id,Tag,Tag,\nk1,a,b,c\n",
    ],
)
def test_a_first_look_is_what_the_import_reads(tmp_path, content):
    path = tmp_path / "file.csv"
    path.write_text(content)
    source = open_source(path)

    header, rows = first_records(source, parse_mapping({}), 1000)

    records = read_records(source)
    assert header == records.header
    assert rows == records.cells.drop("row", "line").fill_null("").rows()
