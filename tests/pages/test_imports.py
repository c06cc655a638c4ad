"""The imports page: from a file to its receipt, and every file that cannot go that way."""

import gc
from pathlib import Path
from threading import Event

import pytest

from engine.imports import history
from engine.privacy.erasure import erase
from engine.segments import library
from engine.store.folder import SCRATCH
from engine.workspace.jobs import RUNNING
from pages._components.shell.session import runner
from tests.file_writes import outside, written
from tests.pages.conftest import (
    CUSTOMERS,
    button,
    drawn,
    errors,
    finish_jobs,
    literal,
    opened,
    told_of,
    words,
)
from tests.pages.import_page import (
    FILE,
    NOTHING,
    checked,
    chosen,
    committed,
    metrics,
    options,
    select,
)


def test_an_upload_lies_in_the_workspace_and_nowhere_else_and_an_erasure_takes_it(seeded):
    with written() as found:
        at = checked(chosen("Source_id,Name\nw-4,Ann Lee\n"))
    [copy] = (seeded.folder / SCRATCH).glob("*/*")
    erase(seeded.workbench, ["w-4"])
    gone = not copy.exists()
    at = drawn(at.run())

    assert outside(found, seeded.folder) == []
    assert gone
    assert "Expected a file, found none" in words(at)


def test_a_file_becomes_customers_and_a_receipt(empty):
    at = committed(chosen(CUSTOMERS))

    assert {**NOTHING, "Created": "4"} == metrics(at)
    assert "Created 4 customers." in words(at)
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
    at = committed(chosen("Source_id,Name,Loyalty_points\na,Ann,1\n,Bob,2\nc,Cid,many\nd,Dan\n"))

    rows = at.table[0].value
    assert "Rejected rows · 2" in words(at).replace("*", "")
    assert ["2", "3"] == list(rows["Row"])
    assert ["Bob · 2", "c · Cid · many"] == [literal(said) for said in rows["It says"]]
    assert all(rows["Why"])
    assert [("a", "Ann"), ("d", "Dan")] == empty.rows("source_id", "name")


KINDS = {
    "orders": "Customer_source_id,Status,Amount\nw-1,PAID,1200\nnew,PAID,500\n",
    "redemptions": "Customer_source_id,Voucher_code,Result\nw-1,A,SUCCESS\nw-2,A,FAILURE\n",
    "events": "Customer_source_id,Event,Created_at\nw-1,seen,2026-01-01\nw-1,seen,2026-01-02\n",
    "vouchers": "Code,Voucher Type,Value\nA,GIFT_VOUCHER,1000\nB,GIFT_VOUCHER,500\n",
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_file_holds_is_known_by_its_header(seeded, kind):
    at = committed(chosen(KINDS[kind]))

    assert f"Created 2 {kind}." in words(at)
    assert ("name them first" in words(at)) == (kind == "orders")
    assert kind == history.receipts(seeded.workbench)[0].kind


def test_amounts_with_a_decimal_mark_are_read_when_the_mapping_says_so(seeded):
    text = "Customer_source_id,Status,Amount\nw-1,PAID,12.50\n"
    at = options(chosen(text), "Amount")
    at = drawn(select(at, "Amounts are").set_value("currency").run())
    committed(at)

    assert [1250] == seeded.workbench.profile().activity.records("orders")["amount"].to_list()


def test_a_fixed_file_of_rejected_rows_brings_no_columns_of_ours(empty):
    fixed = "Source_id,Loyalty_points,rejected row,rejected line,rejected because\na,1,1,2,x\n"
    committed(chosen(fixed))

    assert {} == dict(empty.workbench.profile().catalogue.metadata)


FRUITLESS = {
    "every row is wrong": (
        "Source_id,Loyalty_points\na,many\n",
        "Nothing could be imported: every row would be rejected.",
    ),
    "a header alone": ("Source_id,Name\n", "The file has 0 rows: expected records, one a line"),
}


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize(("content", "why"), FRUITLESS.values(), ids=FRUITLESS)
def test_a_file_without_a_good_row_is_red_and_cannot_be_imported(content, why):
    at = checked(chosen(content))

    assert [why] == errors(at)
    assert not [each for each in at.button if each.proto.type == "primary"]


@pytest.mark.usefixtures("empty")
def test_the_same_file_twice_says_so_and_changes_nothing():
    committed(chosen(CUSTOMERS))
    at = committed(chosen(CUSTOMERS))

    assert "The same file was imported before" in words(at)
    assert "Nothing changed" in words(at)
    assert "4" == metrics(at)["Unchanged"]


WRONG = {
    "binary": (bytes(range(256)) * 8, "Expected"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(64), "a picture"),
    "empty": (b"", "The file is empty"),
    "no header": (b"1,2,3\n4,5,6\n", "Expected a header line"),
    "two columns of one key": (b"Source_id,metadata.x,Metadata.x\na,b,c\n", "both mean"),
    "a web page": (b"<html><body><table></table></body></html>", "a web page"),
}


@pytest.mark.parametrize(("content", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_on_the_page(empty, content, said):
    at = chosen(content)

    assert said in errors(at)[0]
    assert "Import" not in {each.label for each in at.button}
    assert [] == history.receipts(empty.workbench)


READABLE = {
    "UTF-16": "Source_id,Name\na,Zoë\n".encode("utf-16"),
    "semicolons": "Source_id;Name\na;Zoë\n",
    "Windows-1252": "Source_id,Name\na,Zoë\n".encode("cp1252"),
    "rows of another width": "Source_id,Name\nb,Zoë,more\nc,Zoë,,\n",
    "an empty column name": "Source_id,,Name\na,b,Zoë\n",
    "JSON Lines": '{"source_id": "a", "name": "Zoë"}\n',
    "200 columns": (
        ",".join(["Source_id", "Name", *(f"c{place}" for place in range(198))])
        + "\na,Zoë"
        + ",1" * 198
        + "\n"
    ),
}


@pytest.mark.parametrize("content", READABLE.values(), ids=READABLE)
def test_a_file_of_another_form_goes_through(empty, request, content):
    name = "people.jsonl" if "JSON" in request.node.name else "people.csv"
    committed(chosen(content, name))

    assert ["Zoë"] == empty.column("name")


@pytest.mark.usefixtures("empty")
def test_two_columns_for_one_key_are_refused_until_one_goes_elsewhere():
    at = chosen("Source_id,metadata.x,Metadata.x\na,1,2\n")
    assert "`metadata.x` and `Metadata.x` both mean `metadata.x`" in errors(at)[0]
    assert "4 · Import" not in words(at)

    at = checked(select(at, "Metadata.x goes to").set_value("").run())
    assert errors(at) == []
    assert "4 · Import" in words(at)


def test_a_column_is_mapped_typed_and_split_as_the_form_says(empty):
    at = options(chosen("Source_id,Metadata.Size,Tags\na,40,x;y\n"), "Metadata.Size")
    at = drawn(select(at, "Type").set_value("string").run())
    at = options(options(at, "Metadata.Size"), "Tags")
    committed(drawn(select(at, "List separator").set_value(";").run()))

    assert {"Size": "40", "Tags": ["x", "y"]} == empty.customer("a")["metadata"]


def test_a_path_on_this_machine_is_imported_like_an_upload(empty):
    path = empty.file(CUSTOMERS)
    at = opened("imports")
    committed(drawn(at.text_input(key="path").set_value(str(path)).run()))

    assert 4 == len(empty.rows("id"))
    assert path.exists()


def test_a_path_without_a_file_says_so(empty):
    nowhere = str(empty.folder.parent / "people.csv")
    at = opened("imports").text_input(key="path").set_value(nowhere).run()

    assert "Expected a plain file, found none at" in errors(at)[0]


@pytest.mark.usefixtures("empty")
def test_a_path_outside_the_folders_says_which_are_allowed(workspace, monkeypatch):
    at = opened("imports").text_input(key="path").set_value("/etc/passwd").run()
    assert f"Expected a file in {workspace.parent} or below" in errors(at)[0]
    assert "root:" not in words(at)

    monkeypatch.delenv("WORKBENCH_IMPORT_FOLDERS")
    monkeypatch.setenv("WORKBENCH_ALLOWED_HOSTS", "crm.example")
    assert "Importing by path is switched off here" in errors(at.run())[0]


def test_a_receipt_is_opened_from_the_history_and_left_again(seeded):
    at = opened("imports")
    [run] = history.receipts(seeded.workbench)
    lines = f"- [{run.file_name}](/imports?import={run.id})  \n  :small[:gray[customers: 4 created"
    assert lines in words(at)  # as a phone shows it
    at.session_state["history-0"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    drawn(at.run())
    assert "4" == metrics(at)["Created"]

    at.button(key="back").click().run()
    assert {} == metrics(at)
    assert at.file_uploader


def test_the_history_is_in_the_zone_and_the_writing_of_the_project(seeded):
    seeded.workbench.configure(time_zone="Asia/Tokyo", date_format="02.11.2026")
    assert ("Asia/Tokyo", "DD.MM.YYYY HH:mm") == told_of(opened("imports").dataframe[-1], "When")


def test_the_history_is_shown_a_page_at_a_time_and_each_opens_its_own(seeded):
    for number in range(50):
        seeded.later(seconds=1).csv(f"Source_id,Name\nw-1,N{number}\n")
    [*newest] = history.receipts(seeded.workbench)
    at = opened("imports")
    first = len(at.dataframe[-1].value)
    at.session_state["imports-page"] = 2
    [last] = drawn(at.run()).dataframe[-1].value["Created"]
    at.session_state["history-50"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    drawn(at.run())

    assert (first, last) == (50, 4)
    assert newest[-1].id == at.query_params["import"]
    assert "4" == metrics(at)["Created"]


@pytest.fixture
def blocked(monkeypatch):
    """The import stands still before its work until the event is set."""
    go = Event()

    def waiting(bench, table, path, mapping, tell, **more):
        go.wait()
        tell(0.5)
        return original(bench, table, path, mapping, tell, **more)

    import engine.imports.commit as module

    original = module.import_file
    monkeypatch.setattr(module, "import_file", waiting)
    yield go
    go.set()


@pytest.mark.usefixtures("empty")
def test_an_import_at_work_is_found_again_after_a_reload(blocked):
    button(checked(chosen(CUSTOMERS)), "Import").click().run()

    again = opened("imports")
    assert "is at work" in words(again)
    blocked.set()
    finish_jobs()
    drawn(again.run())
    assert "4" == metrics(again)["Created"]


def test_a_cancelled_import_writes_nothing_and_can_be_begun_again(empty, blocked):
    at = button(checked(chosen(CUSTOMERS)), "Import").click().run()
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
    at = checked(at)
    path.rename(path.with_suffix(".gone"))
    at = button(at, "Import").click().run()
    finish_jobs()
    drawn(at.run())
    assert "Expected a file, found none at" in errors(at)[0]

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
    button(checked(at), "Import").click().run()
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
