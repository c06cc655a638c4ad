"""JSON of other programs: their records are known by their keys and read as a table is."""

import json
from datetime import UTC, datetime
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

ZONE = ZoneInfo("Europe/Berlin")
SHOPIFY_CUSTOMER = {
    "id": 207119551, "email": "bob@example.org", "first_name": "Bob", "last_name": "Norman",
    "orders_count": 1, "total_spent": "199.65", "state": "disabled", "note": None, "addresses": [],
    "created_at": "2024-01-02T09:28:43-05:00",
    "default_address": {"address1": "Chestnut Street 92", "city": "Louisville", "zip": "40202",
                        "country": "United States", "country_code": "US", "default": True},
}  # fmt: skip
SHOPIFY_ORDER = {
    "id": 450789469, "name": "#1001", "order_number": 1001, "email": "bob@example.org",
    "created_at": "2024-01-10T11:00:00-05:00", "total_price": "598.94", "subtotal_price": "597.00",
    "total_discounts": "10.00", "financial_status": "paid", "customer": {"id": 207119551},
    "line_items": [
        {"product_id": 1, "sku": "GREEN", "variant_id": 9, "quantity": 1, "price": "199.00"},
        {"product_id": 2, "sku": "RED", "variant_id": 8, "quantity": 2, "price": "199.00"},
    ],
}  # fmt: skip
WOO = {
    "billing": {"first_name": "John", "city": "San Francisco", "email": "john@example.org"},
    "shipping": {"city": "Oakland"},
    "date_created": "2024-03-21T16:09:28",
    "date_created_gmt": "2024-03-21T19:09:28",
}
SEGMENT = {
    "type": "track", "event": "Order Completed", "userId": "u1", "messageId": "m1",
    "timestamp": "2024-01-02T00:00:00Z", "properties": {"total": 29.9, "type": "web"},
}  # fmt: skip
IDENTIFY = {"type": "identify", "userId": "u1", "traits": {"firstName": "Ann", "plan": "pro"}}
GA4 = {
    "event_name": "page_view",
    "event_timestamp": "1705312800123456",
    "user_id": "u1",
    "event_params": [
        {"key": "page_title", "value": {"string_value": "Home", "int_value": None}},
        {"key": "ga_session_id", "value": {"int_value": "123"}},
        {"key": "value", "value": {"double_value": 9.5}},
    ],
}
ANSWERS = {
    "Shopify customers": ({"customers": [SHOPIFY_CUSTOMER]}, {
        "source_id": "207119551", "name": "Bob Norman", "address_city": "Louisville",
        "address_country": "US", "created_at": datetime(2024, 1, 2, 14, 28, 43, tzinfo=UTC)}),
    "Shopify orders": ({"orders": [SHOPIFY_ORDER]}, {
        "source_id": "#1001", "customer_id": "207119551", "status": "PAID", "amount": 59700,
        "total_amount": 59894, "discount_amount": 1000}),
    "WooCommerce customers": ([WOO | {"id": 25, "username": "john", "first_name": "John"}], {
        "source_id": "25", "address_city": "San Francisco",
        "created_at": datetime(2024, 3, 21, 19, 9, 28, tzinfo=UTC)}),
    "WooCommerce orders": ([WOO | {"id": 727, "number": "727", "status": "processing",
                                   "total": "29.35", "line_items": [], "customer_id": 25}], {
        "source_id": "727", "status": "PAID", "total_amount": 2935, "customer_id": "25"}),
    "Stripe customers": ({"object": "list", "data": [{
        "id": "cus_1", "object": "customer", "livemode": False, "created": 1680893993,
        "name": "Jenny", "address": {"line1": "Gata 1", "city": "Oslo"}}]}, {
        "id": "cus_1", "name": "Jenny", "address_line_1": "Gata 1",
        "created_at": datetime(2023, 4, 7, 18, 59, 53, tzinfo=UTC)}),
    "HubSpot contacts": ({"results": [{
        "id": "51", "createdAt": "2024-10-25T17:25:38Z", "updatedAt": "2024-10-25T17:25:39Z",
        "properties": {"email": "maria@example.org", "firstname": "Maria", "lastname": "Jo"}}]}, {
        "source_id": "51", "email": "maria@example.org", "name": "Maria Jo"}),
    "Square customers": ({"customers": [{
        "id": "SQ1", "given_name": "Ann", "family_name": "Lee", "email_address": "ann@x.org",
        "address": {"address_line_1": "1 Rd", "locality": "Austin", "postal_code": "02134"}}]}, {
        "source_id": "SQ1", "name": "Ann Lee", "email": "ann@x.org", "address_line_1": "1 Rd",
        "address_city": "Austin", "address_postal_code": "02134"}),
    "Klaviyo profiles": ({"data": [{"type": "profile", "id": "01GD", "attributes": {
        "email": "sarah@example.org", "first_name": "Sarah", "last_name": "Mason",
        "location": {"address1": "89 E 42nd St", "zip": "10017"}}}]}, {
        "source_id": "01GD", "name": "Sarah Mason", "address_line_1": "89 E 42nd St",
        "address_postal_code": "10017"}),
    "Salesforce contacts": ({"done": True, "records": [{
        "attributes": {"type": "Contact", "url": "/x"}, "Id": "0035", "FirstName": "Rose",
        "LastName": "Gonzalez", "Birthdate": "1963-11-10"}]}, {"id": "0035",
        "name": "Rose Gonzalez"}),
    "Salesforce leads": ({"records": [{"attributes": {"type": "Lead", "url": "/x"}, "Id": "00Q",
                                       "Email": "lead@example.org"}]}, {
        "id": "00Q", "email": "lead@example.org"}),
    "Mailchimp members": ({"members": [{
        "id": "62ee", "contact_id": "c1", "email_address": "urist@example.org",
        "status": "subscribed", "merge_fields": {"FNAME": "Urist", "LNAME": "McVankab",
                                                 "ADDRESS": {"addr1": "1 Main St"}}}]}, {
        "email": "urist@example.org", "name": "Urist McVankab", "address_line_1": "1 Main St"}),
    "Segment identify calls": ([IDENTIFY], {"source_id": "u1", "name": "Ann"}),
    "Segment track calls": ([SEGMENT], {
        "id": "m1", "customer_source_id": "u1", "event": "Order Completed",
        "created_at": datetime(2024, 1, 2, tzinfo=UTC)}),
    "Amplitude events": ([{
        "event_type": "signup", "user_id": "u1", "uuid": "uu", "event_id": 7,
        "event_time": "2024-01-02 10:11:12.123000", "event_properties": {"plan": "pro"}}], {
        "id": "uu", "customer_source_id": "u1", "event": "signup",
        "created_at": datetime(2024, 1, 2, 10, 11, 12, 123000, tzinfo=UTC)}),
    "Mixpanel events": ([{"event": "Sign up", "properties": {
        "time": 1704190272, "distinct_id": "u1", "$insert_id": "i1", "plan": "pro"}}], {
        "id": "i1", "customer_source_id": "u1", "event": "Sign up",
        "created_at": datetime(2024, 1, 2, 10, 11, 12, tzinfo=UTC)}),
    "Google Analytics 4 events": ([GA4], {
        "customer_source_id": "u1", "event": "page_view",
        "created_at": datetime(2024, 1, 15, 10, 0, 0, 123456, tzinfo=UTC)}),
    "Pipedrive persons": ({"success": True, "data": [{
        "id": 11, "owner_id": {"name": "Kim", "email": "kim@shop.org"}, "first_name": "Ann",
        "last_name": "Lee", "phone": [{"label": "work", "value": "+49151", "primary": True}],
        "email": [{"value": "ann@x.org", "primary": True}], "add_time": "2024-01-02 10:11:12"}]}, {
        "source_id": "11", "name": "Ann Lee", "email": "ann@x.org", "phone": "+49151",
        "created_at": datetime(2024, 1, 2, 9, 11, 12, tzinfo=UTC)}),
    "Pipedrive deals": ({"success": True, "data": [{
        "id": 1, "title": "Mugs", "value": 1250.5, "status": "won", "stage_id": 3,
        "person_id": {"name": "Ann Lee", "value": 11}, "add_time": "2024-01-02 10:11:12"}]}, {
        "source_id": "1", "total_amount": 125050, "status": "PAID", "customer_source_id": "11"}),
    "BigCommerce customers": ({"data": [{
        "id": 7, "email": "ann@x.org", "first_name": "Ann", "last_name": "Lee",
        "customer_group_id": 0, "registration_ip_address": "",
        "addresses": [{"id": 1, "address1": "1 Rd", "city": "Austin"}]}], "meta": {}}, {
        "source_id": "7", "name": "Ann Lee", "address_line_1": "1 Rd", "address_city": "Austin"}),
    "BigCommerce orders": ([{
        "id": 100, "customer_id": 0, "date_created": "Wed, 14 Nov 2012 19:26:23 +0000",
        "status_id": 11, "status": "Awaiting Fulfillment", "subtotal_inc_tax": "79.0000",
        "total_inc_tax": "89.5000", "billing_address": {"email": "bob@x.org"}}], {
        "source_id": "100", "status": "PAID", "amount": 7900, "total_amount": 8950,
        "customer_email": "bob@x.org",
        "created_at": datetime(2012, 11, 14, 19, 26, 23, tzinfo=UTC)}),
    "Magento customers": ({"items": [{
        "id": 5, "group_id": 1, "website_id": 1, "email": "ann@x.org", "firstname": "Ann",
        "lastname": "Lee", "dob": "1990-05-06", "addresses": [{"city": "Austin"}]}]}, {
        "source_id": "5", "name": "Ann Lee", "address_city": "Austin"}),
    "Magento orders": ({"items": [{
        "increment_id": "000000001", "entity_id": 1, "customer_id": 5, "grand_total": 55.5,
        "discount_amount": -5, "status": "closed", "items": [
            {"name": "Mug", "sku": "M-1", "qty_ordered": 2, "price": 25}]}]}, {
        "source_id": "000000001", "customer_source_id": "5", "total_amount": 5550,
        "discount_amount": 500, "status": "FULFILLED"}),
    "Brevo contacts": ({"contacts": [{
        "email": "ann@x.org", "id": 42, "emailBlacklisted": False,
        "attributes": {"FIRSTNAME": "Ann", "LASTNAME": "Lee", "SMS": "49151"}}]}, {
        "source_id": "42", "name": "Ann Lee", "phone": "49151"}),
    "Iterable users": ([{"email": "ann@x.org", "userId": "u1",
                         "dataFields": {"firstName": "Ann", "lastName": "Lee"}}], {
        "source_id": "u1", "name": "Ann Lee", "email": "ann@x.org"}),
    "Braze users": ({"users": [{"external_id": "u1", "braze_id": "5f", "first_name": "Ann",
                                "custom_attributes": {"vip": True}}]}, {
        "source_id": "u1", "name": "Ann"}),
    "Chargebee customers": ({"list": [{"customer": {
        "id": "cb1", "object": "customer", "email": "ann@x.org",
        "billing_address": {"line1": "Weg 1", "city": "Ulm"}}}]}, {
        "source_id": "cb1", "email": "ann@x.org", "address_city": "Ulm"}),
    "Intercom contacts": ({"data": [{
        "type": "contact", "id": "64", "external_id": "u1", "role": "user", "name": "Ann",
        "created_at": 1704190272, "custom_attributes": {"plan": "pro"}}]}, {
        "source_id": "u1", "name": "Ann",
        "created_at": datetime(2024, 1, 2, 10, 11, 12, tzinfo=UTC)}),
    "Eventbrite attendees": ({"attendees": [{
        "id": "881", "ticket_class_name": "Std", "profile": {"email": "ann@x.org"}}]}, {
        "source_id": "881", "email": "ann@x.org"}),
    "Stripe charges": ({"data": [{
        "id": "ch_1", "object": "charge", "amount": 1250, "customer": "cus_1",
        "billing_details": {"email": "ann@x.org"}, "status": "succeeded"}]}, {
        "source_id": "ch_1", "total_amount": 1250, "status": "PAID",
        "customer_source_id": "cus_1"}),
    "Stripe invoices": ({"data": [{
        "id": "in_1", "object": "invoice", "total": 1250, "customer": "cus_1"}]}, {
        "source_id": "in_1", "total_amount": 1250, "customer_source_id": "cus_1"}),
}  # fmt: skip
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
