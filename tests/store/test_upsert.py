"""Rows of files become records: which record is meant, what is merged, what is written."""

import pytest

from engine.base.kinds.registry import CUSTOMERS
from engine.imports import history
from tests.bases import NOW, counts


def reasons(base, run):
    return history.rejected(base.workbench, run)["rejected because"].to_list()


def test_a_row_with_a_new_source_id_creates_a_customer_with_an_id_of_our_own(base):
    run = base.csv("Source_id,Name\na,Ann\nb,Bob\n")

    assert counts(run) == (2, 0, 0, 0, 0)
    assert base.rows("source_id", "name") == [("a", "Ann"), ("b", "Bob")]
    assert all(one.startswith("cust_") and len(one) == 29 for one in base.column("id"))
    assert len(set(base.column("id"))) == 2


def test_a_known_source_id_means_its_customer(base):
    base.csv("Source_id,Name,Email\na,Ann,a@x.io\n")
    before = base.column("id")
    run = base.csv("Source_id,Name\na,Anna\n")

    assert counts(run) == (0, 1, 0, 0, 0)
    assert base.column("id") == before
    assert base.rows("source_id", "name", "email") == [("a", "Anna", "a@x.io")]


def test_a_known_id_means_its_customer_with_or_without_the_source_id(base):
    base.csv("Id,Source_id,Name\ni,a,Ann\n")

    assert counts(base.csv("Id,Name\ni,Anna\n")) == (0, 1, 0, 0, 0)
    assert counts(base.csv("Id,Source_id,Name\ni,a,Anne\n")) == (0, 1, 0, 0, 0)
    assert base.rows("id", "source_id", "name") == [("i", "a", "Anne")]


def test_a_source_id_that_was_empty_is_filled_and_finds_the_customer_from_then_on(base):
    base.csv("Id,Name\ni,Ann\n")
    run = base.csv("Id,Source_id\ni,a\n")

    assert counts(run) == (0, 1, 0, 0, 0)
    assert counts(base.csv("Source_id,Name\na,Anna\n")) == (0, 1, 0, 0, 0)
    assert base.rows("id", "source_id", "name") == [("i", "a", "Anna")]


def test_a_source_id_cannot_change(base):
    base.csv("Id,Source_id\ni,a\n")
    run = base.csv("Id,Source_id\ni,b\n")

    assert counts(run) == (0, 0, 0, 0, 1)
    assert reasons(base, run) == ["Source_id cannot change: `i` has `a`, got `b`"]
    assert base.rows("id", "source_id") == [("i", "a")]


def test_a_new_id_with_a_taken_source_id_is_rejected_and_names_the_owner(base):
    base.csv("Id,Source_id\ni,a\nj,\n")
    run = base.csv("Id,Source_id\nnew,a\nj,a\n")

    assert reasons(base, run) == [
        "Source_id `a` belongs to `i`, got Id `new`",
        "Source_id `a` belongs to `i`, got Id `j`",
    ]
    assert base.rows("id", "source_id") == [("i", "a"), ("j", None)]


def test_a_row_without_a_key_is_rejected_unless_the_mapping_says_create(base):
    text = "Source_id,Name\n,Ann\n,Ann\n"

    assert reasons(base, base.csv(text)) == ["expected an Id or a Source_id, got neither"] * 2
    assert counts(base.csv(text, {"without_key": "create"})) == (2, 0, 0, 0, 0)
    assert base.rows("source_id", "name") == [(None, "Ann"), (None, "Ann")]


def test_of_rows_that_contradict_each_other_the_first_counts(base):
    run = base.csv("Id,Source_id,Name\ni,a,1\ni,b,2\nj,a,3\ni,a,4\nj,b,5\n")

    assert counts(run) == (2, 0, 0, 1, 2)
    assert reasons(base, run) == [
        "Source_id cannot change: `i` has `a` above, got `b`",
        "Source_id `a` belongs to `i` above, got Id `j`",
    ]
    assert base.rows("id", "source_id", "name") == [("i", "a", "4"), ("j", "b", "5")]


@pytest.mark.parametrize(
    "rows", ["i,a,\n,a,Ann\n", ",a,Ann\ni,a,\n"], ids=["pair first", "pair last"]
)
def test_rows_of_one_customer_meet_whichever_key_they_use(base, rows):
    run = base.csv("Id,Source_id,Name\n" + rows)

    assert counts(run) == (1, 0, 0, 1, 0)
    assert base.rows("id", "source_id", "name") == [("i", "a", "Ann")]


def test_repeated_rows_are_folded_field_by_field_and_the_last_that_says_something_counts(base):
    run = base.csv("Source_id,Name,Email,Phone\na,1,x,\na,2,,\nb,,,\na,,,9\n")

    assert counts(run) == (2, 0, 0, 2, 0)
    assert base.rows("source_id", "name", "email", "phone") == [
        ("a", "2", "x", "9"),
        ("b", None, None, None),
    ]


def test_repeated_rows_fold_a_metadata_key_as_a_whole(base):
    run = base.json(
        {"source_id": "a", "metadata": {"size": {"waist": 1, "length": 2}, "color": "red"}},
        {"source_id": "a", "metadata": {"size": {"waist": 3}}},
        {"source_id": "a", "name": "Ann"},
    )

    assert counts(run) == (1, 0, 0, 2, 0)
    assert base.customer("a")["metadata"] == {"size": {"waist": 3}, "color": "red"}


def test_an_empty_cell_changes_nothing(base):
    base.csv("Source_id,Name,Birthdate,color\na,Ann,1990-01-02,red\n")
    run = base.csv("Source_id,Name,Birthdate,color\na,,,\n")

    assert counts(run) == (0, 0, 1, 0, 0)
    assert base.customer("a")["metadata"] == {"color": "red"}


def test_a_null_in_json_clears_a_field_and_an_absent_key_does_not(base):
    base.json({"source_id": "a", "name": "Ann", "email": "a@x.io", "address": {"city": "Rome"}})
    run = base.json({"source_id": "a", "name": None, "address": None})

    assert counts(run) == (0, 1, 0, 0, 0)
    assert base.rows("name", "email", "address_city") == [(None, "a@x.io", None)]


def test_a_null_that_clears_nothing_is_no_change(base):
    base.json({"source_id": "a", "name": "Ann"})
    run = base.json({"source_id": "a", "email": None, "metadata": {"x": None}})

    assert counts(run) == (0, 0, 1, 0, 0)
    assert run.change is None


def test_a_null_never_clears_a_key(base):
    base.json({"id": "i", "source_id": "a"})
    base.json({"id": "i", "source_id": None, "name": "Ann"}, {"id": None, "source_id": "a"})

    assert base.rows("id", "source_id", "name") == [("i", "a", "Ann")]


def test_a_null_between_repeated_rows_counts_until_a_later_value(base):
    base.json({"source_id": "a", "name": "old"}, {"source_id": "b", "name": "old"})
    base.json(
        {"source_id": "a", "name": "new"},
        {"source_id": "a", "name": None},
        {"source_id": "b", "name": None},
        {"source_id": "b", "name": "new"},
    )

    assert base.rows("source_id", "name") == [("a", None), ("b", "new")]


def test_a_metadata_key_is_replaced_as_a_whole_and_its_neighbours_stay(base):
    base.json({"source_id": "a", "metadata": {"o": {"x": 1, "y": {"z": 2}}, "n": 3}})
    base.json({"source_id": "a", "metadata": {"o": {"x": 5}}})

    assert base.customer("a")["metadata"] == {"o": {"x": 5}, "n": 3}


def test_a_null_metadata_value_removes_the_key_and_null_metadata_removes_all(base):
    base.json(
        {"source_id": "a", "metadata": {"o": {"x": 1, "y": 2}, "n": 3}},
        {"source_id": "b", "metadata": {"n": 3}},
    )
    base.json({"source_id": "a", "metadata": {"o": None}})
    first = base.customer("a")["metadata"]
    base.json({"source_id": "a", "metadata": None}, {"source_id": "b", "name": "Bob"})

    assert first == {"n": 3}
    assert "metadata" not in base.customer("a")
    assert base.customer("b")["metadata"] == {"n": 3}


def test_a_null_inside_an_object_is_a_new_object_without_it(base):
    base.json({"source_id": "a", "metadata": {"o": {"x": 1, "y": 2}}})
    base.json({"source_id": "a", "metadata": {"o": {"x": None, "z": 9}}})

    assert base.customer("a")["metadata"] == {"o": {"z": 9}}


def test_created_at_is_the_instant_of_the_import_unless_the_file_knows_it(base):
    base.csv("Source_id,Created_at\na,\nb,2020-01-02T03:04:05Z\n")
    base.later(days=1).csv("Source_id,Name\na,Ann\nb,Bob\n")
    created = base.column("created_at")

    assert created[0] == NOW
    assert created[1].isoformat() == "2020-01-02T03:04:05+00:00"


def test_updated_at_is_missing_until_the_first_change_and_then_its_instant(base):
    base.csv("Source_id,Name\na,Ann\nb,Bob\n")
    fresh = base.column("updated_at")
    base.later(days=1).csv("Source_id,Name\na,Anna\nb,Bob\n")

    assert fresh == [None, None]
    assert base.column("updated_at") == [base.now, None]


def test_an_updated_at_of_the_file_counts_unless_it_is_the_stored_one(base):
    base.csv("Source_id,Name,Updated_at\na,Ann,2020-01-01T00:00:00Z\n")
    base.later(days=1).csv("Source_id,Name,Updated_at\na,Anna,2021-01-01T00:00:00Z\n")
    told = base.column("updated_at")[0].year
    base.later(days=1).csv("Source_id,Name,Updated_at\na,Anne,2021-01-01T00:00:00Z\n")

    assert told == 2021
    assert base.column("updated_at") == [base.now]


def test_a_row_that_changes_nothing_writes_nothing(base):
    base.csv("Source_id,Name,color\na,Ann,red\nb,Bob,blue\n")
    run = base.later(days=1).csv("Source_id,Name,color\na,Ann,red\nb,Bob,green\n")
    store = base.workbench.store
    versions = store.versions(CUSTOMERS, store.snapshot())

    assert counts(run) == (0, 1, 1, 0, 0)
    assert versions.select("row", "change").rows() == [(0, 1), (1, 1), (1, 2)]


def test_the_same_file_twice_is_no_second_change_set(base):
    text = "Source_id,Name,color\na,Ann,red\n"
    base.csv(text)
    run = base.later(days=1).csv(text)

    assert counts(run) == (0, 0, 1, 0, 0)
    assert run.change is None
    assert base.workbench.store.last_change() == 1


def test_a_file_of_rejected_rows_alone_settles_no_name(base):
    run = base.csv("Source_id,Name,color\n,Ann,red\n")

    assert counts(run) == (0, 0, 0, 0, 1)
    assert base.workbench.store.snapshot().names == {}


def test_an_empty_text_is_no_key_of_a_customer_nor_of_an_owner(base):
    told = "expected an Id and a Source_id with text in them, got an empty one"
    customers = [{"source_id": "", "name": "Nobody"}, {"id": "", "source_id": "a"}]
    assert [told, told] == reasons(base, base.json(*customers))
    orders = [{"id": "o-1", "customer": {"source_id": ""}, "status": "PAID"}]
    assert [f"customer: {told}"] == reasons(base, base.json(*orders, kind="orders"))
    assert [] == base.rows("source_id")
