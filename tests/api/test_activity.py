"""What happened to a customer, as the activity of the API tells it."""

from tests.api.conftest import assert_error

ANN = {"source_id": "ann@example.com", "name": "Ann", "address": {"city": "Rome"}}


def test_what_happened_to_a_customer_is_told_page_by_page(http):
    base = http.base
    rome = {"junction": "and", "address.city": {"conditions": {"$is": ["Rome"]}}}
    http.post("/v1/segments", {"name": "Rome", "filter": rome})
    http.post("/v1/customers", ANN)
    base.later(seconds=1)
    http.post("/v1/events", {"event": "seen", "customer": {"source_id": "ann@example.com"},
                             "metadata": {"n": 1}})  # fmt: skip
    base.later(seconds=1)
    order = {"id": "o1", "customer": {"source_id": "ann@example.com"}, "status": "PAID"}
    base.json({**order, "amount": 1050}, kind="orders")
    base.csv("Id,Customer_source_id,Voucher_code,Result\nr1,ann@example.com,X,FAILURE\n",
             kind="redemptions")  # fmt: skip
    path = "/v1/customers/ann%40example.com/activity"
    http.post("/v1/vouchers", {"code": "TEN", "discount": {"type": "AMOUNT", "amount_off": 1000}})
    for codes in (["TEN"], ["TEN", "NONE"]):
        asked = [{"object": "voucher", "id": code} for code in codes]
        http.post("/v1/validations", {"redeemables": asked, "order": {"amount": 5000},
                                      "customer": {"source_id": "ann@example.com"}})  # fmt: skip
    whole = http.get(f"{path}?limit=100")
    kinds = [one["type"] for one in whole["data"]]
    seen, cursor = [], ""
    while cursor is not None:
        found = http.get(f"{path}?limit=2{cursor}")
        seen += found["data"]
        assert ("more_starting_after" in found) == found["has_more"]
        last = found.get("more_starting_after")
        cursor = f"&starting_after_id={last}" if last else None

    by_instant, cursor = [], ""
    while cursor is not None:
        found = http.get(f"{path.replace('activity', 'activities')}?limit=2{cursor}")
        by_instant += found["data"]
        last = found["data"][-1]["created_at"]
        cursor = f"&starting_after={last}" if found["has_more"] else None

    assert seen == by_instant
    assert {
        *("customer.created", "customer.segment.entered", "customer.custom_event"),
        *("customer.order.paid", "customer.redemption.failed"),
        *("customer.validation.succeeded", "customer.validation.failed"),
    } == {*kinds}
    assert whole["data"] == seen
    assert all(one["data"]["customer"]["name"] == "Ann" for one in seen)
    by_type = {one["type"]: one["data"] for one in seen}
    assert "Rome" == by_type["customer.segment.entered"]["segment"]["name"]
    assert {"event": {"type": "seen"}, "metadata": {"n": 1},
            "created_at": "2026-11-02T09:30:01.000Z"}.items() <= (
        by_type["customer.custom_event"].items()
    )  # fmt: skip
    assert 1050 == by_type["customer.order.paid"]["order"]["amount"]
    refused = by_type["customer.validation.failed"]["validation"]
    assert (False, 5000) == (refused["valid"], refused["amount"])
    assert [("TEN", "APPLICABLE"), ("NONE", "INAPPLICABLE")] == [
        (one["id"], one["status"]) for one in refused["redeemables"]
    ]
    assert "not_found" == refused["redeemables"][1]["result"]["error"]["key"]
    reverse = http.get(f"{path}?limit=100&order=created_at")["data"]
    assert [one["id"] for one in whole["data"]] == [one["id"] for one in reversed(reverse)]
    only = http.get(f"{path}?type=customer.created&category=ACTION")
    assert ["customer.created"] == [one["type"] for one in only["data"]]


def test_changes_of_one_instant_have_ids_of_their_own_that_stay(http):
    path = "/v1/customers/ann@example.com/activity?type=customer.updated"
    for name in ("Ann", "Bea", "Cleo", "Dora"):
        http.post("/v1/customers", {"source_id": "ann@example.com", "name": name})
    newest = [one["data"]["changes"] for one in http.get(path)["data"]]
    before = [one["id"] for one in http.get(path)["data"]]
    http.post("/v1/customers", {"source_id": "ann@example.com", "name": "Eva"})

    assert 3 == len(set(before))
    assert before == [one["id"] for one in http.get(path)["data"]][1:]
    assert "Dora" in str(newest[0])
    assert "Bea" in str(newest[-1])


def test_a_cursor_of_nothing_is_refused(http):
    http.post("/v1/customers", ANN)
    answer = http.ask("GET", "/v1/customers/ann@example.com/activity?starting_after_id=x")

    assert_error(answer, 400, "invalid_query_params")


def test_what_happened_is_told_of_the_codes_of_one_campaign(http):
    voucher = {"discount": {"type": "AMOUNT", "amount_off": 1000}}
    spring = http.post("/v1/campaigns", {"name": "Spring", "voucher": voucher})["id"]
    http.post("/v1/campaigns/Spring/vouchers/A", {})
    http.post("/v1/vouchers/B", voucher)
    for code in "AB":
        http.post(f"/v1/vouchers/{code}/redemption", {"customer": ANN})
    path = "/v1/customers/ann%40example.com/activity"
    codes = {
        query: [one["data"]["redemption"]["voucher"]["code"] for one in
                http.get(f"{path}?{query}")["data"]]
        for query in (f"campaign_id={spring}", "campaign_type=DISCOUNT_COUPONS",
                      "campaign_id=none", "campaign_type=GIFT_VOUCHERS")
    }  # fmt: skip

    assert [["A"], ["A"], [], []] == [*codes.values()]
