"""Customers are written over HTTP: upserts, changes, many at once, events, erasure."""

import pytest

from engine.changes.log import log
from tests.api.conftest import assert_error

ANN = {"source_id": "ann@example.com", "name": "Ann", "email": "ann@example.com",
       "address": {"city": "Rome", "country": "Italy"}, "birthdate": "1990-02-28",
       "metadata": {"size": 5, "brands": ["Armani", "Vicini"], "vip": True}}  # fmt: skip


def test_a_customer_is_created_read_back_and_upserted(http):
    made = http.post("/v1/customers", ANN)
    again = http.post("/v1/customers/", {"source_id": "ann@example.com", "name": "Ann M."})

    assert ANN.items() <= made.items()
    assert "updated_at" not in made
    assert (made["id"], "Ann M.", "Rome") == (again["id"], again["name"], again["address"]["city"])
    assert again == http.get(f"/v1/customers/{made['id']}")
    assert ANN["metadata"] == again["metadata"]
    assert 1 == http.get("/v1/customers")["total"]


def test_a_new_customer_without_a_source_id_is_another_each_time(http):
    for _ in range(2):
        assert http.post("/v1/customers", {"name": "Ann"})["source_id"] is None

    assert 2 == http.get("/v1/customers")["total"]


def test_instants_have_milliseconds_also_in_metadata(http):
    said = {
        "at": "2026-01-02T03:04:05.000Z",
        "days": ["2026-01-02T03:04:05.678Z"],
        "day": "2026-01-02",
    }
    made = http.post("/v1/customers", {"source_id": "x", "metadata": said})
    order = http.post("/v1/orders", {"customer": {"source_id": "x"}, "metadata": said})

    assert said == made["metadata"] == order["metadata"]


@pytest.mark.parametrize("number", [2**53 + 1, 2**63, 2**64, -(2**63) - 1, 10**29 + 1])
def test_of_a_whole_number_every_digit_is_kept(http, number):
    """A double has 15 of them: with more it is a text, however many there are, as in files."""
    made = http.post("/v1/customers", {"source_id": "x", "metadata": {"n": number, "of": [number]}})
    http.post("/v1/customers/bulk/async", [{"source_id": "y", "metadata": {"n": number}}], 202)
    http.done()

    assert {"n": str(number), "of": [str(number)]} == made["metadata"]
    assert {"n": str(number)} == http.get("/v1/customers/y")["metadata"]


@pytest.mark.parametrize("body", [b'{"a":' * 1000 + b"1" * 19 + b"}" * 1000, b"1" * 5000])
def test_a_number_that_cannot_be_read_is_no_fault_of_the_program(http, body):
    assert_error(http.ask("POST", "/v1/customers", content=body), 400, "invalid_payload")


def test_what_is_null_in_an_upsert_is_not_sent(http):
    http.post("/v1/customers", ANN)
    kept = http.post("/v1/customers", dict.fromkeys(ANN) | {"source_id": ANN["source_id"]})

    assert ANN.items() <= kept.items()


def test_what_is_null_in_a_change_is_cleared_and_the_rest_stays(http):
    made = http.post("/v1/customers", ANN)
    path = "/v1/customers/ann%40example.com"
    found = http.put(path, {"name": None, "address": {"city": None},
                            "metadata": {"size": None, "color": "red"}})  # fmt: skip

    assert "name" not in found
    assert {"country": "Italy"} == found["address"]
    assert {"brands": ["Armani", "Vicini"], "vip": True, "color": "red"} == found["metadata"]
    assert {**found, "phone": "48"} == http.put(f"/v1/customers/{made['id']}", {"phone": "48"})


@pytest.mark.parametrize("more", [{"source_id": "ann@example.com"}, {"id": "ignored"}])
def test_an_id_in_the_body_that_is_that_of_the_path_is_no_fault(http, more):
    http.post("/v1/customers", ANN)

    assert "X" == http.put("/v1/customers/ann@example.com", {"name": "X", **more})["name"]


@pytest.mark.parametrize("at", ["00:00:00.000Z", "23:30:00+02:00", "22:00"])
def test_a_birthdate_that_is_an_instant_is_its_day(http, at):
    body = {"source_id": "x", "birthdate": f"1990-02-03T{at}"}
    made = http.post("/v1/customers", body)
    http.post("/v1/customers/bulk/async", [{**body, "source_id": "y"}], 202)
    http.done()

    assert "1990-02-03" == made["birthdate"] == http.get("/v1/customers/y")["birthdate"]


def test_what_is_shown_of_an_instant_finds_it_again(http):
    """Instants are kept in microseconds, and shown in milliseconds."""
    http.base.later(microseconds=123_456)
    made = http.post("/v1/customers", {"source_id": "x"})
    shown = made["created_at"]
    asked = "/v1/customers?filters[created_at][conditions][{}]=" + shown
    tests = ("$is", "$in", "$in][0", "$after", "$before", "$is_not", "$not_in")
    counts = {test: http.get(asked.format(test))["total"] for test in tests}
    further = asked.format("$is") + "&filters[junction]=or&filters[source_id][conditions][$is]=y"

    assert "2026-11-02T09:30:00.123Z" == shown
    assert {test: int(test.startswith(("$is", "$in"))) for test in tests} | {"$is_not": 0} == counts
    nested = asked.replace("filters", "filters[$groups][0]").format("$is")
    faulty = asked.format("$is") + "&filters[created_at][conditions][$oops]=1"
    told = assert_error(http.ask("GET", faulty), 400, "invalid_query_params")

    assert 1 == http.get(further)["total"] == http.get(nested)["total"]
    assert told["details"].endswith(" @ $.created_at.conditions.$oops")
    assert (
        0
        == http.get("/v1/customers?filters[created_at][conditions][$is]=9999-12-31T23:00Z")["total"]
    )


def test_a_mark_before_a_body_is_nothing(http):
    answer = http.ask("POST", "/v1/customers", content=b'\xef\xbb\xbf{"source_id": "x"}')

    assert "x" == http._json(answer, 200)["source_id"]


def test_a_source_id_never_changes(http):
    made = http.post("/v1/customers", ANN)
    answer = http.ask("PUT", f"/v1/customers/{made['id']}", json={"source_id": "other"})

    assert_error(answer, 409, "conflict")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"name": 3, "birthdate": "soon", "source_id": "x"}, "Property .name"),
        ({"source_id": "x", "birthdate": "soon"}, "birthdate"),
        ({"source_id": "x", "metadata": []}, "metadata"),
        ({"source_id": ""}, "source_id"),
        ({}, None),
    ],
)
def test_a_customer_that_cannot_be_is_refused(http, body, detail):
    told = assert_error(http.ask("POST", "/v1/customers", json=body), 400, "invalid_payload")

    assert detail is None or detail in told["details"]
    assert 0 == http.get("/v1/customers")["total"]


def test_a_customer_of_an_unknown_id_is_not_created(http):
    answer = http.ask("POST", "/v1/customers", json={"id": "cust_x", "name": "Ann"})

    assert_error(answer, 404, "not_found")
    assert_error(http.ask("PUT", "/v1/customers/x", json={"name": "Ann"}), 404, "not_found")


def test_unknown_keys_are_kept_out(http):
    assert "oops" not in http.post("/v1/customers", {"source_id": "x", "oops": 1})


def work(http, path, body):
    """The async action of a call that has ended."""
    begun = http.post(path, body, 202)
    http.done()
    return http.get(f"/v1/async-actions/{begun['async_action_id']}")


def test_many_customers_are_changed_and_created_as_one(http):
    http.post("/v1/customers", ANN)
    before = len(log(http.base.workbench).lines)
    found = work(http, "/v1/customers/bulk/async", [
        {"source_id": "ann@example.com", "name": "Ann M.", "address": {"city": None},
         "metadata": {"size": None, "color": "red"}},
        {"source_id": "bob", "name": "Bob"},
    ])  # fmt: skip
    ann = http.get("/v1/customers/ann@example.com")

    assert ("CUSTOMERS.BULK_UPDATE", "DONE") == (found["type"], found["status"])
    assert (2, 0, [], []) == tuple(
        found["result"][key] for key in ("done_count", "failed_count", "errors", "reports")
    )
    assert ("Ann M.", {"country": "Italy"}) == (ann["name"], ann["address"])
    assert {"brands": ["Armani", "Vicini"], "vip": True, "color": "red"} == ann["metadata"]
    assert "Bob" == http.get("/v1/customers/bob")["name"]
    assert before + 1 == len(log(http.base.workbench).lines)


def test_of_calls_that_nobody_waits_for_the_first_is_written_first(http):
    crowd = [{"source_id": f"s{number}", "metadata": {"size": 1}} for number in range(500)]
    http.post("/v1/customers/bulk/async", crowd, 202)
    asked = {"source_ids": ["s0"], "metadata": {"size": 2}}
    begun = http.post("/v1/customers/metadata/async", asked, 202)
    http.done()
    found = http.get(f"/v1/async-actions/{begun['async_action_id']}")

    assert (1, 0) == (found["result"]["done_count"], found["result"]["failed_count"])
    assert {"size": 2} == http.get("/v1/customers/s0")["metadata"]


def test_of_many_customers_those_that_fail_are_told_by_their_source_ids(http):
    found = work(http, "/v1/customers/bulk/async", [
        {"source_id": "bob"}, {"source_id": "eve", "birthdate": "soon"},
    ])  # fmt: skip
    [fault] = found["result"]["errors"]

    assert ("eve", 2, 1) == (fault["source_id"], fault["row"], found["result"]["done_count"])


def test_the_metadata_of_many_is_changed_and_nobody_is_created(http):
    http.post("/v1/customers", ANN)
    body = {"source_ids": ["ann@example.com", "nobody"], "metadata": {"size": 7}}
    found = work(http, "/v1/customers/metadata/async", body)

    assert (1, 1) == (found["result"]["done_count"], found["result"]["failed_count"])
    assert "nobody" == found["result"]["errors"][0]["source_id"]
    assert 7 == http.get("/v1/customers/ann@example.com")["metadata"]["size"]
    assert 1 == http.get("/v1/customers")["total"]


@pytest.mark.parametrize("body", [[{"name": "x"}], {"source_id": "x"}, [3]])
def test_many_customers_need_their_source_ids(http, body):
    answer = http.ask("POST", "/v1/customers/bulk/async", json=body)

    assert_error(answer, 400, "invalid_payload")


@pytest.mark.parametrize("path", ["/v1/events", "/client/v1/events"])
def test_an_event_is_recorded_and_its_customer_upserted(http, path):
    body = {"event": "cart_abandoned", "customer": {**ANN, "phone": None}, "metadata": {"n": 1},
            "referral": None, "loyalty": None}  # fmt: skip
    answer = http.post(path, body)
    counted = "/v1/customers?filters[events.cart_abandoned.count][conditions][$is]=1"

    assert ("event", "cart_abandoned") == (answer["object"], answer["type"])
    assert {"referral": None, "loyalty": None}.items() <= answer.items()
    assert ("Ann", "ann@example.com") == (
        answer["customer"]["name"],
        answer["customer"]["source_id"],
    )
    assert ["Ann"] == [one["name"] for one in http.get(counted)["customers"]]


def test_an_event_of_a_visitor_is_theirs_once_they_have_a_name(http):
    first = http.post("/client/v1/events", {"event": "seen", "customer": {"source_id": "visitor"}})
    assert first["customer"]["id"]
    http.post("/v1/customers", {"source_id": "visitor", "name": "Vi"})
    counted = "/v1/customers?filters[events.seen.count][conditions][$is]=1"

    assert ["Vi"] == [one["name"] for one in http.get(counted)["customers"]]


@pytest.mark.parametrize(
    "body", [{}, {"event": "", "customer": {"source_id": "x"}}, {"event": "x", "customer": {}},
             {"event": "x" * 301, "customer": {"source_id": "x"}}, {"event": "x"}],
)  # fmt: skip
def test_an_event_that_cannot_be_is_refused(http, body):
    assert_error(http.ask("POST", "/v1/events", json=body), 400, "invalid_payload")


def test_a_permanent_deletion_says_what_went_and_leaves_nobody(http):
    made = http.post("/v1/customers", {"source_id": "ann-4711", "name": "Ann Lee"})
    http.post("/v1/orders", {"customer": {"source_id": "ann-4711"}, "amount": 5})
    http.base.later(seconds=1)
    gone = http.post("/v1/customers/ann-4711/permanent-deletion")
    orders = http.get("/v1/orders")["orders"]

    assert gone == {
        "id": gone["id"],
        "created_at": "2026-11-02T09:30:01.000Z",
        "related_object_id": made["id"],
        "related_object": "customer",
        "status": "DONE",
        "data_json": {"events": 0, "customer_events": 0, "daily_events": 0, "segments": 0,
                      "orders": 1, "order_events": 1, "customer": 1},
        "object": "pernament_deletion",
    }  # fmt: skip
    assert gone["id"].startswith("del_")
    assert http.get("/v1/customers/ann-4711", 404)["message"] == "Resource not found"
    assert [order["amount"] for order in orders] == [5]
    assert "ann" not in str(orders).lower()


def test_a_customer_who_was_erased_is_refused_until_the_erasure_is_lifted(http):
    http.post("/v1/customers", {"source_id": "ann-4711", "name": "Ann Lee"})
    http.post("/v1/customers/ann-4711/permanent-deletion")

    assert http.post("/v1/customers", {"source_id": "ann-4711"}, 409)["key"] == "customer_erased"
    assert http.post("/v1/events", {"event": "seen", "customer": {"source_id": "ann-4711"}},
                     409)["key"] == "customer_erased"  # fmt: skip
    http.post("/v1/customers/ann-4711/permanent-deletion", None, 404)


def test_only_a_key_that_may_erase_erases(http):
    http.post("/v1/customers", {"source_id": "ann-4711"})
    path = "/v1/customers/ann-4711/permanent-deletion"

    http.post(path, None, 403, headers=http.as_role("write"))
    http.post(path, headers=http.as_role("erase"))
