"""A few customers as objects: the same as all of them are, referred ones and counts too."""

import polars as pl

from engine.base import indexes
from engine.base.referrals import referrals
from engine.customers.detail import few_objects, to_objects
from engine.customers.editing import upsert
from engine.customers.orders import save_order
from engine.lists.texts import customer_values, field_values
from engine.samples import sample_shop
from tests.bases import Base


def test_a_few_customers_are_what_they_are_among_all(workspace):
    base = Base.new(workspace)
    sample_shop.demo(base.workbench, 300)
    profile = base.workbench.profile()
    some = pl.Series(range(299, -1, -7))
    whole = [without_absent(each) for each in to_objects(profile, some)]
    few = [without_absent(each) for each in few_objects(profile, some)]
    told = [customer_values(profile, at) for at in some]
    known = [field_values(profile, at) for at in some]
    base.close()

    assert [values_of(each) for each in told] == [values_of(each) for each in known]
    assert whole == few
    assert any("referred_customers" in each.get("loyalty", {}) for each in few)
    assert any("orders" in each.get("summary", {}) for each in few)


def test_a_few_are_looked_up_as_the_base_moves_on(workspace, monkeypatch):
    monkeypatch.setattr(indexes, "SCANS", 0)
    base = Base.new(workspace)
    sample_shop.demo(base.workbench, 60)
    some = pl.Series(range(60))
    for turn, source in enumerate([name for name in base.column("source_id") if name][:6]):
        few_objects(base.workbench.profile(), some)  # the indexes are there before the write
        upsert(base.workbench, {"source_id": f"new {turn}", "name": "Ann"})
        order = {"source_id": f"o {turn % 2}", "amount": 500, "status": "PAID"}
        save_order(base.workbench, {**order, "customer": {"source_id": source}})
        profile = base.workbench.profile()
        few = [without_absent(each) for each in few_objects(profile, some)]
        assert few == [without_absent(each) for each in to_objects(profile, some)]
    base.close()


def test_who_is_named_as_referrer_is_counted_alike_by_either_way(base, monkeypatch):
    base.csv("Source_id,Referrer\na,\nb,a\nc,a\nd,d\ne,A\n")
    for scans in (99, 0):
        monkeypatch.setattr(indexes, "SCANS", scans)
        found = referrals(base.workbench.profile(), ["a", "d", "x"])
        assert {source: count for source, count in found.items() if count} == {"a": 2}


def values_of(told):
    """The values by the path of their field."""
    return [(field.path, value) for field, value in told]


def without_absent(document):
    """A customer without the segments, which no few ask for."""
    return {name: each for name, each in document.items() if name != "segments"}
