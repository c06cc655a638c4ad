"""Erasure in the database: each column as its row of the inventory says, in the one transaction."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from engine.privacy.inventory import BLANKED, DATABASE, MARKED, ROW_GOES, Place, places
from engine.privacy.traces import Traces, spelled
from engine.store.database import Transaction
from engine.store.results import texts
from engine.store.results.texts import StoredText

FILTERS = "segment_version.filter"
BLANK = "(erased)"  # in place of the cells of a row that did not come in
Write = Callable[[Transaction, Place, Traces, list[StoredText]], None]


def hits(connection: Transaction, place: Place, traces: Traces) -> list[StoredText]:
    """The values of a column that hold something of the people."""
    found = list(texts.cells(connection, place.key))
    if not found:  # to make ready what is sought takes long where it is much
        return []
    words = pl.Series([spelled(cell.value) for cell in found], dtype=pl.String)
    suspects = traces.suspects_json(words).arg_true()
    return [found[at] for at in suspects if traces.holds_json(found[at].value)]


def counts(connection: Transaction, traces: Traces) -> dict[str, int]:
    """How many values of each column would be written over, or rows go."""
    found = {place.key: len(hits(connection, place, traces)) for place in erased_columns()}
    return {key: count for key, count in found.items() if count}


def erase_texts(connection: Transaction, traces: Traces) -> dict[str, list[StoredText]]:
    """Carries the rows of the inventory out; gives what each column had to lose."""
    # All of it is found before anything is written: two columns may blank the same row.
    found = {place: hits(connection, place, traces) for place in erased_columns()}
    for place, cells in found.items():
        WRITES[place.way](connection, place, traces, cells)
    return {place.key: cells for place, cells in found.items() if cells}


def erased_columns() -> list[Place]:
    """The columns that are looked at, those whose rows go or are blanked first."""
    return [*places(DATABASE, ROW_GOES, BLANKED), *places(DATABASE, MARKED)]


def _mark(connection: Transaction, place: Place, traces: Traces, found: list[StoredText]) -> None:
    changed = (StoredText(cell.key, traces.cleaned_json(cell.value)) for cell in found)
    texts.write_cells(connection, place.key, changed)


def _remove(
    connection: Transaction, place: Place, _traces: Traces, found: list[StoredText]
) -> None:
    texts.delete_rows(connection, place.key, [cell.key for cell in found])


def _blank(connection: Transaction, place: Place, traces: Traces, found: list[StoredText]) -> None:
    """Of a row that names somebody all cells go: the others are that one's, too."""
    if place.key == "import_run.set_aside":
        changed = [StoredText(key, [_blanked(row, traces) for row in rows]) for key, rows in found]
        texts.write_cells(connection, place.key, changed)
        return
    blank = {"cells": [BLANK], "reason": BLANK}
    texts.write_rows(connection, place.key, [cell.key for cell in found], blank)


def _blanked(row: Mapping[str, Any], traces: Traces) -> dict[str, Any]:
    if not traces.holds_json(dict(row)):
        return dict(row)
    return {**row, "cells": [BLANK for _ in row["cells"]], "reason": BLANK}


WRITES: Mapping[str, Write] = {MARKED: _mark, ROW_GOES: _remove, BLANKED: _blank}
