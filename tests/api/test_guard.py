"""Which requests the routes answer, and what they answer to errors."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from engine.api.app import routes
from engine.exports.order import Order
from engine.exports.run import export_records

HOST = "127.0.0.1:8501"
ROWS = "/api/customers/rows?start=0&end=10"


@pytest.fixture
def client(base):
    base.csv("Source_id,Name\na,Ann\n")
    application = Starlette(routes=routes(lambda: base.workbench))
    return TestClient(application, base_url=f"http://{HOST}")


OWN = [
    {},
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "same-origin", "origin": f"http://{HOST}"},
    {"host": "localhost:8501"},
    {"host": "[::1]:8501"},
]
FOREIGN = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},  # another port of this machine
    {"origin": "https://example.com"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:9999"},
    {"host": "rebound.example.com:8501"},
    {"host": "127.0.0.1.example.com"},
    {"host": "[::1"},
]


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_our_own_pages_are_answered(client, headers):
    answer = client.get(ROWS, headers=headers)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json()["total"] == 1


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("stored", [False, True], ids=["rows", "export"])
def test_other_sites_are_refused(client, base, headers, stored):
    address = f"/api/exports/{export_records(base.workbench, Order()).id}" if stored else ROWS
    answer = client.get(address, headers=headers)

    assert answer.status_code == 403
    assert answer.json()["key"] == "forbidden"
    assert "Ann" not in answer.text


@pytest.mark.parametrize(
    ("address", "status", "key"),
    [
        ("/api/customers/rows?start=x", 400, "invalid_usage"),
        ('/api/customers/rows?filter={"nme":{}}', 400, "invalid_filter"),
        ("/api/customers/rows?segment=nobody", 404, "not_found"),
        ("/api/exports/exp_nope", 404, "not_found"),
    ],
)
def test_an_error_that_can_be_mended_is_told(client, address, status, key):
    answer = client.get(address)

    assert (answer.status_code, answer.json()["key"]) == (status, key)
