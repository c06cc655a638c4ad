"""What names a person, hidden until somebody who may asks for it, which the log keeps."""

from collections.abc import Callable
from functools import wraps

import streamlit as st

from engine.base.profiles import Profile
from engine.base.records import RecordColumns
from engine.privacy.masks import OPEN, Mask, reveal, seen_by
from engine.rights import REVEAL
from pages._components.shell.rights import deed
from pages._components.shell.session import acting

REVEALED = "revealed"  # ids of what was asked for in this session


def mask(customer: str | None = None) -> Mask:
    """
    What is hidden from whoever is here.

    Args:
        customer: the id of the one whom it is about, or of another thing; nothing is hidden of
            what they asked for.
    """
    return OPEN if customer in _revealed() else seen_by(acting())


def seen(records: RecordColumns, customer: str | None = None) -> RecordColumns:
    """Records to show to whoever is here."""
    return mask(customer).over(records)


def revealed_first(part: Callable[[Profile, int], None]) -> Callable[[Profile, int], None]:
    """Draws a part that shows all of a customer, once whoever is here has asked for that."""

    @wraps(part)
    def drawn(profile: Profile, position: int) -> None:
        if not mask(profile.ids[position]).on:
            part(profile, position)
            return
        st.caption("This shows who the customer is; that you looked is kept in the change log.")
        reveal_button(profile, position)

    return drawn


def reveal_button(profile: Profile, position: int) -> None:
    """Shows all of one customer, for those who may."""
    show_button("customers", profile.ids[position])


def show_button(kind: str, name: str) -> None:
    """
    Shows what is masked of one thing, for those who may.

    Args:
        kind: what it is one of: customers, or imports.
    """
    if mask(name).on:
        deed(
            REVEAL,
            "Reveal",
            key=f"reveal-{name}",
            icon=":material/visibility:",
            on_click=_reveal,
            args=(kind, name),
        )


def _reveal(kind: str, name: str) -> None:
    reveal(acting(), kind, name)
    _revealed().add(name)


def _revealed() -> set[str]:
    found: set[str] = st.session_state.setdefault(REVEALED, set())
    return found
