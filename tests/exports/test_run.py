"""An export as a whole: who goes out, the file, its receipt."""

import hashlib
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cli.people import names
from engine.errors import CancelledError, NotFoundError, UsageError
from engine.exports import run as exports
from engine.exports.order import Order
from engine.exports.run import export_records, log, stored_file
from engine.filters.expression import to_json
from engine.filters.parser import parse
from engine.segments import library
from tests.bases import NOW, Base
from tests.strategies import examples, groups

CITIES = {"address.city": {"conditions": {"$is": ["Rome"]}}}


@pytest.fixture
def shop(base):
    return base.filled(fill)


def fill(base):
    base.csv("Source_id,City,size\na,Rome,1\nb,Oslo,2\nc,Rome,3\n")


def test_the_receipt_tells_what_lies_in_the_file(shop):
    target = shop.folder.with_name("out.csv")
    run = export_records(shop.workbench, Order(headers="fields", fields=("source_id",)), target)
    content = target.read_bytes()

    assert content == b"source_id\na\nb\nc\n"
    assert run.file_sha256 == hashlib.sha256(content).hexdigest()
    assert (run.rows, run.file_bytes, run.change, run.at) == (3, len(content), 1, NOW)
    assert run.parameters["fields"] == ["source_id"]
    assert log(shop.workbench) == [run]


def test_a_file_without_a_place_of_its_own_lies_in_the_workspace(shop):
    run = export_records(shop.workbench, Order())

    assert stored_file(shop.workbench, run.id).stat().st_size == run.file_bytes


def test_the_log_is_newest_first_and_knows_no_other_ids(shop):
    runs = []
    for _ in range(3):
        shop.now += timedelta(seconds=1)
        runs.append(export_records(shop.workbench, Order()).id)

    assert [run.id for run in log(shop.workbench)] == runs[::-1]
    with pytest.raises(NotFoundError, match="exp_nope"):
        stored_file(shop.workbench, "exp_nope")


def test_a_segment_goes_out_by_name_or_id_and_a_static_one_as_it_was_fixed(shop):
    moving = library.create(shop.workbench, "Romans", CITIES)
    library.create(shop.workbench, "Fixed", CITIES, "static")
    shop.csv("Source_id,City\na,Oslo\nb,Rome\n")

    def who(segment):
        target = shop.folder.with_name("out.csv")
        export_records(
            shop.workbench, Order(segment, ("source_id",), headers="fields"), target, force=True
        )
        return target.read_text().split()[1:]

    assert who("Romans") == who(moving.id) == ["b", "c"]
    assert who("Fixed") == ["a", "c"]
    with pytest.raises(NotFoundError, match="`nobody`"):
        who("nobody")


def test_a_filter_a_search_and_single_customers_narrow_what_goes_out(shop):
    library.create(shop.workbench, "Romans", CITIES)
    ids = tuple(shop.column("id"))

    def who(**order):
        target = shop.folder.with_name("out.csv")
        run = export_records(
            shop.workbench,
            Order(headers="fields", fields=("source_id",), **order),
            target,
            force=True,
        )
        assert run.parameters["fields"] == ["source_id"]
        return target.read_text().split()[1:]

    assert who(filter=CITIES) == ["a", "c"]
    assert who(search=ids[1]) == ["b"]
    assert who(customers=(ids[2], "b")) == ["b", "c"]
    assert who(segment="Romans", customers=ids, search=ids[2]) == ["c"]
    with pytest.raises(UsageError, match="1 of 2 customers are unknown"):
        who(customers=(ids[0], "nobody"))


@pytest.mark.parametrize("share_of_stop", [0.5, 1])
@pytest.mark.parametrize("existing", [None, "as it was"])
def test_an_export_that_is_stopped_leaves_what_was_there(
    shop, monkeypatch, existing, share_of_stop
):
    monkeypatch.setattr(exports, "SLICE", 1)
    folder = shop.folder.with_name("out")
    folder.mkdir()
    target = folder / "out.csv"
    if existing:
        target.write_text(existing)

    def stop(share):
        if share >= share_of_stop:
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        export_records(shop.workbench, Order(), target, stop, force=True)

    assert [file.read_text() for file in folder.iterdir()] == ([existing] if existing else [])
    assert log(shop.workbench) == []


def test_a_path_that_cannot_be_written_is_told(shop):
    outside = shop.folder.parent
    (outside / "file").touch()
    for target in (outside / "nowhere" / "out.csv", outside / "file" / "x.csv"):
        with pytest.raises(UsageError, match="expected a file that can be written at"):
            export_records(shop.workbench, Order(), target)

    assert log(shop.workbench) == []
    assert list((shop.folder / "exports").iterdir()) == []


def test_slices_make_no_difference(shop, monkeypatch):
    target = shop.folder.with_name("out.csv")
    told = []
    whole = export_records(shop.workbench, Order(), target, force=True).file_sha256
    monkeypatch.setattr(exports, "SLICE", 2)
    sliced = export_records(shop.workbench, Order(), target, told.append, force=True).file_sha256

    assert sliced == whole
    assert told == sorted(told)
    assert told[-1] == 1


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """Customers of every kind of value, imported once."""
    base = Base.new(tmp_path_factory.mktemp("crowd") / "workspace")
    words = ["", "a", "ab", "ß", "é", "e\u0301", "01"]
    base.json(
        *(
            {
                "source_id": f"s{row:03}",
                "birthdate": f"19{row % 90 + 10}-0{row % 9 + 1}-2{row % 9}",
                "loyalty": {"points": row % 3},
                "metadata": {
                    "string": words[row % 7],
                    "number": row % 5 - 1.5,
                    "boolean": row % 2 == 0,
                    "date": f"20{row % 30 + 10}-02-2{row % 9}",
                    "instant": f"20{row % 30 + 10}-03-31T01:30:00Z",
                    "strings": words[row % 3 : row % 7],
                    "numbers": [row % 4, 2.5],
                }
                if row % 4
                else {},
            }
            for row in range(60)
        )
    )
    yield base
    base.close()


@settings(max_examples=examples(20, fuzzed=1_000))
@given(groups(), st.booleans())
def test_count_members_and_exported_rows_are_one_number(crowd, group, fixed):
    document = to_json(group)
    workbench, profile = crowd.workbench, crowd.workbench.profile()
    assert parse(document, profile.catalogue, workbench.zone) == group
    kind = "static" if fixed else "passive"
    counted = crowd.answer(document)  # first, for a filter may ask how many segments there are
    segment = library.create(workbench, "drawn", document, kind)
    target = crowd.folder.with_name("out.csv")
    listed = names(library.members(workbench, segment))
    export_records(
        workbench, Order(segment.id, ("source_id",), headers="fields"), target, force=True
    )
    library.delete(workbench, segment.id)

    assert counted.count == len(names(counted))
    assert names(counted) == listed == target.read_text().split()[1:]
