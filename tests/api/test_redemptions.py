"""Redemptions and rollbacks over HTTP, and the orders that they leave."""

from urllib.parse import quote

import pytest

from engine.api.resources import redemptions as resources
from engine.api.resources.redemptions import answers_with_records, by_ids
from engine.privacy import erasure
from tests.api.conftest import AMOUNT, ANN, ORDER, Http, assert_error, redeemed
from tests.redemptions.counter import Counter


def test_a_code_is_redeemed_as_the_guide_does(shop):
    done = redeemed(shop, metadata={"locale": "en-GB"})
    customer = shop.get("/v1/customers/ann%40example.com")

    assert done["id"].startswith("r_")
    assert {
        "object": "redemption",
        "date": "2026-11-02T09:30:00.000Z",
        "customer_id": customer["id"],
        "metadata": {"locale": "en-GB"},
        "result": "SUCCESS",
        "status": "SUCCEEDED",
        "related_object_type": "voucher",
    }.items() <= done.items()
    assert {
        "amount": 20050,
        "discount_amount": 1000,
        "items_discount_amount": 0,
        "total_discount_amount": 1000,
        "total_amount": 19050,
        "status": "PAID",
        "customer_id": customer["id"],
    }.items() <= done["order"].items()
    assert [2, 1] == [item["quantity"] for item in done["order"]["items"]]
    assert {"id": customer["id"], "source_id": "ann@example.com", "name": "Ann",
            "object": "customer"}.items() <= done["customer"].items()  # fmt: skip
    assert ("TEN", 1) == (
        done["voucher"]["code"],
        done["voucher"]["redemption"]["redeemed_quantity"],
    )
    assert {"total_redeemed": 1, "total_succeeded": 1}.items() <= (
        customer["summary"]["redemptions"].items()
    )
    assert 19050 == customer["summary"]["orders"]["total_amount"]
    assert done == shop.get(f"/v1/redemptions/{done['id']}")
    assert [done["id"]] == list(shop.get(f"/v1/orders/{done['order']['id']}")["redemptions"])


def test_a_code_that_is_used_up_is_refused_and_the_refusal_recorded(shop):
    redeemed(shop)
    answer = shop.ask("POST", "/v1/vouchers/TEN/redemption", json={"customer": ANN})
    told = assert_error(answer, 400, "quantity_exceeded")
    failed = shop.get(f"/v1/redemptions/{told['resource_id']}")

    assert told["resource_id"].startswith("rf_")
    assert ("redemption", "TEN") == (told["resource_type"], told["details"])
    assert ("FAILURE", "FAILED", "quantity_exceeded") == (
        failed["result"], failed["status"], failed["failure_code"]
    )  # fmt: skip
    counts = shop.get("/v1/customers/ann@example.com")["summary"]["redemptions"]
    assert (2, 1) == (counts["total_redeemed"], counts["total_failed"])


def test_an_unknown_code_is_not_found_and_recorded(shop):
    answer = shop.ask("POST", "/v1/vouchers/NONE/redemption", json={"customer": ANN})
    told = assert_error(answer, 404, "not_found")

    assert ("NONE", "voucher") == (told["resource_id"], told["resource_type"])
    assert "not_found" == shop.get("/v1/redemptions")["redemptions"][0]["failure_code"]


@pytest.mark.parametrize("body", [b"", b"null", b"{}"])
def test_a_redemption_is_rolled_back(shop, body):
    done = redeemed(shop)
    back = shop._json(
        shop.ask("POST", f"/v1/redemptions/{done['id']}/rollback?reason=wrong%2520order",
                 content=body),
        200,
    )  # fmt: skip
    again = shop.ask("POST", f"/v1/redemptions/{done['id']}/rollback", content=body)
    order = shop.get(f"/v1/orders/{done['order']['id']}")

    assert back["id"].startswith("rr_")
    assert {"object": "redemption_rollback", "result": "SUCCESS", "status": "SUCCEEDED",
            "redemption": done["id"], "reason": "wrong order"}.items() <= back.items()  # fmt: skip
    assert ("CANCELED", 20050) == (order["status"], order["total_amount"])
    assert "discount_amount" not in order
    assert back["id"] == order["redemptions"][done["id"]]["rollback_id"]
    assert "ROLLED_BACK" == shop.get(f"/v1/redemptions/{done['id']}")["status"]
    assert 0 == shop.get("/v1/vouchers/TEN")["redemption"]["redeemed_quantity"]
    assert_error(again, 400, "already_rolled_back")


def test_a_rollback_is_for_the_customer_and_the_order_that_are_named(shop):
    done, other = redeemed(shop), shop.post("/v1/orders", {"source_id": "other"})
    path = f"/v1/redemptions/{done['id']}/rollback"
    token = quote(done["tracking_id"])
    for query, body, key in (
        ("", {"customer": {"source_id": "bob"}}, "invalid_customer"),
        ("?tracking_id=bob", None, "invalid_customer"),
        ("", {"tracking_id": "bob"}, "invalid_customer"),
        (f"?tracking_id={token}", {"order": {"id": other["id"]}}, "invalid_order"),
        ("", {"order": {"source_id": "nowhere"}}, "invalid_order"),
    ):
        assert_error(shop.ask("POST", f"{path}{query}", json=body), 400, key)
    named = {"order": {"id": done["order"]["id"]}, "customer": {"id": done["customer_id"]}}

    assert "SUCCESS" == shop.post(f"{path}?tracking_id={token}", named)["result"]


@pytest.mark.parametrize("name", ["ann@example.com", "token"])
def test_a_customer_is_found_by_the_token_of_the_source_id_too(shop, name):
    done = redeemed(shop)
    names = {"token": done["tracking_id"]}

    assert done["customer_id"] == shop.get(f"/v1/customers/{names.get(name, name)}")["id"]


def test_redemptions_are_listed(shop):
    done = redeemed(shop)
    shop.base.later(seconds=1)
    shop.ask("POST", "/v1/vouchers/NONE/redemption", json={"customer": ANN})
    whole = shop.get("/v1/redemptions")
    ids = {
        query: [one["id"] for one in shop.get(f"/v1/redemptions?{query}")["redemptions"]]
        for query in (
            "result=SUCCESS", "customer=ann%40example.com&result=success", "customer=nobody",
            f"customer={done['customer_id']}&result=SUCCESS", f"order={done['order']['id']}",
            "filters[voucher_code][conditions][$is]=TEN",
            "filters[voucher_code][conditions][$is_not]=NONE",
            "created_at[before]=2020-01-01T00:00:00", "campaign=none",
            f"filters[related_object_id][conditions][$is]={done['voucher']['id']}",
            f"filters[customer_id][conditions][$is]={done['customer_id']}&result=SUCCESS",
            "filters[related_object_parent_id][conditions][$is]=r_x", "order=created_at&limit=1",
        )
    }  # fmt: skip
    history = shop.get("/v1/vouchers/TEN/redemption")

    assert ("redemptions", 2) == (whole["data_ref"], whole["total"])
    assert [1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 1] == [len(found) for found in ids.values()]
    assert all(found in ([], [done["id"]]) for found in ids.values())
    assert ("redemption_entries", 1, 1, 1) == (
        history["data_ref"], history["total"], history["quantity"], history["redeemed_quantity"]
    )  # fmt: skip
    assert done == history["redemption_entries"][0]


@pytest.mark.parametrize("sign", ["", "-"])
def test_redemptions_are_sorted_by_whatever_the_service_sorts_them(shop, sign):
    for code, name in (("B", "c"), ("A", "b"), ("C", "a")):
        shop.post("/v1/vouchers", {**AMOUNT, "code": code})
        redeemed(shop, f"/v1/vouchers/{code}/redemption", customer={"source_id": name})
        shop.base.later(seconds=1)
    for name, value in (
        ("created_at", lambda one: one["date"]),
        ("voucher_code", lambda one: one["voucher"]["code"]),
        *((name, lambda one, name=name: one[name]) for name in ("id", "customer_id")),
    ):
        found = shop.get(f"/v1/redemptions?order={sign}{name}")["redemptions"]
        values = [value(one) for one in found]

        assert sorted(values, reverse=bool(sign)) == values
        assert 3 == len(values)


def test_several_codes_are_redeemed_together(shop):
    shop.post("/v1/vouchers", {"code": "G", "type": "GIFT_VOUCHER", "gift": {"amount": 5000}})
    done = shop.post("/v1/redemptions", {
        "redeemables": [{"object": "voucher", "id": "TEN"},
                        {"object": "voucher", "id": "G", "gift": {"credits": 2000}}],
        "customer": ANN, "order": {"amount": 10000},
    })  # fmt: skip
    back = shop.post(f"/v1/redemptions/{done['parent_redemption']['id']}/rollback")

    assert ["TEN", "G"] == [one["voucher"]["code"] for one in done["redemptions"]]
    assert {done["parent_redemption"]["id"]} == {one["redemption"] for one in done["redemptions"]}
    assert ((3000, 7000), 2000) == (
        (done["order"]["total_discount_amount"], done["order"]["total_amount"]),
        done["redemptions"][1]["amount"],
    )
    assert [-2000] == [one["amount"] for one in back["rollbacks"] if "amount" in one]
    parent, taken = done["parent_redemption"], back["parent_rollback"]
    assert {**parent, "status": "ROLLED_BACK", "order": back["order"]} == (
        shop.get(f"/v1/redemptions/{parent['id']}")
    )
    assert taken["id"].startswith("rr_")
    assert {"object": "redemption_rollback", "redemption": parent["id"],
            "related_object_type": "redemption"}.items() <= taken.items()  # fmt: skip


def test_each_gift_card_is_asked_for_its_own_credits(http):
    for code in "ABC":
        http.post("/v1/vouchers", {"code": code, "type": "GIFT_VOUCHER", "gift": {"amount": 5000}})
    gifts = {"A": {"credits": 100}, "B": {"credits": 300}, "C": None}
    asked = [{"object": "voucher", "id": code, "gift": gift} for code, gift in gifts.items()]
    body = {"redeemables": asked, "order": {"amount": 1000}}
    valid = http.post("/v1/validations", body)
    done = http.post("/v1/redemptions", body)

    assert [100, 300, 600] == [one["result"]["gift"]["credits"] for one in valid["redeemables"]]
    assert [100, 300, 600] == [one["amount"] for one in done["redemptions"]]


def test_an_order_says_what_was_taken_off_its_items_before_and_after_it_is_paid(shop):
    discount = {"type": "PERCENT", "percent_off": 50, "effect": "APPLY_TO_ITEMS"}
    free = {"type": "UNIT", "unit_off": 1, "unit_type": "b", "effect": "ADD_NEW_ITEMS"}
    shop.post("/v1/vouchers", {"code": "HALF", "discount": discount})
    shop.post("/v1/vouchers", {"code": "FREE", "discount": free})
    asked = [{"object": "voucher", "id": code} for code in ("TEN", "HALF", "FREE")]
    items = [{"product_id": "a", "quantity": 1, "price": 3000},
             {"product_id": "b", "quantity": 2, "price": 1000}]  # fmt: skip
    order = {"items": items}
    valid = shop.post("/v1/validations", {"redeemables": asked, "order": order})
    done = shop.post("/v1/redemptions", {"redeemables": asked, "order": order})
    stored = shop.get(f"/v1/orders/{done['order']['id']}")
    amounts = {key: cents for key, cents in valid["order"].items() if key.endswith("amount")}

    assert (1000, 3500) == (amounts["discount_amount"], amounts["items_discount_amount"])
    assert amounts.items() <= done["order"].items()
    assert amounts.items() <= stored.items()
    assert [1500, 1000, 1000] == [one["discount_amount"] for one in stored["items"]]
    for paid in (done["order"], stored):
        assert valid["order"]["items"] == paid["items"]


def test_codes_are_redeemed_together_or_not_at_all(shop):
    body = {"redeemables": [{"object": "voucher", "id": "TEN"}, {"object": "voucher", "id": "NO"}],
            "customer": ANN, "order": ORDER}  # fmt: skip

    assert_error(shop.ask("POST", "/v1/redemptions", json=body), 404, "not_found")
    assert 0 == shop.get("/v1/vouchers/TEN")["redemption"]["redeemed_quantity"]


def test_the_same_key_is_done_once(shop):
    headers = {**shop.headers, "Idempotency-Key": "once"}
    path, body = "/v1/vouchers/TEN/redemption", {"customer": ANN, "order": ORDER}
    first, second = (shop.post(path, body, headers=headers) for _ in range(2))

    assert first["id"] == second["id"]
    assert 1 == shop.get("/v1/redemptions")["total"]


def test_a_voucher_for_a_segment_is_for_its_members(shop):
    rome = {"junction": "and", "address.city": {"conditions": {"$is": ["Rome"]}}}
    segment = shop.post("/v1/segments", {"name": "Rome", "filter": rome})
    shop.post("/v1/vouchers", {**AMOUNT, "code": "ROME", "segments": [segment["id"]]})
    refused = shop.post("/v1/vouchers/ROME/validate", {"customer": ANN})
    shop.post("/v1/customers", {**ANN, "address": {"city": "Rome"}})

    assert "customer does not match segment rules" == refused["reason"]
    assert shop.post("/v1/vouchers/ROME/validate", {"customer": ANN})["valid"] is True


def test_an_order_is_created_paid_and_counted(http):
    made = http.post(
        "/v1/orders", {**ORDER, "source_id": "o 1", "customer": ANN, "currency": "EUR"}
    )
    before = http.get("/v1/customers/ann@example.com")["summary"]["orders"]["total_count"]
    paid = http.put(f"/v1/orders/{made['id']}", {"status": "PAID"})
    after = http.get("/v1/customers/ann@example.com")["summary"]["orders"]["total_count"]

    assert made["id"].startswith("ord_")
    assert [20000, None] == [one.get("amount") for one in made["items"]]
    assert ("CREATED", 20050, "o 1") == (made["status"], made["amount"], made["source_id"])
    assert "PAID" == paid["status"] == http.get("/v1/orders/o%201")["status"]
    assert (0, 1) == (before, after)
    assert [made["id"]] == [one["id"] for one in http.get("/v1/orders?status=PAID")["orders"]]
    assert 0 == http.get("/v1/orders?customer=nobody")["total"]
    assert made["id"] == http.post("/v1/orders", {"source_id": "o 1", "amount": 1})["id"]
    assert_error(http.ask("PUT", "/v1/orders/none", json={}), 404, "not_found")


def test_a_null_takes_a_key_of_an_order_away_and_clears_nothing_else(http):
    """Clients that write every field send a null for each that they do not mean."""
    made = http.post("/v1/orders", {**ORDER, "source_id": "o", "metadata": {"a": 1, "b": 2}})
    kept = http.post("/v1/orders", {"source_id": "o", "metadata": {"a": None}})
    cleared = http.put(
        "/v1/orders/o",
        {"metadata": {"a": None}, "amount": None, "status": None, "items": None, "customer": None},
    )
    same = ("id", "amount", "status", "items")

    assert {"a": 1, "b": 2} == kept["metadata"]
    assert {"b": 2} == cleared["metadata"] == http.get("/v1/orders/o")["metadata"]
    assert [made[name] for name in same] == [cleared[name] for name in same]
    assert {"b": 2} == http.put("/v1/orders/o", {"metadata": None})["metadata"]


def test_redemptions_that_share_a_commit_are_told_in_one_go_and_what_was_refused_has_none(base):
    counter, bases = Counter(base), []
    for code in ("A", "B"):
        counter.voucher(code)
    answers = [
        counter.redeem("A", who="ann", amount=5000),
        counter.redeem("unknown", who="ann", amount=5000),
        counter.redeem("A", "B", who="bob", amount=7000),
    ]

    def loaded():
        bases.append(base.workbench.profile())
        return bases[-1]

    told = answers_with_records(loaded, answers)

    assert [one for one, _found in told] == answers
    assert [len(found) for _one, found in told] == [1, 0, 2]
    for answer, found in told:
        ids = [entry.id for entry in answer.entries if entry.succeeded]
        assert found == by_ids(base.workbench.profile(), ids)
        assert [each["id"] for each in found] == ids
    assert len(bases) == 1
    assert answers_with_records(loaded, answers[1:2]) == [(answers[1], [])]
    assert len(bases) == 1, "nothing to look up"


@pytest.mark.parametrize("codes", [["A"], ["A", "B"]])
def test_what_was_done_under_a_key_and_erased_since_is_answered(base, codes):
    http, counter = Http(base), Counter(base)
    for code in codes:
        counter.voucher(code)
    body = {"customer": {"source_id": "ann"}, "order": {"amount": 5000}}
    path = "/v1/vouchers/A/redemption"
    if len(codes) > 1:
        path = "/v1/redemptions"
        body["redeemables"] = [{"object": "voucher", "id": code} for code in codes]
    headers = {**http.headers, "Idempotency-Key": "k"}
    first = http.ask("POST", path, json=body, headers=headers).json()
    erasure.erase(base.workbench, [base.column("id")[0]], "removed")
    assert base.workbench.profile().activity.records("redemptions").is_empty()
    again = http.ask("POST", path, json=body, headers=headers)

    assert "SUCCESS" in str(first)
    assert_error(again, 409, "customer_erased")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/vouchers/TEN/redemption", {}),
        ("/v1/redemptions", {"redeemables": [{"object": "voucher", "id": "TEN"}]}),
    ],
)
def test_a_redemption_that_somebody_erases_at_once_is_not_found(shop, monkeypatch, path, body):
    monkeypatch.setattr(resources, "by_ids", lambda _profile, _ids: [])

    assert_error(shop.ask("POST", path, json=body), 404, "not_found")
