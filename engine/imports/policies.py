"""What the mapping says of values that are there already, and of cells that are empty."""

from collections.abc import Iterator

from engine.imports.columns.directive import Directive
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.proposals import named
from engine.imports.columns.table import OWNERS, Table
from engine.imports.files.batch import Goal
from engine.store.records.tables import OWNER
from engine.store.records.upsert import WRITES

CAREFUL = tuple(WRITES)  # the last one wins where columns of one goal are told different things


def writes(mapping: ImportMapping, table: Table) -> dict[Goal, str]:
    """How what a file fills is written where a record is there: rows of `WRITES`, by goal."""
    found: dict[Goal, str] = {}
    for goal, _, said in _goals(mapping, table):
        if said.write:
            found[goal] = max(found.get(goal, CAREFUL[0]), said.write, key=CAREFUL.index)
    return found


def clears(mapping: ImportMapping, table: Table) -> set[Goal]:
    """The columns, and the keys of metadata by their whole path, that an empty cell clears."""
    return {goal for _, goal, said in _goals(mapping, table) if said.empty == "clear"}


def _goals(mapping: ImportMapping, table: Table) -> Iterator[tuple[Goal, Goal, Directive]]:
    """What is written as a whole, what a cell alone gives, and what the analyst says of it."""
    for header, said in mapping.columns.items():
        found = named(header, said.field, table) if said.field else None
        if found and found.column:
            name = found.column.part or found.column.name
            yield OWNER if name in {each.name for each in OWNERS} else name, name, said
        elif found and found.namespace:
            address = (found.namespace, *found.path)
            yield address[:2], address, said
