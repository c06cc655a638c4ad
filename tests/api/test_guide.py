"""The commands of the guide, with only the host, the keys and what it elides changed."""

import json
import shlex
from urllib.request import Request, urlopen

import pytest

from tests.api.server import served

REDEEM = """
curl -X POST \\
  -H "X-App-Id: APP" \\
  -H "X-App-Token: TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{
    "customer": {
      "source_id": "[email\u00a0protected]",
      "name": "Alice Morgan",
      "email": "[email\u00a0protected]",
      "metadata": {
        "locale": "en-GB",
        "shoeSize": 5,
        "favourite_brands": ["Armani", "L’Autre Chose", "Vicini"]
      }
    },
    "order": {
      "amount": 20050,
      "items": [
        { "product_id": "prod_anJ03RZZq74z4v", "quantity": "2", "price": 10000 },
        { "sku_id": "sku_0KtP4rvwEECQ2U", "quantity": "1" }
      ]
    },
    "metadata": {
      "locale": "en-GB"
    }
  }' \\
  "HOST/v1/vouchers/Testing7fjWdr/redemption"
"""
STATIC = """
curl -X POST \\
  HOST/v1/segments \\
  -H 'content-type: application/json' \\
  -H 'x-app-id: APP' \\
  -H 'x-app-token: TOKEN' \\
  -d '{
  "name": "test segment",
  "customers": ["CUSTOMER"],
  "type": "static"
}'
"""
DYNAMIC = """
curl -X POST \\
  HOST/v1/segments \\
  -H 'content-type: application/json' \\
  -H 'x-app-id: APP' \\
  -H 'x-app-token: TOKEN' \\
  -d '{
    "name": "Berlin",
    "metadata": {},
    "filter": {
        "junction": "and",
        "address.city": {
            "conditions": {
                "$is": [
                    "Berlin"
                ]
            }
        }
    }
}'
"""
VALIDATE = (
    "curl -H 'X-Client-Application-Id: CLIENT_ID' -H 'X-Client-Token: CLIENT_TOKEN' "
    "-H 'Origin: http://localhost:3000' 'HOST/client/v1/validate?code=uWaf3gVG&amount=1000"
    "&item[0][sku_id]=sku_dSbRQfbyUMyHnt&item[0][quantity]=1"
    "&item[1][product_id]=prod_anJ03RZZq74z4v&item[1][quantity]=1'"
)
# What the guide's long example of a filter asks of everything that it names.
FILTER = {
    "junction": "and",
    "name": {"conditions": {"$has_value": True}},
    "email": {"conditions": {"$ends_with": [".com"]}},
    "phone": {"conditions": {"$starts_with": ["48"]}},
    "created_at": {"conditions": {"$before": ["2018-09-01T00:00:00.000Z"]}},
    "address.postal_code": {"conditions": {"$is_not": ["32-857"]}},
    "address.city": {"conditions": {"$is": ["Berlin"]}},
    "address.country": {"conditions": {"$is_unknown": True}},
    "source_id": {"conditions": {"$starts_with": ["746"]}},
    "system_metadata.source": {"conditions": {"$is": ["web_widget"]}},
    "system_metadata.web_widget.widgets": {"conditions": {"$is": ["general"]}},
    "metadata.pick_up_date": {"conditions": {"$is_not": ["3 am"]}},
    "events.cart_abandoned.count": {"conditions": {"$is": ["1"]}},
    "summary.orders.total_amount": {"conditions": {"$more_than": [40000]}},
    "summary.orders.last_order_date": {"conditions": {"$less_than": [30]}},
    "summary.redemptions.gift.redeemed_amount": {"conditions": {"$has_value": True}},
    "loyalty.referred_customers": {"conditions": {"$more_than": [1]}},
}


@pytest.fixture
def curl(http):
    """Runs a command of the guide against a real server; gives its answer."""
    with served(http) as host:

        def run(command, **words):
            known = {"HOST": host, "APP": http.key.app_id, "TOKEN": http.key.app_token,
                     "CLIENT_ID": http.key.client_app_id,
                     "CLIENT_TOKEN": http.key.client_token, **words}  # fmt: skip
            for name in sorted(known, key=len, reverse=True):
                command = command.replace(name, known[name])
            return asked(shlex.split(command.replace("\\\n", " "))[1:])

        yield run


def asked(words):
    """What a server answers to the words of a command of curl."""
    headers, data, url, rest = {}, None, None, iter(words)
    for word in rest:
        if word in ("-H", "-X", "-d"):
            value = next(rest)
            if word == "-H":
                headers.update([value.split(": ", 1)])
            elif word == "-d":
                data = value.encode()
        else:
            url = word
    with urlopen(Request(url, data, headers)) as answer:
        return json.load(answer)


def test_the_redemption_of_the_guide_creates_its_customer(curl, http):
    http.post("/v1/vouchers", {"code": "Testing7fjWdr",
                               "discount": {"type": "AMOUNT", "amount_off": 1000}})  # fmt: skip
    done = curl(REDEEM)
    customer = http.get(f"/v1/customers/{done['customer_id']}")

    assert ("SUCCESS", 20050, 19050) == (
        done["result"], done["order"]["amount"], done["order"]["total_amount"]
    )  # fmt: skip
    assert ("Alice Morgan", 5) == (customer["name"], customer["metadata"]["shoeSize"])
    assert ["Armani", "L’Autre Chose", "Vicini"] == customer["metadata"]["favourite_brands"]
    assert customer == http.get("/v1/customers/%5Bemail%C2%A0protected%5D")


def test_the_segments_of_the_guide_have_its_members(curl, http):
    made = http.post("/v1/customers", {"source_id": "a", "address": {"city": "Berlin"}})
    static, dynamic = curl(STATIC, CUSTOMER=made["id"]), curl(DYNAMIC)

    assert ("static", None, "auto-update") == (static["type"], static["filter"], dynamic["type"])
    for segment in (static, dynamic):
        found = http.get(f"/v1/customers?segment_id={segment['id']}")
        assert [made["id"]] == [one["id"] for one in found["customers"]]


def test_the_validation_of_the_guide_gives_a_tracking_id(curl, http):
    http.post("/v1/vouchers", {"code": "uWaf3gVG",
                               "discount": {"type": "AMOUNT", "amount_off": 1000}})  # fmt: skip
    found = curl(VALIDATE)

    assert found["valid"] is True
    assert found["tracking_id"].startswith("track_")


def test_the_long_filter_of_the_guide_is_understood_and_kept_in_its_order(http):
    made = http.post("/v1/segments", {"name": "Berlin customers", "filter": FILTER})

    assert list(FILTER) == list(http.get(f"/v1/segments/{made['id']}")["filter"])


def test_the_guides_ways_to_export_give_the_same_customers(http):
    http.base.csv("Source_id,Name\na,Ann\nb,Bob\n")
    listed = http.get("/v1/customers?order=source_id")["customers"]
    single = [http.get(f"/v1/customers/{name}") for name in ("a", "b")]
    made = http.post("/v1/exports", {"exported_object": "customer"})
    http.done()
    text = http.ask("GET", http.get(f"/v1/exports/{made['id']}")["result"]["url"]).text

    assert listed == single
    assert ["Name,Source ID", "Ann,a", "Bob,b"] == text.splitlines()
