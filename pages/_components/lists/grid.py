"""
Lists of records: AG Grid in its infinite row model, fed block by block by our own route.

All JavaScript of the pages is here. Data enters it as JSON alone: the component runs whatever
stands between two of its `::JSCODE::` marks, and a metadata key could hold those.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from st_aggrid import AgGrid, JsCode
from st_aggrid.shared import StAggridTheme

from engine.filters.fields import Field
from engine.lists.choices import choices_for
from engine.lists.listings import Listing
from engine.lists.selection import Selection
from engine.text.display import visible
from pages._components.shell.session import workbench

ROUTE = "/api/{}/rows"
FILTERS = {"number": "agNumberColumnFilter", "date": "agDateColumnFilter",
           "instant": "agDateColumnFilter"}  # fmt: skip
WIDTHS = {"number": 130, "date": 140, "instant": 170, "boolean": 130}
LONG = {"id": 300, "email": 260, "source_id": 150, "customer.source_id": 150,
        "customer.id": 300, "customer.email": 260, "campaign": 140, "outcome": 130}  # fmt: skip
KINDS = {"name": "name", "customer.name": "name"}  # by path, where it is no unit and no type
WIDEST = 300  # of a heading; a metadata key can have any length
FONT = "/assets/fonts/inter-{}-wght-normal.woff2"


@dataclass(frozen=True)
class State:
    """What the analyst has done to the grid."""

    columns: tuple[str, ...] = ()
    sort: Sequence[Mapping[str, str]] = ()
    filters: Mapping[str, Any] = field(default_factory=dict)
    picked: tuple[str, ...] = ()  # ids of the records whose boxes are checked


def sorted_by(paths: Sequence[str]) -> list[dict[str, str]]:
    """Paths, with `-` before them for descending, as the grid wants its sorted columns."""
    return [
        {"colId": path.removeprefix("-"), "sort": "desc" if path.startswith("-") else "asc"}
        for path in paths
    ]


def record_grid(
    listing: Listing,
    fields: Sequence[Field],
    begin: State,
    wanted: Selection,
    *,
    version: int,
    opened: Callable[[str], None],
    key: str,
    picks: bool = True,
    height: int = 600,
) -> State:
    """
    Shows a list and gives what was done to it.

    Args:
        begin: how a grid of this key first stands; later runs do not change it.
        wanted: what narrows the list beside the grid's own filters.
        version: of the data; the grid asks anew when it changes.
        opened: gets the id of a record whose row was clicked, or has the focus at Enter.
        picks: whether rows have boxes to check.
    """

    def on_change(answer: Any) -> None:
        if record := answer.get("opened"):
            opened(record)

    answer = AgGrid(
        None,
        gridOptions=_options(listing, fields, begin, _address(listing, fields, wanted, version))
        | _widths(listing, fields, begin)
        | (PICKS if picks else {}),
        key=key,
        height=height,
        theme=_theme(),
        custom_css=CSS,
        allow_unsafe_jscode=True,
        update_on=[("selectionChanged", 200), ("filterChanged", 200), ("sortChanged", 200),
                   ("columnMoved", 400), "cellClicked", "cellKeyDown"],
        data_return_mode="CUSTOM",
        custom_jscode_for_grid_return=RETURN,
        should_grid_return=WORTH_A_RERUN,
        callback=on_change,
    )  # fmt: skip
    done = getattr(answer, "raw_data", None)
    if not done:
        return begin
    return State(tuple(done["columns"]), done["sort"], done["filters"], tuple(done["picked"]))


def _address(listing: Listing, fields: Sequence[Field], wanted: Selection, version: int) -> str:
    asked = {
        "columns": json.dumps([row.path for row in fields]),
        "search": wanted.search,
        "segment": wanted.segment or "",
        "where": json.dumps(wanted.filter) if wanted.filter else "",
        "customers": json.dumps(wanted.customers),
        "visitors": "yes" if wanted.visitors else "",
        "version": version,
    }
    return f"{ROUTE.format(listing.table)}?{urlencode(asked)}"


def _options(
    listing: Listing, fields: Sequence[Field], begin: State, address: str
) -> dict[str, Any]:
    return {
        "rowModelType": "infinite",
        "datasource": JsCode(SOURCE % (_literal(begin.picked), _literal(address))),
        "getRowId": JsCode("p => p.data.id"),
        "columnDefs": JsCode(_literal([_column(row) for row in fields])),
        "columnTypes": TYPES,
        "defaultColDef": {"floatingFilter": True, "suppressHeaderMenuButton": True},
        "cacheBlockSize": 100,
        "maxBlocksInCache": 50,
        "blockLoadDebounceMillis": 60,  # a drag of the scroll bar asks for where it ends
        "infiniteInitialRowCount": 20,
        "suppressFieldDotNotation": True,
        "maintainColumnOrder": True,
        "alwaysMultiSort": False,
        "animateRows": False,
        "tooltipShowDelay": 400,
        "localeText": {"noRowsToShow": f"No {listing.table} match the search and the filters."},
        "onModelUpdated": JsCode(UPDATED),
    }  # fmt: skip


def _column(field: Field) -> dict[str, Any]:
    kind = "text" if field.many else KINDS.get(field.path) or field.unit or field.kind.key
    options = [row.key for row in choices_for(field)]
    return {
        "field": field.path,
        "headerName": visible(_heading(field)),
        "headerTooltip": visible(field.doc),
        "width": _width(field),
        "sortable": not field.many,
        "type": kind if kind in TYPES else [],
        "filter": FILTERS.get(field.kind.key, "agTextColumnFilter") if options else False,
        "filterParams": {"debounceMs": 150, "inRangeInclusive": True}
        | ({} if kind == "boolean" else {"filterOptions": options}),
    }


def _heading(field: Field) -> str:
    """What a column is called; above amounts with their unit, which the cells leave out."""
    return (
        f"{field.label}, {workbench().project.currency}" if field.unit == "cents" else field.label
    )


def _width(field: Field) -> int:
    """The least width in pixels in which a column and its heading can be read."""
    heading = min(7 * len(_heading(field)) + 58, WIDEST)
    return max(LONG.get(field.path, WIDTHS.get(field.kind.key, 170)), heading)


def _widths(listing: Listing, fields: Sequence[Field], begin: State) -> dict[str, JsCode]:
    """How the grid begins, and its columns: over its whole width, or as this browser drew them."""
    initial = {
        "filter": {"filterModel": dict(begin.filters)},
        "sort": {"sortModel": [dict(column) for column in begin.sort]},
    }
    if begin.columns:
        initial["columnOrder"] = {"orderedColIds": [SELECTION, *begin.columns]}
    place = _literal(f"{listing.table}-widths")
    least = _literal([{"key": row.path, "minWidth": _width(row)} for row in fields])
    # Not `autoSizeStrategy`: it waits for a width, which the frame gets once the grid is drawn.
    fit = JsCode(FIT % (place, least))
    return {
        "initialState": JsCode(INITIAL % (place, _literal(initial))),
        "onColumnResized": JsCode(RESIZED % place),
        "onGridSizeChanged": fit,
        "onGridColumnsChanged": fit,
    }


def _literal(data: Any) -> str:
    """Data as JavaScript in which no mark of the component can stand."""
    return json.dumps(data).replace("::", ":\\u003a")


def _theme() -> StAggridTheme:
    """The colours and the type of the page around it, from the same settings."""
    of = st.context.theme.type or "light"
    colour = {name: st.get_option(f"theme.{of}.{name}") for name in COLOURS}
    return StAggridTheme(base="quartz").withParams(
        fontFamily=["Inter", "sans-serif"],
        fontSize=13,
        spacing=6,
        rowHeight=32,
        headerHeight=34,
        wrapperBorderRadius=6,
        headerFontWeight=600,
        borderColor=colour["borderColor"],
        rowBorder={"color": colour["dataframeBorderColor"]},
        accentColor=colour["primaryColor"],
        backgroundColor=colour["backgroundColor"],
        foregroundColor=colour["textColor"],
        headerBackgroundColor=colour["dataframeHeaderBackgroundColor"],
        headerTextColor=colour["dataframeHeaderTextColor"],
        chromeBackgroundColor=colour["dataframeHeaderBackgroundColor"],
        browserColorScheme=of,
        wrapperBorder={"color": colour["borderColor"]},
    )


COLOURS = ("primaryColor", "backgroundColor", "textColor", "borderColor", "dataframeBorderColor",
           "dataframeHeaderBackgroundColor", "dataframeHeaderTextColor")  # fmt: skip
CSS = {
    "@font-face": {
        "font-family": "Inter",
        "src": f'url("{FONT.format("latin")}")',
        "font-weight": "100 900",
    },
    "@font-face ": {  # the blank makes it another key
        "font-family": "Inter",
        "src": f'url("{FONT.format("latin-ext")}")',
        "font-weight": "100 900",
        "unicode-range": "U+0100-02BA, U+1E00-1EFF",
    },
    ".ag-row": {"cursor": "pointer"},
    ".stand-in": {"font-style": "italic", "opacity": "0.65"},
    ".ag-header-cell[col-id=ag-Grid-SelectionColumn] .ag-header-cell-text": {"font-size": "0"},
    ".ag-cell, .ag-header-cell-text": {"font-variant-numeric": "tabular-nums"},
}
SELECTION = "ag-Grid-SelectionColumn"
PICKS = {
    "rowSelection": {"mode": "multiRow", "checkboxes": True, "headerCheckbox": False},
    "selectionColumnDef": {
        "pinned": "left",
        "width": 44,
        "suppressMovable": True,
        "headerName": "Selected",  # read aloud; the column is too narrow to show it
    },
    "onRowSelected": JsCode("e => picked[e.node.isSelected() ? 'add' : 'delete'](e.node.id)"),
}

# `picked` outlives blocks that are dropped and loaded again; a new grid begins with what was kept.
SOURCE = """(() => {
  window.picked ??= new Set(%s);
  const address = %s;
  return {getRows: p => {
    const asked = new URLSearchParams({start: p.startRow, end: p.endRow,
      sort: JSON.stringify(p.sortModel), filter: JSON.stringify(p.filterModel)});
    fetch(`${address}&${asked}`)
      .then(answer => answer.ok ? answer.json() : Promise.reject())
      .then(block => p.successCallback(block.rows, block.total))
      .catch(() => p.failCallback());
  }};
})()"""
# Of itself the grid says only of rows in memory that there are none.
UPDATED = """e => {
  e.api[e.api.getDisplayedRowCount() ? 'hideOverlay' : 'showNoRowsOverlay']();
  e.api.forEachNode(n => n.data && !n.isSelected() && picked.has(n.id) && n.setSelected(true));
}"""
INITIAL = """(() => {
  const widths = localStorage.getItem(%s);
  const initial = %s;
  return widths ? {...initial, columnSizing: {columnSizingModel: JSON.parse(widths)}} : initial;
})()"""
FIT = """e => {
  if (!localStorage.getItem(%s)) e.api.sizeColumnsToFit({columnLimits: %s});
}"""
RESIZED = """e => {
  if (e.finished && e.source === 'uiColumnResized') localStorage.setItem(%s, JSON.stringify(
    e.api.getColumnState().map(({colId, width}) => ({colId, width}))));
}"""
RETURN = JsCode("""function({streamlitRerunEventTriggerName: event, eventData}) {
  const sorted = eventData.api.getColumnState().filter(column => column.sort);
  sorted.sort((one, other) => one.sortIndex - other.sortIndex);
  const shown = eventData.api.getAllGridColumns().map(column => column.getColId());
  return {event, opened: event?.startsWith('cell') ? eventData.data.id : null,
    picked: [...picked], filters: eventData.api.getFilterModel(),
    sort: sorted.map(({colId, sort}) => ({colId, sort})),
    columns: shown.filter(path => !path.startsWith('ag-Grid-'))};
}""")
WORTH_A_RERUN = JsCode("""function({streamlitRerunEventTriggerName: event, eventData}) {
  const column = eventData.column ? eventData.column.getColId() : '';
  const opens = eventData.data && !column.startsWith('ag-Grid-');
  return {cellClicked: opens, cellKeyDown: opens && eventData.event.key === 'Enter',
    columnMoved: eventData.finished && eventData.source === 'uiColumnMoved'}[event] ?? true;
}""")
# The server filters, yet the grid asks for a test of its own.
NO_INPUT = {"numberOfInputs": 0, "predicate": JsCode("() => true")}
TYPES = {
    "name": {  # of who has none the first that tells who it is
        "valueFormatter": JsCode("""p => {
  const of = p.colDef.field.slice(0, -'name'.length);
  const others = ['email', 'phone', 'source_id', 'id'].map(path => p.data?.[of + path]);
  return p.value ?? others.find(value => value != null) ?? '';
}"""),
        "cellClassRules": {"stand-in": JsCode("p => p.value == null")},
    },
    "cents": {
        "cellClass": "ag-right-aligned-cell",
        "headerClass": "ag-right-aligned-header",
        "valueFormatter": JsCode(
            "p => p.value == null ? '' : p.value.toLocaleString(undefined, "
            "{minimumFractionDigits: 2, maximumFractionDigits: 2})"
        ),
    },
    "number": {
        "cellClass": "ag-right-aligned-cell",
        "headerClass": "ag-right-aligned-header",
        "valueFormatter": JsCode("p => p.value == null ? '' : p.value.toLocaleString()"),
    },
    "boolean": {
        "valueFormatter": JsCode("p => p.value == null ? '' : p.value ? 'Yes' : 'No'"),
        "filterParams": {
            "maxNumConditions": 1,
            "filterOptions": [
                "empty",
                {"displayKey": "true", "displayName": "Yes", **NO_INPUT},
                {"displayKey": "false", "displayName": "No", **NO_INPUT},
                "notBlank",
                "blank",
            ],
        },
    },
}
