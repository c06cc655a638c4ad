"""The records of a table, whatever file holds it: cells as text, typed ones beside them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from engine.imports.files.batch import SET_ASIDE, Type
from engine.imports.notes import Note


@dataclass(frozen=True, eq=False)
class TableRecords:
    """
    A file of rows and columns.

    `cells` has one row per record: `row` Int64 (from 1, header not counted), `line` Int64
    (physical, from 1), then "0", "1", … as String in the order of the header; empty is null.
    """

    header: tuple[str, ...]
    cells: pl.DataFrame
    rejected: pl.DataFrame  # the records with too many or too few cells, as in `Batch`
    set_aside: pl.DataFrame = field(default_factory=SET_ASIDE.to_frame)  # as in `Batch`
    notes: tuple[Note, ...] = ()
    # Files whose cells have types: a column of "0", "1", … -> a further column of `cells` for each
    # type that occurs in it; one of them at most is filled in a row. Its text stands in "0" too.
    variants: Mapping[str, Mapping[Type, str]] = field(default_factory=dict)
    # Files with objects in them: where the value of such a column stands, from its outer name on.
    nested: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
