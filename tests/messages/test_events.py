"""Each event goes out for every way in which it comes about, in order, and of nobody else."""

from sqlalchemy import select

from engine.base.lookup import place_of
from engine.customers import editing
from engine.customers.events import record_event
from engine.customers.merging import merge
from engine.memberships.happenings import EVENTS
from engine.messages import targets
from engine.samples import sample_shop
from engine.segments import library
from engine.store.results.tables import delivery, outbox
from tests.bases import NOW
from tests.messages.conftest import source_id, verified

ROME = {"address.city": {"conditions": {"$is": ["Rome"]}}}
RECENT = {"created_at": {"conditions": {"$less_than_ago": [3]}}}
ANN = "Source_id,Name,City\nann,Ann,Rome\n"


def stored(sender, table):
    with sender.workbench.store.read() as connection:
        return connection.execute(select(table)).all()


def test_each_row_of_the_table_is_sent(sender):
    sender.hook()
    library.create(sender.workbench, "Romans", ROME)
    sender.counter.voucher("TEN", redemption={"quantity": 1})
    sender.base.csv(ANN)
    sender.base.csv("Source_id,City\nann,Oslo\n")
    done = sender.counter.redeem("TEN", amount=5000, who="ann")
    sender.counter.redeem("TEN", amount=5000, who="ann")
    sender.counter.roll_back(done.entries[0].id)
    sender.base.csv("Source_id,Name\nbob,Bob\n")
    merge(sender.workbench, "ann", "bob")

    found = sender.sent()
    assert [(one["type"], source_id(one)) for one in found] == [
        ("customer.created", "ann"),
        ("customer.segment.entered", "ann"),
        ("customer.updated", "ann"),
        ("customer.segment.left", "ann"),
        ("redemption.succeeded", "ann"),
        ("redemption.failed", "ann"),
        ("redemption.rolled_back", "ann"),
        ("customer.created", "bob"),
        ("customer.merged", "ann"),
    ]
    assert {*EVENTS} == {one["type"] for one in found}
    assert ("bob", True) == (
        found[-1]["data"]["merged"]["source_id"],
        found[-2]["data"]["customer"]["deleted"],
    )


def test_a_body_says_what_the_api_says_with_the_segment_the_cause_and_the_change(sender):
    sender.hook()
    made = library.create(sender.workbench, "Romans", ROME)
    sender.base.csv(ANN)
    created, entered = sender.sent()
    profile = sender.workbench.profile()

    assert {
        name: created[name] for name in ("object", "type", "created_at", "cause", "change")
    } == {
        "object": "event",
        "type": "customer.created",
        "created_at": NOW.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "cause": "import",
        "change": 1,
    }
    person = created["data"]["customer"]
    assert person["id"] == profile.ids[place_of(profile, "source_id", "ann")]
    assert (person["name"], person["summary"]["orders"]["total_count"]) == ("Ann", 0)
    assert entered["data"]["segment"] == {"id": made.id, "name": "Romans", "object": "segment"}
    assert entered["data"]["customer"] == person
    assert created["id"] != entered["id"]


def test_a_message_is_signed_over_its_id_the_time_and_the_body(sender):
    made = sender.hook()
    sender.base.csv(ANN)
    sender.deliver()
    [(headers, body)] = sender.receiver.got

    assert verified(made.secret, headers, body)
    assert not verified(made.secret, headers, body + b" ")
    assert not verified(made.secret, {**headers, "webhook-timestamp": "1"}, body)
    assert int(NOW.timestamp()) == int(headers["webhook-timestamp"])
    again = targets.rotate(sender.workbench, "crm")
    sender.base.csv("Source_id,Name\nann,Anna\n")
    sender.deliver()
    headers, body = sender.receiver.got[-1]
    assert (verified(made.secret, headers, body), verified(again.secret, headers, body)) == (
        False,
        True,
    )


def test_edits_events_and_undo_send_what_they_move(sender):
    sender.base.csv(ANN)
    library.create(sender.workbench, "Romans", ROME)
    library.create(sender.workbench, "Seen", {
        "events.seen.count": {"conditions": {"$more_than": [0]}}})  # fmt: skip
    sender.hook()
    profile = sender.workbench.profile()
    editing.edit(sender.workbench, str(profile.ids[0]), {"address": {"city": "Oslo"}})
    record_event(sender.workbench, "seen", {"source_id": "ann"})
    assert sender.told() == [
        ("customer.updated", "ann"),
        ("customer.segment.left", "ann"),
        ("customer.segment.entered", "ann"),
    ]
    run = sender.base.csv("Source_id,City\nann,Rome\nbob,Rome\n")
    sender.deliver()
    sender.receiver.bodies()
    sender.base.undo(run)

    # Bob is gone again: of him it is said that he has left, and who he was.
    assert sender.told() == [
        ("customer.updated", "ann"),
        ("customer.segment.left", "ann"),
        ("customer.segment.left", "bob"),
    ]


def test_the_clock_sends_whom_it_moves_and_a_definition_whom_it_finds(sender):
    sender.hook("customer.segment.entered", "customer.segment.left")
    sender.base.csv(ANN)
    library.create(sender.workbench, "New", RECENT)
    [entered] = sender.sent()
    sender.base.later(days=4)
    sender.workbench.refresh()
    [left] = sender.sent()

    assert (entered["type"], entered["cause"], entered["change"]) == (
        "customer.segment.entered",
        "definition",
        None,
    )
    assert (left["type"], left["cause"], left["change"]) == ("customer.segment.left", "clock", None)
    assert left["created_at"] > entered["created_at"]


def test_a_passive_and_a_static_segment_send_nothing(sender):
    sender.hook("customer.segment.entered", "customer.segment.left")
    sender.base.csv(ANN)
    library.create(sender.workbench, "Quiet", ROME, kind="passive")
    sender.base.csv("Source_id,City\nann,Oslo\nbob,Rome\n")

    assert sender.sent() == []
    assert stored(sender, outbox) == []


def test_without_an_active_webhook_that_wants_it_nothing_is_written(sender):
    sender.base.csv(ANN)
    assert stored(sender, outbox) == []
    sender.hook("redemption.failed")
    targets.change(sender.workbench, "crm", active=False)
    sender.base.csv("Source_id,City\nann,Oslo\n")
    sender.counter.redeem("NONE", who="ann")
    assert stored(sender, outbox) == []
    targets.change(sender.workbench, "crm", active=True)
    sender.base.csv("Source_id,City\nann,Rome\n")
    assert stored(sender, outbox) == []
    sender.counter.redeem("NONE", who="ann")

    assert [("redemption.failed", "ann")] == sender.told()


def test_an_import_of_many_is_one_row_and_a_message_each(sender):
    sender.hook("customer.created")
    sender.base.csv("Source_id\n" + "".join(f"c{number}\n" for number in range(120)))
    assert 1 == len(stored(sender, outbox))

    assert [f"c{number}" for number in range(120)] == [who for _, who in sender.told()]


def test_each_webhook_gets_what_it_wants_from_one_row(sender):
    sender.hook("customer.created", name="a")
    sender.hook("customer.created", "customer.updated", name="b")
    sender.base.csv(ANN)
    sender.base.csv("Source_id,City\nann,Oslo\n")
    assert (2, 3) == (len(stored(sender, outbox)), len(stored(sender, delivery)))
    ids = [one["id"] for one in sender.sent()]

    assert (3, 2) == (len(ids), len({*ids}))


def test_emptying_keeps_the_webhook_and_forgets_what_waits(sender):
    sender.hook()
    sender.base.csv(ANN)
    sample_shop.clear(sender.workbench)

    assert sender.sent() == []
    assert ["crm"] == [one.name for one in targets.targets(sender.workbench)]
