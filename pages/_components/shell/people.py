"""The people who may sign in: put on the list, given other roles or a password, taken off it."""

import streamlit as st

from engine.accounts import people as accounts
from engine.accounts.passwords import SHORTEST
from engine.accounts.people import Account
from engine.accounts.roles import PEOPLE, ROLES, in_words, roles_for
from engine.rights import ADMIN, VIEW
from engine.text.display import visible
from pages._components.shell.at_once import at_once
from pages._components.shell.form_faults import emptied, empty
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, faults_shown, instant, workbench

# Pixels: what somebody may do stands whole, as it is the longest and matters most.
WIDTHS = {"May do": st.column_config.TextColumn(width=330)}


@takes(ADMIN)
def people() -> None:
    """Who may sign in, and as what."""
    with st.container(border=True):
        st.markdown("**People**")
        known = accounts.people(workbench())
        st.caption(
            "They sign in, and the change log tells by their names who changed what."
            if known
            else "Nobody is on the list, so the workbench asks nobody who they are. From the first "
            "person on everybody signs in: begin with yourself, as an administrator."
        )
        if known:
            st.dataframe(
                [_line(one) for one in known], hide_index=True, lazy=False, column_config=WIDTHS
            )
        _added([VIEW] if known else [ADMIN])
        _changed({one.name: one for one in known})


def _line(one: Account) -> dict[str, str]:
    return {
        "Name": visible(one.name),
        "May do": in_words(one.roles),
        "E-mail": visible(one.email or ""),
        "Signs in": "with a password" if one.password else "through a provider",
        "Added": f"{instant(one.created_at)} by {visible(one.created_by)}",
    }


def _added(usual: list[str]) -> None:
    emptied()
    with st.form("new-person", border=False):
        left, middle, right = st.columns(3)
        name = left.text_input("Name", key="person-name")
        email = middle.text_input(
            "E-mail", key="person-email", help="By which a provider (OIDC) knows them"
        )
        password = right.text_input(
            "Password",
            type="password",
            key="person-password",
            help=f"{SHORTEST} characters or more; empty for those who sign in through a provider",
        )
        roles = _roles(usual, "person-roles")
        if st.form_submit_button("Add person", type="primary"):
            with faults_shown():
                accounts.add(acting(), name, roles, password or None, email.strip() or None)
                empty("person-name", "person-email", "person-password")
                st.rerun()


def _changed(known: dict[str, Account]) -> None:
    """Gives one of them other roles or another password, or takes them off the list."""
    if not known:
        return
    chosen = st.selectbox(
        "Person",
        list(known),
        index=None,
        format_func=visible,
        placeholder="Choose a person to change",
        key="person-chosen",
    )
    if chosen:
        with st.form(f"person-{chosen}", border=False):
            roles = _roles(list(known[chosen].roles), f"person-roles-{chosen}")
            password = st.text_input(
                "Another password",
                type="password",
                key=f"person-password-{chosen}",
                help="Empty: theirs stays",
            )
            saved = st.form_submit_button("Save person")
        if saved:
            with faults_shown():
                _settle(known[chosen], roles, password)
                st.rerun()
        at_once(
            "Remove person",
            "Remove",
            "They can no longer sign in; what they did stays in the change log.",
            f"person-remove-{chosen}",
            lambda: accounts.remove(acting(), chosen),
        )


def _settle(one: Account, roles: list[str], password: str) -> None:
    if password:
        accounts.set_password(acting(), one.name, password)
    if [*one.roles] != roles:
        accounts.set_roles(acting(), one.name, roles)


def _roles(now: list[str], key: str) -> list[str]:
    return st.multiselect(
        "May do", roles_for(PEOPLE), now, format_func=lambda role: ROLES[role].label, key=key
    )
