"""The imports page: from a file to its receipt, and every file that cannot go that way."""

import gc
from hashlib import sha256
from pathlib import Path
from threading import Event

import pytest

from engine.imports import history
from engine.segments import library
from engine.workspace.jobs import RUNNING
from pages._components.shell.session import runner
from tests.pages.conftest import CUSTOMERS, button, drawn, errors, finish_jobs, opened, words

FILE = "people <b>$x$ *y*.csv"


def chosen(content, name=FILE):
    """The page with a file uploaded."""
    at = opened("imports")
    content = content if isinstance(content, bytes) else content.encode()
    return drawn(at.file_uploader(key="upload").upload(name, content).run())


def mapped(text, lines, table="customers"):
    """The page with a file uploaded and lines of its mapping edited."""
    at = chosen(text)
    editor = f"mapping-{table}-{sha256(text.encode()).hexdigest()}"
    at.session_state[editor] = {"edited_rows": lines, "added_rows": [], "deleted_rows": []}
    return drawn(at.run())


def committed(at):
    """The page after the import of the chosen file."""
    at = button(at, "Import").click().run()
    finish_jobs()
    return drawn(at.run())


def metrics(at):
    return {metric.label: metric.value for metric in at.metric}


def test_a_file_becomes_customers_and_a_receipt(empty):
    at = committed(chosen(CUSTOMERS))

    assert {"Created": "4", "Updated": "0", "Unchanged": "0", "Rejected rows": "0"} == metrics(at)
    assert "4 customers created or updated." in words(at)
    assert history.receipts(empty.workbench)[0].file_name == FILE
    assert FILE in words(at)
    assert [700, 100, 900, 1200] == empty.column("loyalty_points")


def test_the_customers_of_a_receipt_become_a_static_segment(empty):
    at = committed(chosen(CUSTOMERS))
    [run] = history.receipts(empty.workbench)
    at.text_input(key=f"segment-name-{run.id}").set_value("All of them")
    drawn(at.button(key=f"segment-{run.id}").click().run())
    made = library.find(empty.workbench, "All of them")
    assert ("static", 4) == (made.type, library.members(empty.workbench, made).count)

    drawn(at.button(key=f"segment-{run.id}").click().run())
    assert "All of them" in errors(at)[0]


def test_rejected_rows_are_shown_with_their_reasons(empty):
    at = committed(
        chosen("Source_id,Name,Loyalty_points\na,Ann,1\n,Bob,2\nc,Cid,many\nd,Dan,1,more\n")
    )

    rows = at.dataframe[0].value
    assert "3 rejected rows" in words(at)
    assert [2, 3, 4] == list(rows["rejected row"])
    assert ["Bob", "Cid", "Dan"] == list(rows["Name"])
    assert all(rows["rejected because"])
    assert [("a", "Ann")] == empty.rows("source_id", "name")


KINDS = {
    "orders": "Customer_source_id,Status,Amount\nw-1,PAID,1200\nnew,PAID,500\n",
    "redemptions": "Customer_source_id,Voucher_code,Result\nw-1,A,SUCCESS\nw-2,A,FAILURE\n",
    "events": "Customer_source_id,Event,Created_at\nw-1,seen,2026-01-01\nw-1,seen,2026-01-02\n",
    "vouchers": "Code,Voucher Type,Value\nA,GIFT_VOUCHER,1000\nB,GIFT_VOUCHER,500\n",
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_file_holds_is_known_by_its_header(seeded, kind):
    at = committed(chosen(KINDS[kind]))

    assert f"2 {kind} created or updated." in words(at)
    assert ("name them first" in words(at)) == (kind == "orders")
    assert kind == history.receipts(seeded.workbench)[0].kind


def test_amounts_with_a_decimal_mark_are_read_when_the_mapping_says_so(seeded):
    text = "Customer_source_id,Status,Amount\nw-1,PAID,12.50\n"
    at = mapped(text, {2: {"Type": "Amount, 12.50"}}, "orders")
    committed(at)

    assert [1250] == seeded.workbench.profile().activity.records("orders")["amount"].to_list()


def test_a_mended_file_of_rejected_rows_brings_no_columns_of_ours(empty):
    committed(chosen("Source_id,Loyalty_points\na,many\n"))
    mended = "Source_id,Loyalty_points,rejected row,rejected line,rejected because\na,1,1,2,x\n"
    committed(chosen(mended))

    assert {} == dict(empty.workbench.profile().catalogue.metadata)


@pytest.mark.usefixtures("empty")
def test_a_file_without_a_good_row_is_shown_as_a_failure():
    at = committed(chosen("Source_id,Loyalty_points\na,many\n"))

    assert ["0 imported: every row was rejected."] == errors(at)


@pytest.mark.usefixtures("empty")
def test_the_same_file_twice_says_so_and_changes_nothing():
    committed(chosen(CUSTOMERS))
    at = committed(chosen(CUSTOMERS))

    assert "The same file was imported before" in words(at)
    assert "Nothing changed" in words(at)
    assert "4" == metrics(at)["Unchanged"]


WRONG = {
    "binary": (bytes(range(256)) * 8, "expected"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(64), "a picture"),
    "empty": (b"", "the file is empty"),
    "no header": (b"1,2,3\n4,5,6\n", "expected a header line"),
    "two columns of one name": (b"Source_id,Name,name\na,b,c\n", "both mean `name`"),
    "a web page": (b"<html><body><table></table></body></html>", "a web page"),
}


@pytest.mark.parametrize(("content", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_on_the_page(empty, content, said):
    at = chosen(content)

    assert said in errors(at)[0]
    assert "Import" not in {each.label for each in at.button}
    assert [] == history.receipts(empty.workbench)


READABLE = {
    "a header alone": ("Source_id,Name\n", 0),
    "UTF-16": ("Source_id,Name\na,Zoë\n".encode("utf-16"), 1),
    "semicolons": ("Source_id;Name\na;Zoë\n", 1),
    "Windows-1252": ("Source_id,Name\na,Zoë\n".encode("cp1252"), 1),
    "rows of another width": ("Source_id,Name\nb,Zoë,more\nc,Zoë,,\n", 1),
    "JSON Lines": ('{"source_id": "a", "name": "Zoë"}\n', 1),
    "200 columns": (
        ",".join(["Source_id", "Name", *(f"c{place}" for place in range(198))])
        + "\na,Zoë"
        + ",1" * 198
        + "\n",
        1,
    ),
}


@pytest.mark.parametrize(("content", "created"), READABLE.values(), ids=READABLE)
def test_a_file_of_another_form_goes_through(empty, request, content, created):
    name = "people.jsonl" if "JSON" in request.node.name else "people.csv"
    committed(chosen(content, name))

    assert ["Zoë"] * created == empty.column("name")


@pytest.mark.usefixtures("empty")
def test_two_columns_for_one_field_are_refused_in_the_mapping_step():
    at = mapped("Source_id,Name,Full name\na,Ann,Ann Lee\n", {2: {"Goes to": "name"}})

    assert "`Name` and `Full name` both mean `name`" in errors(at)[0]


def test_a_column_is_mapped_typed_and_split_as_the_form_says(empty):
    lines = {1: {"Type": "Text"}, 2: {"List separator": ";"}}
    committed(mapped("Source_id,Metadata.Size,Tags\na,40,x;y\n", lines))

    assert {"Size": "40", "Tags": ["x", "y"]} == empty.customer("a")["metadata"]


def test_a_path_on_this_machine_is_imported_like_an_upload(empty):
    path = empty.file(CUSTOMERS)
    at = opened("imports")
    committed(drawn(at.text_input(key="path").set_value(str(path)).run()))

    assert 4 == len(empty.rows("id"))
    assert path.exists()


def test_a_path_without_a_file_says_so(empty):
    nowhere = str(empty.folder / "people.csv")
    at = opened("imports").text_input(key="path").set_value(nowhere).run()

    assert "expected a plain file, found none at" in errors(at)[0]


@pytest.mark.usefixtures("empty")
def test_a_path_outside_the_folders_says_which_are_allowed(workspace, monkeypatch):
    at = opened("imports").text_input(key="path").set_value("/etc/passwd").run()
    assert f"expected a file in {workspace.parent} or below" in errors(at)[0]
    assert "root:" not in words(at)

    monkeypatch.delenv("WORKBENCH_IMPORT_FOLDERS")
    monkeypatch.setenv("WORKBENCH_ALLOWED_HOSTS", "crm.example")
    assert "importing by path is switched off here" in errors(at.run())[0]


@pytest.mark.usefixtures("seeded")
def test_a_receipt_is_opened_from_the_history_and_left_again():
    at = opened("imports")
    at.session_state["history"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    drawn(at.run())
    assert "4" == metrics(at)["Created"]

    at.button(key="back").click().run()
    assert {} == metrics(at)
    assert at.file_uploader


@pytest.fixture
def blocked(monkeypatch):
    """The import stands still before its work until the event is set."""
    go = Event()

    def waiting(bench, table, path, mapping, tell):
        go.wait()
        tell(0.5)
        return original(bench, table, path, mapping, tell)

    import engine.imports.commit as module

    original = module.import_file
    monkeypatch.setattr(module, "import_file", waiting)
    yield go
    go.set()


@pytest.mark.usefixtures("empty")
def test_an_import_at_work_is_found_again_after_a_reload(blocked):
    button(chosen(CUSTOMERS), "Import").click().run()

    again = opened("imports")
    assert "is at work" in words(again)
    blocked.set()
    finish_jobs()
    drawn(again.run())
    assert "4" == metrics(again)["Created"]


def test_a_cancelled_import_writes_nothing_and_can_be_begun_again(empty, blocked):
    at = button(chosen(CUSTOMERS), "Import").click().run()
    at = button(at, "Cancel").click().run()
    blocked.set()
    finish_jobs()
    drawn(at.run())
    assert "was cancelled: nothing was written" in words(at)
    assert [] == empty.rows("id")

    committed(at)
    assert 4 == len(empty.rows("id"))


def test_a_failed_import_says_why_until_it_is_dismissed(empty):
    path = empty.file(CUSTOMERS)
    at = opened("imports").text_input(key="path").set_value(str(path)).run()
    path.rename(path.with_suffix(".gone"))
    at = button(at, "Import").click().run()
    finish_jobs()
    drawn(at.run())
    assert "expected a file, found none at" in errors(at)[0]

    path.with_suffix(".gone").rename(path)
    at = button(at, "Dismiss").click().run()
    assert [] == errors(at)


@pytest.mark.usefixtures("empty")
def test_the_copy_of_an_upload_goes_with_the_page_that_shows_it():
    at = chosen(CUSTOMERS)
    copy: Path = at.session_state["uploaded"].path
    assert copy.exists()

    at.file_uploader(key="upload").upload("other.csv", b"Source_id\nb\n").run()
    gc.collect()
    assert not copy.parent.exists()


def test_the_copy_of_an_upload_lasts_while_a_job_reads_it(empty, blocked):
    at = chosen(CUSTOMERS)
    copy: Path = at.session_state["uploaded"].path
    button(at, "Import").click().run()
    assert RUNNING == runner().active()[0].state
    at.session_state["uploaded"] = None
    del at
    gc.collect()
    assert copy.exists()

    blocked.set()
    finish_jobs()
    gc.collect()
    assert 4 == len(empty.rows("id"))
    assert not copy.parent.exists()


def checked(at):
    """The page after the check of the chosen file."""
    at = button(at, "Check").click().run()
    finish_jobs()
    return drawn(at.run())


def test_the_check_says_what_would_happen_and_the_import_does_it(seeded):
    library.create(seeded.workbench, "Romans", {"address.city": {"conditions": {"$is": ["Rome"]}}})
    before = seeded.workbench.profile()
    at = checked(chosen("Source_id,City\nnew,Rome\n,Rome\n,Oslo\n"))

    assert {"Created": "1", "Updated": "0", "Unchanged": "0", "Rejected rows": "2"} == metrics(at)
    problems, segments = at.dataframe[-3].value, at.dataframe[-2].value
    assert [2] == list(problems["Rows"])
    assert [("Romans", 1, 0)] == list(segments.itertuples(index=False, name=None))
    assert before is seeded.workbench.profile()
    at = committed(at)
    assert "1" == metrics(at)["Created"]


def test_a_check_of_another_reading_is_not_shown(seeded):
    at = checked(chosen("Source_id,City\nw-1,\n"))
    assert metrics(at)["Unchanged"] == "1"
    at = drawn(at.toggle(key="replace").set_value(True).run())

    assert metrics(at) == {}
    assert metrics(checked(at))["Updated"] == "1"
    assert seeded.workbench.profile().change == 1


def tables(at, *places):
    """The rows of some tables on the page, as tuples."""
    return [list(at.dataframe[place].value.itertuples(index=False, name=None)) for place in places]


@pytest.mark.usefixtures("seeded")
def test_the_check_shows_each_field_and_a_chosen_one_before_and_after():
    at = checked(chosen("Source_id,City,Name\nw-3,Bonn,\nw-4,Bonn,Zoe\nw-3,,Yan\n"))
    fields, examples, repeated = tables(at, -4, -3, -2)
    assert fields == [("Name", 2, 0, 0), ("City", 2, 0, 0)]
    assert [record for record, _ in examples] == ["w-3", "w-4"]
    assert repeated == [("w-3", "1, 3", "3", "City: row 1")]

    key = f"fields-{at.session_state['checked'].run.id}"
    at.session_state[key] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    [examples] = tables(drawn(at.run()), -3)
    assert [(record, after) for record, _, after in examples] == [("w-3", "Bonn"), ("w-4", "Bonn")]
