"""The order of an export: what goes out, which columns, and how the file is laid out."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from engine.base.profiles import Profile
from engine.exports.columns import preset_fields
from engine.exports.draws import Holdout, Sample
from engine.exports.formats import FORMATS
from engine.exports.layout import CENTS, CURRENCY, DECIMALS, READABLE
from engine.exports.layout import FIELDS as BY_PATH
from engine.exports.order import EXPORTED, MOVES, Order, source
from engine.lists.listings import Listing
from engine.lists.selection import Selection
from engine.privacy.consent import held_back
from engine.segments import library
from engine.text.display import visible
from engine.text.formats import decimal_mark
from engine.workspace.views import View, of_exports
from pages._components.lists.saved_views import Words, saved_views
from pages._components.shell.session import date_format, workbench

DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab"}
MARKS = {".": "Point", ",": "Comma"}
HEADER_WORDS = {READABLE: "Readable", BY_PATH: "Field paths"}
MONEY_WORDS = {CURRENCY: "12.50", CENTS: "Cents (1250)"}
LABELS = {"customers": "Customers", MOVES: "Segment"}
ZONES = sorted(available_timezones())
EVERYBODY, PICKED = "", "picked"  # beside the ids of segments
FIELDS = "columns"  # the key of the picker


def export_form(profile: Profile) -> Order:
    """
    Everything that can be said of an export; without fields none are picked.

    What is drawn is made behind all inputs: one that was not drawn forgets what it says, and a
    share or size that cannot be is a fault.

    Raises:
        UsageError: a number does not fit.
    """
    what = chosen_what()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        whom = chosen_records(what)
        since = chosen_since(what)
        listing = source(workbench(), Order(whom.segment, what=what, since=since))
        sort = chosen_order(listing, profile)
        limit = st.number_input(
            "Limit", value=None, step=1, placeholder="All", key="limit", width=120
        )
    holdout, sample = drawn(listing)
    suppressed = chosen_suppressed(profile)
    fields = chosen_columns(listing, profile)
    layout = chosen_layout()
    return Order(
        what=what,
        fields=tuple(fields),
        sort=sort,
        limit=limit,
        holdout=holdout and holdout(),
        sample=sample and sample(),
        since=since,
        suppressed=suppressed,
        **vars(whom),
        **layout,
    )


def chosen_suppressed(profile: Profile) -> bool:
    """Whether people leave who are not to be written to; nobody is asked where there are none."""
    count = int(held_back(workbench(), profile).sum())
    return count > 0 and st.toggle(
        f"With unsubscribed and suppressed customers ({count:,})",
        key="suppressed",
        help="Off: they stay out of lists of people, and the receipt says how many",
    )


def chosen_what() -> str:
    """What kind of record goes out; the address or a grid may say it."""
    asked = st.query_params.get("what", st.session_state.get("selection-of", "customers"))
    chosen: str = st.segmented_control(
        "What",
        list(EXPORTED),
        default=asked if asked in EXPORTED else "customers",
        required=True,
        format_func=EXPORTED.__getitem__,
        key="what",
        on_change=lambda: st.session_state.pop(FIELDS, None),
    )
    return chosen


def chosen_since(what: str) -> str | None:
    """The first day of the entries and exits; other records have no such thing."""
    if what != MOVES:
        return None
    day = st.date_input("Since", None, key="since", format=date_format().widget, width=160)
    return day.isoformat() if day else None


def chosen_records(what: str) -> Selection:
    """
    Which of them: all, those of a segment that the address may name, or those of a grid.

    Raises:
        NotFoundError: the segment that was chosen is gone; everybody would go out in its place.
    """
    if (before := st.session_state.get("who", EVERYBODY)) not in {EVERYBODY, PICKED}:
        library.find(workbench(), before)
    everybody = "Every segment" if what == MOVES else "Everybody"
    saved = library.saved(workbench())
    kept = [row for row in saved if what != MOVES or library.keeps_moves(row)]
    segments = {EVERYBODY: everybody, **{row.id: row.name for row in kept}}
    of_grid = st.session_state.get("selection-of") == what
    picked: Selection | None = st.session_state.get("selection") if of_grid else None
    if picked:
        segments = {PICKED: f"As in the grid of {what}", **segments}
    asked = st.query_params.get("segment", PICKED if picked else EVERYBODY)
    if asked not in segments:
        st.warning(
            "The segment of this link keeps no entries and exits: choose another."
            if any(row.id == asked for row in saved)
            else "The segment of this link no longer exists: choose another."
        )
    chosen = st.selectbox(
        LABELS.get(what, "Of customers"),
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


DRAWN = {"holdout": "{:g}% held out", "sample": "{:,} at random"}  # by the widget


def drawn(listing: Listing) -> tuple[Callable[[], Holdout] | None, Callable[[], Sample] | None]:
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


def chosen_holdout() -> Callable[[], Holdout] | None:
    """The share of the customers that stays out."""
    st.markdown("**Holdout**: a control group that stays out")
    with st.container(horizontal=True):
        percent = st.number_input(
            "Percent of customers",
            value=None,
            step=1.0,
            format="%g",
            placeholder="None",
            key="holdout",
            width=160,
        )
        name = st.text_input("Name", Holdout.name, key="holdout-name", width=160)
    st.caption(
        "About this share of the customers, and all they did: always the same ones for this name, "
        "in every export."
    )
    instead = st.toggle("Export the control group instead", key="instead", disabled=percent is None)
    return None if percent is None else partial(Holdout, percent, name, instead)


def chosen_sample(listing: Listing) -> Callable[[], Sample] | None:
    """So many records of all that the rest of the form leaves."""
    st.markdown(f"**Sample**: some {listing.table} at random")
    with st.container(horizontal=True):
        size = st.number_input(
            "Size", value=None, step=1, placeholder="All", key="sample", width=160
        )
        seed = st.text_input("Seed", Sample.seed, key="seed", width=160)
    st.caption(
        f"Drawn from the {listing.table} that the holdout and the limit leave. The same data and "
        "seed pick the same ones; another seed picks others."
    )
    return None if size is None else partial(Sample, size, seed)


def chosen_columns(listing: Listing, profile: Profile) -> list[str]:
    """The paths of the columns, in their order; the picker stays open while they are chosen."""
    labels = {field.path: field.label for field in listing.catalogue(profile).fields()}
    starts = preset_fields(listing, profile)
    kept = [path for path in st.session_state.get(FIELDS, starts["Default"]) if path in labels]
    st.session_state[FIELDS] = kept
    # A label that told their number would be another element, and closed, after each choice.
    with st.expander("Columns", icon=":material/view_column:", key="picker"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{len(kept):,} of {len(labels):,}")
            for name, paths in starts.items():
                st.button(name, key=f"columns-{name}", on_click=choose, args=(paths,))
            presets(listing, kept)
        fields = st.multiselect(
            "Columns",
            list(labels),
            format_func=lambda path: visible(labels[path]),
            key=FIELDS,
            label_visibility="collapsed",
        )
        if len(fields) > 1:
            reorder(fields, labels)
    if not fields:
        st.caption("Pick at least one column.")
    return fields


def choose(paths: Sequence[str]) -> None:
    """Takes these columns."""
    st.session_state[FIELDS] = list(paths)


def reorder(fields: Sequence[str], labels: Mapping[str, str]) -> None:
    """One column moves before or behind its neighbour."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        moved = st.selectbox(
            "Order of columns",
            fields,
            format_func=lambda path: visible(labels[path]),
            key="moved",
            width=240,
        )
        for label, step, icon in (("Earlier", -1, "arrow_back"), ("Later", 1, "arrow_forward")):
            place = fields.index(moved) + step
            st.button(
                label,
                icon=f":material/{icon}:",
                disabled=not 0 <= place < len(fields),
                on_click=move,
                args=(moved, place),
            )


def move(path: str, place: int) -> None:
    """Puts a column at another place among those that are picked."""
    others = [each for each in st.session_state[FIELDS] if each != path]
    choose([*others[:place], path, *others[place:]])


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
        kind = FORMATS[
            st.segmented_control(
                "Format",
                list(FORMATS),
                default="csv",
                required=True,
                format_func=lambda key: FORMATS[key].label,
                key="format",
            )
        ]
        headers = st.selectbox(
            "Headers",
            list(HEADER_WORDS),
            0 if kind.readable else 1,
            format_func=HEADER_WORDS.__getitem__,
            key=f"headers-{kind.key}",
            width=140,
        )
        money = st.selectbox(
            "Amounts",
            list(MONEY_WORDS),
            0 if kind.readable and headers == READABLE else 1,
            format_func=MONEY_WORDS.__getitem__,
            key=f"money-{kind.key}-{headers}",
            width=130,
        )
        usual = workbench().project.time_zone if kind.local else "UTC"
        zone = st.selectbox(
            "Time zone", ZONES, ZONES.index(usual), key=f"time-zone-{kind.local}", width=165
        )
        if kind.guards:
            more = chosen_text(headers)
        else:
            more = {"cut_texts": kind.most_text is not None and chosen_cut()}
    return {
        "format": kind.key,
        "headers": headers,
        "money": money,
        "time_zone": zone,
        **more,
    }


def chosen_text(headers: str) -> dict[str, Any]:
    """What there is to choose of a table of text; one for readers opens in their Excel as it is."""
    marks = list(DECIMALS)
    usual = decimal_mark(workbench().project.money_format) if headers == READABLE else marks[0]
    decimal = st.selectbox(
        "Decimal mark",
        marks,
        marks.index(usual),
        format_func=MARKS.__getitem__,
        key=f"decimal-{headers}",
        width=120,
    )
    delimiters = [key for key in DELIMITERS if key != decimal]
    delimiter = st.selectbox(
        "Delimiter",
        delimiters,
        format_func=DELIMITERS.__getitem__,
        key=f"delimiter-{decimal}",
        width=130,
    )
    bom = st.toggle(
        "Excel-compatible (UTF-8 BOM)",
        value=headers == READABLE,
        key=f"bom-{headers}",
        help="With a byte order mark at its beginning Excel shows ü, ł and é as they are",
    )
    guard = st.toggle(
        "Formula guard",
        value=True,
        key="guard",
        help="Puts an apostrophe before cells that a spreadsheet would run as a formula",
    )
    return {"decimal": decimal, "delimiter": delimiter, "bom": bom, "guard": guard}


def chosen_cut() -> bool:
    """Whether texts may be cut."""
    cut: bool = st.toggle(
        "Cut long texts",
        key="cut",
        help="A cell of Excel holds 32,767 characters; without this a longer text is refused",
    )
    return cut
