"""One customer chosen by a search, where a list of all would be too long."""

from collections.abc import Iterable, Sequence

import streamlit as st

from engine.base.profiles import Profile
from engine.lists.selection import Selection, selected
from engine.privacy.masks import MASK
from engine.text.display import visible
from pages._components.lists.tables import customer_frame
from pages._components.shell.session import workbench

NAMES = ("name", "email", "source_id")
SHOWN = 20  # of those that a search finds


def customer_choice(
    key: str, label: str, begin: str = "", without: str | None = None
) -> str | None:
    """
    The id of the customer who is chosen; None: nobody yet.

    Args:
        key: of its widgets.
        begin: what is searched for at first.
        without: the id of somebody who cannot be chosen.
    """
    search, choice = st.columns(2, gap="medium", vertical_alignment="bottom")
    wanted = search.text_input(
        label, begin, type="search", key=key, placeholder="Name, e-mail, phone, id or source id"
    ).strip()  # fmt: skip
    if not wanted:
        choice.caption("Search first, then choose from the matches here.")
        return None
    found = selected(workbench(), Selection(search=wanted, visitors=True))
    profile, positions = found.profile, found.positions
    ids = [one for one in profile.ids.gather(positions.head(SHOWN + 1)) if one != without]
    if not ids:
        choice.caption("Nobody fits: search for another part of the name, or an id.")
        return None
    names = lines_of(profile, ids)
    count = found.count - (without is not None and found.count > len(ids))
    chosen: str | None = choice.selectbox(
        "Matches" if count <= SHOWN else f"The first {SHOWN} of {count:,} matches",
        ids[:SHOWN],
        0 if len(ids) == 1 else None,
        format_func=names.__getitem__,
        placeholder="Choose one",
        key=f"{key}-of-{wanted}",
    )
    return chosen


def lines_of(profile: Profile, ids: list[str], fields: Sequence[str] = NAMES) -> dict[str, str]:
    """Customers in a line each, by id; of those who are no customers none."""
    positions = profile.ids.is_in(ids).arg_true()
    shown = customer_frame(profile, positions, fields)
    lines = zip(profile.ids.gather(positions), shown.iter_rows(), strict=True)
    return {one: _line(one, texts) for one, texts in lines}


def _line(customer: str, texts: Iterable[str | None]) -> str:
    """What tells a customer from others; the id where nothing else does, as behind a mask."""
    known = [text for text in texts if text]
    seen = [text for text in known if text != MASK]
    return " · ".join(seen if seen and seen == known else [*seen, visible(customer)])
