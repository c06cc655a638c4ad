"""Receipts of imports, and rejected rows that come back fixed."""

from datetime import timedelta

import pytest

from engine.cli.people import names
from engine.errors import CancelledError, ImportFileError, MovedError, NotFoundError
from engine.imports import history
from engine.imports.checks.check import check_file
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import TABLES
from engine.imports.commit import import_file
from engine.segments import library
from engine.store.check import faults
from tests.bases import counts


def test_a_receipt_tells_who_brought_what_when(base):
    mapping = {"columns": {"colour": "metadata.color"}, "delimiter": ";"}
    run = base.csv("Source_id;colour\na;red\nb;blue\n;red\n", mapping)
    kept = history.receipt(base.workbench, run.id)

    assert kept == run
    assert counts(kept) == (2, 0, 0, 0, 1)
    assert (kept.change, kept.at, kept.file_name, kept.file_bytes) == (
        *(1, base.now, "customers.csv"),
        len("Source_id;colour\na;red\nb;blue\n;red\n"),
    )
    assert kept.mapping == mapping
    assert kept.header == ("Source_id", "colour")


def test_receipts_are_newest_first_and_the_same_file_is_recognised(base):
    first = base.csv("Source_id\na\n")
    other = base.later(minutes=1).csv("Source_id\nb\n")
    again = base.later(minutes=1).csv("Source_id\na\n")

    assert history.receipts(base.workbench) == [again, other, first]
    assert history.earlier(base.workbench, again) == first
    assert history.earlier(base.workbench, first) is None
    assert history.earlier(base.workbench, other) is None


def test_the_same_file_is_recognised_under_a_clock_that_stands_still(base):
    first = base.csv("Source_id\na\n")

    assert history.earlier(base.workbench, base.csv("Source_id\na\n")) == first


def test_an_unknown_receipt_is_told(base):
    with pytest.raises(NotFoundError, match="imp_nope"):
        history.receipt(base.workbench, "imp_nope")


def test_rejected_rows_are_mended_and_come_in(base):
    run = base.csv(
        "Source_id,Name,Birthdate,color\n"
        'a,Ann,1990-01-02,red\n"b, c",Bob,soon,"blue\ngreen"\n,Cid,,\nd,Dan\n'
    )
    frame = history.rejected(base.workbench, run)
    mended = frame.write_csv().replace("soon", "1990-01-02").replace(",Cid", "c,Cid")
    mapping = {"columns": {name: None for name in frame.columns if name.startswith("rejected ")}}
    second = base.csv(mended, mapping)

    assert frame.columns[:4] == ["Source_id", "Name", "Birthdate", "color"]
    assert frame["rejected row"].to_list() == [2, 3]  # a short row is padded
    assert frame["rejected line"].to_list() == [3, 5]
    assert frame.rows()[0][:4] == ("b, c", "Bob", "soon", "blue\ngreen")
    assert "birthdate: expected" in frame["rejected because"][0]
    assert counts(second) == (2, 0, 0, 0, 0)
    assert base.rows("source_id", "name") == [
        ("a", "Ann"),
        ("d", "Dan"),
        ("b, c", "Bob"),
        ("c", "Cid"),
    ]


def test_rows_that_contradict_the_base_are_among_the_rejected_in_file_order(base):
    base.csv("Id,Source_id\ni,a\n")
    run = base.csv("Id,Source_id,Birthdate\nj,a,\n,b,never\ni,c,\nk,d,\n")
    frame = history.rejected(base.workbench, run)

    assert counts(run) == (1, 0, 0, 0, 3)
    assert frame["rejected row"].to_list() == [1, 2, 3]
    assert frame.rows()[0][:3] == ("j", "a", "")
    assert frame["rejected because"][0] == "Source_id `a` belongs to `i`, got Id `j`"


def test_cells_beyond_the_header_are_kept(base):
    run = base.csv("Source_id,Name\na,Ann,more,and more\nb,Bob\n")
    frame = history.rejected(base.workbench, run)

    assert frame.columns[2:4] == ["more cells 1", "more cells 2"]
    assert frame.rows()[0][:4] == ("a", "Ann", "more", "and more")


def test_a_rejected_line_of_json_is_kept_as_it_was(base):
    run = base.bring(base.file('{"source_id": "a"}\n{"source_id" "b"}\n', "broken.jsonl"))

    assert history.rejected(base.workbench, run)["json"].to_list() == ['{"source_id" "b"}']


def test_headers_of_our_own_in_a_mended_file_are_no_clash(base):
    run = base.csv("Source_id,rejected because\na,x\n,y\n")
    frame = history.rejected(base.workbench, run)

    assert frame.height == 1
    assert len(set(frame.columns)) == len(frame.columns)


def test_an_import_without_rejected_rows_has_an_empty_list_of_them(base):
    frame = history.rejected(base.workbench, base.csv("Source_id\na\n"))

    assert frame.columns == ["Source_id", "rejected row", "rejected line", "rejected because"]
    assert frame.is_empty()


def test_a_file_that_cannot_be_read_leaves_no_receipt(base):
    with pytest.raises(ImportFileError):
        base.csv("")

    assert history.receipts(base.workbench) == []


def test_an_import_that_is_stopped_leaves_nothing_at_any_step(base):
    steps = []
    base.bring(base.file("Source_id,Name\na,Ann\n"), progress=steps.append)

    def stop_at(limit):
        def stop(share):
            if share >= limit:
                raise CancelledError("stopped")

        return stop

    base.now += timedelta(minutes=1)
    for limit in sorted({step for step in steps if step < 1}):
        with pytest.raises(CancelledError):
            base.bring(base.file("Source_id,Name\na,Anna\nb,Bob\n"), progress=stop_at(limit))

    assert steps == sorted(steps)
    assert steps[-1] == 1
    assert len(history.receipts(base.workbench)) == 1
    assert base.rows("source_id", "name") == [("a", "Ann")]
    assert faults(base.workbench.store) == []


def test_odd_headers_huge_cells_and_empty_texts_go_in_and_come_back(base):
    huge = "x" * 2_000_000
    run = base.csv(
        f'Source_id,"a ""quoted"", head",$where,日本,metadata.,.,name \na,1,2,3,4,5,{huge}\n'
    )

    assert counts(run) == (1, 0, 0, 0, 0)
    assert base.rows("source_id", "name") == [("a", huge)]
    assert base.customer("a")["metadata"] == {
        'a "quoted", head': 1, "$where": 2, "日本": 3, "": 4, ".": 5,
    }  # fmt: skip
    assert base.who("metadata.$where", "$is", 2) == ["a"]


def test_the_customers_of_an_import_are_those_it_wrote_or_wrote_a_record_of(base):
    first = base.csv("Source_id,Name\na,Ann\nb,Bob\nc,Cid\n")
    second = base.csv("Source_id,Name\na,Ann\nb,Bert\n")
    orders = base.csv("Customer_source_id,Status\nc,PAID\nnew,PAID\nc,PAID\n", kind="orders")
    vouchers = base.csv("Code,Voucher Type\nX,DISCOUNT_VOUCHER\n", kind="vouchers")
    same = base.csv("Source_id,Name\na,Ann\n")

    written = [
        names(history.written_customers(base.workbench, run)) for run in (first, second, orders)
    ]
    assert [["a", "b", "c"], ["b"], ["c", "new"]] == written
    assert [True, False, False] == [history.wrote_customers(run) for run in (first, vouchers, same)]


ORIGINALS = {
    "commas": (",", "utf-8"),
    "semicolons": (";", "utf-8"),
    "semicolons, Windows-1252": (";", "cp1252"),
    "tabs": ("\t", "utf-8"),
    "bars, UTF-16": ("|", "utf-16"),
}


@pytest.mark.parametrize(("mark", "encoding"), ORIGINALS.values(), ids=ORIGINALS)
def test_the_file_of_rejected_rows_goes_straight_back_in_once_it_is_fixed(base, mark, encoding):
    lines = (("Source_id", "Name", "Birthdate"), ("a", "Ann", "1990-01-02"), ("b", "Zoë", "never"))
    text = "".join(mark.join(cells) + "\n" for cells in lines)
    run = base.bring(base.file(text.encode(encoding)))
    rejected = history.rejected_text(base.workbench, run)
    again = base.csv(rejected.replace("never", "1985-05-05", 1))

    assert (counts(run), counts(again)) == ((1, 0, 0, 0, 1), (1, 0, 0, 0, 0))
    assert rejected.splitlines()[0].split(mark)[:3] == ["Source_id", "Name", "Birthdate"]
    assert base.rows("source_id", "name") == [("a", "Ann"), ("b", "Zoë")]
    assert dict(base.workbench.profile().catalogue.metadata) == {}


def test_the_mapping_of_a_header_is_remembered_and_of_its_rejected_rows_too(base):
    people, header = TABLES["customers"], ("Source_id", "Plan")
    assert history.last_mapped(base.workbench, people, header) is None
    base.csv("Source_id,Plan\na,x\n")
    assert history.last_mapped(base.workbench, people, header) is None

    mapping = {"columns": {"Plan": "name"}}
    first = base.later(minutes=1).csv("Source_id,Plan\na,x\n", mapping)
    assert history.last_mapped(base.workbench, people, header) == first
    last = base.later(minutes=1).csv("Source_id,Plan\nb,x\n", {"columns": {"Plan": None}})
    base.later(minutes=1).csv("Source_id,Plan\nc,x\n")

    assert history.last_mapped(base.workbench, people, header) == last
    assert history.last_mapped(base.workbench, people, (*header, "rejected because")) == last
    assert history.last_mapped(base.workbench, people, header[::-1]) is None
    assert history.last_mapped(base.workbench, TABLES["orders"], header) is None


def test_a_receipt_knows_the_segments_that_its_import_moved(base):
    base.csv("Source_id,City\na,Rome\nb,Oslo\n")
    rome = {"address.city": {"conditions": {"$is": ["Rome"]}}}
    made = library.create(base.workbench, "Romans", rome)
    library.create(
        base.workbench, "Parisians", {"address.city": {"conditions": {"$is": ["Paris"]}}}
    )
    run = base.later(minutes=1).csv("Source_id,City\na,Oslo\nb,Rome\nc,Rome\n")
    base.later(minutes=1).csv("Source_id,City\nd,Rome\n")
    library.edit(base.workbench, made.id, new_name="In Rome")

    assert history.segment_moves(base.workbench, run) == [
        history.SegmentMove(made.id, "In Rome", entered=2, left=1, before=1, after=2)
    ]
    assert history.segment_moves(base.workbench, base.csv("Source_id\nd\n")) == []


def test_an_undone_import_is_known_by_the_change_that_took_it_back(base):
    run, other = base.csv("Source_id\na\n"), base.csv("Source_id\nb\n")
    assert history.undo_of(base.workbench, run) is None
    done = base.later(minutes=1).undo(run)

    assert history.undo_of(base.workbench, run).change == done.change
    assert history.undo_of(base.workbench, other) is None
    assert history.undone(base.workbench) == {run.change}
    assert history.undo_of(base.workbench, base.csv("Source_id\nb\n")) is None


@pytest.mark.parametrize("rows", [1, 2_000], ids=["few rows", "many rows"])
def test_an_import_refuses_data_that_have_moved_since_its_check(base, rows):
    file = base.file("Source_id\n" + "".join(f"c{row}\n" for row in range(rows)), "checked.csv")
    mapping, table = ImportMapping(), TABLES["customers"]
    found = check_file(base.workbench, table, file, mapping)
    base.later(minutes=1).csv("Source_id\na\n")

    with pytest.raises(MovedError, match=r"version 0\), got version 1: nothing was imported"):
        import_file(base.workbench, table, file, mapping, base=found.base)
    assert base.rows("source_id") == [("a",)]
    assert len(history.receipts(base.workbench)) == 1
    again = check_file(base.workbench, table, file, mapping)
    run = import_file(base.workbench, table, file, mapping, base=again.base)
    assert (run.created, run.change) == (rows, 2)
