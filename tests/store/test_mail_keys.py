"""Source ids that are e-mails are matched without case."""

import polars as pl
import pytest

from engine.store.records.identity import FEW, meant
from engine.store.records.mail_keys import as_stored


def source_ids(*names):
    return pl.DataFrame({"source_id": pl.Series(names, dtype=pl.String)})


@pytest.mark.parametrize(
    ("stored", "rows", "expected"),
    [
        (["Ann@x.org"], ["ann@X.org"], ["Ann@x.org"]),
        (["Ann@x.org", "ann@x.org"], ["ann@x.org"], ["ann@x.org"]),
        (["Ann@x.org", "ANN@x.org"], ["ann@x.org"], ["ann@x.org"]),
        ([], ["Ann@x.org", None, "ann@x.org"], ["Ann@x.org", None, "Ann@x.org"]),
        (["K1"], ["k1"], ["k1"]),
        (["a@x.org"], ["b@x.org"], ["b@x.org"]),
    ],
)
def test_an_address_in_other_letters_is_the_same_key(stored, rows, expected):
    assert as_stored(source_ids(*stored), source_ids(*rows))["source_id"].to_list() == expected


@pytest.mark.parametrize("more", [0, FEW])
def test_few_rows_find_their_records_as_many_do(more):
    living = source_ids("Ann@x.org", "b").with_columns(id=pl.Series(["1", "2"]))
    rows = source_ids("ann@x.org", *map(str, range(more))).with_columns(id=None)

    assert "Ann@x.org" in meant(living, rows)["source_id"].to_list()


def test_activity_and_profiles_of_one_address_meet(base):
    base.csv("Source_id,Name\nAnn@x.org,Ann\n")
    base.csv("Source_id,Name\nann@x.org,Ann Lee\n")
    base.csv("Id,Customer_source_id,Amount,Status\no1,ANN@X.ORG,5,PAID\n", kind="orders")

    people = base.workbench.profile().customers

    assert people.select("source_id", "name").rows() == [("Ann@x.org", "Ann Lee")]
