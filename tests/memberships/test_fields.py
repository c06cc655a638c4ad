"""The law for each field of the catalogue: all its operators at once, over one rich history."""

from zoneinfo import ZoneInfo

import pytest

from engine.filters.operators.table import operators_for
from engine.filters.understanding import read
from engine.segments import library
from tests.fields import FIELDS
from tests.memberships.law import check, crowd, deleted

EVENTS = [f"events.visit.{part}" for part in ("count", "first_occurred", "last_occurred")]
METADATA = ["metadata.size", "metadata.tags", "metadata.day", "metadata.seen", "metadata.vip"]
CUSTOMERS = [
    {"source_id": "ann", "name": "Ann", "email": "a@x", "phone": "1", "description": "d",
     "birthdate": "1990-11-02", "address": {"line_1": "l", "line_2": "m", "postal_code": "01",
     "city": "Rome", "state": "s", "country": "IT"}, "loyalty_points": 3,
     "system_metadata": {"source": "API", "web_widget": {"widgets": ["a", "b"]}},
     "metadata": {"size": 1, "tags": ["a"], "day": "2026-11-03", "seen": "2026-11-02T09:00:00Z",
                  "vip": True}},
    {"source_id": "bob", "birthdate": "1991-11-05", "referrer": "ann"},
]  # fmt: skip
MOVED = [
    {"source_id": "bob", "name": "Bob", "email": "b@x", "phone": "2", "description": "e",
     "birthdate": "1990-11-09", "address": {"line_1": "n", "line_2": "o", "postal_code": "02",
     "city": "Oslo", "state": "t", "country": "NO"}, "loyalty_points": 5, "referrer": "cid",
     "system_metadata": {"source": "WEB", "web_widget": {"widgets": ["b"]}},
     "metadata": {"size": 3, "tags": ["a", "b"], "day": "2026-11-20",
                  "seen": "2026-11-03T09:30:00Z", "vip": False}},
    {"source_id": "cid", "created_at": "2026-10-01T00:00:00Z"},
]  # fmt: skip
ORDERS = [
    {"id": "o1", "customer_source_id": "ann", "status": "PAID", "amount": 500,
     "created_at": "2026-11-01T00:00:00Z"},
    {"id": "o2", "customer_source_id": "bob", "status": "CREATED", "amount": 100,
     "created_at": "2026-10-20T00:00:00Z"},
]  # fmt: skip
REDEMPTIONS = [
    {"id": f"r{place}", "customer_source_id": customer, "result": result, "object": what,
     "voucher_code": "card", "gift_amount": 10, "date": "2026-11-01T00:00:00Z"}
    for place, (customer, result, what) in enumerate([
        ("ann", "SUCCESS", "redemption"), ("ann", "FAILURE", "redemption"),
        ("bob", "SUCCESS", "redemption"), ("bob", "SUCCESS", "redemption_rollback"),
        ("ann", "FAILURE", "redemption_rollback")])
]  # fmt: skip
VISITS = [
    {"id": "v1", "event": "visit", "customer_source_id": "bob",
     "created_at": "2026-11-02T08:00:00Z"},
]  # fmt: skip
HISTORY = [
    ("orders", ORDERS),
    ("redemptions", REDEMPTIONS[:2]),
    ("events", VISITS),
    ("vouchers", [{"code": "card", "type": "GIFT_VOUCHER", "value": 100}]),
    ("customers", MOVED),
    ("redemptions", [*REDEMPTIONS[2:], {**REDEMPTIONS[0], "status": "ROLLED_BACK"}]),
    ("orders", [{"id": "o2", "customer_source_id": "cid", "status": "FULFILLED"}]),
    ("events", [{**VISITS[0], "id": "v0", "created_at": "2026-10-02T08:00:00Z"}]),
    ("vouchers", [{"code": "card", "value": 30}]),
    ("orders", [{"id": "o1", "customer_source_id": "bob"}]),
    ("customers", [{"source_id": "bob", "loyalty_points": 1, "referrer": "ann"}]),
]


def operand(row, field):
    """A plain operand of an operator, as JSON."""
    if row.operand.arity == "none":
        return True
    if field.table == "segments" and row.over != "list":
        return [INNER]
    found = [1] if field.kind.key == "number" else list(row.examples[0].operand)
    return [OWN[field.kind.key]] if read(field, row.key, found, UTC).faults else found


UTC = ZoneInfo("UTC")
OWN = {"date": "2026-11-03", "instant": "2026-11-02T08:00:00Z", "number": 2, "boolean": True}
INNER = "@"


PATHS = [path for path in (*FIELDS, *EVENTS, *METADATA) if path != "segments"]
# Several fields share a history, whose imports take most of the time; `segments` has its own.
SHARES = [["segments"], *([*PATHS[start : start + 16]] for start in range(0, len(PATHS), 16))]


@pytest.mark.parametrize("paths", SHARES, ids=lambda paths: paths[0])
def test_fields_keep_all_their_operators_current(base, paths):
    bench = base.workbench
    base.json(*CUSTOMERS, *crowd())
    base.json({**VISITS[0], "id": "v9", "customer_source_id": "ann"}, kind="events")
    inner = library.create(bench, "inner", {"loyalty.points": {"conditions": {"$more_than": 3}}})
    for path in paths:
        field = bench.profile().catalogue.field(path)
        for row in operators_for(field):
            if field.table == "segments" and row.over == "list":
                continue  # they would read each other in a circle
            given = operand(row, field)
            given = [inner.id] if given == [INNER] else given
            library.create(bench, f"{path} {row.key} {row.kinds[0].key}",
                           {path: {"conditions": {row.key: given}}})  # fmt: skip
    check(base, replay=False)
    for place, (kind, rows) in enumerate(HISTORY):
        base.later(hours=30)
        base.json(*rows, kind=kind)
        if place % 2:  # what one step gets wrong is so behind the next one too
            check(base, replay=False)
    base.later(days=9)
    deleted(base, "ann")
    check(base, replay=False)
    base.later(days=300)
    check(base, refreshed=False)
    bench.memberships.refresh(bench.clock)
    check(base)
