"""Vouchers, orders, validations, redemptions and rollbacks over HTTP, as the guide tells them."""

import pytest

from tests.api.conftest import assert_error

AMOUNT = {"code": "TEN", "type": "DISCOUNT_VOUCHER",
          "discount": {"type": "AMOUNT", "amount_off": 1000},
          "redemption": {"quantity": 1}, "metadata": {"season": "winter"}}  # fmt: skip
ORDER = {"amount": 20050, "items": [
    {"product_id": "prod_1", "quantity": "2", "price": 10000}, {"sku_id": "sku_1", "quantity": "1"},
]}  # fmt: skip
ANN = {"source_id": "ann@example.com", "name": "Ann",
       "metadata": {"locale": "en-GB", "shoeSize": 5}}  # fmt: skip


@pytest.fixture
def shop(http):
    http.post("/v1/vouchers/", AMOUNT)
    return http


def redeemed(shop, path="/v1/vouchers/TEN/redemption", status=200, **body):
    return shop.post(path, {"customer": ANN, "order": ORDER, **body}, status)


def test_a_voucher_has_the_shape_of_the_service(shop):
    found = shop.get("/v1/vouchers/TEN")

    assert found == shop.get(f"/v1/vouchers/{found['id']}")
    assert found["id"].startswith("v_")
    assert {
        "code": "TEN",
        "type": "DISCOUNT_VOUCHER",
        "discount": {"type": "AMOUNT", "amount_off": 1000},
        "gift": None,
        "loyalty_card": None,
        "campaign": None,
        "categories": [],
        "active": True,
        "metadata": {"season": "winter"},
        "is_referral_code": False,
        "created_at": "2026-11-02T09:30:00.000Z",
        "object": "voucher",
    }.items() <= found.items()
    assert {"quantity": 1, "redeemed_quantity": 0, "object": "list"}.items() <= (
        found["redemption"].items()
    )
    assert {"object": "list", "total": 0, "data_ref": "data", "data": []} == (
        found["validation_rules_assignments"]
    )


def test_a_voucher_is_created_by_its_path_changed_disabled_and_enabled(http):
    made = http.post("/v1/vouchers/X%2FY", {"discount": {"type": "PERCENT", "percent_off": 10}})
    path = f"/v1/vouchers/{made['id']}"
    changed = http.put(path, {"category": "new", "metadata": {"a": 1}})
    off, on = (http._json(http.ask("POST", f"{path}/{way}", content=body), 200)["active"]
               for way, body in (("disable", b"null"), ("enable", b"")))  # fmt: skip

    assert "X/Y" == made["code"]
    assert ("new", {"a": 1}) == (changed["category"], changed["metadata"])
    assert (False, True) == (off, on)
    assert_error(http.ask("PUT", "/v1/vouchers/none", json={}), 404, "not_found")


def test_a_code_that_is_taken_is_a_duplicate(shop):
    told = assert_error(shop.ask("POST", "/v1/vouchers", json=AMOUNT), 409, "duplicate_found")

    assert "Duplicated resource found" == told["message"]
    assert told["details"].startswith("Duplicated voucher exists with id v_")


def test_more_is_put_on_a_gift_card(http):
    http.post("/v1/vouchers", {"code": "G", "type": "GIFT_VOUCHER", "gift": {"amount": 5000}})
    found = http.post("/v1/vouchers/G/balance", {"amount": 1500})

    assert {"amount": 1500, "total": 6500, "balance": 6500, "type": "gift_voucher",
            "object": "balance"}.items() <= found.items()  # fmt: skip
    assert {"amount": 6500, "balance": 6500, "effect": "APPLY_TO_ORDER"}.items() <= (
        http.get("/v1/vouchers/G")["gift"].items()
    )


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


def test_redemptions_are_listed(shop):
    done = redeemed(shop)
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
        )
    }  # fmt: skip
    history = shop.get("/v1/vouchers/TEN/redemption")

    assert ("redemptions", 2) == (whole["data_ref"], whole["total"])
    assert [1, 1, 0, 1, 1, 1, 1, 0, 0] == [len(found) for found in ids.values()]
    assert all(found in ([], [done["id"]]) for found in ids.values())
    assert ("redemption_entries", 1, 1, 1) == (
        history["data_ref"], history["total"], history["quantity"], history["redeemed_quantity"]
    )  # fmt: skip
    assert done == history["redemption_entries"][0]


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


def test_a_browser_validates_as_the_guide_does(shop):
    query = ("code=TEN&amount=20050&item[0][sku_id]=sku_1&item[0][quantity]=1"
             "&item[1][product_id]=prod_1&item[1][quantity]=1")  # fmt: skip
    found = shop.get(f"/client/v1/validate?{query}")
    [one] = found["redeemables"]

    assert found["valid"] is True
    assert ("APPLICABLE", "TEN", "voucher") == (one["status"], one["id"], one["object"])
    assert {"type": "AMOUNT", "effect": "APPLY_TO_ORDER", "amount_off": 1000} == (
        one["result"]["discount"]
    )
    assert one["result"]["discount"] == found["discount"]
    assert {"data": [], "total": 0, "data_ref": "data", "object": "list"} == one["applicable_to"]
    assert {
        "amount": 20050,
        "discount_amount": 1000,
        "total_discount_amount": 1000,
        "total_amount": 19050,
        "applied_discount_amount": 1000,
        "total_applied_discount_amount": 1000,
        "customer_id": None,
        "referrer_id": None,
        "object": "order",
    }.items() <= found["order"].items()
    assert not {"id", "created_at"} & found["order"].keys()
    assert "inapplicable_redeemables" not in found
    assert found["tracking_id"].startswith("track_")
    assert found["stacking_rules"]["redeemables_limit"] == 30
    assert 0 == shop.get("/v1/customers")["total"]


def test_a_code_alone_is_valid_and_an_identity_always_has_one_token(shop):
    plain = shop.get("/client/v1/validate?code=TEN")
    tokens = {
        shop.get(f"/client/v1/validate?code=TEN&{said}")["tracking_id"]
        for said in ("tracking_id=ann", "customer[source_id]=ann", "customer=ann",
                     f"tracking_id={plain['tracking_id']}")
    }  # fmt: skip

    assert plain["valid"] is True
    assert 2 == len(tokens)


def test_what_is_refused_is_an_answer_that_a_browser_can_read(shop):
    shop.post("/v1/vouchers/TEN/disable")
    found = shop.get("/client/v1/validate?code=TEN&amount=1000")
    unknown = shop.get("/client/v1/validate?code=NONE")

    assert (False, "voucher is disabled") == (found["valid"], found["reason"])
    assert {"code": 400, "key": "voucher_disabled", "details": "TEN"}.items() <= (
        found["error"].items()
    )
    assert found["tracking_id"].startswith("track_")
    assert (False, "not_found", 404) == (
        unknown["valid"], unknown["error"]["key"], unknown["error"]["code"]
    )  # fmt: skip


def test_several_codes_are_validated_together(shop):
    body = {"redeemables": [{"object": "voucher", "id": "TEN"}, {"object": "voucher", "id": "NO"}],
            "order": ORDER}  # fmt: skip
    for path in ("/v1/validations", "/client/v1/validations"):
        found = shop.post(path, body)

        assert found["valid"] is False
        assert ["TEN", "NO"] == [one["id"] for one in found["redeemables"]]
        assert ["NO"] == [one["id"] for one in found["inapplicable_redeemables"]]


def test_a_visitor_becomes_the_customer_who_redeems(shop):
    token = shop.get("/client/v1/validate?code=TEN&amount=1000")["tracking_id"]
    shop.post("/client/v1/events", {"event": "seen", "customer": {"source_id": token}})
    done = shop.post(f"/v1/vouchers/TEN/redemption?tracking_id={token}",
                     {"customer": ANN, "order": ORDER})  # fmt: skip
    seen = "/v1/customers?filters[events.seen.count][conditions][$is]=1"

    assert ["Ann"] == [one["name"] for one in shop.get(seen)["customers"]]
    assert done["customer_id"] == shop.get(f"/v1/customers/{token}")["id"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/vouchers/TEN/redemption?tracking_id=visitor", b'"visitor"'),
        ("/v1/vouchers/TEN/redemption?tracking_id=visitor", b"null"),
        ("/v1/vouchers/TEN/redemption", b'{"tracking_id": "visitor"}'),
        ("/v1/vouchers/TEN/redemption", b'{"customer": {"source_id": "visitor"}}'),
        ("/client/v1/redeem?code=TEN", b'{"customer": {"source_id": "visitor"}}'),
        ("/client/v1/redeem?code=TEN&tracking_id=visitor", b'{"customer": {}}'),
    ],
)
def test_each_clients_way_to_name_a_visitor_is_read(shop, path, body):
    done = shop._json(shop.ask("POST", path, content=body), 200)
    token = shop.get("/client/v1/validate?code=TEN&tracking_id=visitor")["tracking_id"]

    assert token == done["tracking_id"]
    assert done["customer_id"]


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
    assert ("CREATED", 20050, "o 1") == (made["status"], made["amount"], made["source_id"])
    assert "PAID" == paid["status"] == http.get("/v1/orders/o%201")["status"]
    assert (0, 1) == (before, after)
    assert [made["id"]] == [one["id"] for one in http.get("/v1/orders?status=PAID")["orders"]]
    assert 0 == http.get("/v1/orders?customer=nobody")["total"]
    assert made["id"] == http.post("/v1/orders", {"source_id": "o 1", "amount": 1})["id"]
    assert_error(http.ask("PUT", "/v1/orders/none", json={}), 404, "not_found")


def test_a_campaign_makes_codes_and_goes_with_them(http):
    made = http.post("/v1/campaigns", {
        "name": "Summer", "vouchers_count": 3, "metadata": {"a": 1},
        "voucher": {"type": "DISCOUNT_VOUCHER", "discount": {"type": "PERCENT", "percent_off": 10},
                    "code_config": {"length": 7}},
    })  # fmt: skip
    path = f"/v1/campaigns/{made['id']}"
    one = http._json(http.ask("POST", f"{path}/vouchers", content=b""), 200)
    named = http.post(f"{path}/vouchers/OWN")
    begun = http.post(f"{path}/vouchers?vouchers_count=2", None, 202)
    http.done()
    work = http.get(f"/v1/async-actions/{begun['async_action_id']}")
    listed = http.get(f"/v1/vouchers?campaign_id={made['id']}&limit=100")
    by_filter = http.get(
        f"/v1/vouchers?filters[junction]=OR&filters[campaign_ids][conditions][$in][0]={made['id']}"
    )

    assert made["id"].startswith("camp_")
    assert {
        "name": "Summer",
        "campaign_type": "DISCOUNT_COUPONS",
        "type": "AUTO_UPDATE",
        "vouchers_count": 3,
        "vouchers_generation_status": "DONE",
        "active": True,
        "protected": False,
        "object": "campaign",
    }.items() <= made.items()
    assert {"length": 7} == made["voucher"]["code_config"]
    assert (7, made["id"], "Summer") == (len(one["code"]), one["campaign_id"], one["campaign"])
    assert ("OWN", made["id"]) == (named["code"], named["campaign_id"])
    assert "DONE" == work["status"]
    assert 7 == listed["total"] == by_filter["total"]
    assert ["Summer"] == [each["name"] for each in http.get("/v1/campaigns")["campaigns"]]
    begun = http.delete(path, 202)
    http.done()
    assert "DONE" == http.get(f"/v1/async-actions/{begun['async_action_id']}")["status"]
    assert 0 == http.get("/v1/vouchers")["total"]
    assert_error(http.ask("GET", path), 404, "not_found")


def test_a_name_that_a_campaign_has_is_a_duplicate(http):
    body = {"name": "Summer", "voucher": {"discount": {"type": "AMOUNT", "amount_off": 1}}}
    http.post("/v1/campaigns", body)

    assert_error(http.ask("POST", "/v1/campaigns", json=body), 409, "duplicate_found")


def test_a_voucher_and_a_customer_are_removed_and_the_log_stays(shop):
    done = redeemed(shop)
    shop.delete("/v1/vouchers/TEN")
    shop.delete("/v1/customers/ann%40example.com?force=true")
    kept = shop.get(f"/v1/redemptions/{done['id']}")

    assert_error(shop.ask("GET", "/v1/vouchers/TEN"), 404, "not_found")
    assert_error(shop.ask("DELETE", "/v1/customers/ann@example.com"), 404, "not_found")
    assert (None, None, None) == (kept["voucher"], kept["customer"], kept["customer_id"])
    assert 1 == shop.get("/v1/orders")["total"]
