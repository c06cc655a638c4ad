"""Reference: every operator and every field, as the tables of the language say."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

import polars as pl
import streamlit as st

from engine.base.kinds.fields import record_fields
from engine.filters.handbook import (
    Case,
    FieldEntry,
    OperatorEntry,
    field_entries,
    operator_entries,
)
from engine.filters.operators.table import EXAMPLE_CLOCK
from pages._components.shell.session import header, workbench
from pages._components.shell.text import bold, plain

Entry = TypeVar("Entry", OperatorEntry, FieldEntry)


def found(entries: Iterable[Entry], search: str) -> list[Entry]:
    """The entries that hold every word of a search, in any case."""
    words = search.casefold().split()
    texts = {entry: repr(astuple(entry)).casefold() for entry in entries}
    return [entry for entry, text in texts.items() if all(word in text for word in words)]


def operators(search: str) -> None:
    """A table for each set of kinds."""
    st.caption(
        f"Examples are seen from {EXAMPLE_CLOCK.now:%A %d %B %Y, %H:%M} UTC. Several values: a "
        "positive operator holds when any fits, one that denies when none does."
    )
    tables([(entry.kinds, operator_row(entry)) for entry in found(operator_entries(), search)])


def fields(search: str) -> None:
    """A table for each group of fields, with every name that is stored now."""
    st.caption(
        "Fields that may be narrowed take a time window, and conditions on the records behind them."
    )
    known = workbench().profile().catalogue.fields()
    entries = found(field_entries((*known, *record_fields())), search)
    tables([(entry.group, field_row(entry)) for entry in entries])


def tables(rows: list[tuple[str, dict[str, str]]]) -> None:
    """Rows under their headings."""
    if not rows:
        st.info("Nothing has all of these words. Search for less.", icon=":material/search_off:")
    for title, group in groupby(rows, key=itemgetter(0)):
        st.header(plain(title[:1].upper() + title[1:]), anchor=False)
        st.table(pl.DataFrame([row for _, row in group]), border="horizontal", hide_index=True)


def operator_row(entry: OperatorEntry) -> dict[str, str]:
    """The cells of an operator."""
    return {
        "Says": " · ".join([f"{bold(entry.label)} `{entry.key}`", *entry.notes]),
        "Operand": entry.operand,
        "Holds": case(entry.holds),
        "Fails": case(entry.fails),
        "No value": entry.missing,
    }


def field_row(entry: FieldEntry) -> dict[str, str]:
    """The cells of a field; paths are data, where a metadata key is one."""
    paths = " or ".join(map(plain, (entry.path, *entry.aliases)))
    return {
        "Field": f"{bold(entry.label)} :gray[{paths}]",
        "Kind": plain(entry.kind),
        "Is": plain(entry.doc),
        "Without a record": entry.absent,
        "Narrowed": "may be" if entry.narrowed else "",
    }


def case(example: Case) -> str:
    """An operand and a value."""
    return f"`{example.operand}` for `{example.value}`"


TABLES: Mapping[str, Callable[[str], None]] = {"Operators": operators, "Fields": fields}

header("Reference", "What a filter can say: every operator and every field of this base.")
with st.container(horizontal=True, vertical_alignment="center"):
    chosen = st.segmented_control(
        "Show",
        list(TABLES),
        default="Operators",
        required=True,
        key="table",
        bind="query-params",
        label_visibility="collapsed",
    )
    words = st.text_input(
        "Search the reference",
        type="search",
        placeholder="A word, a field or an operator",
        key="lookup",
        bind="query-params",
        label_visibility="collapsed",
    )
    st.page_link(
        "pages/segments.py",
        label="Build a filter",
        icon=":material/filter_alt:",
        query_params={"segment": "new"},
    )
with st.container(key=f"table-{chosen}"):  # a table is not drawn from the other one's rows
    TABLES[chosen](words)
