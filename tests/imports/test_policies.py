"""What becomes of values that are there already, and of empty cells, column by column."""

import pytest

from engine.imports.checks.check import check_file
from engine.imports.columns.directive import WRITES as SAID
from engine.imports.columns.mapping import parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.policies import clears, writes
from engine.store.records.upsert import FOLDS, WRITES
from tests.bases import counts, value


def mapping(**columns):
    """A mapping by field: how each is written, or that its empty cells clear."""
    said = {
        "write": lambda what: {"write": what},
        "clear": lambda _: {"empty": "clear"},
        "ignore": lambda _: {"empty": "ignore"},
    }
    return {
        "columns": {
            header: {"field": field} | said[what if what in said else "write"](what)
            for header, (field, what) in columns.items()
        }
    }


def test_every_way_of_the_mapping_is_one_of_the_store():
    assert tuple(WRITES) == tuple(FOLDS) == SAID


AFTER = {"overwrite": ("Oslo", "Oslo"), "fill": ("Rome", "Oslo"), "never": ("Rome", None)}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    ("header", "field"),
    [("Name", "name"), ("City", "address.city"), ("hobby", "metadata.hobby")],
)
def test_a_value_that_is_there_is_overwritten_or_stays_and_a_blank_is_filled_or_stays(
    base, header, field, write
):
    base.csv(f"Source_id,{header},Phone\na,Rome,1\nb,,1\n")
    said = mapping(**{header: (field, write)})
    run = base.later(minutes=1).csv(
        f"Source_id,{header},Phone\na,Oslo,2\nb,Oslo,2\nc,Oslo,2\n", said
    )

    assert counts(run) == (1, 2, 0, 0, 0)
    found = [value(base, customer, field) for customer in "abc"]
    assert found == [*AFTER[write], "Oslo"]
    assert [value(base, customer, "phone") for customer in "abc"] == ["2"] * 3


@pytest.mark.parametrize(("write", "same"), [("overwrite", 0), ("fill", 1), ("never", 2)])
def test_what_stays_is_no_change(base, write, same):
    base.csv("Source_id,City\na,Rome\nb,\n")
    run = base.later(minutes=1).csv(
        "Source_id,City\na,Oslo\nb,Oslo\n", mapping(City=("address.city", write))
    )

    assert counts(run) == (0, 2 - same, same, 0, 0)


@pytest.mark.parametrize(
    ("write", "known", "new"),
    [("overwrite", "2", "2"), ("fill", "1", "1"), ("never", None, None)],
)
def test_rows_of_one_record_count_as_if_they_came_one_after_the_other(base, write, known, new):
    base.csv("Source_id,Phone\na,0\n")
    rows = "Source_id,Name,Phone\n" + "".join(
        f"{one},{name},0\n" for one in "ab" for name in ("", 1, 2)
    )
    run = base.later(minutes=1).csv(rows, mapping(Name=("name", write)))

    assert run.repeated == 4
    assert (value(base, "a", "name"), value(base, "b", "name")) == (known, new)


def test_parts_of_an_address_are_written_each_in_its_own_way(base):
    base.csv("Source_id,City,State,Country\na,Rome,Via,IT\n")
    said = mapping(City=("address.city", "fill"), State=("address.state", "overwrite"),
                   Country=("address.country", "never"))  # fmt: skip
    base.later(minutes=1).csv("Source_id,City,State,Country\na,Oslo,Gata,NO\n", said)

    fields = ("address.city", "address.state", "address.country")
    assert [value(base, "a", field) for field in fields] == ["Rome", "Gata", "IT"]


def test_a_key_of_metadata_that_has_a_value_of_another_type_is_not_blank(base):
    base.csv("Source_id,size\na,3\nb,4\n")
    base.later(minutes=1).csv("Source_id,size\na,large\n")
    said = mapping(size=("metadata.size", "fill"))
    run = base.later(minutes=1).csv("Source_id,size\na,5\n", said)

    assert counts(run) == (0, 0, 1, 0, 0)


@pytest.mark.parametrize(
    ("write", "after"), [("overwrite", "new"), ("fill", "old"), ("never", "old")]
)
def test_the_parts_of_an_order_are_written_as_a_whole(base, write, after):
    header = "items.product_id"
    text = f"Id,Customer_source_id,{header}\n1,a,{{0}}\n1,a,{{0}}\n"
    base.csv(text.format("old"), kind="orders")
    said = mapping(**{header: (header, write)})
    base.later(minutes=1).csv(text.format("new"), said, kind="orders")

    [order] = base.workbench.profile().activity.records("orders").to_dicts()
    assert [item["product_id"] for item in order["items"]] == [after] * 2


def test_an_order_stays_with_its_customer_where_it_is_only_filled(base):
    base.csv("Id,Customer_source_id\n1,a\n", kind="orders")
    said = mapping(Customer_source_id=("customer.source_id", "fill"))
    run = base.later(minutes=1).csv("Id,Customer_source_id\n1,b\n2,b\n", said, kind="orders")

    assert counts(run) == (1, 0, 1, 0, 0)


@pytest.mark.parametrize(("empty", "after"), [("ignore", "Rome"), ("clear", None)])
@pytest.mark.parametrize(
    ("header", "field"),
    [("Name", "name"), ("City", "address.city"), ("hobby", "metadata.hobby")],
)
def test_an_empty_cell_is_ignored_or_clears(base, header, field, empty, after):
    base.csv(f"Source_id,{header},Phone,other\na,Rome,1,x\n")
    said = mapping(**{header: (field, empty)})
    base.later(minutes=1).csv(f"Source_id,{header},Phone,other\na, ,,\n", said)

    assert value(base, "a", field) == after
    assert (value(base, "a", "phone"), value(base, "a", "metadata.other")) == ("1", "x")


def test_keys_instants_and_what_a_record_needs_are_never_cleared(base):
    base.csv("Id,Customer_source_id,Status,Created_at\n1,a,PAID,2026-01-05\n", kind="orders")
    columns = {"Id": "id", "Status": "status", "Created_at": "created_at",
               "Customer_source_id": "customer.source_id"}  # fmt: skip
    said = mapping(**{header: (field, "clear") for header, field in columns.items()})
    base.later(minutes=1).csv(
        "Id,Customer_source_id,Status,Created_at\n1,,,\n", said, kind="orders"
    )

    [order] = base.workbench.profile().activity.records("orders").to_dicts()
    assert (order["status"], order["id"]) == (None, "1")
    assert str(order["created_at"]) == "2026-01-05 00:00:00+00:00"


def test_a_birthday_without_its_year_is_no_empty_cell(base):
    base.csv("Source_id,Birthdate\na,1990-05-04\nb,1991-05-04\n")
    said = mapping(Birthdate=("birthdate", "clear"))
    base.later(minutes=1).csv("Source_id,Birthdate\na,--05-04\nb,\n", said)

    assert (value(base, "a", "birthdate") is None, value(base, "b", "birthdate")) == (False, None)


def test_a_line_of_json_that_says_nothing_clears_nothing(base):
    base.json({"source_id": "a", "name": "A"})
    base.later(minutes=1).json(
        {"source_id": "a"}, {"source_id": "b", "name": "B"}, mapping=mapping(name=("name", "clear"))
    )

    assert value(base, "a", "name") == "A"


def test_the_check_tells_what_would_be_written_field_by_field(base):
    base.csv("Source_id,City,Name\na,Rome,A\nb,,B\n")
    text = "Source_id,City,Name\na,Oslo,\nb,Oslo,\n"
    said = mapping(City=("address.city", "fill"), Name=("name", "clear"))
    found = check_file(
        base.later(minutes=1).workbench, TABLES["customers"], base.file(text), parse_mapping(said)
    )

    told = {one.field.path: (one.changed, one.filled, one.cleared) for one in found.changes.fields}
    assert told == {"address.city": (1, 1, 0), "name": (2, 0, 2)}


def test_of_columns_that_fill_one_field_the_most_careful_word_counts():
    table = TABLES["customers"]
    said = parse_mapping(
        mapping(a=("name", "never"), b=("name", "fill"), c=("metadata.k", "overwrite"))
    )

    assert writes(said, table) == {"name": "never", ("metadata", "k"): "overwrite"}
    assert clears(parse_mapping(mapping(a=("metadata.k", "clear"))), table) == {("metadata", "k")}


@pytest.mark.parametrize(("without_key", "expected"), [("create", (3, 0)), ("reject", (1, 2))])
def test_a_file_of_keys_alone_may_lack_some_of_them(base, without_key, expected):
    run = base.csv("Source_id\nnull\na\nnull\n", {"without_key": without_key})

    assert (run.created, run.rejected) == expected
    assert set(base.column("source_id")) <= {"a", None}
