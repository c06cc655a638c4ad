"""Whatever is sent to any route: an answer in the one shape, never a fault of the program."""

import re
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.api.routes import ROUTES
from engine.api.table import Route

WORDS = ["a", "TEN", "seg_x", "", "%", "%25", "..", "/", "a/b", "ä", "\0", "' OR 1=1", "x" * 300]
TEXTS = st.sampled_from(WORDS) | st.text(max_size=12)
KEYS = st.sampled_from(
    ["id", "source_id", "name", "filter", "junction", "conditions", "$is", "customer", "customers",
     "order", "items", "amount", "quantity", "price", "metadata", "code", "discount", "type",
     "gift", "credits", "redeemables", "voucher", "vouchers_count", "exported_object",
     "parameters", "fields", "event", "status", "address", "birthdate", "tracking_id", "segments"]
) | TEXTS  # fmt: skip
LEAVES = (
    TEXTS
    | st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["customer", "PAID", "AMOUNT", "static", "2020-01-01", "and", 1e300])
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)
)
NAMES = st.sampled_from(
    ["limit", "page", "order", "code", "amount", "customer", "customer[source_id]", "item[0][a]",
     "filters[name][conditions][$is]", "filters[junction]", "filters[x]", "created_at[before]",
     "starting_after", "tracking_id", "token", "vouchers_count", "campaign_id", "end_date", "a[b"]
) | TEXTS  # fmt: skip
INSIDE = re.compile(r"Traceback|File \"|/engine/|\.py\b|sqlite|polars", re.IGNORECASE)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    row=st.sampled_from(ROUTES),
    ids=st.lists(TEXTS, min_size=2, max_size=2),
    query=st.dictionaries(NAMES, TEXTS, max_size=4),
    body=VALUES,
)
def test_no_request_makes_a_route_fail(http, row: Route, ids, query, body):
    names = iter(ids)
    path = re.sub(r"{\w+}", lambda _: quote(next(names), safe=""), row.path)
    answer = http.ask(row.method, f"{path}?{urlencode(query)}", json=body)
    http.done()

    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.json()["code"] == answer.status_code
        assert INSIDE.search(answer.text) is None
