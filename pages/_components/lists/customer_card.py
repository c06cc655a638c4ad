"""What is known of one customer: each heading of fields a card."""

import streamlit as st

from engine.base.profiles import Profile
from engine.lists.texts import customer_values
from pages._components.shell.card import card
from pages._components.shell.masks import mask
from pages._components.shell.values import value_text

COLUMNS = 2  # beside each other on a wide screen
EDGES = 2  # lines that a card is higher than its values


def customer_card(profile: Profile, position: int) -> None:
    """Every value, in two columns of about one height."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for field, value in customer_values(profile, position, mask(profile.ids[position])):
        groups.setdefault(field.group, []).append((field.label, value_text(field, value)))
    columns, heights = st.columns(COLUMNS, gap="medium"), [0] * COLUMNS
    for group, rows in groups.items():
        lowest = heights.index(min(heights))
        heights[lowest] += len(rows) + EDGES
        with columns[lowest]:
            card(group, rows)
