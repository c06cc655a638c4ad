"""A change taken back: what that would do first, every conflict with a choice, then the undo."""

from collections.abc import Callable

import streamlit as st

from engine.base.records import records_of
from engine.changes import undo
from engine.errors import WorkbenchError
from engine.imports.undo import Conflict, UndoEffect
from engine.privacy.masks import MASK
from engine.text.counts import counted
from pages._components.shell.masks import mask
from pages._components.shell.session import acting, fault, workbench
from pages._components.shell.text import message, plain
from pages._components.shell.values import value_text

SHOWN = 50  # conflicts with a choice of their own
PROBLEM = "undo-problem"


def take_back(
    number: int,
    label: str = "Undo this change",
    more: Callable[[UndoEffect], None] = lambda _planned: None,
) -> None:
    """
    Offers to undo a change of the log; what it would do is counted once somebody asks.

    Args:
        number: of its line.
        more: says more of what it would do.
    """
    asked = st.expander(label, icon=":material/undo:", on_change="rerun", key=f"undo-of-{number}")
    if asked.open:
        with asked:
            _question(number, more)
    if problem := st.session_state.pop(PROBLEM, None):
        fault(problem)


def _question(number: int, more: Callable[[UndoEffect], None]) -> None:
    try:
        planned = undo.preview(workbench(), number)
    except WorkbenchError as error:
        fault(error)
        return
    _effects(planned)
    more(planned)
    st.button(
        "Undo",
        key="undo-now",
        icon=":material/undo:",
        type="primary",
        on_click=_undo,
        args=(number, _choices(planned)),
    )


def _effects(planned: UndoEffect) -> None:
    since = " but for what was changed since" if planned.conflicts else ""
    parts = [
        f"{counted(count, what)} will be {outcome}"
        for counts, outcome in (
            (planned.deleted, "removed"),
            (planned.changed, f"as before{since}"),
        )
        for what, count in counts.items()
        if count
    ]
    st.markdown(f"{'; '.join(parts) or 'No record changes'}.")
    if planned.fields:
        told = ", ".join(map(_field_label, planned.fields[:SHOWN]))
        st.markdown(message(f"Fields that only this change brought go too: {told}"))
    if planned.line.change is not None:
        st.caption("Segments follow, with the cause “undo”; their history is kept.")


def _field_label(path: str) -> str:
    field = workbench().profile().catalogue.find(path)
    return field.label if field else path


def _choices(planned: UndoEffect) -> list[Conflict]:
    """The conflicts whose earlier value is to be taken; the later one stays unless chosen."""
    if not planned.conflicts:
        return []
    count = len(planned.conflicts)
    were = "value was" if count == 1 else "values were"
    st.markdown(f"**{count:,} {were} changed again since**: the later one stays unless you choose")
    everything = st.toggle("Take the earlier value of all of them", key="undo-all")
    if everything:
        return list(planned.conflicts)
    taken = []
    for place, conflict in enumerate(planned.conflicts[:SHOWN]):
        if st.checkbox(plain(_label(conflict)), key=f"undo-{place}"):
            taken.append(conflict)
    if count > SHOWN:
        st.caption(f"The later values of {count - SHOWN:,} more stay.")
    return taken


def _label(conflict: Conflict) -> str:
    """Which value it is about, and what it is now and was before; masked from who may not see."""
    hidden, records = mask(), records_of(workbench().profile(), conflict.table)
    field = next((one for one in records.catalogue.fields() if one.path == conflict.path), None)
    record = conflict.record
    later, earlier = (value_text(field, one) for one in (conflict.later, conflict.earlier))
    if hidden.on:
        record = f"record {conflict.row}"
        if field is None or hidden.hides(field):
            later = earlier = MASK
    name = field.label if field else conflict.path
    return f"{name} of {records.kind.singular} {record}: back to {earlier}, not {later}"


def _undo(number: int, earlier: list[Conflict]) -> None:
    try:
        undo.undo(acting(), number, earlier)
    except WorkbenchError as error:
        st.session_state[PROBLEM] = error
    else:
        st.toast("Undone; the change log says by whom", icon=":material/check_circle:")
