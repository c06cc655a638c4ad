"""A static segment of the customers whom an import wrote."""

import streamlit as st

from engine import library
from engine.errors import WorkbenchError
from engine.imports import history
from engine.store.runs import ImportRun
from pages._components.session import fault, workbench
from pages._components.text import plain


def segment_card(run: ImportRun) -> None:
    """Offers to fix these customers under a name; nothing where the import wrote nobody."""
    if not history.wrote_customers(run):
        return
    name, problem = f"segment-name-{run.id}", f"segment-problem-{run.id}"
    with st.popover("Make a static segment of these customers", icon=":material/bookmark_add:"):
        st.text_input("Name", key=name, placeholder=f"From {run.file_name}")
        st.button("Save", type="primary", key=f"segment-{run.id}", on_click=_save, args=(run,))
        if error := st.session_state.pop(problem, None):
            fault(error)


def _save(run: ImportRun) -> None:
    bench = workbench()
    name = st.session_state[f"segment-name-{run.id}"] or f"From {run.file_name}"
    try:
        made = library.fix(bench, name, history.written(bench, run))
    except WorkbenchError as error:
        st.session_state[f"segment-problem-{run.id}"] = error
    else:
        st.toast(f"Saved {plain(made.name)}", icon=":material/check:")
