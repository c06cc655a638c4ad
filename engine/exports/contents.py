"""The content of an export: its records and columns, and their cells as its file has them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from engine.base.records import RecordColumns
from engine.errors import UsageError
from engine.exports.columns import chosen_fields, default_fields, row_total
from engine.exports.formats import Format, find_format
from engine.exports.headers import field_headers, readable_headers
from engine.exports.layout import (
    CENTS,
    CURRENCY,
    DECIMALS,
    FIELDS,
    READABLE,
    Layout,
    check_layout,
)
from engine.exports.order import Extract, Order, extract
from engine.filters.fields import Field
from engine.privacy.masks import Mask, mask_of
from engine.rights import REVEAL
from engine.segments import library
from engine.text.display import quoted
from engine.workspace.workbench import Access, Workbench


@dataclass(frozen=True, eq=False)
class Contents:
    """What a file of a settled order holds."""

    order: Order
    extract: Extract
    fields: list[Field]
    format: Format
    layout: Layout
    mask: Mask  # of who is not to be seen, whether or not the order asks for it

    @cached_property
    def names(self) -> list[str]:
        """The paths of the columns that name a person."""
        return self.mask.hidden(self.fields)

    @cached_property
    def records(self) -> RecordColumns:
        """The records as the file shows them."""
        found = self.extract.found.records
        return self.mask.over(found) if self.order.masked else found

    @cached_property
    def rows(self) -> int:
        """How many, the header aside; the parts of a record are a row each in a table of text."""
        return row_total(self.extract.found.records, self.fields, self.extract.positions)

    def cells(self, positions: pl.Series) -> Any:
        """Some of the records, as the writer of the format takes them."""
        records = self.records
        made = self.format.content(records, self.fields, positions, self.layout)
        return _titled(made, self.order.titles) if self.order.titles else made

    def slices(self, size: int) -> Sequence[pl.Series]:
        """One row per record: positions, so many at a time; one slice where there are none."""
        positions = self.extract.positions
        return [positions.slice(at, size) for at in range(0, max(len(positions), 1), size)]


def _titled(frame: pl.DataFrame, titles: Sequence[Sequence[str]]) -> pl.DataFrame:
    """The columns under other headers, one perhaps under two, and empty ones of no path."""
    nothing = pl.repeat(None, frame.height, dtype=pl.String)
    columns = [(pl.col(path) if path else nothing, blank) for _, path, *blank in titles]
    cells = [
        column.cast(pl.String).fill_null(blank[0]) if blank else column for column, blank in columns
    ]
    return frame.select(
        cell.alias(header) for cell, (header, *_) in zip(cells, titles, strict=True)
    )


def contents(workbench: Workbench, order: Order) -> Contents:
    """
    What a file of a settled order holds.

    Raises:
        NotFoundError: there is no such segment.
        FilterError: the filter cannot be understood.
        UsageError: a column or a setting cannot be used.
    """
    going = extract(workbench, order)
    profile, listing = going.found.profile, going.listing
    paths = list(order.fields) or default_fields(listing, profile)
    fields = chosen_fields(listing.catalogue(profile), paths)
    currency = order.money == CURRENCY
    unit = workbench.project.currency if currency else None
    readable = order.headers == READABLE
    zone, home = _zone(order), ZoneInfo(workbench.project.time_zone)
    kind = find_format(order.format)
    said = zone.key if kind.local and zone != home else None
    if readable:
        headers = readable_headers(fields, listing, unit, said)
    elif unit:
        headers = field_headers(fields, listing, unit, whole=kind.whole)
    else:
        headers = {}
    layout = Layout(zone, home, currency, order.decimal, headers, order.milliseconds)
    mask = mask_of(workbench)
    return Contents(order, going, fields, kind, layout, mask)


def masked_for(access: Access, order: Order) -> Order:
    """The order as whoever acts may give it: without names, where they may not see them."""
    return order if access.may(REVEAL) else replace(order, masked=True)


def settled(workbench: Workbench, order: Order) -> Order:
    """
    The order with all that its format decides, and the id of its segment, whose name may change:
    so that a replay decides the same.

    Raises:
        NotFoundError: there is no such segment.
        UsageError: there is no such format, or the layout cannot be used.
    """
    kind = find_format(order.format)
    headers = order.headers or (READABLE if kind.readable else FIELDS)
    usual = CURRENCY if kind.readable and headers == READABLE else CENTS
    separator = DECIMALS.get(order.decimal, ",")
    segment = library.find(workbench, order.segment).id if order.segment else None
    whole = replace(
        order,
        segment=segment,
        headers=headers,
        money=order.money or usual,
        delimiter=separator if order.delimiter is None else order.delimiter,
        time_zone=order.time_zone or (workbench.project.time_zone if kind.local else "UTC"),
    )
    check_layout(
        headers=headers,
        money=str(whole.money),
        decimal=whole.decimal,
        delimiter=str(whole.delimiter),
    )
    _zone(whole)
    return whole


def _zone(order: Order) -> ZoneInfo:
    try:
        return ZoneInfo(str(order.time_zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # it is looked for as a file
        raise UsageError(
            f"expected a time zone such as Europe/Warsaw, got {quoted(order.time_zone)}"
        ) from None
