"""
What the analyst has said of a file so far: the form's widgets and the check's fixes write into it.

Only what differs from the proposal is kept. Widgets take their value from here, and their keys
carry the revision: a fix begins a new one, so that what it changed is seen in the form.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from engine.imports.columns.directive import Directive
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.target import Target

KEY = "mapping-draft"


@dataclass
class MappingDraft:
    """The mapping of one file, as far as it is said."""

    file: str  # which file this is about
    table: str | None = None  # what it holds; None is what it looks like
    layout: dict[str, Any] = field(default_factory=dict)  # encoding and the like, as in a mapping
    columns: dict[str, Directive] = field(default_factory=dict)  # by header
    settings: dict[str, Any] = field(default_factory=dict)  # `without_key`, `replace`
    offered: str | None = None  # the import whose mapping was taken over or turned down
    open: set[str] = field(default_factory=set)  # headers whose options are shown
    moved: bool = False  # the data changed between the last check and its import
    revision: int = 0

    def mapping(self) -> ImportMapping:
        """All of it, as it is now."""
        return ImportMapping(dict(self.columns), **self.layout, **self.settings)

    def key(self, *parts: object) -> str:
        """The key of a widget."""
        return "-".join(map(str, (self.file, self.table, self.revision, *parts)))

    def of(self, target: Target) -> Directive:
        """What holds for a column: what was said, else where its header sends it."""
        return self.columns.get(target.header, Directive(target.field))

    def send(self, target: Target, goal: str | None) -> None:
        """Gives a column another field; what holds for any field stays said."""
        now = self.of(target)
        kept = Directive(goal, write=now.write, empty=now.empty, values=now.values)
        self._say(target, Directive(None) if goal is None else kept)

    def say(self, target: Target, **details: Any) -> None:
        """Says more of a column."""
        self._say(target, replace(self.of(target), **details))

    def choose_layout(self, name: str, value: Any) -> None:
        """Reads the file in another way; what was said of columns that it may not have goes."""
        self.layout = {key: said for key, said in self.layout.items() if key != name}
        if value is not None:
            self.layout[name] = value
        self.columns = {}
        self.revision += 1

    def fix(self, target: Target, **details: Any) -> None:
        """What the check offers: a new revision, so that the form shows it."""
        self.say(target, **details)
        self.revision += 1

    def take(self, said: ImportMapping, offered: str) -> None:
        """Takes over what was said of the columns of another file."""
        self.columns, self.offered = dict(said.columns), offered
        self.settings["without_key"] = said.without_key
        self.revision += 1

    def restart(self, table: str | None) -> None:
        """Forgets what was said of columns: the file holds something else."""
        if self.table != table:
            self.table, self.columns, self.settings, self.offered = table, {}, {}, None

    def _say(self, target: Target, said: Directive) -> None:
        self.columns[target.header] = said
        if said == Directive(target.field):
            del self.columns[target.header]


def draft_of(file: str) -> MappingDraft:
    """The draft of a file; another file begins another."""
    known: MappingDraft | None = st.session_state.get(KEY)
    if known is None or known.file != file:
        known = st.session_state[KEY] = MappingDraft(file)
    return known


def told_moved(*, moved: bool = True) -> None:
    """Keeps in mind that the data changed under the check of the file, until it is imported."""
    known: MappingDraft | None = st.session_state.get(KEY)
    if known:
        known.moved = moved
