"""Codes are validated over HTTP, by servers and by browsers; a visitor becomes a customer."""

import pytest

from tests.api.conftest import AMOUNT, ANN, ORDER, assert_error


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


def test_what_is_empty_in_a_browsers_question_is_not_asked(shop):
    asked = "code=TEN&amount=&customer=&tracking_id=&order="

    assert shop.get(f"/client/v1/validate?{asked}")["valid"] is True


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
    gone = shop.post(f"/v1/customers/{done['customer_id']}/permanent-deletion")
    assert (1, 1) == (gone["data_json"]["customer"], gone["data_json"]["orders"])


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


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/vouchers/TEN/redemption?tracking_id=visitor", {"tracking_id": "other"}),
        ("/v1/vouchers/TEN/redemption?tracking_id=visitor", "other"),
        ("/v1/vouchers/TEN/validate?tracking_id=visitor", {"customer": {"tracking_id": "other"}}),
        ("/v1/validations", {"tracking_id": "visitor", "customer": {"tracking_id": "other"},
                             "redeemables": [{"id": "TEN"}]}),
        ("/client/v1/redeem?code=TEN&tracking_id=visitor", {"tracking_id": "other"}),
    ],
)  # fmt: skip
def test_two_visitors_in_one_call_are_ambiguous(shop, path, body):
    assert_error(shop.ask("POST", path, json=body), 400, "ambiguous_tracking_id")


def test_two_tracking_ids_of_one_customer_are_one(shop):
    """The token of the visitor of before, and the customer's source id, of which it knows."""
    token = shop.get("/client/v1/validate?code=TEN")["tracking_id"]
    path = f"/v1/vouchers/TEN/redemption?tracking_id={token}"
    done = shop.post(path, {"customer": ANN})
    shop.post("/v1/vouchers", {**AMOUNT, "code": "MORE"})
    again = shop.post(path.replace("TEN", "MORE"), {"tracking_id": ANN["source_id"]})

    assert done["customer_id"] == again["customer_id"]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"gift": {"credits": "x"}}, "Property .gift.credits should be a valid integer"),
        ({"order": []}, "Property .order should be a valid dictionary"),
        ({"order": [], "gift": {"credits": "x"}}, "Property .order should be a valid dictionary\n"),
        ({"customer": []}, "Property .customer should be a valid dictionary"),
    ],
)
def test_a_fault_is_told_where_it_stands(shop, body, detail):
    answer = shop.ask("POST", "/v1/vouchers/TEN/redemption", json=body)
    told = assert_error(answer, 400, "invalid_payload")["details"]

    assert told.startswith(detail)
    assert not {"SingleBody", ".str", "dict["} & {*told.replace(" ", ".").split(".")}
