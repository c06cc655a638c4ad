"""A pasted list of values: taken in at once, and which of them somebody has."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from engine.base.answers import known
from engine.base.profiles import Profile
from engine.filters.fields import Field
from pages._components.shell.session import workbench
from pages._components.shell.text import plain

NAMED = 20  # values that nobody has


def values_in(text: str) -> list[str]:
    """The values of a list: a line each, or between commas, semicolons and tabs; each once."""
    values = (value.strip() for value in re.split(r"[\n,;\t]", text))
    return list(dict.fromkeys(value for value in values if value))


def paste_list(key: str, take: Callable[[list[str]], None]) -> None:
    """
    A button that opens a text area.

    Args:
        key: of the text area; another one after each paste, as a browser keeps its text.
        take: gets the values that were pasted, from a callback.
    """
    with st.popover("", icon=":material/content_paste:", help="Paste a list", type="tertiary"):
        st.text_area(
            "Paste a list",
            key=key,
            height=160,
            placeholder="One value a line, or between commas, semicolons or tabs",
        )
        st.button(
            "Add values",
            key=f"{key}.take",
            icon=":material/add:",
            on_click=lambda: take(values_in(st.session_state[key])),
        )


def found_note(
    profile: Profile, field: Field, values: Sequence[Any], *, ignore_case: bool = False
) -> None:
    """How many of the values somebody has, and the first of those that nobody has."""
    has = known(profile, field, values, workbench().clock(), ignore_case=ignore_case)
    lacking = [str(value) for value, there in zip(values, has, strict=True) if not there]
    note = f"{sum(has):,} of {len(has):,} match someone"
    if lacking:
        note += f", not {plain(', '.join(lacking[:NAMED]))}"
    if len(lacking) > NAMED:
        note += f" and {len(lacking) - NAMED:,} more"
    st.caption(note)
