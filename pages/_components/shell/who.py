"""Who is signed in: asked before a page is drawn, shown beside it, and signed out there."""

from contextlib import suppress

import streamlit as st

from engine.accounts.roles import ROLES
from engine.errors import WorkbenchError
from pages._components.shell.provider import claim
from pages._components.shell.session import entrance
from pages._components.shell.text import plain

AGAIN = '<a href="/sign-in" target="_self">Sign in</a>'


def is_outside() -> bool:
    """Whether nobody is signed in where somebody has to be; a page says itself what is broken."""
    with suppress(WorkbenchError):
        return entrance().guarded and entrance().person(claim()) is None
    return False


def doorstep() -> None:
    """What is shown instead of a page: how to sign in."""
    st.title("Sign in", anchor=False)
    if email := claim().email:
        st.error(
            f"{plain(email)} is not on the list of people, or the session has ended. Ask an "
            "administrator, who adds people with `workbench people add`, or sign in again.",
            icon=":material/lock:",
        )
        st.button("Sign out", key="sign-out", on_click=_sign_out)
    else:
        st.info(
            "You have to sign in: people were put on the list, or your session has ended.",
            icon=":material/lock:",
        )
        if entrance().provided:
            st.button(
                "Sign in with your provider", key="provider", type="primary", on_click=st.login
            )
    st.html(f"<p>{AGAIN} with a name and a password.</p>")


def who() -> None:
    """The person and their roles, with the way out; nothing where nobody has to sign in."""
    person = entrance().person(claim()) if entrance().guarded else None
    if person is None:
        return
    with st.popover(plain(person.name), icon=":material/account_circle:", key="signed-in"):
        st.markdown("\n".join(f"- {ROLES[role].label}" for role in person.roles if role in ROLES))
        st.button("Sign out", key="sign-out", on_click=_sign_out, icon=":material/logout:")


def _sign_out() -> None:
    brought = claim()
    entrance().sign_out(brought)
    if brought.email:
        st.logout()
