"""JSON of other programs: their records are known by their keys and read as a table is."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.errors import ImportFileError
from engine.filters.kinds import BOOLEAN, NUMBER, STRING
from engine.imports.columns.mapping import parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.files.batch import Batch
from engine.imports.files.json_layouts import LAYOUTS
from engine.imports.preview import likely, preview
from engine.imports.reading import read
from tests.imports.json_answers import (
    ANSWERS,
    GA4,
    IDENTIFY,
    SEGMENT,
    SHOPIFY_CUSTOMER,
    SHOPIFY_ORDER,
)

ZONE = ZoneInfo("Europe/Berlin")
KINDS = {each.name: each.kind for each in LAYOUTS}


def batch_of(folder: Path, content: object, kind: str) -> Batch:
    path = folder / "answer.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return read(path, TABLES[kind], parse_mapping({}), ZONE)


def in_lines(*records: object) -> str:
    return "\n".join(each if isinstance(each, str) else json.dumps(each) for each in records)


def metadata(batch: Batch) -> dict[str, tuple[object, object]]:
    """Each key with its kind and its value in the first row."""
    return {
        ".".join(key.path): (key.fits.kind, batch.rows[key.columns[-1]][0]) for key in batch.keys
    }


def said(batch: Batch) -> str:
    return " · ".join(note.text for note in batch.notes)


def test_each_layout_has_an_answer_that_is_tried():
    assert KINDS.keys() == ANSWERS.keys()


@pytest.mark.parametrize("name", ANSWERS)
def test_a_record_is_read_as_the_lists_of_its_program_are(tmp_path, name):
    content, expected = ANSWERS[name]

    batch = batch_of(tmp_path, content, KINDS[name])

    assert expected == {path: batch.rows[path][0] for path in expected}
    assert f"{name} in JSON, recognised by its keys" in said(batch)
    assert batch.rejected.is_empty()


@pytest.mark.parametrize("name", ANSWERS)
def test_the_first_look_shows_the_columns_that_the_import_reads(tmp_path, name):
    content, _ = ANSWERS[name]
    batch = batch_of(tmp_path, content, KINDS[name])

    found = preview(tmp_path / "answer.json", TABLES[KINDS[name]], parse_mapping({}), ZONE)

    assert batch.header == found.header
    assert KINDS[name] == likely(tmp_path / "answer.json").name


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Shopify orders", "customers"), ("Segment track calls", "orders"),
     ("HubSpot contacts", "events")],
)  # fmt: skip
def test_records_of_another_kind_are_refused_by_name(tmp_path, name, kind):
    with pytest.raises(
        ImportFileError, match=f"expected {kind}, got {name}.*: import them as {KINDS[name]}"
    ):
        batch_of(tmp_path, ANSWERS[name][0], kind)


def test_what_text_says_counts_as_in_a_table_and_other_values_keep_their_type(tmp_path):
    found = metadata(batch_of(tmp_path, {"customers": [SHOPIFY_CUSTOMER]}, "customers"))

    assert found["total_spent"] == (NUMBER, "199.65")
    assert found["orders_count"] == (NUMBER, 1.0)
    assert found["Account state"] == (STRING, "disabled")
    assert found["Default"] == (BOOLEAN, True)
    assert not {"note", "addresses"} & found.keys()  # null, and a list without elements


def test_each_line_of_an_order_is_one_of_its_items(tmp_path):
    batch = batch_of(tmp_path, {"orders": [SHOPIFY_ORDER]}, "orders")

    items = [item for row in batch.rows["items"] for item in row]
    assert [(each["sku_id"], each["quantity"], each["price"]) for each in items] == [
        ("GREEN", 1, 19900),
        ("RED", 2, 19900),
    ]
    assert batch.rows["source_id"].to_list() == ["#1001", "#1001"]


def test_pairs_of_key_and_value_are_columns_of_the_type_that_they_name(tmp_path):
    found = metadata(batch_of(tmp_path, in_lines(GA4), "events"))

    assert found["page_title"] == (STRING, "Home")
    assert found["ga_session_id"] == (NUMBER, 123.0)
    assert found["value"] == (NUMBER, 9.5)


def test_what_is_lifted_keeps_its_path_where_its_name_is_taken(tmp_path):
    found = metadata(batch_of(tmp_path, in_lines(SEGMENT), "events"))

    assert found["type"] == (STRING, "track")
    assert found["properties.type"] == (STRING, "web")
    assert found["total"] == (NUMBER, 29.9)


def test_other_calls_are_passed_over_and_counted(tmp_path):
    content = in_lines(SEGMENT, IDENTIFY, SEGMENT | {"messageId": "m2"})

    events, people = (batch_of(tmp_path, content, kind) for kind in ("events", "customers"))

    assert events.rows["id"].to_list() == ["m1", "m2"]
    assert "1 record is passed over: not among the Segment track calls" in said(events)
    assert people.rows["source_id"].to_list() == ["u1"]
    assert "2 records are passed over: not among the Segment identify calls" in said(people)


def test_a_line_that_cannot_be_read_is_rejected_where_it_stands(tmp_path):
    pair = {"key": "n", "value": {"int_value": "many"}}
    content = in_lines(GA4, "{", GA4 | {"event_params": [pair]}, GA4 | {"event_params": [1]})

    batch = batch_of(tmp_path, content, "events")

    assert batch.rejected["line"].to_list() == [2, 3]
    assert "many" in batch.rejected["reason"][1]
    assert batch.rejected["cells"].to_list() == [[], []]  # as a cell of a table it would be an id
    assert batch.rows["row"].to_list() == [1, 4]
    assert "event_params" in metadata(batch)  # what is no pair stays a list


def test_values_of_several_types_and_lists_keep_theirs(tmp_path):
    rows = [
        SHOPIFY_CUSTOMER | {"id": place, "x": value}
        for place, value in enumerate([1, "one", True, ["a", "b"], [1, "a"], 10**15])
    ]

    batch = batch_of(tmp_path, in_lines(*rows), "customers")

    [key] = [each for each in batch.keys if each.path == ("x",)]
    filled = [
        [batch.rows[name][place] for name in key.variants.values()] for place in range(len(rows))
    ]
    given = [[value for value in each if value is not None] for each in filled]
    assert [len(each) for each in given] == [1] * 6
    assert [each[0].to_list() if place == 3 else each[0] for place, each in enumerate(given)] == [
        1.0, "one", True, ["a", "b"], '[1,"a"]', "1000000000000000",
    ]  # fmt: skip


def test_what_has_the_shape_of_the_api_is_read_as_it(tmp_path):
    record = {"source_id": "k1", "object": "customer", "first_name": "Ann", "metadata": {"a": 1}}

    batch = batch_of(tmp_path, in_lines(record), "customers")

    assert batch.rows["source_id"].to_list() == ["k1"]
    assert "left out: `object`, `first_name`" in said(batch)


def test_an_object_of_the_api_is_none_of_a_program_for_the_customer_in_it(tmp_path):
    redemption = {"id": "r1", "object": "redemption", "voucher": {"code": "A"},
                  "customer": {"id": "cust_1", "object": "customer"}}  # fmt: skip

    batch = batch_of(tmp_path, {"object": "list", "redemptions": [redemption]}, "redemptions")

    assert batch.rows.select("id", "customer_id").rows() == [("r1", "cust_1")]


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("customers", [{"kundennr": "7", "vorname": "Ann", "nachname": "Lee", "ort": "Ulm"}],
         {"source_id": "7", "name": "Ann Lee", "address_city": "Ulm"}),
        ("customers", {"users": [{"id": 7, "name": "Ann", "email": "ann@x.org", "tags": []}]},
         {"source_id": "7", "name": "Ann"}),
        ("customers", {"jsonrpc": "2.0", "id": 3, "result": [{"id": 14, "name": "Ann",
                                                              "zip": "01067"}]},
         {"source_id": "14", "address_postal_code": "01067"}),
        ("customers", {"data": [{"id": "01", "attributes": {"firstName": "Ann",
                                                            "lastName": "Lee"}}]},
         {"source_id": "01", "name": "Ann Lee"}),
        ("customers", {"records": [{"id": "rec1", "fields": {"Name": "Ann", "City": "Ulm"}}]},
         {"source_id": "rec1", "name": "Ann", "address_city": "Ulm"}),
        ("customers", {"data": {"customers": {"pageInfo": {"hasNextPage": True}, "edges": [
            {"cursor": "x", "node": {"id": "gid://1", "firstName": "Ann", "lastName": "Lee",
                                     "orders": {"edges": [{"node": {"name": "#1"}}]}}}]}},
                       "extensions": {"cost": 1}},
         {"source_id": "gid://1", "name": "Ann Lee"}),
        ("customers", [{"id": 5, "firstName": "Ann", "zip": "01067",
                        "node": {"id": 7, "name": "Ulm"}}],
         {"source_id": "5", "name": "Ann"}),
        ("customers", {"data": {"customers": {"nodes": [{"firstName": "Ann", "zip": "01067"}]}}},
         {"name": "Ann", "address_postal_code": "01067"}),
        ("orders", {"orders": [{"id": "C1", "customer_id": "S1", "state": "COMPLETED",
                                "line_items": [{"name": "Mug", "quantity": "2"}]}]},
         {"source_id": "C1", "customer_source_id": "S1", "status": "FULFILLED"}),
        ("orders", [{"order_no": "A1", "cust_email": "ann@x.org", "grand_total": "12.50",
                     "products": [{"sku": "M-1", "quantity": 2}]}],
         {"source_id": "A1", "total_amount": 1250}),
    ],
)  # fmt: skip
def test_records_of_no_layout_are_a_table_where_their_words_are_known(
    tmp_path, kind, content, expected
):
    batch = batch_of(tmp_path, content, kind)

    assert expected == {path: batch.rows[path][0] for path in expected}
    assert f"{kind} of another program in JSON" in said(batch)
    assert batch.rejected.is_empty()


def test_the_items_of_an_order_are_no_answer_with_a_list(tmp_path):
    order = {"items": [{"product_id": "m", "quantity": 2}], "customer": {"source_id": "a"}}

    batch = batch_of(tmp_path, order, "orders")

    assert batch.rows["customer_source_id"].to_list() == ["a"]
