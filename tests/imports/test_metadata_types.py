"""The type of a metadata key as an analyst settles it."""

import pytest

from engine.base.answers import answer
from engine.errors import ConflictError, UsageError
from engine.imports import metadata_types
from engine.segments import library
from engine.store.check import faults
from tests.memberships.law import check


def count(base, **tests):
    document = {"junction": "and"} | {
        f"metadata.{name}": {"conditions": conditions} for name, conditions in tests.items()
    }
    profile = base.workbench.profile()
    group = library.understood(base.workbench, document)
    return answer(profile, group, base.workbench.clock()).count


@pytest.fixture
def shop(base):
    return base.filled(fill)


def fill(base):
    base.json(
        {"source_id": "a", "metadata": {"size": "5", "on": "2024-01-02", "tags": "x"}},
        {"source_id": "b", "metadata": {"size": "12", "on": "soon", "tags": "y"}},
        {"source_id": "c", "metadata": {"size": "wide"}},
        {"source_id": "d"},
    )


def test_text_becomes_numbers_where_it_can_and_the_rest_is_kept(shop):
    row = metadata_types.settle(shop.workbench, "metadata", "size", "number", many=False)

    assert (row.fitting, row.others) == (2, 1)
    assert count(shop, size={"$more_than": [6]}) == 1
    assert count(shop, size={"$has_value": [True]}) == 2
    assert faults(shop.workbench.store) == []


def test_there_and_back_is_what_it_was(shop):
    before = shop.workbench.profile().customers
    metadata_types.settle(shop.workbench, "metadata", "size", "number", many=False)
    metadata_types.settle(shop.workbench, "metadata", "size", "string", many=False)
    after = shop.workbench.profile().customers

    [size] = [
        column.column
        for column in shop.workbench.profile().snapshot.columns
        if (column.path, column.kind) == (("size",), "string")
    ]
    assert after[size].to_list() == before[size].to_list() == ["5", "12", "wide", None]


def test_single_values_become_lists_of_one(shop):
    metadata_types.settle(shop.workbench, "metadata", "tags", "string", many=True)

    assert count(shop, tags={"$count": [1]}) == 2
    shop.json({"source_id": "d", "metadata": {"tags": ["x", "z"]}})
    assert count(shop, tags={"$includes": ["x"]}) == 2


def test_a_name_settled_in_advance_is_what_the_first_file_finds(shop):
    metadata_types.settle(shop.workbench, "metadata", "joined", "date", many=False)
    assert shop.workbench.profile().catalogue.field("metadata.joined").kind.key == "date"

    run = shop.json({"source_id": "a", "metadata": {"joined": "never"}})
    assert dict(run.misfits) == {"metadata.joined": 1}
    [row] = [row for row in metadata_types.rows(shop.workbench.profile()) if row.name == "joined"]
    assert (row.kind, row.fitting, row.others) == ("date", 0, 1)


def test_keys_of_orders_are_settled_too(shop):
    shop.csv(
        "Customer_source_id,Status,Amount,channel,metadata.level\na,PAID,1,x,07\n", kind="orders"
    )
    row = metadata_types.settle(shop.workbench, "orders.metadata", "level", "string", many=False)

    assert (row.fitting, row.others) == (1, 0)


def test_what_is_no_type_is_refused(shop):
    for namespace, name, kind in (("metadata", "size", "colour"), ("nowhere", "x", "string")):
        with pytest.raises(UsageError, match="expected one of string, number"):
            metadata_types.settle(shop.workbench, namespace, name, kind, many=False)


def test_a_type_that_a_saved_filter_could_not_be_read_with_is_refused(shop):
    document = {"junction": "and", "metadata.size": {"conditions": {"$contains": ["1"]}}}
    library.create(shop.workbench, "Ones", document)
    with pytest.raises(ConflictError, match="1 segment that could not be understood") as told:
        metadata_types.settle(shop.workbench, "metadata", "size", "number", many=False)

    assert "segment Ones" in str(told.value.issues[0])
    assert shop.workbench.profile().catalogue.field("metadata.size").kind.key == "string"
    metadata_types.settle(shop.workbench, "metadata", "on", "date", many=False)
    assert count(shop, on={"$has_value": [True]}) == 1


def test_a_filter_that_the_type_does_not_fit_already_refuses_no_other_type(shop):
    asked = {"metadata.late": {"conditions": {"$is_not": ["3 am"]}}}
    made = library.create(shop.workbench, "Guide", asked)
    shop.json({"source_id": "a", "metadata": {"late": "2026-01-01"}})
    metadata_types.settle(shop.workbench, "metadata", "size", "number", many=False)
    metadata_types.settle(shop.workbench, "metadata", "late", "string", many=False)
    shop.json({"source_id": "a", "metadata": {"late": "3 am"}})

    total = shop.workbench.profile().total
    assert library.members(shop.workbench, made).count == total - 1
    check(shop)
