"""Which column says what every record needs: the same choice at the form and at the check."""

from collections.abc import Iterable

import streamlit as st

from engine.imports.columns.requirements import Requirement, lacking
from engine.imports.columns.table import Table
from engine.imports.columns.target import Target
from engine.text.display import visible
from pages._components.imports.mapping_draft import MappingDraft


def still_lacking(
    columns: Iterable[Target], others: Iterable[Target], table: Table, draft: MappingDraft
) -> list[Requirement]:
    """
    What neither the columns, as the draft sends them, nor the others give.

    Args:
        others: what the file fills a field with beside its columns, such as a joined name.
    """
    sent = [
        Target(each.header, table.column(said))
        for each in columns
        if (said := draft.of(each).field)
    ]
    return list(lacking([*sent, *others], table))


def choose_column(
    label: str, columns: Iterable[Target], need: Requirement, draft: MappingDraft, key: str
) -> None:
    """Sends the column that somebody chooses where it is needed."""
    known = {each.header: each for each in columns}
    st.selectbox(
        label,
        list(known),
        index=None,
        placeholder="Choose a column",
        format_func=visible,
        key=key,
        width=320,
        on_change=lambda: draft.fix(
            known[st.session_state[key]], field=need.usual, type=None, list=None
        ),
    )
