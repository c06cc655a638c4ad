"""Customers who may be the same, in groups, each with the way to compare and merge two of them."""

import polars as pl
import streamlit as st

from engine.base.profiles import Profile
from engine.customers.duplicates import DuplicateGroup, Duplicates, duplicates
from engine.privacy.masks import MASK
from engine.text.counts import noun
from pages._components.lists.tables import customer_table
from pages._components.shell.masks import mask
from pages._components.shell.place import leads_to
from pages._components.shell.session import header, version
from pages._components.shell.text import plain

PATHS = ("name", "email", "phone", "birthdate", "source_id", "created_at")
AT_ONCE = 10  # groups on a page


def possible_duplicates(profile: Profile) -> None:
    """Each reason with its groups; nothing is merged without a look at both."""
    header("Possible duplicates", "Customers who may be one person. Nothing is merged by itself.")
    st.caption(version(profile))
    found = [each for each in duplicates(profile) if each.count]
    if not found:
        st.caption("Nobody shares an e-mail, a phone, or a name and birthdate with somebody else.")
        return
    labels = {each.likeness.label: each for each in found}
    chosen = st.segmented_control(
        "Alike by",
        list(labels),
        default=next(iter(labels)),
        required=True,
        format_func=lambda label: f"{label} · {labels[label].count:,}",
        key="alike",
    )
    _groups(profile, labels[chosen])


def _groups(profile: Profile, found: Duplicates) -> None:
    groups = noun(found.count, "groups")
    st.markdown(f"**{found.count:,}** {groups} with {found.customers:,} customers")
    pages = -(-len(found.groups) // AT_ONCE)
    page = st.pagination(pages, key=f"alike-{found.likeness.key}") if pages > 1 else 1
    for group in found.groups[(page - 1) * AT_ONCE : page * AT_ONCE]:
        _group(profile, found, group)
    if found.count > len(found.groups):
        st.caption(f"The first {len(found.groups):,} groups; merge some, and more appear.")


def _group(profile: Profile, found: Duplicates, group: DuplicateGroup) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            value = MASK if mask().on else plain(group.value)
            st.markdown(f"**{value}** · {len(group.positions):,} customers")
            st.space("stretch")
            first, second = (profile.ids[at] for at in group.positions[:2])
            st.button(
                "Compare and merge" if len(group.positions) == 2 else "Compare the first two",
                key=f"merge-{found.likeness.key}-{first}",
                icon=":material/merge:",
                **leads_to(customer=first, do="merge", other=second),
            )
        customer_table(
            profile,
            pl.Series(group.positions),
            PATHS,
            key=f"alike-{found.likeness.key}-{first}",
        )
