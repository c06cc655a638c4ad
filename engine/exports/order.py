"""The order of an export: what it asks for, and the records that it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.base.answers import Answer
from engine.base.kinds.registry import CUSTOMERS
from engine.base.kinds.row import LOOKED_UP
from engine.errors import UsageError
from engine.exports.columns import chosen_fields
from engine.exports.draws import Holdout, Sample, draw_sample, held_out
from engine.filters.kinds import INSTANT
from engine.lists.listings import LISTINGS, Listing, find_listing
from engine.lists.moves import KIND as MOVES_KIND
from engine.lists.moves import moves_listing
from engine.lists.selection import SelectedRecords, Selection, selected, selected_of
from engine.privacy.consent import held_back
from engine.text.display import quoted
from engine.workspace.workbench import Workbench

MOVES = MOVES_KIND.name
# What can go out: every list of records, and who entered and left a segment.
EXPORTED: Mapping[str, str] = {
    **{name: listing.label for name, listing in LISTINGS.items()},
    MOVES: "Entered and left",
}


@dataclass(frozen=True)
class Order:
    """What to export, and how."""

    segment: str | None = None  # id or name: whose customer is in it; None is everything
    fields: tuple[str, ...] = ()  # none: every field that some record has a value for
    sort: str | None = None  # a field's path, with `-` before it for descending; None: as imported
    delimiter: str | None = None  # between cells; None: the one that the decimal mark goes with
    guard: bool = True  # cells that a spreadsheet would run as a formula begin with `'`
    filter: Mapping[str, Any] | None = None  # over the records' own fields
    search: str = ""
    customers: tuple[str, ...] = ()  # ids or source ids; none: all that the rest leaves
    visitors: bool = False  # customers: those without a name too
    suppressed: bool = False  # also people who are not to be written to
    limit: int | None = None  # only so many, the first in the order
    format: str = "csv"  # a key of FORMATS
    bom: bool = False  # a CSV begins with the mark that Excel knows UTF-8 by
    time_zone: str | None = None  # of instants; None: UTC, in a workbook that of the project
    headers: str | None = None  # readable or fields; None: as the format is used
    money: str | None = None  # currency or cents; None: currency below readable headers
    decimal: str = "."  # in numbers that are text
    cut_texts: bool = False  # what no cell of a workbook can hold is cut, and else refused
    what: str = "customers"  # a key of EXPORTED
    holdout: Holdout | None = None  # whose customer is drawn stays out
    sample: Sample | None = None  # drawn of all that the rest leaves
    # Of a CSV: header and path of each column, "" is empty; and what stands in place of nothing.
    titles: tuple[tuple[str, ...], ...] = ()
    milliseconds: bool = False  # instants are cut to them, as answers over HTTP have them
    masked: bool = False  # what names a person is hidden
    since: str | None = None  # of moves: a day or an instant, ISO; None: all that are known

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 0:
            raise UsageError(f"expected a limit of at least 0, got `{self.limit}`")


@dataclass(frozen=True, eq=False)
class Extract:
    """What goes out."""

    listing: Listing
    found: SelectedRecords  # before anything is drawn
    positions: pl.Series  # in the order asked for
    held_out: int | None  # how many of those found are of held-out customers; None: no holdout
    held_back: int = 0  # how many are of people who are not to be written to


def extract(workbench: Workbench, order: Order) -> Extract:
    """
    The records that an order comes to: selected, less whoever is not to be written to, less the
    holdout, sorted, limited, sampled.

    Those held out are the same whatever else an order says, and a sample has its size whatever
    else is left out: it is drawn last.

    Raises:
        NotFoundError: there is no such segment.
        FilterError: the filter cannot be understood.
        UsageError: the column to sort by, or one of the customers, is not known.
    """
    listing, found = _selected(workbench, order)
    back = _held_back(workbench, order, listing, found)
    mask, held = found.mask & ~back, None
    if order.holdout is not None:
        out = mask & held_out(order.holdout, listing, found.profile)
        mask, held = out if order.holdout.instead else mask & ~out, int(out.sum())
    positions = _sorted(found, mask.arg_true(), order.sort, listing)
    if order.limit is not None:
        positions = positions.head(min(order.limit, len(positions)))
    if order.sample is not None:
        positions = draw_sample(order.sample, listing, found.profile, positions)
    return Extract(listing, found, positions, held, int(back.sum()))


def _held_back(
    workbench: Workbench, order: Order, listing: Listing, found: SelectedRecords
) -> pl.Series:
    """True for each record found that does not leave: privacy rules 19 to 21."""
    people = order.what in (CUSTOMERS.name, MOVES) or {*LOOKED_UP} & {*order.fields}
    if order.suppressed or not people:
        return pl.repeat(value=False, n=found.records.total, dtype=pl.Boolean, eager=True)
    held = held_back(workbench, found.profile)
    return found.mask & listing.of_customers(found.profile, held)


def held_out_customers(workbench: Workbench, order: Order) -> Answer:
    """
    The customers that an order holds out now, as the answer that a segment is made of.

    Raises:
        UsageError: the order is not of customers, or without a holdout.
    """
    if order.holdout is None or order.what != CUSTOMERS.name:
        raise UsageError(
            "expected an export of customers with a holdout, whose held-out ones can be saved, got "
            f"one of {order.what}{'' if order.holdout else ' without a holdout'}"
        )
    listing, found = _selected(workbench, order)
    out = held_out(order.holdout, listing, found.profile)
    back = _held_back(workbench, order, listing, found)
    return Answer(found.profile, workbench.clock(), found.mask & out & ~back)


def source(workbench: Workbench, order: Order) -> Listing:
    """
    The list of what an order exports.

    Raises:
        NotFoundError, UsageError: it is of moves, and there is no such segment or instant.
        UsageError: there is no such list, or `since` is no part of it.
    """
    if order.what == MOVES:
        since = None if order.since is None else _instant(order.since, workbench.zone)
        return moves_listing(workbench, order.segment, since)
    if order.since is not None:
        raise UsageError(
            f"expected since beside an export of {MOVES}, which have an instant, got {order.what}"
        )
    return find_listing(order.what)


def _selected(workbench: Workbench, order: Order) -> tuple[Listing, SelectedRecords]:
    narrowed = order.segment, order.filter, order.search, order.customers
    if order.visitors and order.what != CUSTOMERS.name:
        raise UsageError(f"only customers have visitors among them, and no {order.what}")
    wanted = Selection(*narrowed, visitors=order.visitors)
    listing = source(workbench, order)
    if order.what != MOVES:
        return listing, selected(workbench, wanted, order.what)
    return listing, selected_of(workbench, wanted, listing, workbench.profile())


def _instant(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment: datetime = INSTANT.read_text(text, zone)
    except ValueError as error:
        raise UsageError(f"since: {error}") from None
    return moment


def _sorted(
    found: SelectedRecords, positions: pl.Series, sort: str | None, listing: Listing
) -> pl.Series:
    if sort is None:
        return positions
    field = chosen_fields(listing.catalogue(found.profile), [sort.removeprefix("-")])[0]
    values = found.records.values(field, positions)
    if field.many:
        raise UsageError(
            f"expected a field with one value to sort by, got {quoted(field.path)}: a list"
        )
    if values is None:
        return positions
    ranks = values.arg_sort(descending=sort.startswith("-"), nulls_last=True)
    return positions.gather(ranks)
