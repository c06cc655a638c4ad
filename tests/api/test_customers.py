"""Customers and segments over HTTP: shapes, lists, filters, cursors."""

import pytest

from tests.api.conftest import Http, assert_error

PEOPLE = """\
Source_id,Name,Email,City,Created_at,size
a/1,Ann,ann@example.com,Rome,2026-01-01T10:00:00.001Z,1
b ä,Bob,bob@example.com,Oslo,2026-01-02T10:00:00.002Z,2
c,Cid,,Rome,2026-01-03T10:00:00.003Z,3
"""
ROME = {"junction": "and", "address.city": {"conditions": {"$is": ["Rome"]}}}
NAMES = {"a/1": "Ann", "b ä": "Bob", "c": "Cid"}


@pytest.fixture
def people(base):
    return Http(base.filled(lived))


def lived(base):
    base.csv(PEOPLE)


def listed(http, query=""):
    """The names of the customers in a list, and how many there are."""
    found = http.get(f"/v1/customers{query}")
    assert ("list", "customers") == (found["object"], found["data_ref"])
    return [one["name"] for one in found["customers"]], found["total"], found["has_more"]


def test_a_customer_has_the_shape_of_the_service(people):
    found = people.get("/v1/customers/c")

    assert found == {
        "id": found["id"],
        "source_id": "c",
        "name": "Cid",
        "address": {"city": "Rome"},
        "metadata": {"size": 3},
        "system_metadata": {},
        "summary": {
            "redemptions": {
                "total_redeemed": 0,
                "total_failed": 0,
                "total_succeeded": 0,
                "total_rolled_back": 0,
                "total_rollback_failed": 0,
                "total_rollback_succeeded": 0,
                "gift": {"redeemed_amount": 0, "amount_to_go": 0},
                "loyalty_card": {"redeemed_points": 0, "points_to_go": 0},
            },
            "orders": {
                "total_amount": 0,
                "total_count": 0,
                "average_amount": 0,
                "last_order_amount": 0,
            },
        },
        "loyalty": {"points": 0, "referred_customers": 0, "campaigns": {}},
        "referrals": {"total": 0, "campaigns": []},
        "created_at": "2026-01-03T10:00:00.003Z",
        "object": "customer",
    }


def test_what_is_counted_is_there_and_each_customers_own(people):
    people.base.csv(
        "Id,Customer_source_id,Status,Amount (cents),Created_at\n"
        "o1,c,PAID,1050,2026-02-01T00:00:00Z\no2,b ä,PAID,500,2026-02-02T00:00:00Z\n",
        kind="orders",
    )
    found = {one["source_id"]: one["summary"]["orders"] for one in
             people.get("/v1/customers")["customers"]}  # fmt: skip

    assert [found[name]["total_count"] for name in NAMES] == [0, 1, 1]
    assert "2026-02-01T00:00:00.000Z" == found["c"]["last_order_date"]
    assert "last_order_date" not in found["a/1"]


def test_an_address_that_nobody_gave_is_null_and_metadata_absent(http):
    http.base.csv("Source_id,Name\nx,Xi\n")
    found = http.get("/v1/customers/x")

    assert found["address"] is None
    assert not {"metadata", "updated_at", "email", "phone"} & found.keys()


@pytest.mark.parametrize("way", ["a%2F1", "a%252F1"])
def test_a_source_id_may_hold_a_slash(people, way):
    assert "Ann" == people.get(f"/v1/customers/{way}")["name"]


def test_a_source_id_may_hold_what_encodes_a_sign(people):
    people.post("/v1/customers", {"source_id": "x%2Fy", "name": "Eva"})

    assert "Eva" == people.get("/v1/customers/x%252Fy")["name"]


def test_the_head_of_an_answer_can_be_asked_for(people):
    asked = [people.ask("HEAD", f"/v1/customers/{name}") for name in ("c", "none")]

    assert [200, 404] == [answer.status_code for answer in asked]


def test_a_customer_is_found_by_either_id(people):
    by_source = people.get("/v1/customers/b%20%C3%A4")

    assert by_source == people.get(f"/v1/customers/{by_source['id']}")


def test_an_unknown_customer_is_told_as_the_service_does(people):
    body = assert_error(people.ask("GET", "/v1/customers/cust_x"), 404, "not_found")

    assert body["message"] == "Resource not found"
    assert body["details"] == "Cannot find customer with id cust_x"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Cid", "Bob", "Ann"]),
        ("?order=created_at", ["Ann", "Bob", "Cid"]),
        ("?order=-source_id", ["Cid", "Bob", "Ann"]),
        ("?limit=2", ["Cid", "Bob"]),
        ("?limit=2&page=2", ["Ann"]),
        ("?email=ann@example.com", ["Ann"]),
        ("?city=Rome", ["Cid", "Ann"]),
        ("?name=Bob", ["Bob"]),
        ("?created_at[before]=2026-01-02T10:00:00.002Z", ["Ann"]),
        ("?created_at%5Bafter%5D=2026-01-02", ["Cid", "Bob"]),
        ("?created_at[after]=2026-01-02T10:00:00.002000%2B0000", ["Cid"]),
        ("?created_at[after]=2026-01-02T10:00:00.002000+0000", ["Cid"]),
        ("?created_at[after]=2026-01-02T10:00:00.002000", ["Cid"]),
        ("?created_at[after]=2026-01-02T12:00:00.002-0000", ["Cid"]),
        ("?created_at[after]=2026-01-02T10:00:00.002Z", ["Cid"]),
        ("?starting_after=2026-01-03T10:00:00.003Z", ["Bob", "Ann"]),
        ("?starting_after=2026-01-01T10:00:00.001Z&order=created_at", ["Bob", "Cid"]),
        ("?starting_after=2200-01-01T00:00:00Z&limit=1", ["Cid"]),
        ("?filters[address.city][conditions][$is][0]=Rome", ["Cid", "Ann"]),
        ("?filters[email][conditions][$is_unknown]=", ["Cid"]),
        ("?filters[metadata.size][conditions][$more_than]=1&city=Rome", ["Cid"]),
        ("?filters[email][conditions][$is_unknown][0]=true", ["Cid"]),
        ("?filters[created_at][conditions][$this_year][0]=true", ["Cid", "Bob", "Ann"]),
        ("?filters[created_at][conditions][$next_year]=", []),
        ("?filters[created_at][conditions][$after]=2026-01-02T12:00:00+01:00", ["Cid"]),
        ("?filters[junction]=and", ["Cid", "Bob", "Ann"]),
        ("?filters[name][conditions][$is_not]=Ann&filters[name][conditions][$in]=None"
         "&filters[name][conditions][$has_value]=None&filters[nme]=None", ["Cid", "Bob"]),
        ("?filters[name][conditions][$is]=None", []),
        ("?filters[junction]=or&filters[name][conditions][$is]=Ann"
         "&filters[metadata.size][conditions][$is]=3", ["Cid", "Ann"]),
        ("?unknown=1", ["Cid", "Bob", "Ann"]),
        ("?segment_id=&order=&starting_after=&created_at[after]=&limit=&page=&city=Oslo", ["Bob"]),
    ],
)  # fmt: skip
def test_customers_are_listed(people, query, names):
    assert names == listed(people, query)[0]


def test_a_list_says_how_many_there_are_and_whether_more_come(people):
    assert (["Cid", "Bob"], 3, True) == listed(people, "?limit=2")
    assert (["Ann"], 3, False) == listed(people, "?limit=2&page=2")


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "page=0", "order=nme", "created_at[before]=soon",
     "starting_after=2026", "filters[nme][conditions][$is]=x", "filters=3",
     "filters[name][conditions][$oops]=x", "filters[name][conditions][$has_value]=false"],
)  # fmt: skip
def test_a_query_that_cannot_be_understood_is_refused(people, query):
    assert_error(people.ask("GET", f"/v1/customers?{query}"), 400, "invalid_query_params")


def test_a_cursor_never_parts_customers_of_one_millisecond(http):
    rows = "".join(f"s{number},2026-01-01T00:00:00.0001{number}Z\n" for number in range(10, 22))
    http.base.csv(f"Source_id,Created_at\nold,2025-01-01\nnew,2026-02-01\n{rows}")
    seen, cursor, more = [], "2200-01-01T00:00:00Z", True
    while more:
        found = http.get(f"/v1/customers?limit=3&starting_after={cursor}")
        seen += [one["source_id"] for one in found["customers"]]
        more, cursor = found["has_more"], found["customers"][-1]["created_at"]

    after = http.get("/v1/customers?created_at[after]=2026-01-01T00:00:00.000Z")["customers"]
    assert ["new"] == [one["source_id"] for one in after]
    assert sorted(seen) == sorted(["old", "new", *(f"s{number}" for number in range(10, 22))])


def test_members_of_a_segment_are_listed(people):
    made = people.post("/v1/segments", {"name": "Rome", "filter": ROME})

    assert ["Cid", "Ann"] == listed(people, f"?segment_id={made['id']}")[0]
    assert_error(people.ask("GET", "/v1/customers?segment_id=seg_x"), 404, "not_found")


def test_the_segments_of_a_customer_and_of_a_stranger(people):
    people.post("/v1/segments", {"name": "Rome", "filter": ROME})
    outside = {"junction": "and", "address.city": {"conditions": {"$is_not": ["Rome"]}}}
    others = people.post("/v1/segments", {"name": "Others", "filter": outside, "type": "passive"})
    inside = {"junction": "and", "segments": {"conditions": {"$is": [others["id"]]}}}
    people.post("/v1/segments", {"name": "Through", "filter": inside})
    people.post("/v1/segments", {"name": "Cids", "type": "static", "customers": ["c"]})
    names = {
        customer: {one["name"] for one in people.get(f"/v1/customers/{customer}/segments")["data"]}
        for customer in ("c", "b%20ä", "nobody")
    }

    assert names == {"c": {"Rome", "Cids"}, "b%20ä": {"Others", "Through"},
                     "nobody": {"Others", "Through"}}  # fmt: skip


def test_a_segment_is_created_as_the_guide_does_read_changed_and_removed(people):
    made = people.post("/v1/segments", {"name": "Berlin", "metadata": {}, "filter": ROME})
    changed = people.put(f"/v1/segments/{made['id']}", {"name": "Rome"})
    named = {"junction": "and", "name": {"conditions": {"$has_value": True}}}
    people.put(f"/v1/segments/{made['id']}", {"filter": named})
    done = people.get(f"/v1/segments/{made['id']}/activities")
    listed_by_ids = [people.get(f"/v1/segments?ids[]={name}") for name in (made["id"], "x")]
    people.delete(f"/v1/segments/{made['id']}")

    assert made == {
        "id": made["id"],
        "name": "Berlin",
        "created_at": "2026-11-02T09:30:00.000Z",
        "updated_at": None,
        "metadata": {},
        "filter": ROME,
        "customers": None,
        "type": "auto-update",
        "object": "segment",
    }
    assert ("Rome", ROME) == (changed["name"], changed["filter"])
    assert [[made["id"]], []] == [[one["id"] for one in found["data"]] for found in listed_by_ids]
    assert ["segment.filters_updated", "segment.created"] == [one["type"] for one in done["data"]]
    assert_error(people.ask("GET", f"/v1/segments/{made['id']}"), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({}, "required property 'name'"),
        ({"name": "x"}, "expected a filter, or customers"),
        ({"name": "x", "type": "static"}, "expected a filter, or customers"),
        ({"name": "x", "filter": {}}, "must contain valid filter"),
        ({"name": "x", "filter": {"junction": "and"}}, "must contain valid filter"),
        ({"name": "x", "type": "auto-update"}, "must contain valid filter"),
        ({"name": "x", "type": "dynamic", "filter": ROME}, "Property .type"),
        ({"name": "x", "customers": "a"}, "Property .customers"),
        ({"name": "x", "customers": ["c", "y", "z"]}, "unknown `z`"),
        ({"name": "x", "filter": {"junction": "xor", "nme": {}}}, "unknown field `nme`"),
        ({"name": " ", "filter": ROME}, None),
    ],
)
def test_a_segment_that_cannot_be_is_refused_with_all_its_faults(people, body, detail):
    told = assert_error(people.ask("POST", "/v1/segments", json=body), 400, "invalid_payload")

    assert detail is None or detail in told["details"]


def test_all_faults_of_a_filter_are_told(people):
    wrong = {"junction": "xor", "nme": {"conditions": {"$is": ["x"]}},
             "name": {"conditions": {"$oops": [1]}}}  # fmt: skip
    told = assert_error(
        people.ask("POST", "/v1/segments", json={"name": "x", "filter": wrong}),
        *(400, "invalid_payload"),
    )

    assert 3 == len(told["details"].splitlines())


def test_a_static_segment_holds_so_many_and_no_more(people):
    people.base.workbench.configure(static_cap=2)
    body = {"name": "x", "type": "static", "customers": ["c", "a/1", "b ä"]}
    told = assert_error(people.ask("POST", "/v1/segments", json=body), 400, "invalid_payload")

    assert "at most 2 customers in a static segment, got 3" in told["details"]


def test_a_name_that_is_taken_is_a_duplicate(people):
    people.post("/v1/segments", {"name": "x", "filter": ROME})
    again = people.ask("POST", "/v1/segments", json={"name": "x", "filter": ROME})

    assert_error(again, 409, "duplicate_found")


def test_segments_are_listed_by_their_own_fields(people):
    for name in ("x", "y", "z"):
        people.base.later(seconds=1)
        people.post("/v1/segments", {"name": name, "filter": ROME})
    name = "filters[name][conditions][$in]"
    query = f"filters[junction]=or&{name}[0]=x&{name}[1]=z"
    names = {
        query: [one["name"] for one in people.get(f"/v1/segments?{query}")["data"]]
        for query in ("", "order=name&limit=2", query, "filters[type][conditions][$is]=static")
    }

    assert [["z", "y", "x"], ["x", "y"], ["z", "x"], []] == [*names.values()]


def test_who_wrote_is_in_the_log_by_the_name_of_the_key(people):
    people.post("/v1/segments", {"name": "x", "filter": ROME})
    with people.base.workbench.store.read() as connection:
        last = connection.exec_driver_sql(
            "SELECT actor, door, cause FROM change_log ORDER BY number DESC LIMIT 1"
        ).one()

    assert ("shop", "HTTP", "definition") == tuple(last)
