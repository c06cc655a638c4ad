"""One customer chosen by a search, where a list of all would be too long."""

import streamlit as st

from engine.base.profiles import Profile
from engine.lists.selection import Selection, selected
from engine.text.display import visible
from pages._components.shell.session import workbench

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
    names = described(profile, ids)
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


def described(profile: Profile, ids: list[str]) -> dict[str, str]:
    """Customers in a line each, by id."""
    columns = ("id", "name", "email", "source_id")
    some = profile.customers.filter(profile.customers["id"].is_in(ids)).select(columns)
    return {
        row[0]: visible(" · ".join(text for text in row[1:] if text) or row[0])
        for row in some.iter_rows()
    }
