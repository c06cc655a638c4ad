"""One customer upserted comes to what an import of the same JSON line comes to."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from engine.customers.editing import upsert
from engine.errors import UsageError
from engine.store.check import faults
from tests.bases import Base
from tests.strategies import examples

SCALARS = st.sampled_from(
    [5, 5.0, 2.5, -0.125, 10**15, True, False, "Ann", "", "5", "2024-01-31", "2024-02-30",
     "2024-01-31T10:00:00Z", "2024-01-31T10:00", "é́", "1e3", None]
)  # fmt: skip
LEAVES = SCALARS | st.lists(SCALARS, max_size=3)
OBJECTS = st.dictionaries(st.sampled_from(["p", "q", "a.b"]), LEAVES, min_size=1, max_size=2)
METADATA = st.dictionaries(st.sampled_from(["k", "l", "a.b"]), LEAVES | OBJECTS, max_size=3)
TEXTS = st.sampled_from(["x", "y", " z ", None])
DOCUMENTS = st.fixed_dictionaries(
    {"source_id": st.sampled_from(["ann", "bob"])},
    optional={
        "name": TEXTS,
        "email": TEXTS,
        "birthdate": st.sampled_from(["1980-02-29", None]),
        "created_at": st.sampled_from(["2020-01-01T00:00:00Z", None]),
        "address": st.none() | st.dictionaries(st.sampled_from(["city", "state"]), TEXTS),
        "loyalty": st.dictionaries(st.just("points"), st.sampled_from([3, None])),
        "metadata": METADATA,
        "system_metadata": st.dictionaries(st.just("source"), TEXTS),
        "unknown": SCALARS,
    },
)


def without_nulls(value):
    """A null is not sent, which a file says by leaving it out."""
    if isinstance(value, dict):
        found = {key: without_nulls(inner) for key, inner in value.items()}
        return {key: inner for key, inner in found.items() if inner is not None and inner != {}}
    return value


def shown(base):
    """Every customer, and the types of all names."""
    names = base.workbench.profile().snapshot.names
    people = [base.customer(source) for source in sorted(base.column("source_id"))]
    kept = [
        {key: value for key, value in one.items() if key not in ("id", "object")} for one in people
    ]
    return kept, dict(names)


@settings(
    max_examples=examples(8, fuzzed=1_000),
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)
@given(st.lists(DOCUMENTS, min_size=1, max_size=4))
@example([{"source_id": "ann", "name": " z ", "address": {"city": " "}}])
def test_an_upsert_is_an_import_of_its_line(documents):
    with TemporaryDirectory() as folder:
        live, filed = Base.new(Path(folder) / "live"), Base.new(Path(folder) / "filed")
        for document in documents:
            live.later(seconds=1)
            filed.later(seconds=1)
            upsert(live.workbench, document)
            filed.json(without_nulls(document))
            assert shown(live) == shown(filed), document
        assert faults(live.workbench.store) == []
        live.close()
        filed.close()


def test_the_customer_of_the_guide_is_upserted_as_it_stands(people):
    address = "alice" + "@" + "shop.uk"
    told = people.upsert(
        source_id=address,
        name="Alice Morgan",
        email=address,
        metadata={
            "locale": "en-GB",
            "shoeSize": 5,
            "favourite_brands": ["Armani", "L’Autre Chose", "Vicini"],
        },
    )

    assert told.created
    assert people.base.customer(address)["metadata"] == {
        "favourite_brands": ["Armani", "L’Autre Chose", "Vicini"],
        "locale": "en-GB",
        "shoeSize": 5,
    }


def test_a_null_is_not_sent(people):
    people.upsert(source_id="ann", name="Ann", metadata={"tier": "gold"})
    told = people.upsert(source_id="ann", name=None, address=None, metadata={"tier": None})

    assert told.change is None
    assert people.base.customer("ann")["name"] == "Ann"


def test_metadata_is_merged_by_key(people):
    people.upsert(source_id="ann", metadata={"tier": "gold", "size": {"shoe": 5, "hat": 7}})
    people.upsert(source_id="ann", metadata={"size": {"shoe": 6}})

    assert people.base.customer("ann")["metadata"] == {"tier": "gold", "size": {"shoe": 6}}


def test_a_value_that_does_not_fit_its_key_is_kept_and_missing_for_filters(people):
    people.upsert(source_id="ann", metadata={"points": 5})
    people.upsert(source_id="bob", metadata={"points": "many"})

    assert people.base.customer("bob")["metadata"] == {"points": "many"}
    assert people.base.who("metadata.points", "$is_unknown") == ["bob"]


def test_all_faults_are_told_at_once(people):
    with pytest.raises(UsageError) as raised:
        people.upsert(
            source_id="ann",
            name=5,
            birthdate="1980-02-30",
            address="Rome",
            loyalty={"points": "x"},
            metadata={"a": float("nan"), "": 1, "b": "\ud800"},
        )

    assert [issue.path for issue in raised.value.issues] == [
        *("$.name", "$.birthdate", "$.address", "$.loyalty.points"),
        *("$.metadata.a", "$.metadata", "$.metadata.b"),
    ]
    assert people.base.workbench.profile().total == 0


def test_whoever_gets_a_name_is_a_visitor_no_longer(people):
    people.upsert("t1", metadata={"seen": 1})
    people.upsert("t2")
    people.upsert("t1", email="ann at home")

    assert [anonymous for _, anonymous in people.all()] == [None, True]
