"""Where each column of a file goes: matched by its header, or as the analyst's mapping says."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.errors import ImportFileError, Issue, UsageError
from engine.filters.kinds import KINDS
from engine.imports.columns.directive import Directive
from engine.imports.columns.facts import FactsOf
from engine.imports.columns.fillings import Filling, fillings
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.proposals import named, proposed_targets, settled
from engine.imports.columns.reasons import reasons
from engine.imports.columns.table import CENTS, UNITS, Table
from engine.imports.columns.target import CHOSEN, Target
from engine.imports.columns.words import unknown
from engine.imports.notes import Note
from engine.text.display import quoted

DATA = re.compile(r"-?[0-9][0-9.,:TZ+-]*|true|false|[^@\s]+@[^@\s]+")  # what is no column's name


@dataclass(frozen=True, eq=False)
class Placement:
    """Where the columns of a file go, and what fills each field."""

    targets: tuple[Target, ...]  # one per header
    fillings: tuple[Filling, ...]  # one per known column that the file brings
    notes: tuple[Note, ...]


def placed(
    header: Iterable[str], table: Table, mapping: ImportMapping, facts: FactsOf | None = None
) -> Placement:
    """
    Where each header goes, and which of them fill a field together.

    Args:
        facts: of a column by its place; without them the header alone decides.

    Raises:
        UsageError: the mapping names headers or fields that are not there, or a type for a column
            whose type is fixed; all its faults at once.
        ImportFileError: a header is empty, or two mean the same key of metadata.
    """
    names = tuple(header)
    issues = [
        unknown(f"$.columns.{name}", f"the file has no column {quoted(name)}", name, names)
        for name in mapping.columns
        if name not in names
    ]
    by_name = proposed_targets(names, table, facts)
    chosen = [
        _target(name, table, said, issues, by_name[place])
        if (said := mapping.columns.get(name))
        else by_name[place]
        for place, name in enumerate(names)
    ]
    if issues:
        raise UsageError("the mapping does not fit the file", issues)
    found = settled(chosen, table, facts) if mapping.columns else tuple(chosen)
    _check_header(found)
    if not mapping.columns and not any(each.column for each in found):
        _check_is_header(names)
    ways = fillings(found, table)
    return Placement(found, ways, tuple(reasons(found, ways, table, mapping, facts)))


def targets(
    header: Iterable[str], table: Table, mapping: ImportMapping, facts: FactsOf | None = None
) -> tuple[Target, ...]:
    """Where each header goes, in the header's order; takes and raises what `placed` does."""
    return placed(header, table, mapping, facts).targets


def _target(
    header: str, table: Table, said: Directive, issues: list[Issue], by_name: Target
) -> Target:
    if said.field is None:
        return Target(header)
    path = f"$.columns.{header}"
    found = named(header, said.field, table)
    if found is None:
        fields = [column.path for column in table.columns]
        issues.append(unknown(path, f"unknown field {quoted(said.field)}", said.field, fields))
        return Target(header)
    if found.column and (said.type or said.list):
        issues.append(
            Issue(path, f"{quoted(said.field)} has a fixed type: leave `type` and `list` out")
        )
    kind = KINDS[said.type] if said.type else None
    column = found.column
    if said.unit and (column is None or column.cell is not CENTS):
        issues.append(Issue(path, f"{quoted(said.field)} is no amount of money: leave `unit` out"))
    elif said.unit and column:
        column = replace(column, cell=UNITS[said.unit])
    same = column is not None and by_name.column is not None and column.path == by_name.column.path
    rank = (CHOSEN, *by_name.rank[1:]) if same else (CHOSEN, 0, 0)
    own = by_name.values if same and by_name.values else {}  # what its layout says of the rest
    return Target(
        header,
        column,
        found.namespace,
        found.path,
        kind,
        said.list,
        {**own, **(said.values or {})} or None,
        rank,
        by_name.senses,
    )


def _check_is_header(names: Iterable[str]) -> None:
    """A first line without one known name, but with a value in it, is a record."""
    value = next((name for name in names if DATA.fullmatch(name.strip())), None)
    if value is not None:
        raise ImportFileError(
            "expected a header line with the names of the columns, got a record with "
            f"{quoted(value)}: add the header line"
        )


def _check_header(chosen: Sequence[Target]) -> None:
    seen: dict[str, str] = {}
    issues = []
    for place, target in enumerate(chosen, 1):
        header, goal = target.header, target.field
        if not header.strip():
            issues.append(
                Issue(f"column {place}", "expected a name in the header, got an empty cell")
            )
        elif goal and target.column is None:
            if goal in seen:
                both = f"{quoted(seen[goal])} and {quoted(header)} both mean {quoted(goal)}"
                issues.append(Issue(f"column {place}", f"{both}: rename or ignore one"))
            seen.setdefault(goal, header)
    issues += _divided(chosen)
    if issues:
        raise ImportFileError("the header line cannot be used", issues)


def _divided(chosen: Sequence[Target]) -> list[Issue]:
    """Parts of a record both as a whole and one by one."""
    parts = {target.column.part for target in chosen if target.column}
    return [
        Issue(target.header, f"{quoted(target.header)} and columns of single {target.field}: "
              "ignore one of them")
        for target in chosen
        if target.column and target.column.name in parts
    ]  # fmt: skip
