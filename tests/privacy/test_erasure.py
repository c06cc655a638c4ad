"""Behind an erasure nothing of the person is left, and everything else is as it was."""

import json

import polars as pl
import pytest

from engine.base.kinds.registry import RECORD_TABLES
from engine.changes.log import log
from engine.changes.undo import number_of_import, undo
from engine.customers.deletion import delete_customer
from engine.customers.editing import upsert
from engine.errors import ConflictError, ErasedError, NotFoundError
from engine.exports.order import Order
from engine.exports.run import export_records, own_file
from engine.integrity.checks import examined
from engine.privacy import erasure, inventory, texts
from engine.privacy.erasure import digest
from engine.privacy.inventory import PLACES
from engine.privacy.records import erase_records
from engine.redemptions.vouchers import delete_voucher
from engine.segments import library
from engine.segments.history import entries
from engine.store.check import faults
from tests.bases import Base
from tests.memberships.law import check
from tests.privacy.bytes import found
from tests.privacy.everywhere import ASKS, KEY, MAIL, NAME, PHONE
from tests.privacy.everywhere import texts as texts_of


class Erased:
    """A workspace before and behind the erasure of whoever stands everywhere in it."""

    def __init__(self, base):
        self.base, self.texts = base, texts_of(base)
        self.before = found(base.folder, self.texts)
        self.totals = totals(self.base)
        self.foreseen = erasure.preview(self.base.workbench, [MAIL])
        self.base.later(seconds=1)
        self.done = erasure.erase(self.base.workbench, [KEY])


@pytest.fixture(scope="module")
def erased(everywhere):
    return Erased(everywhere)


def totals(base):
    """What the records of everybody come to, and those of one who stays."""
    activity = base.workbench.profile().activity
    orders = activity.records("orders")
    return (
        orders.select(pl.col("amount").sum(), pl.len()).row(0),
        {name: activity.records(name).height for name in RECORD_TABLES if name != "customers"},
        base.customer("ben-1")["summary"],
    )


def test_the_search_finds_the_person_before_in_the_database_the_records_and_the_files(erased):
    files = {file.partition("/")[0].removesuffix("-wal") for file, _ in erased.before}

    assert {"workbench.db", "tables", "exports", "jobs", "unfinished", "set-aside"} <= files
    assert {value for _, value in erased.before} == {*erased.texts}


def test_no_byte_of_the_person_is_left_in_any_file(erased):
    assert found(erased.base.folder, erased.texts) == []


def test_nor_once_the_process_that_erased_has_ended(erased):
    erased.base.close()
    left = found(erased.base.folder, erased.texts)
    erased.base._open(erased.base.now)

    assert left == []


def test_the_certificate_counts_what_the_preview_has_named(erased):
    said = erased.done.certificate
    counts = {row["where"]: row["count"] for row in said["erased"]}

    assert counts == erased.foreseen.counts
    assert counts.keys() <= PLACES.keys()
    assert (said["by"], said["people"], said["profiles"]) == ("me", 1, 3)
    assert said["sha256"] == digest(said)
    assert erasure.index(erased.base.workbench)[0].certificate == said


def test_totals_and_the_summaries_of_others_are_as_before(erased):
    assert totals(erased.base) == erased.totals


def test_the_workspace_is_whole_and_memberships_are_as_evaluated_afresh(erased):
    assert faults(erased.base.workbench.store) == []
    assert examined(erased.base.workbench) == []
    check(erased.base)


def test_whoever_is_erased_leaves_each_segment_because_of_that_and_lists_too(erased):
    access = erased.base.workbench
    poles = library.find(access, "Poles")
    moved = [(one.name, one.direction, one.cause) for one in entries(access, poles)]

    assert moved[-1] == (None, "left", "erasure")
    assert not library.members(access, library.find(access, "List")).count
    assert (
        access.memberships.sizes(access.profile(), access.clock())[library.find(access, "List").id]
        == 0
    )


def test_filters_and_names_that_named_the_person_hold_marks_and_still_read(erased):
    mates = next(one for one in library.saved(erased.base.workbench) if "Mates" in one.name)
    asked = mates.filter["email"]["conditions"]["$in"]

    assert mates.name.startswith("Mates of (erased ")
    assert (asked[0].startswith("(erased "), asked[1]) == (True, "ben@example.pl")
    assert library.members(erased.base.workbench, mates).count == 1


def test_the_line_of_the_log_says_who_when_and_why_and_nobodys_name(erased):
    line = next(one for one in log(erased.base.workbench).lines if one.cause == "erasure")

    assert (line.actor, line.change) == ("me", erased.done.change)
    assert line.touched["erasures"] == [erased.done.id]
    assert (line.before, line.after) == (None, None)
    with pytest.raises(ConflictError, match="of a kind that cannot be undone"):
        undo(erased.base.workbench, line.number)


def test_a_kept_export_is_gone_and_says_with_which_erasure(erased):
    run = next(each for each in erased.done.certificate["files"] if each.endswith(".csv"))
    run_id = run.removeprefix("exports/").removesuffix(".csv")

    with pytest.raises(NotFoundError, match=f"went with the erasure {erased.done.id}"):
        own_file(erased.base.workbench, run_id)


def test_files_that_lie_elsewhere_are_named_before(erased):
    assert [file.rpartition("/")[2] for file in erased.foreseen.outside] == [f"{KEY}.csv"]


def test_a_place_that_is_passed_over_is_found_by_its_bytes(base, monkeypatch):
    kept = PLACES["segment.name"]
    monkeypatch.setattr(
        texts, "erased_columns", lambda: [
            one for one in inventory.places(inventory.DATABASE, inventory.MARKED) if one is not kept
        ]
    )  # fmt: skip
    base.csv(f"Source_id,Name\n{KEY},{NAME}\n")
    library.create(base.workbench, f"Friends of {NAME}", ASKS)
    erasure.erase(base.workbench, [KEY])

    assert ("workbench.db", NAME) in found(base.folder, [NAME])


def test_undoing_what_brought_the_person_brings_nobody_back(base):
    first = base.csv(f"Source_id,Name,Email\n{KEY},{NAME},old@example.pl\nben,Ben,\n")
    base.later(seconds=1)
    second = base.csv(f"Source_id,Email\n{KEY},{MAIL}\n")
    base.later(seconds=1)
    erasure.erase(base.workbench, [KEY])
    for run in (second, first):
        base.later(seconds=1)
        base.undo(run)

    assert base.rows("source_id") == []
    assert found(base.folder, [KEY, NAME, MAIL, "old@example.pl"]) == []
    assert faults(base.workbench.store) == []


def test_activity_goes_too_where_it_is_asked_for(base):
    base.csv(f"Source_id,Name\n{KEY},{NAME}\nben,Ben\n")
    base.csv(f"Source_id,Customer_source_id,Amount\no1,{KEY},5\no2,ben,7\n", kind="orders")
    erasure.erase(base.workbench, [KEY], "removed")
    orders = base.workbench.profile().activity.records("orders")

    assert orders["source_id"].to_list() == ["o2"]
    assert faults(base.workbench.store) == []


def test_somebody_deleted_is_erased_as_well(base):
    base.csv(f"Source_id,Name,Email\n{KEY},{NAME},{MAIL}\n")
    base.later(seconds=1)
    delete_customer(base.workbench, KEY)
    base.later(seconds=1)
    erasure.erase(base.workbench, [MAIL])

    assert found(base.folder, [KEY, NAME, MAIL]) == []


# How a record that names the person has gone before: the file that brought it, and its end.
GONE = {
    "a voucher": ("vouchers", f"Code,note\nc-1,{MAIL}\n",
                  lambda base, _: delete_voucher(base.workbench, "c-1")),
    "another customer": ("customers", f"Source_id,note\nben,{MAIL}\n",
                         lambda base, _: delete_customer(base.workbench, "ben")),
    "an order": ("orders", f"id,customer_source_id,amount,note\no-1,ben,900,{MAIL}\n",
                 lambda base, run: undo(base.workbench, number_of_import(base.workbench, run.id))),
}  # fmt: skip


@pytest.mark.parametrize("case", GONE)
def test_somebody_named_by_what_is_deleted_alone_is_erased(base, case):
    kind, text, end = GONE[case]
    base.csv(f"Source_id,Name,Email\n{KEY},{NAME},{MAIL}\n")
    run = base.later(seconds=1).csv(text, kind=kind)
    base.later(seconds=1)
    end(base, run)
    base.later(seconds=1)
    erasure.erase(base.workbench, [KEY])

    assert found(base.folder, [KEY, NAME, MAIL]) == []
    assert faults(base.workbench.store) == []


def test_a_value_that_another_has_too_is_that_ones_and_stays(base):
    base.csv(f"Source_id,Name,Phone\n{KEY},{NAME},{PHONE}\nson-7,{NAME},{PHONE}\n")
    told = erasure.preview(base.workbench, [KEY])
    erasure.erase(base.workbench, [KEY])
    base.later(seconds=1)
    again = base.csv(f"Source_id,Name,Phone\nson-7,{NAME},{PHONE}\n")

    assert {*told.shared} == {NAME, PHONE}
    assert base.rows("source_id", "name", "phone") == [("son-7", NAME, PHONE)]
    assert (again.unchanged, again.suppressed) == (1, 0)


def test_a_word_that_is_a_name_stays_where_it_means_something_else(base):
    base.csv(f"Source_id,Name,City,motto\n{KEY},Paris,Rome,\nben,Ben,Paris,Paris is fine\n")
    erasure.erase(base.workbench, [KEY])

    assert base.customer("ben")["address"]["city"] == "Paris"
    assert base.customer("ben")["metadata"]["motto"] == "Paris is fine"


def test_many_at_once_are_one_change_and_one_certificate(base):
    base.csv("Source_id,Name\n" + "".join(f"who-{row},Jane Doe {row}\n" for row in range(300)))
    before = base.workbench.profile().change
    made = erasure.erase(base.workbench, [f"who-{row}" for row in range(1, 300)])

    assert (made.certificate["people"], made.change) == (299, before + 1)
    assert base.rows("source_id") == [("who-0",)]
    assert found(base.folder, ["who-177", "Jane Doe 299"]) == []


def test_whom_nobody_knows_cannot_be_erased_and_nothing_is(base):
    base.csv(f"Source_id,Name\n{KEY},{NAME}\n")
    with pytest.raises(NotFoundError):
        erasure.erase(base.workbench, [KEY, "nobody-at-all"])

    assert base.rows("source_id") == [(KEY,)]
    assert erasure.index(base.workbench) == []


RETURNS = (
    ("customers", "Source_id,Name\n{key},Z\n"),
    ("customers", "Source_id,Name\n{KEY},Z\n", {"key": KEY}, 0),
    ("customers", "Source_id,Email\nnew-1,{mail}\n"),
    ("customers", "Source_id,Phone\nnew-1,0048 601-222-333\n"),
    ("customers", "Source_id,Birthdate,Email\nnew-1,never,{mail}\n"),
    ("orders", "Source_id,Customer_source_id,Amount\no9,{key},5\n"),
    ("redemptions", "Id,Tracking_id,Voucher_code,Result\nr1,{key},TEN,SUCCESS\n"),
)


@pytest.fixture(scope="module")
def bereft(tmp_path_factory):
    """A workspace of which somebody was erased who was known by everything."""
    base = Base.new(tmp_path_factory.mktemp("bereft") / "workspace")
    base.csv(f"Source_id,Name,Email,Phone\n{KEY},{NAME},{MAIL},{PHONE}\nben-1,Ben,,\n")
    upsert(base.workbench, {"source_id": "ben-1"}, "somewhere")
    erasure.erase(base.workbench, [KEY])
    yield base
    base.close()


@pytest.mark.parametrize("case", [row for row in RETURNS if len(row) == 2])
def test_a_file_that_brings_the_person_back_is_left_out_and_says_so(bereft, case):
    kind, text = case
    run = bereft.csv(text.format(key=KEY, mail=MAIL.upper()), kind=kind)

    assert (run.suppressed, run.rejected, run.created, run.change) == (1, 0, 0, None)
    assert found(bereft.folder, [KEY, MAIL, PHONE]) == []


@pytest.mark.parametrize(
    "document",
    [{"source_id": KEY}, {"email": MAIL}, {"source_id": "x-1", "phone": "48601222333"}],
    ids=json.dumps,
)
def test_a_call_that_brings_the_person_back_is_refused(bereft, document):
    with pytest.raises(ErasedError, match="was erased on request"):
        upsert(bereft.workbench, document)


def test_an_edit_of_another_customer_brings_nobody_back(bereft):
    with pytest.raises(ErasedError):
        upsert(bereft.workbench, {"source_id": "ben-1", "email": MAIL})


def test_an_export_that_was_read_before_is_not_left_behind(base):
    base.csv(f"Source_id,Name\n{KEY},{NAME}\nben-1,Ben\n")
    written = []

    def meanwhile(share):
        if share == 1 and not written:
            written.append(share)
            erasure.erase(base.workbench, [KEY])

    with pytest.raises(ConflictError, match="somebody was erased while the file was written"):
        export_records(base.workbench, Order(), progress=meanwhile)

    assert [*(base.folder / "exports").iterdir()] == []


@pytest.mark.parametrize("form", ["csv", "excel", "jsonl", "parquet"])
def test_a_name_is_found_in_a_kept_file_however_its_format_writes_quotes(base, form):
    name = 'Ann "Nan" O\'Neil & Söhne'
    base.json({"source_id": "a-1", "name": name}, {"source_id": "b-2", "name": "Ben Stone"})
    for who in ("a-1", "b-2"):
        export_records(base.workbench, Order(format=form, customers=(who,), fields=("name",)))
    made = erasure.erase(base.workbench, ["a-1"])

    assert len(made.certificate["files"]) == 1
    assert len([*(base.folder / "exports").iterdir()]) == 1


def test_an_export_that_ends_while_somebody_is_sought_goes_too(base, monkeypatch):
    base.csv(f"Source_id,Name\n{KEY},{NAME}\n")

    def meanwhile(*arguments):
        export_records(base.workbench, Order())
        erase_records(*arguments)

    monkeypatch.setattr(erasure, "erase_records", meanwhile)
    made = erasure.erase(base.workbench, [KEY])

    assert len(made.certificate["files"]) == 1
    assert found(base.folder, [KEY, NAME]) == []
