"""Who is unsubscribed or on the suppression list leaves in no export of people, and is counted."""

import pytest

from engine.customers.merging import merge
from engine.errors import NotFoundError, UsageError
from engine.exports.about import words
from engine.exports.order import Order
from engine.exports.replay import replay
from engine.exports.run import export_records, own_file
from engine.privacy import erasure
from engine.privacy.consent import hold_back, let_out, suppression_list


@pytest.fixture
def shop(base):
    """Ann is unsubscribed, Ben complained, Cid did neither; each has an order."""
    return base.filled(fill)


def fill(base):
    base.json(
        {"source_id": "ann-1", "system_metadata": {"consents": {"unsubscribed": True}}},
        {"source_id": "ben-1", "system_metadata": {"consents": {"unsubscribed": False}}},
        {"source_id": "cid-1"},
    )
    rows = "".join(f"o-{who},{who}-1,5\n" for who in ("ann", "ben", "cid"))
    base.csv(f"Source_id,Customer_source_id,Amount\n{rows}", kind="orders")
    hold_back(base.workbench, "ben-1", "a complaint")


def gone(base, **order):
    """Who is in the file of an export, by the first column, and how many were held back."""
    run = export_records(base.workbench, Order(**order))
    lines = own_file(base.workbench, run.id).read_text().splitlines()
    return [line.partition(",")[0] for line in lines[1:]], run.parameters["held_back"]


def test_customers_who_are_held_back_leave_only_if_it_is_asked_for(shop):
    assert gone(shop, fields=("source_id",)) == (["cid-1"], 2)
    assert gone(shop, fields=("source_id",), suppressed=True) == (["ann-1", "ben-1", "cid-1"], 0)


def test_orders_are_whole_unless_they_bring_names_or_mails(shop):
    assert gone(shop, what="orders", fields=("source_id",)) == (["o-ann", "o-ben", "o-cid"], 0)
    assert gone(shop, what="orders", fields=("source_id", "customer.email")) == (["o-cid"], 2)


def test_the_receipt_says_how_many_were_held_back_and_a_replay_is_the_same(shop):
    run = export_records(shop.workbench, Order(fields=("source_id",)))

    assert "2 held back: unsubscribed, or on the suppression list" in words(
        run, shop.workbench.zone
    )
    assert replay(shop.workbench, run.id).identical


def test_the_list_says_why_and_whoever_is_taken_off_leaves_again(shop):
    said = [
        (one.customer, one.line.reason, one.line.actor) for one in suppression_list(shop.workbench)
    ]
    assert said == [("ben-1", "a complaint", "me")]
    let_out(shop.workbench, "ben-1")

    assert gone(shop, fields=("source_id",)) == (["ben-1", "cid-1"], 1)
    with pytest.raises(NotFoundError, match="is not on the suppression list"):
        let_out(shop.workbench, "ben-1")
    with pytest.raises(UsageError, match="expected a reason"):
        hold_back(shop.workbench, "cid-1", " ")


def test_another_field_may_say_it(shop):
    shop.json({"source_id": "cid-1", "metadata": {"no_mail": True}})
    shop.workbench.configure(unsubscribed_field="metadata.no_mail")

    assert gone(shop, fields=("source_id",)) == (["ann-1"], 2)


def test_who_becomes_another_customer_keeps_that_one_on_the_list(shop):
    shop.later(seconds=1)
    merge(shop.workbench, "cid-1", "ben-1")

    assert gone(shop, fields=("source_id",)) == ([], 2)


def test_an_erasure_takes_the_person_off_the_list_too(shop):
    shop.later(seconds=1)
    erasure.erase(shop.workbench, ["ben-1"])

    assert suppression_list(shop.workbench) == []
