"""Why rows would be rejected, and what settles it on the spot: each fix changes the mapping."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import streamlit as st

from engine.imports.checks.problems import Problem
from engine.imports.columns.requirements import requirements
from engine.imports.columns.table import BY_VALUES, Table
from engine.imports.columns.target import Target
from engine.imports.preview import Preview
from engine.text.counts import noun
from engine.text.display import visible
from pages._components.imports.key_choice import choose_column, still_lacking
from pages._components.imports.mapping_draft import MappingDraft
from pages._components.imports.words import DATES, DECIMALS, UNITS
from pages._components.shell.text import phrase, plain

NUMBERS = 8  # row numbers told of one problem
MAPPED = 8  # different cells of one problem with a choice of their own
CHOICES = {"dates": ("Date order", DATES), "decimal": ("Decimal mark", DECIMALS),
           "unit": ("Amounts are", UNITS)}  # fmt: skip


class Fix(NamedTuple):
    """One problem, where it is to be settled."""

    place: int
    problem: Problem
    target: Target
    draft: MappingDraft

    def key(self, *parts: object) -> str:
        """The key of one of its widgets."""
        return self.draft.key("fix", self.place, *parts)


def problems(
    found: tuple[Problem, ...], preview: Preview, table: Table, draft: MappingDraft
) -> None:
    """Every kind of problem with its count, an example, its rows and what can be done."""
    targets = {target.header: target for target in preview.targets}
    for place, problem in enumerate(found):
        rows = noun(len(problem.rows), "rows")
        with st.container(border=True):
            reason = phrase(problem.reason.removesuffix(BY_VALUES))
            st.markdown(f"**{len(problem.rows):,} {rows}** · {reason}")
            st.caption(_numbers(problem.rows))
            if "key" in problem.settings:
                _key(problem, place, targets, table, draft)
            elif problem.column in targets:
                _offered(Fix(place, problem, targets[problem.column], draft))


def _numbers(rows: tuple[int, ...]) -> str:
    more = f" and {len(rows) - NUMBERS:,} more" if len(rows) > NUMBERS else ""
    label = "Row" if len(rows) == 1 else "Rows"
    return f"{label} {', '.join(f'{row:,}' for row in rows[:NUMBERS])}{more}"


def _offered(fix: Fix) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name in fix.problem.settings:
            if name in CHOICES:
                _choice(fix, name)
        if fix.problem.allowed:
            _mapped(fix)
        elif fix.problem.cells:
            st.button(
                "Treat as empty" if len(fix.problem.cells) == 1 else "Treat these values as empty",
                key=fix.key("empty"),
                on_click=lambda: _say_values(fix, dict.fromkeys(fix.problem.cells)),
            )
        st.button(
            f"Do not import {plain(fix.target.header)}",
            key=fix.key("drop"),
            on_click=lambda: fix.draft.fix(fix.target, **NOWHERE),
        )


# A column that goes nowhere has nothing else to say.
NOWHERE = {"field": None} | dict.fromkeys(
    ("type", "list", "unit", "dates", "decimal", "values", "write", "empty")
)


def _choice(fix: Fix, name: str) -> None:
    label, options = CHOICES[name]
    key = fix.key(name)
    st.selectbox(
        label,
        list(options),
        index=None,
        placeholder="Choose",
        format_func=options.__getitem__,
        key=key,
        width=215,
        on_change=lambda: fix.draft.fix(fix.target, **{name: st.session_state[key]}),
    )


def _mapped(fix: Fix) -> None:
    """Which of the values that the field takes each cell means."""
    for cell in fix.problem.cells[:MAPPED]:
        key = fix.key("value", cell)
        st.selectbox(
            f"{plain(visible(cell, 60))} means",
            list(fix.problem.allowed),
            index=None,
            placeholder="Choose",
            key=key,
            width=215,
            on_change=_meant(fix, cell, key),
        )
    if len(fix.problem.cells) > MAPPED:
        st.caption(
            f"{len(fix.problem.cells) - MAPPED:,} more values follow once these are settled."
        )


def _meant(fix: Fix, cell: str, key: str) -> Callable[[], None]:
    return lambda: _say_values(fix, {cell: st.session_state[key]})


def _say_values(fix: Fix, values: Mapping[str, str | None]) -> None:
    known = fix.draft.of(fix.target).values or {}
    fix.draft.fix(fix.target, values={**known, **values})


def _key(
    problem: Problem, place: int, targets: Mapping[str, Target], table: Table, draft: MappingDraft
) -> None:
    """Which column says what every record needs."""
    need = next((one for one in requirements(table) if one.reason == problem.reason), None)
    if need is None:
        return
    if not still_lacking(targets.values(), (), table, draft):
        st.caption("Fill it in these rows of the file, or import the rejected rows later.")
        return
    choose_column(
        "Which column says it?", targets.values(), need, draft, draft.key("fix", place, "key")
    )
