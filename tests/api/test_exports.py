"""Exports over HTTP: the service's fields, defaults and headers; jobs; the link and its token."""

import pytest

from engine.exports.order import Order
from engine.exports.replay import replay
from engine.exports.run import export_records, log
from engine.integrity.checks import examined
from engine.workspace.actions import INTERRUPTED
from engine.workspace.journal import Journal
from tests.api.conftest import Http, assert_error
from tests.api.test_customers import PEOPLE


@pytest.fixture
def people(base):
    return Http(base.filled(lived))


def lived(base):
    base.csv(PEOPLE)


def exported(http, body):
    """The lines of the file that an export comes to."""
    made = http.post("/v1/exports", body)
    assert ("SCHEDULED", None) == (made["status"], made["result"])
    http.done()
    done = http.get(f"/v1/exports/{made['id']}")
    assert "DONE" == done["status"], done
    answer = http.ask("GET", done["result"]["url"])
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text.splitlines()


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ({"exported_object": "customer"},
         ["Name,Source ID", "Ann,a/1", "Bob,b ä", "Cid,c"]),
        ({"exported_object": "customer", "parameters": {}},
         ["Name,Source ID", "Ann,a/1", "Bob,b ä", "Cid,c"]),
        ({"exported_object": "customer", "parameters": {
            "order": "-created_at", "fields": ["source_id", "created_at", "address_city"]}},
         ["Source ID,Created At,Address City", "c,2026-01-03T10:00:00.003Z,Rome",
          "b ä,2026-01-02T10:00:00.002Z,Oslo", "a/1,2026-01-01T10:00:00.001Z,Rome"]),
        ({"exported_object": "customer", "parameters": {
            "fields": ["name", "metadata"],
            "filters": {"city": {"conditions": {"$is": ["Rome"]}}}}},
         ["Name,size", "Ann,1", "Cid,3"]),
        ({"exported_object": "customer", "parameters": {"fields": ["metadata.size", "name"]}},
         ["size,Name", "1,Ann", "2,Bob", "3,Cid"]),
        ({"exported_object": "customer", "parameters": {"fields": ["birthday", "birthdate"]}},
         ["Birthday,Birthdate", ",", ",", ","]),
        ({"exported_object": "redemption"},
         ["ID,Object,Voucher Code,Customer ID,Date,Result"]),
        ({"exported_object": "redemption", "parameters": {"fields": ["id"], "filters": {
            "related_object": {"conditions": {"$in": ["v_41"]}},
            "parent_redemption_id": {"conditions": {"$is": ["r_x"]}},
            "customer_source_id": {"conditions": {"$is": ["a/1"]}}}}},
         ["ID"]),
        ({"exported_object": "voucher"}, ["Code,Voucher Type,Value,Discount Type"]),
        ({"exported_object": "voucher", "parameters": {
            "order": "-created_at", "fields": ["bar_code", "created_at", "redemption_count"]}},
         ["Barcode,Creation Date,Redemption Count"]),
        ({"exported_object": "order"}, ["ID,Source ID,Status"]),
    ],
)  # fmt: skip
def test_a_file_has_the_services_fields_and_headers(people, body, lines):
    assert lines == exported(people, body)


def test_a_file_has_milliseconds_and_zeros(people):
    people.base.later(microseconds=123_456)
    people.post("/v1/customers", {"source_id": "new"})
    fields = ["created_at", "orders_total_count", "orders_last_order_date", "loyalty_points"]
    asked = {"fields": fields, "filters": {"source_id": {"conditions": {"$is": ["new"]}}}}
    lines = exported(people, {"exported_object": "customer", "parameters": asked})

    assert "2026-11-02T09:30:00.123Z,0,,0" == lines[1]


def test_a_file_of_vouchers_says_their_ids_what_they_give_and_whose_they_are(people):
    voucher = {"discount": {"type": "PERCENT", "percent_off": 12.5}}
    ann = people.get("/v1/customers/a%2F1")["id"]
    campaign = people.post("/v1/campaigns", {"name": "Spring", "voucher": voucher})["id"]
    made = people.post("/v1/campaigns/Spring/vouchers/A", {"holder": ann})
    fields = ["id", "value", "campaign_id", "customer_id", "customer_source_id", "is_referral_code"]
    body = {"exported_object": "voucher", "parameters": {"fields": fields}}
    alone = {"exported_object": "voucher", "parameters": {"fields": ["loyalty_balance"]}}
    people.post("/v1/vouchers/B", voucher)
    lines = exported(people, body)

    assert f"{made['id']},12.5,{campaign},{ann},a/1,false" == lines[1]
    assert ["Loyalty Card Balance", "", ""] == exported(people, alone)


def test_a_file_of_orders_parts_discounts_as_answers_do(people):
    items = {"type": "AMOUNT", "amount_off": 100, "effect": "APPLY_TO_ITEMS"}
    people.post("/v1/vouchers/ITEMS", {"discount": items})
    people.post("/v1/vouchers/WHOLE", {"discount": {"type": "AMOUNT", "amount_off": 30}})
    people.post("/v1/vouchers/UNIT", {"discount": {"type": "UNIT", "unit_off": 1,
                                                   "unit_type": "p"}})  # fmt: skip
    order = {"items": [{"product_id": "p", "price": 500}, {"product_id": "q", "price": 50}]}
    for codes in (["ITEMS", "WHOLE"], ["UNIT"], ["WHOLE"]):
        people.post("/v1/redemptions", {
            "redeemables": [{"object": "voucher", "id": code} for code in codes], "order": order,
            "customer": {"source_id": "c"},
        })  # fmt: skip
    people.post("/v1/orders", {"amount": 5})
    names = ["discount_amount", "items_discount_amount", "total_discount_amount"]
    lines = exported(people, {"exported_object": "order", "parameters": {"fields": names}})
    answers = people.get("/v1/orders?order=created_at")["orders"]
    alone = {"exported_object": "order", "parameters": {"fields": ["referrer_id"]}}

    assert ["30,150,180", "0,500,500", "30,0,30", "0,0,0"] == lines[1:]
    assert ["Referrer ID", *[""] * 4] == exported(people, alone)
    assert lines[1:] == [",".join(str(one.get(name, 0)) for name in names) for one in answers]


def test_every_field_of_the_service_can_be_asked_for(people):
    for name in ("customer", "redemption", "voucher", "order"):
        wrong = {"exported_object": name, "parameters": {"fields": ["oops"]}}
        told = assert_error(
            people.ask("POST", "/v1/exports", json=wrong), 400, "invalid_export_fields"
        )
        fields = told["details"].partition("Allowed fields: ")[2].split(", ")
        [header, *_] = exported(people, {"exported_object": name, "parameters": {"fields": fields}})

        keys = 1 if name == "customer" else 0  # of metadata, a column for each
        assert len(fields) - 1 + keys == len(header.split(","))
        assert "Invalid Export" == told["message"]


@pytest.mark.parametrize(
    ("body", "key", "detail"),
    [
        ({}, "invalid_payload", "exported_object"),
        ({"exported_object": "sku"}, "invalid_payload", "[ \"customer\", \"redemption\""),
        ({"exported_object": "customer", "parameters": {"order": "city"}}, "invalid_payload",
         "Property .parameters.order"),
        ({"exported_object": "customer", "parameters": {"filters": {"nme": {}}}},
         "invalid_payload", "unknown field"),
        ({"exported_object": "order", "parameters": {"filters": {
            "$groups": None, "created_at": {"conditions": {"$is": ["2026-11-02T09:30:00.000Z"]}}}}},
         "invalid_payload", "at least one filter, got null @ $.$groups"),
    ],
)  # fmt: skip
def test_an_export_that_cannot_be_is_refused(people, body, key, detail):
    assert detail in assert_error(people.ask("POST", "/v1/exports", json=body), 400, key)["details"]


def test_the_parameters_are_told_as_they_were_sent(people):
    sent = {"order": "name", "fields": ["name"], "filters": {"junction": "or"}}
    made = people.post("/v1/exports", {"exported_object": "customer", "parameters": sent})
    plain = people.post("/v1/exports", {"exported_object": "customer"})
    people.done()

    assert (sent, {}) == (made["parameters"], plain["parameters"])


def test_the_link_works_with_its_token_alone_and_with_no_other(people):
    made = people.post("/v1/exports", {"exported_object": "customer"})
    people.done()
    url = people.get(f"/v1/exports/{made['id']}")["result"]["url"]

    assert url.startswith("http://127.0.0.1:8501/v1/exports/")
    assert people.ask("GET", url, headers={}).text.startswith("Name,Source ID")
    wrong = people.ask("GET", f"/v1/exports/{made['id']}?token=x", headers={})
    assert_error(wrong, 401, "unauthorized")
    assert_error(people.ask("GET", f"/v1/exports/{made['id']}", headers={}), 401, "unauthorized")


def test_the_list_shows_those_of_the_pages_too_and_the_pages_those_of_the_api(people):
    made = people.post("/v1/exports", {"exported_object": "customer"})
    people.done()
    people.base.later(seconds=1)
    own = export_records(people.base.workbench, Order())
    found = people.get("/v1/exports?limit=1")
    both = people.get("/v1/exports?order=created_at")

    assert ("exports", 2, True) == (found["data_ref"], found["total"], found["has_more"])
    assert [(own.id, "WEBSITE", "me")] == [
        (one["id"], one["channel"], one["user_id"]) for one in found["exports"]
    ]
    assert [(made["id"], "API"), (own.id, "WEBSITE")] == [
        (one["id"], one["channel"]) for one in both["exports"]
    ]
    assert {made["id"], own.id} == {run.id for run in log(people.base.workbench)}


ORDERS = ("created_at", "-created_at", "status", "-status")


@pytest.mark.parametrize("order", ORDERS)
def test_pages_of_the_list_are_parts_of_the_whole_in_its_order(people, order):
    """Of those asked for here one was interrupted; one of each kind was deleted."""
    asked, own = [], []
    for number in range(4):
        people.base.later(seconds=number % 2)  # two at a time at the same instant
        asked.append(people.post("/v1/exports", {"exported_object": "customer"})["id"])
        people.done()
        own.append(export_records(people.base.workbench, Order()).id)
    with people.base.workbench.note() as connection:
        connection.exec_driver_sql("DELETE FROM export_run WHERE id = ?", (asked[1],))
    for gone in (asked[2], own[2]):
        people.delete(f"/v1/exports/{gone}")
    whole = people.get(f"/v1/exports?limit=100&order={order}")["exports"]
    parts = [people.get(f"/v1/exports?limit=4&page={page}&order={order}") for page in (1, 2)]

    key = order.removeprefix("-")
    by_hand = sorted(whole, key=lambda one: (one[key], one["id"]), reverse=order[0] == "-")
    assert {*asked, *own} - {asked[2], own[2]} == {one["id"] for one in whole}
    assert [asked[1]] == [one["id"] for one in whole if one["status"] == "ERROR"]
    assert by_hand == whole == [one for part in parts for one in part["exports"]]
    assert [(6, True), (6, False)] == [(part["total"], part["has_more"]) for part in parts]


def test_an_export_of_the_api_can_be_replayed(people):
    sent = {"fields": ["birthday", "metadata", "birthdate"]}
    made = people.post("/v1/exports", {"exported_object": "customer", "parameters": sent})
    people.done()

    assert replay(people.base.workbench, made["id"]).identical


@pytest.mark.parametrize("way", ["API", "WEBSITE"])
def test_a_deleted_export_is_gone_with_its_file_and_its_receipt_stays(people, way):
    if way == "API":
        export_id = people.post("/v1/exports", {"exported_object": "customer"})["id"]
        people.done()
    else:
        export_id = export_records(people.base.workbench, Order()).id
    people.delete(f"/v1/exports/{export_id}")

    assert_error(people.ask("GET", f"/v1/exports/{export_id}"), 404, "not_found")
    assert_error(people.ask("DELETE", f"/v1/exports/{export_id}"), 404, "not_found")
    assert 0 == people.get("/v1/exports")["total"]
    assert [export_id] == [run.id for run in log(people.base.workbench)]
    assert [] == list((people.base.folder / "exports").iterdir())
    assert [] == examined(people.base.workbench)  # nobody misses it


def test_an_export_that_was_interrupted_says_so(people):
    made = people.post("/v1/exports", {"exported_object": "customer"})
    people.done()
    with people.base.workbench.note() as connection:
        connection.exec_driver_sql("DELETE FROM export_run")

    assert "ERROR" == people.get(f"/v1/exports/{made['id']}")["status"]


@pytest.fixture
def looks(monkeypatch):
    """How often a process was asked for that has left notes of work."""
    found, is_dead = [], Journal._is_dead
    monkeypatch.setattr(
        Journal, "_is_dead", lambda *asked: found.append(asked[1]) or is_dead(*asked)
    )
    return found


def test_however_many_were_interrupted_before_looking_at_one_costs_the_same(people, looks):
    """After 50 kills beside 50 programs the question how far one is took 3 s: notes by exports."""
    made = [people.post("/v1/exports", {"exported_object": "customer"})["id"] for _ in range(5)]
    people.done()
    with people.base.workbench.note() as connection:
        connection.exec_driver_sql("DELETE FROM export_run")
    notes = people.runner.journal.folder
    for process in ("a", "b"):
        for number in range(9):
            (notes / f"{process}-{number}.json").write_text('{"kind": "x", "label": "y"}')

    looks.clear()
    assert "ERROR" == people.get(f"/v1/exports/{made[0]}")["status"]
    assert ["a", "b"] == looks
    looks.clear()
    assert ["ERROR"] * 5 == [one["status"] for one in people.get("/v1/exports")["exports"]]
    assert ["a", "b"] == looks


def test_an_export_that_another_process_is_at_is_in_progress(people):
    made = people.post("/v1/exports", {"exported_object": "customer"})
    people.done()
    with people.base.workbench.note() as connection:
        connection.exec_driver_sql("DELETE FROM export_run")
    other = Journal(people.runner.journal.folder)
    other.begin("export", f"Export ({made['id']})", people.base.workbench.actor)

    assert "IN_PROGRESS" == people.get(f"/v1/exports/{made['id']}")["status"]
    assert ["IN_PROGRESS"] == [one["status"] for one in people.get("/v1/exports")["exports"]]
    other.close()
    assert "ERROR" == people.get(f"/v1/exports/{made['id']}")["status"]


def imported(http, text, query=""):
    """The async action of an import that has ended."""
    begun = http._json(
        http.ask("POST", f"/v1/customers/importCSV{query}", files={"file": ("x.csv", text)}), 202
    )
    http.done()
    return http.get(f"/v1/async-actions/{begun['async_action_id']}")


def test_customers_are_imported_from_a_csv(people):
    found = imported(people, "source_id,name,phone\nd,Dora,+48 1\nc,Cid II,\n")

    assert {
        "type": "CUSTOMERS.IMPORT_CSV",
        "status": "DONE",
        "operation_status": "SUCCESS",
        "progress": 100,
        "object": "async_action",
        "result": {
            "message": "2 customer(s) imported successfully, 0 failed.",
            "failed": [],
            "done_count": 2,
            "failed_count": 0,
        },
    }.items() <= found.items()
    assert "+48 1" == people.get("/v1/customers/d")["phone"]
    assert "Cid II" == people.get("/v1/customers/c")["name"]


def test_a_row_that_fails_is_told_by_its_number_without_the_header(people):
    found = imported(people, "Source_id,Birthdate\nd,1990-01-01\ne,someday\n")

    assert ("DONE", 1, 1) == (
        found["status"], found["result"]["done_count"], found["result"]["failed_count"]
    )  # fmt: skip
    [failed] = found["result"]["failed"]
    assert ("e", 2) == (failed["source_id"], failed["row"])
    assert "someday" in failed["reason"]


@pytest.mark.parametrize(
    ("query", "metadata"),
    [
        ("", {"color": "red"}),
        ("?mode=replace", {"color": "red"}),
        ("?mode=merge", {"color": "red", "size": 3}),
    ],
)
def test_a_match_replaces_the_metadata_unless_asked_otherwise(people, query, metadata):
    imported(people, "Source_id,color\nc,red\n", query)

    assert metadata == people.get("/v1/customers/c")["metadata"]


def test_a_file_that_cannot_be_read_fails_as_a_whole(people):
    found = imported(people, "")

    assert ("FAILED", "FAILED") == (found["status"], found["operation_status"])
    assert "the file is empty" in found["result"]["error"]["message"]


def test_a_request_without_its_file_is_refused(people):
    answer = people.ask("POST", "/v1/customers/importCSV", data={"x": "1"})

    assert "file" in assert_error(answer, 400, "invalid_payload")["details"]


def test_long_work_is_listed_without_its_results(people):
    for text in ("Source_id\nd\n", "Source_id\ne\n"):
        people.base.later(seconds=1)
        imported(people, text)
    found = people.get("/v1/async-actions?limit=1")
    older = people.get(f"/v1/async-actions?end_date={found['async_actions'][0]['created_at']}")

    assert ("async_actions", 2, True) == (found["data_ref"], found["total"], found["has_more"])
    assert "result" not in found["async_actions"][0]
    assert 1 == len(older["async_actions"])


def test_work_that_no_process_is_at_any_more_was_interrupted(people):
    done = imported(people, "Source_id\nd\n")
    with people.base.workbench.note() as connection:
        connection.exec_driver_sql("UPDATE async_action SET status = 'IN_PROGRESS', result = NULL")
    found = people.get(f"/v1/async-actions/{done['id']}")

    assert ("FAILED", {"error": {"message": INTERRUPTED}}) == (found["status"], found["result"])


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_is_refused_in_the_services_other_shape(people, declared):
    content = b" " * ((10 << 20) + 1)
    sent = content if declared else iter([content[: 1 << 20]] * 11)
    answer = people.ask("POST", "/v1/segments", content=sent)

    assert (413, 413) == (answer.status_code, answer.json()["statusCode"])
    assert {"statusCode", "error", "message"} == answer.json().keys()
