"""
Who was erased does not come back: rows of files are left out, and calls are refused.

Privacy rules 12 to 14. Nothing of what is left out is kept anywhere.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from engine.errors import ErasedError
from engine.store.results.tombstones import Tombstones

PHONE = "phone"
WORD = re.compile(r"[^\s\"',;{}\[\]]+")


def suppressed(rows: pl.DataFrame, columns: Iterable[str], erased: Tombstones) -> pl.DataFrame:
    """
    The rows that name somebody who was erased; a hash takes 2 µs, and is made once a value.

    Args:
        rows: `row`, and some of `columns` as text.
        columns: those that hold identities.

    Returns:
        Their `row`.
    """
    found = pl.Series("row", [], dtype=pl.Int64)
    for name in columns:
        if not erased.hashes or name not in rows.columns:
            continue
        values = rows[name].drop_nulls().unique()
        holds = erased.holds_phone if name.endswith(PHONE) else erased.holds
        known = [value for value in values if holds(value)]
        if known:
            found = found.append(rows["row"].filter(rows[name].is_in(known)))
    return found.unique(maintain_order=True).to_frame()


def suppressed_cells(rows: pl.DataFrame, erased: Tombstones) -> pl.Series:
    """True for each row of which a cell names somebody who was erased; rows: `cells`."""
    found = [
        any(_names(erased, cell or "") for cell in cells or ()) for cells in rows["cells"].to_list()
    ]
    return pl.Series("suppressed", found, dtype=pl.Boolean)


def _names(erased: Tombstones, cell: str) -> bool:
    """Whether a cell is an identity of theirs, or the text of a record in which one stands."""
    words = (cell, *WORD.findall(cell))
    return any(erased.holds(word) for word in words) or erased.holds_phone(cell)


def expect_known(
    erased: Tombstones, identities: Iterable[str | None], said: Mapping[str, Any]
) -> None:
    """
    Sees that a call brings nobody back.

    Args:
        identities: ids, source ids and tracking ids of whom it is about.
        said: what it says of them, by column.

    Raises:
        ErasedError: one of them is that of somebody who was erased; says which kind.
    """
    if not erased.hashes:
        return
    for what in _returning(erased, identities, said):
        raise ErasedError(
            f"the customer of this {what} was erased on request and stays so: leave the {what} "
            "out, or lift the erasure with `workbench erasures lift`, if they have asked to be back"
        )


def _returning(
    erased: Tombstones, identities: Iterable[str | None], said: Mapping[str, Any]
) -> Iterator[str]:
    if any(one is not None and erased.holds(one) for one in identities):
        yield "id"
    if said.get("email") and erased.holds(str(said["email"])):
        yield "e-mail"
    if said.get(PHONE) and erased.holds_phone(str(said[PHONE])):
        yield "phone"
