"""The rows of a grid: a block of a list, searched, filtered and sorted here, as JSON."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import polars as pl

from engine.base.records import RecordColumns
from engine.errors import UsageError
from engine.filters.fields import Field
from engine.limits import BLOCK
from engine.lists.choices import scale_of, to_filter
from engine.lists.listings import Listing, find_listing
from engine.lists.paging import page, search_text
from engine.lists.selection import Selection, selected
from engine.privacy.masks import OPEN, Mask
from engine.segments import library
from engine.text.display import visible, visible_column
from engine.text.formats import DATES
from engine.workspace.settings import Project
from engine.workspace.workbench import Workbench

MOST_ROWS = BLOCK.most
SEGMENTS = "segments"  # the path of a field whose values are ids of segments
APART = ", "  # between the elements of a list


@dataclass(frozen=True)
class Query:
    """What a grid asks for."""

    columns: tuple[str, ...]  # paths of fields
    sort: tuple[str, ...]  # paths, with `-` before them for descending
    filters: Mapping[str, Any]  # the grid's own filters, by path
    wanted: Selection  # what narrows the grid from outside
    start: int
    end: int


def read_query(parameters: Mapping[str, str]) -> Query:
    """
    The query of an address.

    `columns`, `sort`, `filter` (the grid's own), `where` (of our language) and `customers` are
    JSON, `start` and `end` numbers, `search` and `segment` text, `visitors` yes or nothing.

    Raises:
        UsageError: a parameter is not what the grid would send.
    """
    start, end = (_json(parameters, name, 0, int) for name in ("start", "end"))
    if not 0 <= start <= end <= start + MOST_ROWS:
        raise UsageError(f"expected `start` and `end` of up to {MOST_ROWS} rows: {start}, {end}")
    columns = _json(parameters, "columns", [], list)
    return Query(
        tuple(map(str, columns)),
        to_sort(_json(parameters, "sort", [], list)),
        _json(parameters, "filter", {}, dict),
        Selection(
            parameters.get("segment") or None,
            _json(parameters, "where", {}, dict) or None,
            parameters.get("search", ""),
            tuple(map(str, _json(parameters, "customers", [], list))),
            parameters.get("visitors") == "yes",
        ),
        start,
        end,
    )


def to_sort(model: Sequence[Any]) -> tuple[str, ...]:
    """
    The grid's sorted columns, each an object of `colId` and `sort`, as paths.

    Raises:
        UsageError: one of them is anything else.
    """
    signs = {"asc": "", "desc": "-"}
    try:
        return tuple(signs[column["sort"]] + column["colId"] for column in model)
    except (KeyError, TypeError):
        raise UsageError("expected columns to sort by as `colId` and `sort`") from None


def browsed(records: RecordColumns, wanted: Selection, filters: Mapping[str, Any]) -> Selection:
    """
    What a grid shows: what narrows it from outside and its own filters together.

    Raises:
        FilterError: a filter of the grid is none of ours.
    """
    parts = [part for part in (wanted.filter, to_filter(filters, records.catalogue)) if part]
    both = {"junction": "and", "$groups": parts} if parts else None
    return replace(wanted, filter=both)


def rows(workbench: Workbench, table: str, query: Query, mask: Mask = OPEN) -> bytes:
    """
    One block of rows, as JSON.

    Returns:
        `rows`: objects of `id` and the columns, as a table shows them: lists joined, instants to
        the minute in the project zone, days as the project writes them, amounts in the currency,
        null where missing or hidden; texts as `text.display.visible` shows them, except an `id`,
        which names the row. `total`: how many the query leaves.

    Raises:
        FilterError, NotFoundError, UsageError: the query names what is not there or does not fit.
    """
    records = find_listing(table).of(workbench.profile(), workbench.project.money)
    found = selected(workbench, browsed(records, query.wanted, query.filters), table)
    size = query.end - query.start
    some = page(found.records, found.mask, query.sort, start=query.start, size=size)
    frame = _frame(mask.over(found.records), some.positions, query.columns, workbench.project)
    if SEGMENTS in frame.columns:
        frame = frame.with_columns(_names(frame[SEGMENTS], workbench))
    return orjson.dumps({"rows": frame.to_dicts(), "total": some.total})


def prepare(listing: Listing, records: RecordColumns, columns: Sequence[str]) -> None:
    """Makes what a first search or filter would wait for, half a second a column; then nothing."""
    search_text(records, listing.searched)
    for path in columns:
        records.column(records.catalogue.field(path))


def _names(ids: pl.Series, workbench: Workbench) -> pl.Series:
    """Segments by their names, where lists have ids."""
    names = {row.id: visible(row.name) for row in library.saved(workbench)}
    each = pl.element().replace(names)
    named = pl.col(ids.name).cast(pl.String).str.split(APART).list.eval(each).list.join(APART)
    return ids.to_frame().select(named).to_series()


def _as_it_is(value: pl.Expr, _zone: ZoneInfo, _days: str) -> pl.Expr:
    return value


def _day(value: pl.Expr, _zone: ZoneInfo, days: str) -> pl.Expr:
    return value.dt.to_string(days)


def _minute(value: pl.Expr, zone: ZoneInfo, days: str) -> pl.Expr:
    return value.dt.convert_time_zone(zone.key).dt.to_string(f"{days} %H:%M")


SHOWN: Mapping[str, Callable[[pl.Expr, ZoneInfo, str], pl.Expr]] = {
    "date": _day,
    "instant": _minute,
}


def _frame(
    records: RecordColumns, positions: pl.Series, columns: Sequence[str], project: Project
) -> pl.DataFrame:
    fields = [records.catalogue.field(path) for path in dict.fromkeys(columns) if path != "id"]
    shown = [_written_values(records, field, positions, project) for field in fields]
    ids = records.ids.gather(positions).alias("id")  # of vouchers the code, which is a column too
    return pl.DataFrame([ids, *(visible_column(each) for each in shown if each is not None)])


def _written_values(
    records: RecordColumns, field: Field, positions: pl.Series, project: Project
) -> pl.Series | None:
    values = records.values(field, positions)
    if values is None:
        return None
    show = SHOWN.get(field.kind.key, _as_it_is)
    zone, days = ZoneInfo(project.time_zone), DATES[project.date_format].clock
    if not field.many:
        written = show(pl.col(field.path), zone, days)
        written = written / scale_of(field) if field.unit else written
    else:
        each = pl.element() / scale_of(field) if field.unit else pl.element()
        texts = show(each, zone, days).cast(pl.String)
        written = pl.col(field.path).list.eval(texts).list.join(APART, ignore_nulls=True)
    return values.to_frame().select(written.alias(field.path)).to_series()


def _json(parameters: Mapping[str, str], name: str, otherwise: Any, expected: type) -> Any:
    """A parameter read as JSON; `otherwise` where it is missing or empty."""
    text = parameters.get(name)
    try:
        value = orjson.loads(text) if text else otherwise
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, expected):
        raise UsageError(f"expected `{name}` to be JSON of the type {expected.__name__}: {text}")
    return value
