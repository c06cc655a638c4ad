"""Vouchers and campaigns over HTTP."""

import pytest

from tests.api.conftest import AMOUNT, ANN, assert_error, redeemed


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


def test_a_discount_of_another_type_leaves_nothing_of_the_one_before(shop):
    for discount in ({"type": "PERCENT", "percent_off": 10, "amount_limit": 500},
                     {"type": "AMOUNT", "amount_off": 700},
                     {"type": "UNIT", "unit_off": 1, "unit_type": "prod_1"}):  # fmt: skip
        assert discount == shop.put("/v1/vouchers/TEN", {"discount": discount})["discount"]
    shop.put("/v1/vouchers/TEN", {"discount": {"unit_off": 2}})
    card = {**AMOUNT, "code": "CARD"}
    shop.post("/v1/vouchers", card)
    gift = shop.put("/v1/vouchers/CARD", {"type": "GIFT_VOUCHER", "gift": {"amount": 500}})
    back = shop.put("/v1/vouchers/CARD", {name: card[name] for name in ("type", "discount")})

    assert (None, 500) == (gift["discount"], gift["gift"]["amount"])
    assert (AMOUNT["discount"], None) == (back["discount"], back["gift"])
    assert {**discount, "unit_off": 2} == shop.get("/v1/vouchers/TEN")["discount"]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("created_at[after]=2026-11-02T09:30:00.000Z", ["LATE"]),
        ("created_at[before]=2026-11-02T09:30:01", ["TEN"]),
        ("updated_at%5Bafter%5D=2026-11-02", ["LATE"]),
        ("updated_at[before]=2026-11-02T00:00:00%2B00:00", []),
        ("order=category", ["LATE", "TEN"]),
        ("ids=TEN&ids=none", ["TEN"]),
        ("ids[]=v_54454e", ["TEN"]),
        ("ids[0]=LATE&ids[1]=TEN", ["LATE", "TEN"]),
        ("filters[id][conditions][$is]=v_54454e", ["TEN"]),
        ("filters[voucher_type][conditions][$is]=GIFT_VOUCHER", []),
        ("campaign_id=none", []),
        ("filters[segments][conditions][$is]=none", []),
        ("filters[metadata.tags][conditions][$is]=b", ["LATE"]),
        ("filters[metadata.tags][conditions][$includes][0]=a", ["LATE"]),
    ],
)
def test_vouchers_are_listed(shop, query, codes):
    shop.base.later(seconds=1)
    shop.post("/v1/vouchers", {**AMOUNT, "code": "LATE", "metadata": {"tags": ["a", "b"]}})
    shop.put("/v1/vouchers/LATE", {"category": "new"})

    assert codes == [one["code"] for one in shop.get(f"/v1/vouchers?{query}")["vouchers"]]


def test_vouchers_of_one_customer_are_listed_by_either_id(http):
    made = http.post("/v1/customers", ANN)
    http.base.csv(f"Code,Type,Value,Holder\nA,GIFT_VOUCHER,5,{made['id']}\nB,GIFT_VOUCHER,5,\n",
                  kind="vouchers")  # fmt: skip
    for name in (made["id"], ANN["source_id"]):
        assert ["A"] == [one["code"] for one in
                         http.get(f"/v1/vouchers?customer={name}")["vouchers"]]  # fmt: skip


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

    http.post("/v1/vouchers/OWN/redemption", {"order": {"amount": 100}})
    for name in (made["id"], "Summer"):
        assert 1 == http.get(f"/v1/redemptions?campaign={name}")["total"]
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
