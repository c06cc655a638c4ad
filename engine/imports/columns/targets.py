"""Where each column of a file goes: matched by its header, or as the analyst's mapping says."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.errors import ImportFileError, Issue, UsageError
from engine.filters.kinds import KINDS, Kind
from engine.imports.columns.directive import Directive
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import CENTS, REPORTED, UNITS, FileColumn, Table
from engine.imports.columns.words import bare, unknown
from engine.text.display import quoted

DATA = re.compile(r"-?[0-9][0-9.,:TZ+-]*|true|false|[^@\s]+@[^@\s]+")  # what is no column's name


@dataclass(frozen=True, eq=False)
class Target:
    """Where one header goes: a known column, a metadata key, or nowhere."""

    header: str
    column: FileColumn | None = None
    namespace: str | None = None
    path: tuple[str, ...] = ()
    kind: Kind | None = None  # as the mapping declares it; None infers it
    separator: str | None = None

    @property
    def field(self) -> str | None:
        """The field path it fills; None is ignored."""
        if self.column:
            return self.column.path
        return ".".join((self.namespace, *self.path)) if self.namespace else None


def targets(header: Iterable[str], table: Table, mapping: ImportMapping) -> tuple[Target, ...]:
    """
    Where each header goes, in the header's order.

    Raises:
        UsageError: the mapping names headers or fields that are not there, or a type for a column
            whose type is fixed; all its faults at once.
        ImportFileError: a header is empty, or two mean the same field.
    """
    names = tuple(header)
    issues = [
        unknown(f"$.columns.{name}", f"the file has no column {quoted(name)}", name, names)
        for name in mapping.columns
        if name not in names
    ]
    chosen = [_target(name, table, mapping.columns.get(name), issues) for name in names]
    if issues:
        raise UsageError("the mapping does not fit the file", issues)
    _check_header(chosen)
    if not mapping.columns and not any(each.column for each in chosen):
        _check_is_header(names)
    return tuple(chosen)


def proposed(header: str, table: Table) -> Target:
    """Where a header goes by its name alone."""
    return named(header, header, table) or _other(header, table)


def named(header: str, spelling: str, table: Table) -> Target | None:
    """The known column or the `metadata.` key that a spelling names, if any."""
    namespace, dot, key = spelling.strip().partition(".")
    if namespace.casefold() in table.namespaces and dot:
        return Target(header, namespace=namespace.casefold(), path=(key,))
    column = table.column(spelling)
    return Target(header, column=column) if column else None


def of_json(path: str, table: Table) -> Target:
    """Where a JSON key goes; `metadata` as a whole has no path, what is not known goes nowhere."""
    whole = next((name for name in table.namespaces if bare(name) == bare(path)), None)
    target = Target(path, namespace=whole) if whole else named(path, path, table)
    return target or Target(path)


def _other(header: str, table: Table) -> Target:
    if table.others is None or header in REPORTED:
        return Target(header)
    return Target(header, namespace=table.others, path=(header.strip(),))


def _target(header: str, table: Table, said: Directive | None, issues: list[Issue]) -> Target:
    if said is None:
        return proposed(header, table)
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
    return Target(header, column, found.namespace, found.path, kind, said.list)


def _check_is_header(names: Iterable[str]) -> None:
    """A first line without one known name, but with a value in it, is a record."""
    value = next((name for name in names if DATA.fullmatch(name.strip())), None)
    if value is not None:
        raise ImportFileError(
            "expected a header line with the names of the columns, got a record with "
            f"{quoted(value)}: add the header line"
        )


def _check_header(chosen: Sequence[Target]) -> None:
    seen: dict[tuple[bool, str], str] = {}  # an ignored column means no field, whatever its name
    issues = []
    for place, target in enumerate(chosen, 1):
        header, goal = target.header, target.field or target.header
        meant = (target.field is None, goal)
        if not header.strip():
            issues.append(
                Issue(f"column {place}", "expected a name in the header, got an empty cell")
            )
        elif meant in seen:
            both = f"{quoted(seen[meant])} and {quoted(header)} both mean {quoted(goal)}"
            issues.append(Issue(f"column {place}", f"{both}: rename or ignore one"))
        seen.setdefault(meant, header)
    parts = {target.column.part for target in chosen if target.column}
    issues += [
        Issue(
            target.header, f"`{seen[False, goal]}` and columns of single {goal}: ignore one of them"
        )
        for target in chosen
        if target.column and (goal := target.column.name) in parts
    ]
    if issues:
        raise ImportFileError("the header line cannot be used", issues)
