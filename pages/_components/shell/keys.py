"""The keys of the HTTP API: made and shown once, with their last use, rotated and revoked."""

from datetime import datetime

import streamlit as st

from engine.accounts.keys import ApiKey, create, keys, revoke, rotate
from engine.accounts.roles import KEYS, ROLES, in_words, roles_for
from engine.rights import ADMIN
from engine.text.display import visible
from pages._components.shell.at_once import at_once
from pages._components.shell.form_faults import emptied, empty
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, faults_shown, instant, workbench
from pages._components.shell.shown_once import shown_once

SHOWN = "api-key-shown"  # what was just made, until it is put away


@takes(ADMIN)
def api_keys() -> None:
    """Who may use the API, and as what."""
    with st.container(border=True):
        st.markdown("**API keys**")
        st.caption(
            "Programs send them to use the HTTP API. A token is shown once, when it is made; if it "
            "is lost, rotate the key."
        )
        shown_once(SHOWN, "Copy these now: the tokens are not shown again.", "I have copied them")
        known = keys(workbench())
        if known:
            st.dataframe([_line(key) for key in known], hide_index=True, lazy=False)
        _made()
        _changed([key for key in known if key.revoked_at is None])


def _line(key: ApiKey) -> dict[str, str]:
    state = f"revoked {instant(key.revoked_at)}" if key.revoked_at else "in use"
    return {
        "Name": visible(key.name),
        "May do": in_words(key.roles),
        "App ID": key.id,
        "State": state,
        "Last used": _moment(key.used_at),
        "Created": f"{instant(key.created_at)} by {visible(key.created_by)}",
    }


def _moment(at: datetime | None) -> str:
    return "never" if at is None else instant(at)


def _made() -> None:
    emptied()
    with (
        st.form("new-key", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        name = st.text_input("Name of the program", key="key-name")
        roles = st.multiselect(
            "May do",
            roles_for(KEYS),
            [ADMIN],
            format_func=lambda key: ROLES[key].label,
            key="key-roles",
        )
        if st.form_submit_button("Create key", type="primary"):
            with faults_shown():
                st.session_state[SHOWN] = create(acting(), name, roles)
                empty("key-name")
                st.rerun()


def _changed(living: list[ApiKey]) -> None:
    """Rotates or revokes a key that is in use."""
    if not living:
        return
    names = {key.id: key.name for key in living}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Key",
            list(names),
            index=None,
            format_func=lambda key: visible(names[key]),
            placeholder="Choose a key to change",
            key="key-chosen",
        )
        at_once(
            "Rotate",
            "Rotate",
            "Its tokens stop working at once; the new ones are shown once.",
            "key-rotate",
            lambda: _rotate(str(chosen)),
            disabled=not chosen,
        )
        at_once(
            "Revoke",
            "Revoke",
            "Programs that use it are refused from then on. To let them in again takes a new key.",
            "key-revoke",
            lambda: revoke(acting(), str(chosen)),
            disabled=not chosen,
        )


def _rotate(key_id: str) -> None:
    st.session_state[SHOWN] = rotate(acting(), key_id)
