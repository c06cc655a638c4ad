"""Which records are meant: a segment, a filter, a search, single customers; all have to hold."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from engine.base.answers import Answer
from engine.base.kinds.customers import ANONYMOUS
from engine.base.kinds.registry import CUSTOMERS
from engine.base.profiles import Profile
from engine.base.records import RecordColumns
from engine.filters.expression import Condition, Group, Test
from engine.filters.parser import parse
from engine.lists.listings import Listing, find_listing
from engine.lists.paging import search_mask
from engine.segments import library
from engine.workspace.workbench import Workbench


@dataclass(frozen=True)
class Selection:
    """What narrows a list; nothing given is everything."""

    segment: str | None = None  # id or name: whose customer is in it
    filter: Mapping[str, Any] | None = None  # over the records' own fields
    search: str = ""
    customers: tuple[str, ...] = ()  # ids or source ids: whose customer is one of them
    visitors: bool = False  # customers: those without a name too


@dataclass(frozen=True, eq=False)
class SelectedRecords:
    """Some records of a list."""

    profile: Profile  # the customers at the same change set
    records: RecordColumns
    mask: pl.Series  # true or false for each of them

    @property
    def count(self) -> int:
        """How many are selected."""
        return int(self.mask.sum())

    @property
    def positions(self) -> pl.Series:
        """Where they stand in the list, in order of `row`."""
        return self.mask.arg_true()


def selected(workbench: Workbench, wanted: Selection, table: str = "customers") -> SelectedRecords:
    """
    The records of a table that are meant, now.

    Raises:
        NotFoundError: there is no such segment.
        FilterError: the filter cannot be understood.
        UsageError: some of the single customers are unknown, or there is no such list.
    """
    listing, members = find_listing(table), _members(workbench, wanted.segment)
    profile = members.profile if members else workbench.profile()
    asked = wanted.visitors or members is not None  # the segment says whether it has visitors
    narrowed = replace(wanted, segment=None, visitors=asked)
    found = selected_of(workbench, narrowed, listing, profile)
    if members is None:
        return found
    return replace(found, mask=found.mask & listing.of_customers(profile, members.mask))


def selected_of(
    workbench: Workbench, wanted: Selection, listing: Listing, profile: Profile
) -> SelectedRecords:
    """
    The records of a list that are meant, whatever their segment.

    Raises:
        FilterError: the filter cannot be understood.
        UsageError: some of the single customers are unknown.
    """
    records, clock = listing.of(profile, workbench.project.money), workbench.clock()
    parts: list[pl.Series | None] = [search_mask(records, listing.searched, wanted.search)]
    if wanted.customers:
        parts.append(listing.of_customers(profile, library.chosen(profile, wanted.customers)))
    if wanted.filter is not None:
        group = parse(wanted.filter, records.catalogue, clock.zone)
        if listing.kind.table is CUSTOMERS:
            group = library.named(workbench, with_visitors(group) if wanted.visitors else group)
        parts.append(records.matching(group, clock))
    elif listing.kind.table is CUSTOMERS and not (wanted.visitors or wanted.customers):
        parts.append(profile.named)  # as of a filter that does not ask for visitors
    everything = pl.repeat(value=True, n=records.total, dtype=pl.Boolean, eager=True)
    given = [part for part in parts if part is not None]
    return SelectedRecords(
        profile, records, pl.select(pl.all_horizontal(everything, *given)).to_series()
    )


def with_visitors(group: Group) -> Group:
    """The filter with visitors without a name: it asks for them, whatever the answer."""
    either = Condition(ANONYMOUS, (Test("$in", (True, False)),))
    return Group(conditions=(either,), groups=(group,))


def selected_customers(workbench: Workbench, wanted: Selection) -> Answer:
    """As `selected`, as the answer that a segment is made of."""
    chosen = selected(workbench, wanted)
    return Answer(chosen.profile, workbench.clock(), chosen.mask)


def _members(workbench: Workbench, segment: str | None) -> Answer | None:
    if segment is None:
        return None
    return library.members(workbench, library.find(workbench, segment))
