"""Settings as tabs: the project, metadata, privacy, people, keys, backups; and the change log."""

from collections.abc import Callable, Mapping, Sequence

import polars as pl
import streamlit as st

from engine.base.kinds.fields import metadata_labels
from engine.imports import metadata_types
from engine.imports.metadata_types import MetadataRow
from engine.rights import ADMIN
from engine.text.display import SENTENCE, visible, visible_frame
from pages._components.imports.words import TYPES
from pages._components.shell.backups import backups
from pages._components.shell.change_log import change_log
from pages._components.shell.erasures import erasures, suppressed
from pages._components.shell.keys import api_keys
from pages._components.shell.limits import limits
from pages._components.shell.parts import parts
from pages._components.shell.people import people
from pages._components.shell.project_form import project_form
from pages._components.shell.retention import retention_rules
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, faults_shown, header, workbench
from pages._components.shell.text import plain
from pages._components.shell.toasts import rerun_with_toast
from pages._components.shell.webhooks import webhooks


def types() -> None:
    """The type of each metadata key, with what fits it and what does not."""
    profile = workbench().profile()
    with st.container(border=True):
        st.markdown("**Metadata schema**")
        st.caption(
            "Types come from the first import. Values that don't fit a new type are kept, but "
            "filters ignore them."
        )
        found = metadata_types.rows(profile)
        if not found:
            st.caption("No metadata yet: import a file with further columns.")
        else:
            st.dataframe(
                visible_frame(pl.DataFrame([line(row) for row in found])),
                hide_index=True,
                lazy=False,
                column_config={"Do not fit": st.column_config.NumberColumn(format="localized"),
                               "Fit": st.column_config.NumberColumn(format="localized")},
            )  # fmt: skip
        change({(row.namespace, row.name): row for row in found})


def line(row: MetadataRow) -> dict[str, str | int]:
    """One key in the table."""
    kind = TYPES.get(row.kind, row.kind)
    return {
        "Of": metadata_labels().get(row.namespace, row.namespace),
        "Key": row.name,
        "Type": f"List: {kind.lower()}" if row.many else kind,
        "Fit": row.fitting,
        "Do not fit": row.others,
    }


@takes(ADMIN, silent=True)
def change(known: Mapping[tuple[str, str], MetadataRow]) -> None:
    """Changes the type of a key that is there, or of one that is to come."""
    labels = metadata_labels()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        namespace = st.selectbox(
            "Of", list(labels), format_func=labels.__getitem__, key="schema-of", width=220
        )
        names = [name for space, name in known if space == namespace]
        name = st.selectbox(
            "Key",
            names,
            index=None,
            format_func=visible,
            accept_new_options=True,
            placeholder="Choose one or type a new one",
            key="schema-key",
        )
        kind = st.selectbox(
            "Type",
            metadata_types.TYPES,
            format_func=TYPES.__getitem__,
            key="schema-type",
            width=160,
        )
        many = st.toggle("List", key="schema-many")
        begun = st.button("Change type", disabled=not name, key="schema-settle")
    if begun and name:
        with faults_shown():
            row = metadata_types.settle(acting(), namespace, name.strip(), kind, many=many)
            fits = f"{visible(row.name)}: {row.fitting:,} fit, {row.others:,} do not"
            rerun_with_toast(plain(fits, SENTENCE), ":material/check:")


header("Settings", "How times, money and metadata are read, who may do what, who changed what.")
# What each tab shows; its name stands in the address.
PARTS: Mapping[str, Sequence[Callable[[], None]]] = {
    "Project": (project_form, limits),
    "Metadata": (types,),
    "Privacy": (retention_rules, suppressed, erasures),
    "People": (people,),
    "API": (api_keys, webhooks),
    "Backup": (backups,),
    "Change log": (change_log,),
}
for tab, sections in zip(parts([*PARTS]), PARTS.values(), strict=True):
    if tab.open:
        with tab:
            for section in sections:
                with faults_shown():
                    section()
