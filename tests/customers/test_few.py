"""A few customers as objects: the same as all of them are, referred ones and counts too."""

import polars as pl

from engine.customers.detail import few_objects, to_objects
from engine.samples import sample_shop
from tests.bases import Base


def test_a_few_customers_are_what_they_are_among_all(workspace):
    base = Base.new(workspace)
    sample_shop.demo(base.workbench, 300)
    profile = base.workbench.profile()
    some = pl.Series(range(299, -1, -7))
    whole = [without_absent(each) for each in to_objects(profile, some)]
    few = [without_absent(each) for each in few_objects(profile, some)]
    base.close()

    assert whole == few
    assert any("referred_customers" in each.get("loyalty", {}) for each in few)
    assert any("orders" in each.get("summary", {}) for each in few)


def without_absent(document):
    """A customer without the segments, which no few ask for."""
    return {name: each for name, each in document.items() if name != "segments"}
