"""Who may sign in to the pages, and as what."""

import streamlit as st

from engine.accounts.people import Account, people
from engine.accounts.roles import PEOPLE, ROLES, roles_for
from engine.rights import ADMIN
from engine.text.display import visible
from pages._components.shell.rights import takes
from pages._components.shell.session import instant, workbench


@takes(ADMIN)
def people_list() -> None:
    """Everybody on the list; it is changed by a command, where no page hears a password."""
    with st.container(border=True):
        st.markdown("**People**")
        found = people(workbench())
        if found:
            st.dataframe([_line(one) for one in found], hide_index=True, lazy=False)
        else:
            st.caption(
                "Nobody has to sign in: the pages are for whoever sits at this machine. With the "
                "first person on the list, everybody has to."
            )
        st.caption("Add somebody with a role, or change who is there; a password is asked for:")
        st.code("workbench people add NAME --role view\nworkbench people role NAME build export")
        with st.expander("What each role may do"):
            roles = roles_for(PEOPLE)
            st.markdown("\n".join(f"- `{role}`: {ROLES[role].label}" for role in roles))


def _line(one: Account) -> dict[str, str]:
    return {
        "Name": visible(one.name),
        "E-mail": visible(one.email or ""),
        "Roles": ", ".join(one.roles),
        "Signs in with": "a password" if one.password else "a provider",
        "Added": f"{instant(one.created_at)} by {visible(one.created_by)}",
    }
