"""`customers` and `event`: the same use cases as any door."""

import pytest

from tests.bases import Base
from tests.cli.conftest import Shell


@pytest.fixture
def ann(empty):
    Base.new(empty.folder / "workspace").filled(born).close()
    return empty


def born(base):
    Shell(base.folder.parent).run(
        "customers", "create", "--set", "source_id=ann", "--set", "name=Ann",
        "--set", "metadata.tier=gold", "--set", "metadata.points=5")  # fmt: skip


def test_a_customer_is_created_edited_and_shown(ann):
    told = ann.out("customers", "edit", "ann", "--set", "city=Berlin", "--set",
                   "metadata.tier=silver", "--clear", "metadata.points")  # fmt: skip

    assert told.splitlines() == [
        "changed ann",
        "  City: no value → Berlin",
        "  metadata.tier: gold → silver",
        "  metadata.points: 5 → no value",
    ]
    [shown] = ann.json("customers", "show", "ann")
    assert (shown["address"], shown["metadata"]) == ({"city": "Berlin"}, {"tier": "silver"})
    assert "city: Berlin" in ann.out("customers", "show", "ann")


def test_an_edit_to_the_same_says_so(ann):
    told = ann.out("customers", "edit", "ann", "--set", "name=Ann")

    assert told == "nothing changes: ann has these values already\n"
    [document] = ann.json("customers", "edit", "ann", "--set", "name=Ann")
    assert (document["change"], document["fields"]) == (None, [])


def test_every_fault_of_an_edit_is_told(ann):
    failed = ann.run("customers", "edit", "ann", "--set", "metadata.points=many",
                     "--set", "birthdate=1980-02-30", "--set", "colour=red", code=1)  # fmt: skip

    for path in ("metadata.points", "birthdate", "colour"):
        assert f"@ {path}" in failed.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("edit", "ann"), 1),
        (("edit", "nobody", "--set", "name=x"), 1),
        (("edit", "ann", "--set", "name"), 2),
        (("edit", "ann", "--document", "no such file"), 2),
        (("create", "--set", "source_id=ann", "--set", "name=x"), 1),
        (("merge", "ann", "ann"), 1),
        (("merge", "ann", "nobody"), 1),
        (("merge", "ann", "nobody", "--keep", "name"), 2),
        (("show", "nobody"), 1),
    ],
)
def test_what_cannot_be_done_ends_with_an_error(ann, words, code):
    failed = ann.run("customers", *words, code=code)

    assert failed.stderr.strip()
    assert ann.json("log")[-1]["cause"] == "edit"


def test_a_document_says_it_in_json(ann):
    file = ann.file("ann.json", {"name": None, "metadata": {"tags": ["a", "b"]}})
    ann.run("customers", "edit", "ann", "--document", file, "--set", "phone=1")
    [shown] = ann.json("customers", "show", "ann")

    assert "name" not in shown
    assert (shown["phone"], shown["metadata"]["tags"]) == ("1", ["a", "b"])


def test_a_document_that_is_no_json_is_told(ann):
    failed = ann.run("customers", "edit", "ann", "--document", ann.file("x", "{"), code=1)

    assert "the document is not JSON" in failed.stderr


def test_duplicates_are_listed_merged_and_taken_back(ann):
    ann.run("customers", "edit", "ann", "--set", "phone=600100200")
    ann.run("customers", "create", "--set", "phone=600 100 200", "--set", "name=Anna")
    [found] = ann.json("customers", "duplicates")
    phone = next(one for one in found["duplicates"] if one["by"] == "phone")
    other = next(one["id"] for one in phone["listed"][0]["customers"] if not one["source_id"])
    assert (phone["groups"], phone["customers"]) == (1, 2)
    assert "Same phone: 1 group, 2 customers" in ann.out("customers", "duplicates")

    before = ann.out("customers", "merge", "ann", other, "--keep", "name=second", "--preview")
    assert "would be merged" in before
    assert "≠ Name: Ann | Anna → second" in before
    [done] = ann.json("customers", "merge", "ann", other, "--keep", "name=second")
    assert done["goes"] == other
    [shown] = ann.json("customers", "show", other)
    assert (shown["source_id"], shown["name"]) == ("ann", "Anna")

    ann.run("undo", ann.json("log")[-1]["number"])
    [shown] = ann.json("customers", "show", other)
    assert ("source_id" in shown, shown["name"]) == (False, "Anna")


def test_events_of_customers_and_visitors(ann):
    told = ann.out("event", "cart abandoned", "--customer", "ann", "--metadata", '{"n": 2}')
    visitor = ann.out("event", "view", "--tracking-id", "t1")

    assert told == "recorded cart abandoned of ann\n"
    assert "who is new" in visitor
    views = ann.filter(**{"events.view.count": {"$is": [1]}})
    assert ann.json("count", views)[0] == {"count": 0, "total": 1, "share": 0.0}
    assert ann.json("count", views, "--with-visitors")[0]["count"] == 1
    assert len(ann.out("members", views, "--with-visitors").splitlines()) == 1
    nameless = ann.filter(anonymous={"$is": [True]})
    assert ann.json("count", nameless)[0] == {"count": 1, "total": 2, "share": 0.5}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("event", "view"), 1),
        (("event", "", "--customer", "ann"), 1),
        (("event", "view", "--customer", "ann", "--metadata", "{"), 2),
        (("event", "view", "--customer", "ann", "--metadata", "[1]"), 1),
    ],
)
def test_an_event_that_cannot_be_is_refused(ann, words, code):
    ann.run(*words, code=code)

    assert ann.json("log")[-1]["cause"] == "edit"


def test_an_export_holds_visitors_when_asked(ann):
    ann.run("event", "view", "--tracking-id", "t1")
    few, all_ = ann.folder / "few.csv", ann.folder / "all.csv"
    ann.run("export", "customers", "--to", few)
    ann.run("export", "customers", "--to", all_, "--with-visitors")

    assert [len(file.read_text().splitlines()) for file in (few, all_)] == [2, 3]
    ann.run("export", "orders", "--with-visitors", "--to", few, "--force", code=1)
