"""What else can be said of one column: how its cells are read, and what they may change."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import streamlit as st

from engine.base.kinds.registry import KINDS
from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, Kind
from engine.imports.columns.directive import Directive
from engine.imports.columns.table import Table
from engine.imports.columns.target import Target
from pages._components.imports.mapping_draft import MappingDraft
from pages._components.imports.words import (
    DATES,
    DECIMALS,
    EMPTY,
    SEPARATORS,
    TYPES,
    UNITS,
    WRITES,
)

Fits = Callable[["Goal"], bool]


class Goal(NamedTuple):
    """Where a column goes, as far as it decides what can be said of it."""

    metadata: bool
    kind: Kind | None  # None: not known, or of no one kind
    money: bool


class Setting(NamedTuple):
    """One setting of a column's directive."""

    name: str
    label: str
    options: Mapping[str, str]
    unsaid: str  # what holds where nothing is said
    fits: Fits


SETTINGS = (
    Setting("type", "Type", TYPES, "Detected", lambda goal: goal.metadata),
    Setting("list", "List separator", SEPARATORS, "One value a cell", lambda goal: goal.metadata),
    Setting("dates", "Date order", DATES, "Detected",
            lambda goal: goal.kind in (DATE, INSTANT, None) or goal.metadata),
    Setting("decimal", "Decimal mark", DECIMALS, "Detected",
            lambda goal: goal.kind in (NUMBER, None) or goal.metadata),
    Setting("unit", "Amounts are", UNITS, "Detected", lambda goal: goal.money),
    Setting("write", "Where there is a value", WRITES, WRITES["overwrite"], lambda _: True),
    Setting("empty", "An empty cell", EMPTY, EMPTY["ignore"], lambda _: True),
)  # fmt: skip


def goal_of(said: Directive, table: Table) -> Goal:
    """What a column goes to, as the options of its line want it."""
    kind = KINDS[table.name]
    path = said.field or ""
    known = next((one for one in kind.columns if one.path == path), kind.part(path))
    metadata = path.partition(".")[0] in table.namespaces and "." in path
    return Goal(metadata, known.kind if known else None, bool(known and known.money))


def column_options(target: Target, table: Table, draft: MappingDraft) -> None:
    """The line below a column's own; nothing of a column that is not imported."""
    said = draft.of(target)
    if said.field is None:
        st.caption("This column is not imported.")
        return
    goal = goal_of(said, table)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if goal.metadata:
            _name(target, said, draft)
        for setting in SETTINGS:
            if setting.fits(goal) and not (setting.name == "dates" and goal.kind is BOOLEAN):
                _setting(setting, target, said, draft)
    _values(target, said, draft)


def _setting(setting: Setting, target: Target, said: Directive, draft: MappingDraft) -> None:
    now = getattr(said, setting.name)
    standard = next((key for key, word in setting.options.items() if word == setting.unsaid), None)
    shown = [key for key in setting.options if key != standard]
    others = [now] if now not in (None, standard) and now not in shown else []
    options = ["", *shown, *others]
    key = draft.key(target.header, setting.name)
    st.selectbox(
        setting.label,
        options,
        index=options.index("" if now in (None, standard) else now),
        format_func=lambda one: setting.unsaid if not one else setting.options.get(one, one),
        key=key,
        width=215,
        on_change=lambda: draft.say(target, **{setting.name: st.session_state[key] or None}),
    )


def _name(target: Target, said: Directive, draft: MappingDraft) -> None:
    space, _, name = str(said.field).partition(".")
    key = draft.key(target.header, "name")

    def renamed() -> None:
        draft.say(target, field=f"{space}.{st.session_state[key].strip() or name}")

    st.text_input("Name of the metadata", name, key=key, width=215, on_change=renamed)


def _values(target: Target, said: Directive, draft: MappingDraft) -> None:
    key = draft.key(target.header, "values")

    def mapped() -> None:
        draft.say(target, values=read_values(st.session_state[key].splitlines()) or None)

    st.text_area(
        "Values that mean something else",
        "\n".join(f"{cell} = {meaning or ''}".rstrip() for cell, meaning in _pairs(said)),
        key=key,
        height=90,
        placeholder="bezahlt = PAID",
        help="One a line: what stands in the file, `=`, what it means. Nothing behind the `=` "
        "makes such a cell empty.",
        on_change=mapped,
    )


def _pairs(said: Directive) -> Iterable[tuple[str, Any]]:
    return (said.values or {}).items()


def read_values(lines: Iterable[str]) -> dict[str, str | None]:
    """The value map that some lines say; a line without `=` says nothing yet."""
    parts = (line.rpartition("=") for line in lines)
    return {cell.strip(): meaning.strip() or None for cell, mark, meaning in parts if mark}
