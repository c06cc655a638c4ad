"""Secure redemption: who has validated a code is who redeems it."""

import pytest

from engine.customers.identity import Identity
from engine.customers.secure import refusal
from engine.workspace.tracking import tokens


@pytest.fixture
def refused(people):
    people.upsert("t1", source_id="ann")

    def ask(identity, validated, *, secure=True):
        people.bench.configure(secure_redemption=secure)
        bench = people.bench
        return refusal(bench.project, bench.profile(), tokens(bench), identity, validated)

    return ask


def test_everybody_may_where_it_is_off(refused):
    assert refused(Identity("cust_1"), [], secure=False) is None


def test_who_validated_may_redeem_by_the_id_or_its_token(refused, people):
    token = tokens(people.bench).of("t2")

    assert refused(Identity(tracking_id="t2"), ["t2"]) is None
    assert refused(Identity(tracking_id=token), ["t2"]) is None
    assert refused(Identity(source_id=token), [token]) is None


def test_another_trail_of_the_same_customer_will_do(refused):
    assert refused(Identity(source_id="ann"), ["t1"]) is None
    assert refused(Identity(tracking_id="t1"), ["ann"]) is None


def test_others_may_not(refused):
    assert "not validated the code" in refused(Identity(tracking_id="t2"), ["t1"])
    assert "not validated the code" in refused(Identity(tracking_id="t1"), [])
    assert "send the tracking id" in refused(Identity(id="cust_1"), ["t1"])
