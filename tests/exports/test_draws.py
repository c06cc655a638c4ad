"""What is drawn: exact, the same again, in any order, and only by ids and a word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UsageError
from engine.exports.contents import settled
from engine.exports.draws import Holdout, Sample
from engine.exports.order import Order, extract, held_out_customers
from engine.exports.replay import order_of, replay
from engine.exports.run import export_records
from engine.lists.listings import LISTINGS
from engine.segments import library
from tests.bases import Base
from tests.strategies import examples

COUNT = 400
PERCENTS = st.floats(0.1, 99.9)
WORDS = st.sampled_from(["control", "spring", "", "ß;'"])


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """Customers with ids of their own, two in three with an order, and vouchers of nobody."""
    base = Base.new(tmp_path_factory.mktemp("crowd") / "workspace")
    base.csv(people(range(COUNT)))
    owners = [row for row in range(COUNT) if row % 3]
    base.csv(
        "Id,Customer_source_id,Amount\n" + "".join(f"o{row},s{row},{row}\n" for row in owners),
        kind="orders",
    )
    base.csv("Code\nc1\nc2\n", kind="vouchers")
    yield base
    base.close()


def people(rows):
    return "Id,Source_id,Loyalty_points\n" + "".join(
        f"cust_{row},s{row},{row * 7 % 10}\n" for row in rows
    )


def ids(base, **order):
    """The ids that go out, in order."""
    going = extract(base.workbench, Order(**order))
    records = LISTINGS[order.get("what", "customers")].of(going.found.profile)
    path = "code" if order.get("what") == "vouchers" else "id"
    return records.values(records.catalogue.field(path), going.positions).to_list()


@settings(max_examples=examples(12, fuzzed=300))
@given(size=st.integers(1, COUNT + 50), seed=WORDS, what=st.sampled_from(["customers", "orders"]))
def test_a_sample_has_its_size_or_all_and_is_the_same_in_any_order(crowd, size, seed, what):
    everything, sample = ids(crowd, what=what), Sample(size, seed)
    drawn = ids(crowd, what=what, sample=sample)

    assert len(drawn) == min(size, len(everything))
    assert drawn == [name for name in everything if name in set(drawn)]
    assert set(ids(crowd, what=what, sample=sample, sort="-id")) == set(drawn)
    assert set(ids(crowd, what=what, sample=Sample(size + 1, seed))) >= set(drawn)


@settings(max_examples=examples(12, fuzzed=300))
@given(percent=PERCENTS, name=WORDS, what=st.sampled_from(["customers", "orders"]))
def test_the_held_out_and_the_others_are_everything_and_share_nobody(crowd, percent, name, what):
    others, held = (
        ids(crowd, what=what, holdout=Holdout(percent, name, instead)) for instead in (False, True)
    )
    told = extract(crowd.workbench, Order(what=what, holdout=Holdout(percent, name))).held_out

    assert not set(others) & set(held)
    assert sorted(others + held) == sorted(ids(crowd, what=what))
    assert told == len(held)


@settings(max_examples=examples(6, fuzzed=300))
@given(percents=st.lists(PERCENTS, min_size=2, max_size=2).map(sorted), name=WORDS)
def test_a_larger_holdout_keeps_whom_a_smaller_one_held_out(crowd, percents, name):
    less, more = (set(ids(crowd, holdout=Holdout(each, name, instead=True))) for each in percents)

    assert less <= more


def test_a_customer_is_held_out_of_every_export_with_all_they_did(crowd):
    holdout = Holdout(30, instead=True)
    held = ids(crowd, holdout=holdout)
    of_orders = ids(crowd, what="orders", holdout=holdout)
    rich = {"loyalty.points": {"conditions": {"$more_than": [4]}}}

    assert 0.2 < len(held) / COUNT < 0.4
    assert set(of_orders) <= {name.replace("cust_", "o") for name in held}
    assert set(ids(crowd, holdout=holdout, filter=rich)) <= set(held)
    assert set(ids(crowd, holdout=Holdout(30, "spring", instead=True))) != set(held)


def test_the_draws_are_those_of_every_version_of_the_program(crowd):
    assert ids(crowd, sample=Sample(3)) == ["cust_285", "cust_297", "cust_317"]
    assert ids(crowd, holdout=Holdout(1, instead=True)) == [
        "cust_14",
        "cust_31",
        "cust_80",
        "cust_129",
        "cust_135",
        "cust_200",
    ]


def test_a_sample_is_drawn_of_what_the_holdout_and_the_limit_leave(crowd):
    whole = {"sort": "-loyalty.points", "limit": 50, "holdout": Holdout(50)}
    left = ids(crowd, **whole)
    drawn = ids(crowd, **whole, sample=Sample(20))

    assert (len(left), len(drawn)) == (50, 20)
    assert drawn == [name for name in left if name in set(drawn)]


def test_a_grown_base_gives_a_place_in_the_sample_only_to_whom_it_brings(base):
    base.csv(people(range(200)))
    before = set(ids(base, sample=Sample(50)))
    base.csv(people(range(200, 220)))
    after = set(ids(base, sample=Sample(50)))

    assert after - before <= {f"cust_{row}" for row in range(200, 220)}
    assert len(before - after) == len(after - before) < 20


def test_vouchers_are_drawn_but_held_out_for_nobody(crowd):
    assert len(ids(crowd, what="vouchers", sample=Sample(1))) == 1
    with pytest.raises(UsageError, match="belong to no customer"):
        ids(crowd, what="vouchers", holdout=Holdout(10))


def test_the_receipt_tells_the_holdout_and_a_replay_draws_the_same(crowd):
    asked = Order(fields=("id",), holdout=Holdout(20, "spring"), sample=Sample(100, "x"))
    run = export_records(crowd.workbench, asked)
    plain = export_records(crowd.workbench, Order(fields=("id",)))
    again = replay(crowd.workbench, run.id)

    assert order_of(run) == settled(crowd.workbench, asked)
    assert again.identical
    assert run.rows == 100
    assert run.held_out == len(ids(crowd, holdout=Holdout(20, "spring", instead=True)))
    assert plain.held_out is None


def test_the_held_out_are_kept_as_a_static_segment(crowd):
    order = Order(segment=None, holdout=Holdout(20))
    made = library.fix(crowd.workbench, "Control", held_out_customers(crowd.workbench, order))
    members = library.members(crowd.workbench, made)

    assert ids(crowd, segment="Control") == ids(crowd, holdout=Holdout(20, instead=True))
    assert not members.mask.all()
    library.delete(crowd.workbench, made.id)
    for other in (Order(), Order(what="orders", holdout=Holdout(20))):
        with pytest.raises(UsageError, match="expected an export of customers with a holdout"):
            held_out_customers(crowd.workbench, other)


@pytest.mark.parametrize("percent", [0, 100, -1, 120, float("nan")])
def test_a_holdout_is_some_but_not_all(percent):
    with pytest.raises(UsageError, match="more than 0 and less than 100 percent, got `"):
        Holdout(percent)


def test_a_sample_has_somebody():
    with pytest.raises(UsageError, match="expected a sample of at least 1, got `0`"):
        Sample(0)
