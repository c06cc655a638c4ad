"""The order of an export: what goes out, which columns, and how the file is laid out."""

from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from engine import library, views
from engine.errors import WorkbenchError
from engine.exports.columns import default_fields
from engine.exports.formats import FORMATS
from engine.exports.run import Order
from engine.listings import LISTINGS, Listing
from engine.profiles import Profile
from engine.selection import Selection
from engine.views import View, of_exports
from pages._components.browsing import told
from pages._components.session import workbench
from pages._components.text import plain

DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab"}
ZONES = sorted(available_timezones())
EVERYBODY, PICKED = "", "picked"  # beside the ids of segments
FIELDS = "columns"  # the key of the picker


def export_form(profile: Profile) -> Order:
    """Everything that can be said of an export; without fields none are picked."""
    listing = chosen_listing()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        whom = chosen_records(listing)
        sort = chosen_order(listing, profile)
        limit = st.number_input("Limit", 1, value=None, placeholder="All", key="limit", width=120)
    fields = chosen_columns(listing, profile)
    return Order(
        what=listing.table,
        fields=tuple(fields),
        sort=sort,
        limit=limit,
        **vars(whom),
        **chosen_layout(),
    )


def chosen_listing() -> Listing:
    """What kind of record goes out; the address or a grid may say it."""
    asked = st.query_params.get("what", st.session_state.get("selection-of", "customers"))
    chosen = st.segmented_control(
        "What",
        list(LISTINGS),
        default=asked if asked in LISTINGS else "customers",
        required=True,
        format_func=lambda table: LISTINGS[table].label,
        key="what",
        on_change=lambda: st.session_state.pop(FIELDS, None),
    )
    return LISTINGS[chosen]


def chosen_records(listing: Listing) -> Selection:
    """Which of them: all, those of a segment that the address may name, or those of a grid."""
    segments = {EVERYBODY: "Everybody", **{row.id: row.name for row in library.saved(workbench())}}
    of_grid = st.session_state.get("selection-of") == listing.table
    picked: Selection | None = st.session_state.get("selection") if of_grid else None
    if picked:
        segments = {PICKED: f"As in the grid of {listing.table}", **segments}
    asked = st.query_params.get("segment", PICKED if picked else EVERYBODY)
    if asked not in segments:
        st.warning("The segment of this address does not exist any more: choose another.")
    chosen = st.selectbox(
        "Customers" if listing.table == "customers" else "Of customers",
        list(segments),
        index=list(segments).index(asked) if asked in segments else 0,
        format_func=segments.__getitem__,
        key="who",
        width=240,
    )
    return picked if picked and chosen == PICKED else Selection(chosen or None)


def chosen_order(listing: Listing, profile: Profile) -> str | None:
    """The path of the field to order by, with `-` before it for descending."""
    fields = listing.catalogue(profile).fields()
    labels = {field.path: field.label for field in fields if not field.many}
    path = st.selectbox(
        "Order by",
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        placeholder="As imported",
        key=f"order-{listing.table}",
        width=200,
    )
    descending = st.toggle("Descending", key="descending", disabled=path is None)
    return f"-{path}" if path and descending else path


def chosen_columns(listing: Listing, profile: Profile) -> list[str]:
    """The paths of the columns, in the order in which they were picked."""
    labels = {field.path: field.label for field in listing.catalogue(profile).fields()}
    usual = profile.once(
        f"columns to export: {listing.table}", lambda: default_fields(listing, profile)
    )
    kept = [path for path in st.session_state.get(FIELDS, usual) if path in labels]
    st.session_state[FIELDS] = kept
    with st.container(horizontal=True, vertical_alignment="top"):
        with st.expander(f"{len(kept)} of {len(labels)} columns", icon=":material/view_column:"):
            fields = st.multiselect(
                "Columns, in the order you pick them",
                list(labels),
                format_func=labels.__getitem__,
                key=FIELDS,
            )
        presets(listing, fields)
    if not fields:
        st.caption("Pick at least one column.")
    return fields


def presets(listing: Listing, fields: list[str]) -> None:
    """Columns under a name: use them, keep those that are picked, or delete some."""
    kept = of_exports(listing.table)
    with st.popover("Presets", icon=":material/bookmarks:"):
        saved = views.views(workbench(), kept)
        if not saved:
            st.caption("A preset keeps columns and their order under a name.")
        for name, view in saved.items():
            use, delete = st.columns([6, 1], vertical_alignment="center", wrap=False)
            use.button(
                plain(name),
                key=f"preset-{name}",
                type="tertiary",
                on_click=lambda columns=view.columns: st.session_state.update({FIELDS: columns}),
            )
            delete.button(
                "Delete",
                key=f"delete-preset-{name}",
                icon=":material/delete:",
                type="tertiary",
                on_click=views.delete_view,
                args=(workbench(), kept, name),
            )
        with st.form("preset", border=False, clear_on_submit=True):
            st.text_input("Name of the preset", key="preset-name", placeholder="Newsletter")
            st.form_submit_button(
                "Save these columns", on_click=save_preset, args=(kept, tuple(fields))
            )
        told("preset-problem")


def save_preset(kept: str, fields: tuple[str, ...]) -> None:
    """Keeps the picked columns under the name typed."""
    try:
        name = views.save_view(workbench(), kept, st.session_state["preset-name"], View(fields))
    except WorkbenchError as error:
        st.session_state["preset-problem"] = error
    else:
        st.toast(f"Saved the preset {plain(name)}", icon=":material/check:")


def chosen_layout() -> dict[str, Any]:
    """The format, and what there is to choose of it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "Format",
            list(FORMATS),
            default="csv",
            required=True,
            format_func=lambda key: FORMATS[key].label,
            key="format",
        )
        zone = st.selectbox("Time zone", ZONES, ZONES.index("UTC"), key="time-zone", width=165)
        delimiter = st.selectbox(
            "Delimiter",
            list(DELIMITERS),
            format_func=DELIMITERS.__getitem__,
            key="delimiter",
            disabled=kind != "csv",
            width=120,
        )
        bom = st.toggle(
            "Mark for Excel",
            key="bom",
            disabled=kind != "csv",
            help="A CSV that begins with a byte order mark opens as UTF-8 in Excel",
        )
        guard = st.toggle(
            "Formula guard",
            value=True,
            key="guard",
            disabled=not FORMATS[kind].guards,
            help="Puts an apostrophe before cells that a spreadsheet would run as a formula",
        )
    return {
        "format": kind,
        "time_zone": zone,
        "delimiter": delimiter,
        "bom": bom,
        "guard": guard,
    }
