"""What our description of the API promises is what it does, whatever a generator makes of it."""

import re
from itertools import count

import pytest
import schemathesis.specs.openapi.schemas  # not at its first use: two threads that parse mistake it
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from engine.accounts.roles import ERASE
from engine.api.routes import ROUTES
from tests.api.conftest import AMOUNT, Http
from tests.bases import Base

PROMISES = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
INSIDE = re.compile(r"Traceback|File \"|/engine/|\.py\b|sqlite|polars|secret", re.IGNORECASE)
POSITIVE, NEGATIVE = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
DRAWN = max(3, settings.default.max_examples // 40)  # of each route
numbers = count()


@pytest.fixture(scope="module")
def http(tmp_path_factory):
    made = Http(Base.new(tmp_path_factory.mktemp("described") / "workspace"))
    yield made
    made.done()
    made.base.close()


@pytest.fixture(scope="module")
def described(http):
    """The operations by method and path."""
    schema = schemathesis.openapi.from_dict(http.get("/openapi.json"))
    found = (each.ok() for each in schema.get_all_operations())
    return {operation.label: operation for operation in found}


@pytest.fixture(scope="module")
def lasting(http):
    return things(http)


def things(http):
    """What the parts of paths name, by their names; of a customer with secrets."""
    number = next(numbers)
    customer = http.post("/v1/customers", {
        "source_id": f"c{number}", "name": "Secret Name", "email": f"secret{number}@example.com",
        "phone": f"secret {number}", "metadata": {"diagnosis": "secret"},
    })  # fmt: skip
    voucher = http.post("/v1/vouchers", {**AMOUNT, "code": f"TEN{number}", "redemption": {}})
    segment = {"name": f"s{number}", "type": "static", "customers": [customer["id"]]}
    campaign = {"name": f"campaign {number}", "voucher": {**AMOUNT, "code": None}}
    redeem = f"/v1/vouchers/{voucher['code']}/redemption"
    begun = http.post("/v1/customers/metadata/async", {"source_ids": [f"c{number}"],
                      "metadata": {"n": number}}, 202)  # fmt: skip
    http.done()
    return {
        "customer_id": customer["source_id"],
        "segment_id": http.post("/v1/segments", segment)["id"],
        "order_id": http.post("/v1/orders", {"customer": {"id": customer["id"]}})["id"],
        "code": voucher["code"],
        "campaign_id": http.post("/v1/campaigns", campaign)["id"],
        "redemption_id": http.post(redeem, {"customer": {"id": customer["id"]}})["id"],
        "export_id": http.post("/v1/exports", {"exported_object": "customer"})["id"],
        "action_id": begun["async_action_id"],
    }


def local(application):
    """The application as somebody on this machine asks it: no limit of requests."""

    async def asked(scope, receive, send):
        await application({**scope, "client": ("127.0.0.1", 50_000)}, receive, send)

    return asked


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: row.name)
@settings(max_examples=DRAWN, phases=[Phase.generate], database=None)
@given(data=st.data(), mode=st.sampled_from([POSITIVE, NEGATIVE]), exists=st.booleans())
def test_every_answer_is_one_of_the_description(http, described, lasting, row, data, mode, exists):
    case = data.draw(described[row.name].as_strategy(mode))
    case.headers = http.browser if row.path.startswith("/client/") else http.headers
    if exists and case.path_parameters:
        goes = row.role == ERASE or row.method == "DELETE"
        known = things(http) if goes else lasting
        case.path_parameters = {name: known[name] for name in case.path_parameters}
    answer = case.call(app=local(http.app))
    http.done()

    case.validate_response(answer, checks=PROMISES)
    assert answer.status_code < 400 or INSIDE.search(answer.text) is None


def test_every_route_is_described(described):
    assert sorted(described) == sorted(row.name for row in ROUTES)
