"""Who is meant: members of a segment, a filter, a search, single customers; all have to hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from engine import library
from engine.customers import found
from engine.segments import Answer, answer, those
from engine.workbench import Workbench


@dataclass(frozen=True)
class Selection:
    """What narrows the base; nothing given is everybody."""

    segment: str | None = None  # id or name
    filter: Mapping[str, Any] | None = None  # in the language of filters
    search: str = ""
    customers: tuple[str, ...] = ()  # ids or source ids


def selected(workbench: Workbench, wanted: Selection) -> Answer:
    """
    Who is meant, now.

    Raises:
        NotFoundError: there is no such segment.
        FilterError: the filter cannot be understood.
        UsageError: some of the single customers are unknown.
    """
    base = _members(workbench, wanted.segment)
    parts = [base.mask, found(base.profile, wanted.search)]
    if wanted.filter is not None:
        group = library.understood(workbench, wanted.filter)
        parts.append(answer(base.profile, group, base.clock).mask)
    if wanted.customers:
        parts.append(those(base.profile, wanted.customers, base.clock).mask)
    return Answer(base.profile, base.clock, pl.select(pl.all_horizontal(parts)).to_series())


def _members(workbench: Workbench, segment: str | None) -> Answer:
    if segment is not None:
        return library.members(workbench, library.find(workbench, segment))
    profile = workbench.profile()
    return Answer(profile, workbench.clock(), found(profile, ""))
