"""One number with its name, as cards of numbers have it."""

from typing import Any

import streamlit as st

HEIGHT = 114  # with or without a share, in pixels


def figure(label: str, value: str, share: str | None = None, **more: Any) -> None:
    """One number, with its share small beside it; as wide as it needs."""
    st.metric(
        label,
        value,
        share,
        delta_color="off",
        delta_arrow="off",
        border=True,
        height=HEIGHT,
        width=max(17 * len(value) + 34, 7 * len(label) + (68 if more.get("help") else 48)),
        **more,
    )
