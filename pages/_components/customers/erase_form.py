"""A customer asks for their data, or to be erased: one file, or what goes and a typed yes."""

from functools import partial

import streamlit as st

from engine.base.profiles import Profile
from engine.privacy import erasure
from engine.privacy.access_file import subject_access
from engine.privacy.access_page import FORMATS, to_text
from engine.privacy.consent import hold_back, let_out, suppression_of
from engine.privacy.erasure import ErasurePreview
from engine.privacy.inventory import PLACES
from engine.privacy.masks import MASK
from engine.rights import ERASE, REVEAL
from engine.text.display import SENTENCE
from engine.workspace.downloads import note_download
from engine.workspace.settings import ACTIVITY
from engine.workspace.workbench import Access
from pages._components.customers.edit_form import leave
from pages._components.shell.acts import done
from pages._components.shell.downloads import by_who_clicks
from pages._components.shell.form_faults import FormFaults, sent
from pages._components.shell.masks import mask, revealed_first
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, instant, workbench
from pages._components.shell.text import plain, spoken

LABELS = {
    "kept": "Keep orders, redemptions and events without a name",
    "removed": "Remove them too",
}
MEDIA = {"json": "application/json", "html": "text/html"}


@takes(REVEAL)
@revealed_first
def data_of_customer(profile: Profile, position: int) -> None:
    """All that is known of the customer, as one file for them."""
    key = profile.ids[position]
    with st.container(border=True):
        st.markdown("**Everything we hold about this customer**")
        st.caption(
            "Every version of the profile under every ID, orders, redemptions, events, vouchers, "
            "segments, imports and exports, in one file to hand over."
        )
        with st.container(horizontal=True):
            for form in reversed(FORMATS):
                st.download_button(
                    f"Download {form.upper()}",
                    by_who_clicks(_file, key, form),
                    f"subject-access-{key}.{form}",
                    MEDIA[form],
                    icon=":material/download:",
                    key=f"access-{form}",
                    on_click="ignore",
                )
    _suppression(profile, position)
    leave()


@takes(ERASE, silent=True)
def _suppression(profile: Profile, position: int) -> None:
    """Whether the customer may leave in exports of people, and the way to the other."""
    key = profile.ids[position]
    form, faults = f"suppress-{key}", FormFaults(f"suppress-{key}")
    line = suppression_of(workbench(), int(profile.customers["row"][position]))
    with st.container(border=True):
        st.markdown("**Exports of people**")
        if line is not None:
            said = f"Held back since {instant(line.at)}, by {plain(line.actor)}: "
            st.markdown(f"{said}{plain(line.reason)}")
            if st.button("Let into exports again"):
                sent(form, partial(_let_out, key))
        else:
            st.caption("A customer on the suppression list leaves in no list of customers.")
            reason = st.text_input("Reason", key=f"{form}-reason", placeholder="A complaint")
            if st.button("Hold back"):
                sent(form, partial(_hold_back, key, reason))
        faults.rest()


def _hold_back(customer: str, reason: str) -> None:
    hold_back(acting(), customer, reason)
    done("Held back from exports of people.")


def _let_out(customer: str) -> None:
    let_out(acting(), customer)
    done("In exports of people again.")


def _file(access: Access, customer: str, form: str) -> str:
    found = to_text(subject_access(access, customer), form)
    note_download(access, "subject access files", [customer], REVEAL)
    return found


@takes(ERASE)
def erased_customer(profile: Profile, position: int) -> None:
    """What goes, the customer's id typed in as a yes, and the erasure."""
    key = profile.ids[position]
    form, word = f"erase-{key}", key if mask(key).on else _word(profile, position)
    faults = FormFaults(form)
    with st.container(border=True):
        st.markdown("**Erase this customer for good**")
        activity = st.radio(
            "Orders, redemptions and events",
            list(ACTIVITY),
            list(ACTIVITY).index(workbench().project.erased_activity),
            format_func=LABELS.__getitem__,
            captions=[plain(f"{text[:1].upper()}{text[1:]}.") for text in ACTIVITY.values()],
            key=f"{form}-activity",
        )
        _going(_foreseen(profile, key, activity))
        st.caption(
            "This cannot be undone, not even by undoing earlier changes. Files and calls that "
            "bring the customer back are refused from then on. A certificate is kept under "
            "Settings."
        )
        typed = st.text_input(spoken(f"Type {word} to confirm"), key=f"{form}-typed")
    faults.rest()
    with st.container(horizontal=True):
        sure = typed.strip() == word
        if st.button("Erase for good", type="primary", icon=":material/person_remove:",
                     disabled=not sure):  # fmt: skip
            sent(form, partial(_erase, key, activity))
        leave()


def _word(profile: Profile, position: int) -> str:
    return str(profile.customers["source_id"][position] or profile.ids[position])


def _foreseen(profile: Profile, customer: str, activity: str) -> ErasurePreview:
    """The preview, once for each state of the data: among a million customers it takes 5 s."""
    asked = (profile.change, customer, activity)
    known: tuple[object, ErasurePreview] | None = st.session_state.get("erase-preview")
    if known is None or known[0] != asked:
        with st.spinner("Looking where the customer is…"):
            known = asked, erasure.preview(workbench(), [customer], activity)
        st.session_state["erase-preview"] = known
    return known[1]


def _going(found: ErasurePreview) -> None:
    rows: dict[tuple[str, str], int] = {}
    for key, count in found.counts.items():
        place = PLACES[key]
        said = (f"{place.holds[:1].upper()}{place.holds[1:]}", place.way)
        rows[said] = rows.get(said, 0) + count
    st.dataframe(
        [{"Where": where, "Count": count, "What happens": way}
         for (where, way), count in rows.items()],
        hide_index=True,
    )  # fmt: skip
    if found.shared:
        stay = MASK if mask().on else ", ".join(found.shared)
        st.caption(plain(f"Other customers have this too, so it stays with them: {stay}", SENTENCE))
    if found.outside:
        files = ", ".join(found.outside)
        st.warning(
            plain(
                f"These exports lie outside the workspace; check them by hand: {files}", SENTENCE
            ),
            icon=":material/warning:",
        )


def _erase(customer: str, activity: str) -> None:
    made = erasure.erase(acting(), [customer], activity)
    st.session_state.pop("erase-preview", None)
    st.query_params.clear()
    done(f"Erased. The certificate {made.id} is kept under Settings.")
