"""Webhooks: where events go out to, what became of the messages, and those to send again."""

from functools import partial

import streamlit as st

from engine.memberships.happenings import EVENTS
from engine.messages import targets
from engine.messages.targets import Progress, Webhook
from engine.rights import ADMIN
from engine.text.display import visible
from pages._components.shell.at_once import at_once
from pages._components.shell.form_faults import FormFaults, emptied, empty, sent
from pages._components.shell.option_labels import relabelled
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, faults_shown, instant, workbench
from pages._components.shell.shown_once import shown_once
from pages._components.shell.toasts import rerun_with_toast

SHOWN = "webhook-shown"  # the secret that was just made, until it is put away
CHOSEN = "webhook-chosen"  # the key of the one to change
NEW = "new-webhook"
ENTER_NAME, CHOOSE_EVENT = "Enter a name.", "Choose at least one event."
DEAD = 100  # messages that are listed at most


@takes(ADMIN, silent=True)  # the keys above it say what it takes
def webhooks() -> None:
    """Who hears of what happens."""
    with st.container(border=True):
        st.markdown("**Webhooks**")
        st.caption(
            "Sends what happens to another system, as signed JSON. The secret to check signatures "
            "is shown once; if it is lost, rotate it."
        )
        shown_once(SHOWN, "Copy this now: the secret is not shown again.", "I have copied it")
        known, far = targets.targets(workbench()), targets.progress(workbench())
        if known:
            lines = [_line(each, far[each.id]) for each in known]
            st.dataframe(lines, hide_index=True, lazy=False)
        _added()
        _changed({each.id: each for each in known})


def _line(target: Webhook, far: Progress) -> dict[str, str | int]:
    last = f"{far.answer} · {instant(far.answered_at)}" if far.answer and far.answered_at else ""
    due = f"next try {instant(far.due)}" if far.due else ""
    return {
        "Name": visible(target.name),
        "Address": visible(target.url),
        "Events": "all"
        if len(target.events) == len(EVENTS)
        else ", ".join(map(_event, target.events)),
        "State": "on" if target.active else "off",
        "Waiting": far.waiting,
        "Delivered": far.delivered,
        "Given up": far.dead,
        "Last answer": " · ".join(filter(None, (visible(last), due))),
    }


def _added() -> None:
    emptied()
    faults = FormFaults(NEW)
    with st.form(NEW, border=False):
        left, right = st.columns(2)
        with left:
            name = st.text_input("Name of the receiver", key="webhook-name")
            faults.at("name", said=None if name.strip() else ENTER_NAME)
        with right:
            url = st.text_input(
                "Address", key="webhook-url", placeholder="https://crm.example/hook"
            )
            faults.at("url", said=None if url.strip() else "Enter the address.")
        events = st.multiselect(
            "Events", list(EVENTS), list(EVENTS), key="webhook-events", format_func=_event
        )
        faults.at("events", said=None if events else CHOOSE_EVENT)
        faults.rest()
        if st.form_submit_button("Add webhook", type="primary"):
            sent(NEW, partial(_create, name, url, events))


def _create(name: str, url: str, events: list[str]) -> None:
    st.session_state[SHOWN] = targets.create(acting(), name, url, events)
    empty("webhook-name", "webhook-url")


def _event(key: str) -> str:
    return EVENTS[key].label if key in EVENTS else key


def _changed(known: dict[str, Webhook]) -> None:
    """Changes one of them, and sends again what it has not taken."""
    if not known:
        return
    relabelled(CHOSEN)
    chosen = st.selectbox(
        "Webhook",
        list(known),
        index=None,
        format_func=lambda key: visible(known[key].name),
        placeholder="Choose a webhook to change",
        key=CHOSEN,
    )
    target = known.get(chosen) if chosen else None
    if target is not None:
        _edited(target)
        _done(target)
        _dead(target)


def _edited(target: Webhook) -> None:
    form = f"webhook-{target.id}"
    faults = FormFaults(form)
    with st.form(form, border=False):
        left, right = st.columns(2)
        with left:
            name = st.text_input("Name", target.name, key=f"webhook-name-{target.id}")
            faults.at("name", said=None if name.strip() else ENTER_NAME)
        with right:
            url = st.text_input("Address", target.url, key=f"webhook-url-{target.id}")
            faults.at("url")
        events = st.multiselect(
            "Events",
            list(EVENTS),
            list(target.events),
            key=f"webhook-events-{target.id}",
            format_func=_event,
        )
        faults.at("events", said=None if events else CHOOSE_EVENT)
        faults.rest()
        if st.form_submit_button("Save webhook"):
            said = {"name": name, "url": url, "events": events}
            sent(form, partial(targets.change, acting(), target.id, **said))


def _done(target: Webhook) -> None:
    """What is done by one click."""
    with st.container(horizontal=True):
        turn = "Turn off" if target.active else "Turn on"
        if st.button(turn, key="webhook-turn"):
            with faults_shown():
                targets.change(acting(), target.id, active=not target.active)
                st.rerun()
        at_once(
            "Rotate secret",
            "Rotate",
            "What is sent from then on is signed with the new secret, which is shown once.",
            "webhook-rotate",
            lambda: _rotate(target),
        )
        help_text = "What was given up goes out again behind the others; what waits goes at once"
        if st.button("Send again", key="webhook-again", help=help_text):
            with faults_shown():
                count = targets.send_again(acting(), target.id)
                rerun_with_toast(f"{count:,} to be sent again", ":material/check:")
        at_once(
            "Delete",
            "Delete",
            "Events are no longer sent there, and what waits for it is dropped.",
            "webhook-delete",
            lambda: targets.remove(acting(), target.id),
        )


def _rotate(target: Webhook) -> None:
    st.session_state[SHOWN] = targets.rotate(acting(), target.id)


def _dead(target: Webhook) -> None:
    """The messages that it has not taken."""
    lines = [
        {
            "Message": targets.id_of(one.key, one.subject),
            "Event": _event(one.event),
            "Last try": instant(one.at),
            "Answer": visible(one.answer),
        }
        for one in targets.dead(workbench(), target.id, DEAD)
    ]
    if lines:
        st.caption("Given up after the last try" + f", the first {DEAD}" * (len(lines) == DEAD))
        st.dataframe(lines, hide_index=True, lazy=False)
