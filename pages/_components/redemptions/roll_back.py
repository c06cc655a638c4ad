"""A redemption taken back, with a reason, from where it is opened."""

from functools import partial

import streamlit as st

from engine.errors import UsageError
from engine.redemptions.rollback import roll_back
from engine.rights import BUILD
from pages._components.shell.acts import done
from pages._components.shell.form_faults import FormFaults, sent
from pages._components.shell.rights import takes
from pages._components.shell.session import acting
from pages._components.vouchers.changes import change_of

LONGEST = 300  # characters of a reason


@takes(BUILD, silent=True)
def roll_back_button(redemption: str) -> None:
    """Says what rolling back does, asks for the reason, then does it."""
    with st.popover("Roll back", icon=":material/undo:"):
        faults = FormFaults(f"rollback-{redemption}")
        st.caption(
            "The use counts no more, a gift card gets its amount back, and the order is canceled. "
            "The redemption stays in the log."
        )
        reason = st.text_input(
            "Reason",
            key="rollback-reason",
            max_chars=LONGEST,
            placeholder="Returned by the customer",
        )
        faults.rest()
        if st.button("Roll back now", type="primary"):
            sent(f"rollback-{redemption}", partial(_roll_back, redemption, reason.strip()))


def _roll_back(redemption: str, reason: str) -> None:
    if not reason:
        raise UsageError("expected a reason, got none: say why it is rolled back")
    answer = roll_back(acting(), redemption, reason)
    change = change_of("redemptions", answer.entries[0].id)
    if answer.succeeded:
        done("Rolled back.", change)
    else:
        done(f"Refused, and recorded: {answer.failed[0].failure_message}.", change)
