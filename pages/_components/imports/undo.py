"""An import taken back: what it would do first, every conflict with a choice, then the undo."""

import streamlit as st

from engine.base.records import records_of
from engine.changes import undo
from engine.errors import WorkbenchError
from engine.imports.history import ImportRun
from engine.imports.undo import Conflict, Undone
from engine.privacy.masks import MASK
from engine.rights import IMPORT
from engine.text.counts import counted
from pages._components.shell.masks import mask
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, fault, workbench
from pages._components.shell.text import message, plain

SHOWN = 50  # conflicts with a choice of their own


@takes(IMPORT, silent=True)
def undo_card(run: ImportRun) -> None:
    """Offers to undo an import; nothing where it changed nothing."""
    if run.change is None:
        return
    asked = st.expander("Undo this import", icon=":material/undo:", on_change="rerun")
    if not asked.open:
        return
    with asked:
        try:
            number = undo.number_of_import(workbench(), run.id)
            planned = undo.preview(workbench(), number)
        except WorkbenchError as error:
            fault(error)
            return
        _told(planned)
        earlier = _choices(planned)
        st.button(
            "Undo",
            key="undo-import",
            icon=":material/undo:",
            type="primary",
            on_click=_undo,
            args=(number, earlier),
        )
    if problem := st.session_state.pop("undo-problem", None):
        fault(problem)


def _told(planned: Undone) -> None:
    parts = [
        f"{counted(count, table)} will be removed"
        for table, count in planned.deleted.items()
        if count
    ]
    parts += [
        f"{counted(count, table)} will be as before"
        for table, count in planned.changed.items()
        if count
    ]
    st.markdown("; ".join(parts) or "No record changes.")
    if planned.fields:
        told = ", ".join(f"`{name}`" for name in planned.fields[:SHOWN])
        st.markdown(message(f"Fields that only this import brought go too: {told}"))
    st.caption("Segments follow, with the cause “undo”; their history is kept.")


def _choices(planned: Undone) -> list[Conflict]:
    """The conflicts whose earlier value is to be taken; the later one stays unless chosen."""
    if not planned.conflicts:
        return []
    st.markdown(f"**{len(planned.conflicts):,} values were changed again since**")
    everything = st.toggle("Take the earlier value of all of them", key="undo-all")
    if everything:
        return list(planned.conflicts)
    taken = []
    for place, conflict in enumerate(planned.conflicts[:SHOWN]):
        if st.checkbox(plain(_label(conflict)), key=f"undo-{place}"):
            taken.append(conflict)
    if len(planned.conflicts) > SHOWN:
        st.caption(f"The later values of {len(planned.conflicts) - SHOWN:,} more stay.")
    return taken


def _label(conflict: Conflict) -> str:
    """Which value it is about, and what it is now and was before; masked from who may not see."""
    hidden = mask()
    fields = records_of(workbench().profile(), conflict.table).catalogue.fields()
    field = next((one for one in fields if one.path == conflict.path), None)
    record, later, earlier = conflict.record, conflict.later, conflict.earlier
    if hidden.on:
        record = f"record {conflict.row}"
        if field is None or hidden.hides(field):
            later = earlier = MASK
    return f"{record} · {conflict.path}: keep {later}, or back to {earlier}"


def _undo(number: int, earlier: list[Conflict]) -> None:
    try:
        undo.undo(acting(), number, earlier)
    except WorkbenchError as error:
        st.session_state["undo-problem"] = error
    else:
        st.toast("Undone; the receipt says by whom", icon=":material/check_circle:")
