"""Customers whole, as objects of the service's API."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from engine.base.kinds.registry import CUSTOMERS, owned_kinds
from engine.base.kinds.row import RecordKind
from engine.base.kinds.summary import Source
from engine.base.profiles import Profile
from engine.base.referrals import referrals
from engine.base.summaries import Sums, of_few
from engine.lists import objects
from engine.store.records.tables import OWNER

SLICE = 10_000  # customers at a time that are made into objects
MANY = 5_000  # records of a table: queries sum more of them sooner than plain Python


def to_objects(profile: Profile, positions: pl.Series) -> Iterator[dict[str, Any]]:
    """The customers in the shape of the service's API; fields without a value are left out."""
    # Events are no part of the service's customer.
    fields = [field for field in profile.catalogue.fields() if field.table != "events"]
    for start in range(0, len(positions), SLICE):
        documents = objects.to_objects(profile, fields, positions.slice(start, SLICE))
        yield from ({**document, "object": "customer"} for document in documents)


def few_objects(profile: Profile, positions: pl.Series) -> list[dict[str, Any]]:
    """
    `to_objects` of few customers: what is counted is looked up, where all would be spread over all.

    Of a million customers a hundred take 20 ms, and one 3.
    """
    stored = [field for field in profile.catalogue.fields() if field.table == CUSTOMERS.name]
    some = profile.among(positions)
    rows = some.customers["row"]
    documents = objects.to_objects(some, stored)
    by_row = dict(zip(rows, documents, strict=True))
    for kind in owned_kinds():
        profile.activity.records(kind.name)  # in memory from now on: who lists some lists others
        if not kind.sources or some.activity.counted(kind.name).is_empty():
            continue  # each sum is a query, which takes 0.5 ms however few there are
        for source, sums in _sums_of(some, kind):
            for row, record in sums.items():
                _put(by_row[row], source, record)
    for document, count in _referred(profile, documents):
        document.setdefault("loyalty", {})["referred_customers"] = count
    return [{**document, "object": "customer"} for document in documents]


def _sums_of(some: Profile, kind: RecordKind) -> Iterator[tuple[Source, Sums]]:
    """What each source comes to, by the `row` of each customer of whom a record counts."""
    activity, records = some.activity, some.activity.counted(kind.name)
    if records.height <= MANY:
        yield from of_few(kind.sources, records, activity.records, activity.left_on)
        return
    for source in kind.sources:
        summed = activity.summed(kind.name, source).to_dicts()
        yield source, {each[OWNER]: each for each in summed}


def _put(document: dict[str, Any], source: Source, record: Mapping[str, Any]) -> None:
    for summary in source.summaries:
        if (value := record[summary.path]) is not None:
            *parents, name = summary.path.split(".")
            inner = document
            for parent in parents:
                inner = inner.setdefault(parent, {})
            inner[name] = summary.kind.show(value)


def _referred(
    profile: Profile, documents: list[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], int]]:
    """How many others each of some customers has referred; those with none are left out."""
    named = [(one, str(one["source_id"])) for one in documents if one.get("source_id")]
    counts = referrals(profile, {source for _, source in named})
    for document, source in named:
        if count := counts.get(source):
            yield document, count
