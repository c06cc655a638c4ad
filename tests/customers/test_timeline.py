"""The timeline of one customer: every version, order, redemption and event, with its cause."""

from datetime import timedelta

import pytest

from engine.customers.timeline import timeline
from engine.segments import library
from tests.bases import NOW


def told(base, source_id):
    profile = base.workbench.profile()
    position = profile.customers["source_id"].to_list().index(source_id)
    return timeline(base.workbench, profile, position)


@pytest.fixture
def shop(base):
    return base.filled(fill)


def fill(base):
    base.csv("Source_id,Name,City,size\na,Ann,Rome,1\nb,Bob,Oslo,2\n")


def test_each_change_names_the_fields_that_moved_and_the_file(shop):
    shop.now = NOW + timedelta(hours=1)
    shop.csv("Source_id,Name,City,size\na,Anna,Rome,5\nb,Bob,Oslo,2\n")
    changed, created = told(shop, "a")

    assert (created.at, created.kind, created.details) == (NOW, "created", ())
    assert (changed.at, changed.kind) == (NOW + timedelta(hours=1), "updated")
    assert changed.details == ("Name: Ann → Anna", "metadata.size: 1 → 5")
    assert changed.because == created.because
    assert changed.import_id != created.import_id
    assert len(told(shop, "b")) == 1


def test_segments_that_were_entered_and_left_are_told_with_their_cause(shop):
    rome = {"junction": "and", "address.city": {"conditions": {"$is": ["Rome"]}}}
    shop.now = NOW + timedelta(hours=1)
    library.create(shop.workbench, "Romans", rome)
    shop.now = NOW + timedelta(hours=2)
    run = shop.csv("Source_id,City\na,Oslo\nb,Rome\n")

    moves = [one for one in told(shop, "a") if one.kind in ("entered", "left")]
    assert [(one.what, one.because) for one in moves] == [
        ("Left Romans", run.file_name),
        ("Entered Romans", "definition"),
    ]
    assert moves[0].import_id == run.id


def test_orders_redemptions_and_events_stand_at_their_own_instants(shop):
    shop.csv(
        "Customer_source_id,Id,Status,Amount,Created_at,metadata.channel\n"
        "a,o1,PAID,1250,2026-01-02,web\nb,o2,PAID,99,2026-01-02,web\n",
        kind="orders",
    )
    shop.csv(
        "Customer_source_id,Id,Voucher_code,Status,Failure_code,Date,Object,Gift_amount\n"
        "a,r1,GIFT,SUCCEEDED,,2026-01-03,redemption,500\n"
        "a,r2,GIFT,FAILED,quantity_exceeded,2026-01-04,redemption,\n"
        "a,r3,GIFT,SUCCEEDED,,2026-01-05,redemption_rollback,\n",
        kind="redemptions",
    )
    shop.csv("Customer_source_id,Event,Created_at\na,seen,2026-01-06\n", kind="events")

    assert [(moment.kind, moment.what) for moment in told(shop, "a")] == [
        ("created", "Created"),
        ("event", "seen"),
        ("redemption", "Rolled back GIFT"),
        ("redemption", "Could not redeem GIFT · quantity exceeded"),
        ("redemption", "Redeemed GIFT · gift 5.00 EUR"),
        ("order", "Order o1 · 12.50 EUR · PAID"),
    ]
    assert told(shop, "a")[-1].details == ("channel: web",)
    assert told(shop, "a")[-1].record == "o1"
