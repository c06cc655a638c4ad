"""Events come in; their names become fields."""

from engine.store.check import faults
from tests.bases import counts, reasons, value

HEADER = "Event,Customer_source_id,Created_at,metadata.cart\n"


def track(base, *lines):
    return base.csv(HEADER + "\n".join(lines) + "\n", kind="events")


def test_names_become_fields_that_count_and_date(base):
    track(base, "cart_abandoned,ann,2026-10-01,5", "cart_abandoned,ann,2026-10-03,6",
          "shop.visit now,bob,2026-10-02,")  # fmt: skip

    assert base.workbench.profile().catalogue.events == ("cart_abandoned", "shop.visit now")
    assert base.who("events.cart_abandoned.count", "$is", "2") == ["ann"]
    assert base.who("events.cart_abandoned.count", "$is", 0) == ["bob"]
    assert base.who("events.cart_abandoned.count", "$has_value") == ["ann"]
    assert base.who("events.cart_abandoned.first_occurred", "$is", "2026-10-01") == ["ann"]
    assert base.who("events.cart_abandoned.last_occurred", "$is", "2026-10-03") == ["ann"]
    assert base.who("events.shop.visit now.count", "$more_than", 0) == ["bob"]


def test_the_same_event_from_another_file_is_the_same_event(base):
    line, twin = "visit,ann,2026-10-01,5", "visit,ann,2026-10-01,"
    first = track(base, line, line, twin)
    second = base.json(
        *[{"event": "visit", "customer": {"source_id": "ann"}, "created_at": "2026-10-01",
           "metadata": {"cart": 5}}] * 3,
        kind="events",
    )  # fmt: skip

    assert counts(first) == (3, 0, 0, 0, 0)
    assert counts(second) == (1, 0, 2, 0, 0)
    assert value(base, "ann", "events.visit.count") == 4


def test_an_event_with_an_id_is_merged(base):
    base.csv("Id,Event,Customer_source_id\ne1,visit,ann\n", kind="events")
    run = base.csv("Id,Customer_source_id\ne1,bob\n", kind="events")

    assert counts(run) == (0, 1, 0, 0, 0)
    assert base.who("events.visit.count", "$is", 1) == ["bob"]


def test_an_event_needs_a_name_and_a_customer(base):
    run = base.csv("Event,Customer_source_id\n,ann\nvisit,\n,\nvisit,ann\n", kind="events")

    assert reasons(base, run) == [
        "expected the name of an Event, got nothing",
        "expected a Customer_id or a Customer_source_id, got neither",
    ]  # and the blank row is passed over
    assert base.column("source_id") == ["ann"]


def test_a_null_cannot_take_the_name_of_an_event_away(base):
    base.json({"id": "e1", "event": "visit", "customer_source_id": "ann"}, kind="events")
    run = base.json({"id": "e1", "event": None, "customer": None}, kind="events")

    assert counts(run) == (0, 0, 1, 0, 0)
    assert faults(base.workbench.store) == []
