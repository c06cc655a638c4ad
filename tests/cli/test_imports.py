"""`import` and `imports`."""

import sqlite3
import zipfile
from contextlib import closing

import openpyxl
import pytest

from tests.file_writes import outside, written

COUNTS = ["created", "updated", "unchanged", "rejected"]
SUMMARY = ["id", "kind", *COUNTS, "suppressed", "seconds", "set_aside", "notes"]


def test_files_are_imported_one_after_the_other(empty):
    one = empty.file("one.csv", "Source_id,Name\na,Ann\n")
    two = empty.file("two.csv", "Source_id,Name\na,Anna\nb,Bob\n,Cid\n")
    first, second = empty.json("import", "customers", one, two)

    assert list(first) == SUMMARY
    assert (first["kind"], first["created"], first["updated"]) == ("customers", 1, 0)
    assert (second["created"], second["updated"], second["rejected"]) == (1, 1, 1)


def test_the_progress_is_told_on_standard_error(empty):
    result = empty.run("import", "customers", empty.file("one.csv", "Source_id\na\n"))

    assert "one.csv: 100 %" in result.stderr
    assert "%" not in result.stdout
    assert result.stdout.startswith("one.csv: 1 created, 0 updated, 0 unchanged, 0 rejected")


def test_the_mapping_is_read_from_a_file_or_standard_input(empty):
    file = empty.file("one.csv", "who;tags\na;x,y\n")
    mapping = '{"columns": {"who": "source_id", "tags": {"field": "metadata.tags", "list": ","}}}'
    empty.run("import", "customers", file, "--mapping", "-", stdin=mapping)
    member = empty.json("members", empty.filter(metadata__tags={"$count": [2]}))[0]

    assert (member["source_id"], member["metadata"]) == ("a", {"tags": ["x", "y"]})


def test_a_mapping_that_cannot_be_read_is_told(empty):
    file = empty.file("one.csv", "Source_id\na\n")
    command = ("import", "customers", file, "--mapping", empty.file("map.json", "{broken"))

    assert "expected a mapping in JSON" in empty.run(*command, code=1).stderr


def test_the_same_file_again_is_told(shell):
    told = shell.out("import", "customers", shell.folder / "shop.csv")

    assert "nothing changed" in told
    assert "the same file was imported before, as imp_" in told


def test_a_file_that_is_not_there_or_empty_fails_with_the_reason(empty):
    missing = empty.run("import", "customers", empty.folder / "nope.csv", code=1)
    blank = empty.json("import", "customers", empty.file("blank.csv", ""), code=1)

    assert missing.stderr.startswith("error: expected a file, found none at")
    assert blank[0]["error"]["key"] == "invalid_file"


def test_a_write_before_the_last_change_is_refused_and_a_read_is_not(shell):
    file = shell.file("late.csv", "Source_id\nz\n")
    early = "2026-11-02T09:29:59Z"
    error = shell.json("import", "customers", file, now=early, code=1)[0]["error"]

    assert error["key"] == "clock"
    assert shell.out("count", shell.filter(name={"$has_value": True}), now=early) == "3\n"


def test_values_that_do_not_fit_are_told(shell):
    told = shell.out("import", "customers", shell.file("b.csv", "Source_id,size\na,large\n"))

    assert "metadata.size: 1 values kept that do not fit its type, missing for filters" in told


def test_receipts_are_listed_shown_and_their_rejected_rows_printed(empty):
    file = empty.file("one.csv", 'Source_id,Birthdate\na,soon\n,"x,y"\n')
    empty.run("import", "customers", file, code=1)
    [listed] = empty.json("imports", "list")
    [shown] = empty.json("imports", "show", listed["id"])
    rows = empty.json("imports", "rejected", listed["id"])
    text = empty.out("imports", "rejected", listed["id"])

    assert listed["rejected"] == 2
    assert shown["at"] == "2026-11-02T09:30:00+00:00"
    assert shown["file_name"] == "one.csv"
    assert [row["rejected row"] for row in rows] == [1, 2]
    assert text.splitlines()[0] == (
        "Source_id,Birthdate,rejected row,rejected line,rejected because"
    )
    assert '"x,y"' in text
    assert listed["id"] in empty.out("imports", "list")
    assert "2 rejected" in empty.out("imports", "show", listed["id"])


def test_an_unknown_receipt_is_not_found(empty):
    assert empty.json("imports", "show", "imp_no", code=1)[0]["error"]["key"] == "not_found"
    assert "imp_no" in empty.run("imports", "rejected", "imp_no", code=1).stderr


def test_wrong_use_ends_with_two(empty):
    for words in (
        ["import", "customers"],
        ["import", "nonsense", "x.csv"],
        ["import", "customers", "x.csv", "--nonsense"],
        ["imports", "show"],
        ["nonsense"],
    ):
        empty.run(*words, code=2, now=None)


def test_a_dry_run_tells_what_would_happen_and_writes_nothing(shell):
    shell.run("segments", "create", "Romans", shell.filter(address__city={"$is": ["Rome"]}))
    words = ("import", "customers", shell.file("move.csv", "Source_id,City\na,Oslo\n,Rome\n"))
    told = shell.out(*words, "--dry-run")
    [document] = shell.json(*words, "--dry-run")

    assert "0 created, 1 updated, 0 unchanged, 1 rejected" in told
    assert "Romans: 0 would enter, 1 would leave" in told
    assert (document["id"], document["updated"], document["rejected"]) == (None, 1, 1)
    assert [one["rows"] for one in document["problems"]] == [[2]]
    assert [(one["entered"], one["left"]) for one in document["segments"]] == [(0, 1)]
    assert len(shell.json("imports", "list")) == 1
    assert shell.out("segments", "members", "Romans") == "a\nc\n"


def test_a_dry_run_prints_the_fields_that_would_change_and_which_row_counts(shell):
    text = "Source_id,Name,City\na,Ann,Oslo\na,,Bonn\nb,Bob,Bonn\n"
    words = ("import", "customers", shell.file("move.csv", text))
    told = shell.out(*words, "--dry-run")
    [document] = shell.json(*words, "--dry-run")

    assert "field         would change        filled       cleared\n" in told
    assert "address.city             2             0             0\n" in told
    assert "records in several rows: 1; a field's last value counts\n" in told
    assert "  a: row 1, 2; row 2 counts; row 1 for name\n" in told
    assert document["fields"] == [{"path": "address.city", "changed": 2, "filled": 0, "cleared": 0}]
    assert document["records"][1] == {
        "record": "b", "fields": [{"path": "address.city", "before": "Oslo", "after": "Bonn"}],
    }  # fmt: skip
    assert document["repeats"] == 1
    assert document["repeated"] == [
        {"record": "a", "rows": [1, 2], "winners": {"name": 1, "address.city": 2}}
    ]


def test_a_file_of_which_every_row_failed_ends_with_one_and_the_next_is_tried(empty):
    bad = empty.file("bad.csv", "Name,City\nAnn,Ulm\n")
    good = empty.file("good.csv", "Source_id\na\n")
    first, second = empty.json("import", "customers", bad, good, code=1)

    assert (first["created"], first["rejected"], second["created"]) == (0, 1, 1)
    assert "every row fail" in empty.out("import", "customers", bad, "--dry-run", code=1)


def test_a_file_of_which_some_rows_came_in_ends_well(empty):
    empty.run("import", "customers", empty.file("half.csv", "Source_id,Name\na,Ann\n,Bob\n"))


def test_a_sheet_and_a_member_are_chosen_on_the_command_line(empty):
    book = openpyxl.Workbook()
    book.active.append(["Source_id"])
    book.active.append(["a"])
    other = book.create_sheet("Other")
    other.append(["Source_id"])
    other.append(["b"])
    book.save(empty.folder / "book.xlsx")
    with zipfile.ZipFile(empty.folder / "two.zip", "w") as archive:
        archive.write(empty.folder / "book.xlsx", "book.xlsx")
        archive.writestr("more.csv", "Source_id\nc\n")
    empty.run("import", "customers", empty.folder / "book.xlsx", "--sheet", "Other")
    empty.run("import", "customers", empty.folder / "two.zip", "--member", "more.csv")
    ids = empty.out("members", empty.filter(source_id={"$has_value": True}), "--format", "ids")
    refused = empty.run("import", "customers", empty.folder / "two.zip", code=1)

    assert ids.split() == ["b", "c"]
    assert "name one as the `member` of the mapping or with --member" in refused.stderr


@pytest.fixture
def database(empty):
    """The address of a SQLite database with a table of people."""
    with closing(sqlite3.connect(empty.folder / "shop.db")) as connection:
        connection.execute("create table people (source_id, name)")
        connection.execute("insert into people values ('a', 'Ann')")
        connection.commit()
    return f"sqlite:///{empty.folder / 'shop.db'}"


def test_a_query_of_a_database_is_checked_imported_and_named_in_the_receipt(empty, database):
    command = ("import", "customers", "--from", database)
    query = ("--query", "select * from people")
    [checked] = empty.json(*command, *query, "--dry-run")
    with written() as found:
        [run] = empty.json(*command, *query)
    again = empty.out(*command, "--table", "people")
    shown = [line["file_name"] for line in empty.json("imports", "show", run["id"])]

    assert (checked["id"], checked["created"], run["created"]) == (None, 1, 1)
    assert shown == ["shop.db: select * from people"]
    assert "nothing changed" in again
    assert outside(found, empty.folder / "workspace") == []
    assert any("workbench-query-" in path.name for path in found)


def test_files_and_databases_are_not_asked_for_together(empty, database):
    file = empty.file("one.csv", "Source_id\na\n")
    for words in (
        (),
        (file, "--from", database, "--table", "people"),
        (file, "--query", "select 1"),
        ("--table", "people"),
    ):
        empty.run("import", "customers", *words, code=2)
    for words in ((), ("--query", "select 1", "--table", "people")):
        empty.run("import", "customers", "--from", database, *words, code=1)


def test_a_password_on_the_command_line_is_warned_of_and_told_to_nobody(empty):
    url = "postgresql://me:hush@127.0.0.1:1/shop"
    result = empty.run("import", "customers", "--from", url, "--table", "people", code=1)

    assert "use PGPASSWORD" in result.stderr
    assert "the database 127.0.0.1:1/shop says" in result.stderr
    assert "hush" not in result.output
