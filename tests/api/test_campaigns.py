"""Campaigns over HTTP: what is kept, how codes look, lists; units of several products."""

import pytest

from tests.api.conftest import AMOUNT, assert_error, redeemed

UNITS = {"type": "UNIT", "effect": "ADD_MANY_ITEMS", "units": [
    {"unit_off": 1, "unit_type": "p", "effect": "ADD_NEW_ITEMS"},
    {"unit_off": 1.5, "unit_type": "q × r", "effect": "ADD_MISSING_ITEMS"},
]}  # fmt: skip
ABOUT = {"type": "STATIC", "description": "Spring", "category": "web", "category_id": "cat_1"}
TEMPLATE = {"discount": UNITS, "code_config": {"prefix": "P-", "suffix": "-Z", "length": 4,
                                               "charset": "01"}}  # fmt: skip


@pytest.fixture
def spring(http):
    http.post("/v1/campaigns", {"name": "Gifts", "voucher": {"type": "GIFT_VOUCHER",
                                                             "gift": {"amount": 5}}})  # fmt: skip
    http.base.later(seconds=1)
    body = {"name": "Spring", **ABOUT, "voucher": TEMPLATE, "vouchers_count": 2}
    return http.post("/v1/campaigns", body)


def test_what_is_said_of_a_campaign_is_kept(http, spring):
    [one, _] = http.get(f"/v1/vouchers?campaign_id={spring['id']}")["vouchers"]

    assert ABOUT.items() <= spring.items()
    assert spring == http.get("/v1/campaigns/Spring")
    assert UNITS == spring["voucher"]["discount"] == one["discount"]
    assert ("web", "cat_1", "Spring") == (one["category"], one["category_id"], one["campaign"])
    assert one["code"].startswith("P-")
    assert one["code"].endswith("-Z")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Spring", "Gifts"]),
        ("order=created_at", ["Gifts", "Spring"]),
        ("limit=1&page=2", ["Gifts"]),
        ("campaign_type=GIFT_VOUCHERS", ["Gifts"]),
        ("campaign_type=DISCOUNT_COUPONS", ["Spring"]),
        ("campaign_type=PROMOTION", []),
        ("filters[type][conditions][$is]=STATIC", ["Spring"]),
        ("filters[voucher_type][conditions][$is]=GIFT_VOUCHER", ["Gifts"]),
        ("filters[created_date][conditions][$after]=2026-11-02T09:30:00.000Z", ["Spring"]),
        ("created_at[before]=2026-11-02T09:30:01.000Z", ["Gifts"]),
        ("campaign_status=DONE", ["Spring", "Gifts"]),
        ("campaign_status=DRAFT", []),
        ("filters[campaign_status][conditions][$in][0]=DONE", ["Spring", "Gifts"]),
        ("filters[campaign_status][conditions][$is]=DRAFT", []),
        (
            "filters[campaign_status][conditions][$is_not]=DONE&filters[junction]=or"
            "&filters[name][conditions][$is]=Gifts",
            ["Gifts"],
        ),
    ],
)
def test_campaigns_are_listed(http, spring, query, names):
    found = http.get(f"/v1/campaigns?{query}")

    assert names == [one["name"] for one in found["campaigns"]]
    assert spring["id"] in http.get(f"/v1/campaigns?ids={spring['id']}")["campaigns"][0]["id"]


def test_a_code_that_is_drawn_has_terms_of_its_own_or_there_is_none(http, spring):
    path = "/v1/campaigns/Spring/vouchers"
    made = http.post(path, {"category": "mail", "metadata": {"n": 1}})
    faulty = {"discount": {"type": "PERCENT", "percent_off": 200}}
    answers = [
        http.ask("POST", path, json=faulty),
        http.ask("POST", f"{path}?vouchers_count=2", json={"category": "mail"}),
    ]

    assert ("mail", {"n": 1}, UNITS) == (made["category"], made["metadata"], made["discount"])
    assert made["code"].startswith("P-")
    assert made["code"].endswith("-Z")
    for answer in answers:
        assert_error(answer, 400, "invalid_payload")
    assert 3 == http.get(f"/v1/vouchers?campaign_id={spring['id']}")["total"]


def test_a_voucher_names_its_campaign_by_name_or_id(http, spring):
    discount = {"discount": AMOUNT["discount"]}
    made = [
        http.post(f"/v1/vouchers/{code}", {**discount, **said})
        for code, said in (("A", {"campaign": "Spring"}), ("B", {"campaign_id": spring["id"]}))
    ]
    unknown = {**discount, "campaign_id": "none"}

    assert [("Spring", spring["id"])] * 2 == [(one["campaign"], one["campaign_id"]) for one in made]
    assert_error(http.ask("POST", "/v1/vouchers", json=unknown), 404, "not_found")


def test_units_of_several_products_are_redeemed(http):
    http.post("/v1/vouchers/MANY", {"discount": UNITS})
    items = [{"product_id": "p", "price": 1000}, {"product_id": "q × r", "price": 200}]
    done = redeemed(http, "/v1/vouchers/MANY/redemption", order={"items": items})

    assert (2300, 1300, 1000) == tuple(
        done["order"][name] for name in ("amount", "items_discount_amount", "total_amount")
    )


@pytest.mark.parametrize(
    "units", ["x", [], [{"unit_off": 0, "unit_type": "p"}], [{"unit_off": 1}], [5]]
)
def test_units_that_say_nothing_are_refused(http, units):
    body = {"discount": {"type": "UNIT", "effect": "ADD_MANY_ITEMS", "units": units}}
    told = assert_error(http.ask("POST", "/v1/vouchers", json=body), 400, "invalid_payload")

    assert "$.discount.units" in told["details"]
    assert "unit_off @" not in told["details"]


def test_a_code_is_drawn_as_it_is_asked_for(http):
    config = {"length": 3, "charset": "AB", "prefix": "X"}
    made = http.post("/v1/vouchers", {"discount": AMOUNT["discount"], "code_config": config})
    config["length"] = 10**9
    body = {"discount": AMOUNT["discount"], "code_config": config}

    assert {"X", "A", "B"} >= {*made["code"]}
    assert 4 == len(made["code"])
    assert_error(http.ask("POST", "/v1/vouchers", json=body), 400, "invalid_payload")
