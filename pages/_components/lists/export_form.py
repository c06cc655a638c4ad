"""The order of an export: what goes out, which columns, and how the file is laid out."""

from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from engine.base.profiles import Profile
from engine.exports.columns import default_fields
from engine.exports.draws import Holdout, Sample
from engine.exports.formats import FORMATS
from engine.exports.order import Order
from engine.lists.listings import LISTINGS, Listing
from engine.lists.selection import Selection
from engine.segments import library
from engine.text.display import visible
from engine.workspace.views import View, of_exports
from pages._components.lists.saved_views import Words, saved_views
from pages._components.shell.session import workbench

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
    holdout, sample = drawn(listing)
    fields = chosen_columns(listing, profile)
    return Order(
        what=listing.table,
        fields=tuple(fields),
        sort=sort,
        limit=limit,
        holdout=holdout,
        sample=sample,
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
        format_func=lambda key: visible(segments[key]),
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
        format_func=lambda path: visible(labels[path]),
        placeholder="As imported",
        key=f"order-{listing.table}",
        width=200,
    )
    descending = st.toggle("Descending", key="descending", disabled=path is None)
    return f"-{path}" if path and descending else path


DRAWN = {"holdout": "{:g} % held out", "sample": "{:,} at random"}  # by the widget


def drawn(listing: Listing) -> tuple[Holdout | None, Sample | None]:
    """Who is drawn, to stay out as a control group and to go out as a sample."""
    said = ((words, st.session_state.get(key)) for key, words in DRAWN.items())
    told = " · ".join(words.format(given) for words, given in said if given) or "none"
    label = f"Holdout and sample · {told}"
    with st.expander(label, icon=":material/casino:", key="drawn"):
        holdout, sample = st.columns(2, gap="large")
        with holdout:
            held = chosen_holdout()
        with sample:
            return held, chosen_sample(listing)


def chosen_holdout() -> Holdout | None:
    """The share of the customers that stays out."""
    st.markdown("**Holdout**: a control group that stays out")
    with st.container(horizontal=True):
        percent = st.number_input(
            "Percent of customers",
            *(0.01, 99.99, None, 1.0),
            format="%g",
            placeholder="None",
            key="holdout",
            width=160,
        )
        name = st.text_input("Name", Holdout.name, key="holdout-name", width=160)
    st.caption(
        "Each customer is drawn by their id and this name, so it is about so many of a hundred, "
        "and the same ones in every export with the same name, with all they did."
    )
    instead = st.toggle("Export the held-out ones instead", key="instead", disabled=percent is None)
    return None if percent is None else Holdout(percent, name, instead)


def chosen_sample(listing: Listing) -> Sample | None:
    """So many records of all that the rest of the form leaves."""
    st.markdown(f"**Sample**: some {listing.table} at random")
    with st.container(horizontal=True):
        size = st.number_input("Size", 1, value=None, placeholder="All", key="sample", width=160)
        seed = st.text_input("Seed", Sample.seed, key="seed", width=160)
    st.caption(
        f"Exactly so many of the {listing.table} that the holdout and the limit leave, or all of "
        "them. The same data and seed draw the same ones; another seed draws others."
    )
    return None if size is None else Sample(size, seed)


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
                format_func=lambda path: visible(labels[path]),
                key=FIELDS,
            )
        presets(listing, fields)
    if not fields:
        st.caption("Pick at least one column.")
    return fields


PRESETS = Words(
    "preset",
    "Presets",
    "A preset keeps columns and their order under a name.",
    "Newsletter",
    "Save these columns",
)


def presets(listing: Listing, fields: list[str]) -> None:
    """Columns under a name: use them, keep those that are picked, or delete some."""
    saved_views(
        PRESETS,
        of_exports(listing.table),
        lambda: View(tuple(fields)),
        lambda view: st.session_state.update({FIELDS: view.columns}),
    )


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
