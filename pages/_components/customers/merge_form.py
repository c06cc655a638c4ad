"""Two customers made one: both side by side, a choice where they differ, then the merge."""

from functools import partial

import streamlit as st

from engine.base.answers import find
from engine.base.profiles import Profile
from engine.customers.merging import FIRST, SECOND, CustomerMerge, FieldChoice, merge, preview
from engine.lists.texts import customer_values
from engine.rights import BUILD, REVEAL
from engine.text.counts import counted
from pages._components.customers.edit_form import leave, leave_form
from pages._components.lists.customer_choice import customer_choice, lines_of
from pages._components.shell.acts import done
from pages._components.shell.form_faults import FormFaults, sent
from pages._components.shell.masks import mask, reveal_button, revealed_first
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, workbench
from pages._components.shell.text import bold, plain, spoken
from pages._components.shell.values import value_text

WIDTHS = (3, 4, 4, 4)  # the choice stands whole in a window of 1024 pixels
WORDS = {FIRST: "First", SECOND: "Second"}


@takes(BUILD, REVEAL)
@revealed_first
def merged_customer(profile: Profile, position: int) -> None:
    """The form: whom with, what stays of each, and the merge."""
    key = profile.ids[position]
    faults = FormFaults(f"merge-{key}")
    with st.container(border=True):
        other = customer_choice(
            f"merge-{key}", "Merge with", st.query_params.get("other", ""), without=key
        )
    if other is None:
        faults.rest()
        leave()
        return
    if mask(other).on:
        st.caption("Both have to be seen to be compared.")
        reveal_button(profile, find(profile, other))
        return
    scope = f"{key}-{other}"
    chosen = {
        name.removeprefix(f"keep-{scope}-"): side
        for name, side in st.session_state.items()
        if isinstance(name, str) and name.startswith(f"keep-{scope}-") and side
    }
    told = preview(workbench(), key, other, chosen)
    names = lines_of(profile, [key, other])
    short = lines_of(profile, [key, other], ("name", "source_id"))
    texts = [_texts(profile, one) for one in (key, other)]
    with st.container(border=True, gap="xsmall"):
        _heading(short[key], short[other])
        for choice in told.fields:
            field = profile.catalogue.find(choice.path)
            _line(scope, choice, field.label if field else choice.label, texts)
    _outcome(told, names)
    faults.rest()
    with st.container(horizontal=True):
        if st.button("Merge", type="primary", icon=":material/merge:"):
            sent(f"merge-{key}", partial(_merge, key, other, chosen))
        leave()


def _heading(first: str, second: str) -> None:
    _, left, right, keep = st.columns(WIDTHS, gap="small")
    left.markdown(f"First: {bold(first)}")
    right.markdown(f"Second: {bold(second)}")
    keep.markdown("**Keep**")


def _texts(profile: Profile, customer: str) -> dict[str, str]:
    """What is known of a customer, by path, as the profile tells it."""
    values = customer_values(profile, find(profile, customer))
    return {field.path: value_text(field, value) for field, value in values}


def _line(scope: str, choice: FieldChoice, label: str, texts: list[dict[str, str]]) -> None:
    """One field of both; where they differ there is a choice."""
    columns = st.columns(WIDTHS, gap="small", vertical_alignment="center")
    columns[0].caption(plain(label))
    for column, side, known, text in zip(
        columns[1:], (FIRST, SECOND), texts, (choice.first, choice.second), strict=False
    ):
        words = known.get(choice.path, text)
        column.markdown(bold(words) if side == choice.kept else f":gray[{plain(words)}]")
    if choice.differs:
        columns[3].segmented_control(
            spoken(f"Keep of {label}"),
            [FIRST, SECOND],
            default=choice.kept,
            required=True,
            format_func=WORDS.__getitem__,
            key=f"keep-{scope}-{choice.path}",
            label_visibility="collapsed",
        )


def _outcome(told: CustomerMerge, names: dict[str, str]) -> None:
    moves = ", ".join(counted(count, kind) for kind, count in told.records.items())
    st.caption(
        f"{plain(names[told.stays])} stays"
        + (f" and gets {moves} of the other" if moves else "")
        + ". Both ids lead there from now on."
    )


def _merge(first: str, second: str, keep: dict[str, str]) -> None:
    told = merge(acting(), first, second, keep)
    leave_form()
    st.query_params["customer"] = told.stays
    done("Merged: one customer now.", told.change)
