"""What the routes answer to requests that the pages would not make: rows, or an error as JSON."""

import json
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from engine.accounts.entrance import Entrance
from engine.api.app import routes
from engine.exports.order import Order
from engine.exports.run import export_records, own_file

ROWS = "/api/customers/rows"


@pytest.fixture
def client(base):
    base.filled(lived)
    application = Starlette(routes=routes(Entrance(lambda: base.workbench)))
    return TestClient(application, base_url="http://127.0.0.1:8501")


def lived(base):
    base.csv("Source_id,Name,tags\na,Ann,x\nb,Bob,y\n")


@pytest.mark.parametrize(
    ("address", "status", "key"),
    [
        (f"{ROWS}?start=x", 400, "invalid_usage"),
        (f"{ROWS}?start=true", 400, "invalid_usage"),
        (f"{ROWS}?start=-1&end=5", 400, "invalid_usage"),
        (f"{ROWS}?start={2**64}&end={2**64 + 1}", 400, "invalid_usage"),
        (f"{ROWS}?start=1e3&end=1e3", 400, "invalid_usage"),
        (f"{ROWS}?end=1001", 400, "invalid_usage"),
        (f"{ROWS}?columns=[", 400, "invalid_usage"),
        (f"{ROWS}?columns={{}}", 400, "invalid_usage"),
        (f"{ROWS}?columns=[[]]", 400, "invalid_filter"),
        (f"{ROWS}?sort=[1]", 400, "invalid_usage"),
        (f'{ROWS}?sort=[{{"colId":"name","sort":[]}}]', 400, "invalid_usage"),
        (f'{ROWS}?filter={{"nme":{{}}}}', 400, "invalid_filter"),
        (f"{ROWS}?segment=nobody", 404, "not_found"),
        (f"{ROWS}?where={'[' * 500}", 400, "invalid_usage"),
        ("/api/invoices/rows", 400, "invalid_usage"),
        ("/api/exports/exp_nope", 404, "not_found"),
        ("/api/exports/..%2f..%2fworkbench.db", 404, "not_found"),
        ("/api/nothing", 404, "not_found"),
        ("/api/", 404, "not_found"),
    ],
)
def test_an_error_that_can_be_fixed_is_told(client, address, status, key):
    answer = client.get(address)

    assert (answer.status_code, answer.json()["key"]) == (status, key)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_method_that_no_route_has_is_told(client, method):
    answer = client.request(method, ROWS)

    assert (answer.status_code, answer.json()["key"]) == (405, "invalid_usage")


@pytest.mark.parametrize("start", [2, 3, 2**31, 2**32, 2**63 - 1, 2**63, 2**64 - 1001])
@pytest.mark.parametrize(
    "sort", [[], [{"colId": "name", "sort": "desc"}]], ids=["as it is", "sorted"]
)
def test_behind_the_last_row_there_are_none(client, start, sort):
    asked = {"start": start, "end": start + 1000, "sort": json.dumps(sort)}

    assert client.get(f"{ROWS}?{urlencode(asked)}").json() == {"rows": [], "total": 2}


@pytest.mark.parametrize(
    "asked",
    [
        {"columns": ["name", "name", "id", "id"]},
        {"columns": ["name"], "sort": [{"colId": "name", "sort": "asc"}] * 3},
        {"columns": ["name"], "sort": [{"colId": "name", "sort": s} for s in ("asc", "desc")]},
        {"columns": ["name"], "customers": ["a", "a", "b"]},
    ],
    ids=["columns", "sorted alike", "sorted otherwise", "customers"],
)
def test_what_is_asked_twice_is_answered_once(client, asked):
    query = urlencode({"end": 5, **{name: json.dumps(value) for name, value in asked.items()}})
    rows = client.get(f"{ROWS}?{query}").json()["rows"]

    assert [(set(row), row["name"]) for row in rows] == [
        ({"id", "name"}, "Ann"),
        ({"id", "name"}, "Bob"),
    ]


def test_an_export_whose_file_is_gone_is_not_found(client, base):
    run = export_records(base.workbench, Order())
    address = f"/api/exports/{run.id}"
    assert client.get(address).content == own_file(base.workbench, run.id).read_bytes()

    own_file(base.workbench, run.id).unlink()
    gone = client.get(address)
    assert (gone.status_code, gone.json()["key"]) == (404, "not_found")
    assert "is gone: export it again" in gone.json()["message"]


def test_an_export_that_lies_elsewhere_is_not_given_out(client, base):
    run = export_records(base.workbench, Order(), base.folder.parent / "out.csv")
    answer = client.get(f"/api/exports/{run.id}")

    assert (answer.status_code, answer.json()["key"]) == (404, "not_found")


def test_a_fault_of_the_program_is_told_as_one(base):
    lost = Starlette(routes=routes(Entrance(lambda: base.lost)))
    answer = TestClient(lost, raise_server_exceptions=False).get(ROWS)

    assert (answer.status_code, answer.json()["key"]) == (500, "error")
