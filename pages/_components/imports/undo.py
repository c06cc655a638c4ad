"""An import taken back, from its receipt."""

from functools import partial

import streamlit as st

from engine.changes import undo
from engine.errors import WorkbenchError
from engine.imports.history import ImportRun
from engine.imports.undo import UndoEffect
from engine.rights import IMPORT
from engine.text.counts import counted
from pages._components.shell.rights import takes
from pages._components.shell.session import fault, workbench
from pages._components.shell.take_back import take_back


@takes(IMPORT, silent=True)
def undo_card(run: ImportRun) -> None:
    """Offers to undo an import; nothing where it changed nothing."""
    if run.change is None:
        return
    try:
        number = undo.number_of_import(workbench(), run.id)
    except WorkbenchError as error:
        fault(error)
    else:
        take_back(number, "Undo this import", partial(_staying, run))


def _staying(run: ImportRun, planned: UndoEffect) -> None:
    """How many of those that it created do not go."""
    stay = run.created - planned.deleted.get(run.kind, 0)
    if stay > 0:
        st.markdown(
            f"{stay:,} of the {counted(run.created, run.kind)} that it created "
            f"{'is' if stay == 1 else 'are'} not removed: changed, merged or removed since, or "
            "with other records."
        )
