"""Where each column of a file goes: matched by its header, or as the analyst's mapping says."""

import codecs
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from engine.errors import ImportFileError, Issue, UsageError
from engine.filters.kinds import KINDS, Kind
from engine.filters.reading import spell
from engine.imports.table import NAMESPACES, Column, Table, bare

TYPES = ("string", "number", "boolean", "date", "instant")
WITHOUT_KEY = ("reject", "create")


@dataclass(frozen=True)
class Directive:
    """What the analyst says of one column; no field means that the column is ignored."""

    field: str | None
    type: str | None = None  # one of TYPES, for metadata
    list: str | None = None  # the separator of a list's elements, for metadata


@dataclass(frozen=True)
class ImportMapping:
    """What the analyst says of a file; everything left out is detected."""

    columns: Mapping[str, Directive] = field(default_factory=dict)  # by header
    encoding: str | None = None  # a Python codec name
    delimiter: str | None = None
    without_key: str = "reject"  # or "create": what becomes of a row without Id and Source_id

    def to_json(self) -> dict[str, Any]:
        """The JSON that `parse_mapping` reads back to an equal mapping; defaults are left out."""
        scalars = {"encoding": self.encoding, "delimiter": self.delimiter}
        chosen = {key: value for key, value in scalars.items() if value is not None}
        if self.without_key != "reject":
            chosen["without_key"] = self.without_key
        columns = {header: _directive_json(row) for header, row in self.columns.items()}
        return {"columns": columns, **chosen} if columns else dict(chosen)


@dataclass(frozen=True, eq=False)
class Target:
    """Where one header goes: a known column, a metadata key, or nowhere."""

    header: str
    column: Column | None = None
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


def parse_mapping(raw: Any) -> ImportMapping:
    """
    Read the mapping's JSON (`--mapping`, or the page's).

    Raises:
        UsageError: with one issue for each value that has not the shape expected. Headers and
            fields are checked by `targets`, which knows the file.
    """
    readers = {"columns": _columns, "encoding": _encoding, "delimiter": _delimiter, "without_key": _without_key}  # fmt: skip
    if not isinstance(raw, dict):
        raise UsageError(f"the mapping: expected a JSON object, got {spell(raw)}")
    issues: list[Issue] = []
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key in readers:
            values[key] = readers[key](value, issues)
        else:
            issues.append(_unknown(f"$.{key}", f"unknown setting `{key}`", key, readers))
    if issues:
        raise UsageError("the mapping cannot be understood", issues)
    return ImportMapping(**values)


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
        _unknown(f"$.columns.{name}", f"the file has no column `{name}`", name, names)
        for name in mapping.columns
        if name not in names
    ]
    chosen = [_target(name, table, mapping.columns.get(name), issues) for name in names]
    if issues:
        raise UsageError("the mapping does not fit the file", issues)
    _check_header(chosen)
    return tuple(chosen)


def proposed(header: str, table: Table) -> Target:
    """Where a header goes by its name alone."""
    return named(header, header, table) or _other(header, table)


def named(header: str, spelling: str, table: Table) -> Target | None:
    """The known column or the `metadata.` key that a spelling names, if any."""
    namespace, _, key = spelling.strip().partition(".")
    if namespace.casefold() in NAMESPACES and key:
        return Target(header, namespace=namespace.casefold(), path=(key,))
    column = table.column(spelling)
    return Target(header, column=column) if column else None


def _other(header: str, table: Table) -> Target:
    if table.others is None:
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
        issues.append(_unknown(path, f"unknown field `{said.field}`", said.field, fields))
        return Target(header)
    if found.column and (said.type or said.list):
        issues.append(Issue(path, f"`{said.field}` has a fixed type: leave `type` and `list` out"))
    kind = KINDS[said.type] if said.type else None
    return Target(header, found.column, found.namespace, found.path, kind, said.list)


def _check_header(chosen: Iterable[Target]) -> None:
    seen: dict[str, str] = {}
    issues = []
    for place, target in enumerate(chosen, 1):
        header, goal = target.header, target.field or target.header
        if not header.strip():
            issues.append(
                Issue(f"column {place}", "expected a name in the header, got an empty cell")
            )
        elif goal in seen:
            message = f"`{seen[goal]}` and `{header}` both mean `{goal}`: rename or ignore one"
            issues.append(Issue(f"column {place}", message))
        seen.setdefault(goal, header)
    if issues:
        raise ImportFileError("the header line cannot be used", issues)


def _columns(raw: Any, issues: list[Issue]) -> dict[str, Directive]:
    if not isinstance(raw, dict):
        issues.append(Issue("$.columns", f"expected an object by header, got {spell(raw)}"))
        return {}
    return {header: _directive(header, value, issues) for header, value in raw.items()}


def _directive(header: str, raw: Any, issues: list[Issue]) -> Directive:
    path = f"$.columns.{header}"
    if raw is None or isinstance(raw, str):
        return Directive(raw)
    if not isinstance(raw, dict) or not isinstance(raw.get("field"), str):
        issues.append(
            Issue(path, f"expected a field, null or an object with `field`, got {spell(raw)}")
        )
        return Directive(None)
    for key in raw.keys() - {"field", "type", "list"}:
        issues.append(
            _unknown(f"{path}.{key}", f"unknown setting `{key}`", key, ("field", "type", "list"))
        )
    kind, separator = raw.get("type"), raw.get("list")
    if kind is not None and kind not in TYPES:
        message = f"expected one of {', '.join(TYPES)}, got {spell(kind)}"
        issues.append(_unknown(f"{path}.type", message, str(kind), TYPES))
    if separator is not None and not (isinstance(separator, str) and separator):
        issues.append(
            Issue(f"{path}.list", f'expected a separator such as ";", got {spell(separator)}')
        )
    return Directive(raw["field"], kind, separator)


def _directive_json(said: Directive) -> str | None | dict[str, str]:
    details = {key: value for key, value in vars(said).items() if value is not None}
    return details if len(details) > 1 else said.field


def _encoding(raw: Any, issues: list[Issue]) -> str | None:
    try:
        return codecs.lookup(raw).name
    except (LookupError, TypeError):
        issues.append(Issue("$.encoding", f"expected an encoding such as utf-8, got {spell(raw)}"))
        return None


def _delimiter(raw: Any, issues: list[Issue]) -> str | None:
    if isinstance(raw, str) and len(raw) == 1 and raw.isascii() and raw not in '"\r\n':
        return raw
    issues.append(Issue("$.delimiter", f"expected one character such as ;, got {spell(raw)}"))
    return None


def _without_key(raw: Any, issues: list[Issue]) -> str:
    if raw not in WITHOUT_KEY:
        issues.append(Issue("$.without_key", f"expected reject or create, got {spell(raw)}"))
    return str(raw)


def _unknown(path: str, message: str, word: str, known: Iterable[str]) -> Issue:
    """An issue with the nearest known word, compared as headers are."""
    by_bare = {bare(name): name for name in known}
    close = get_close_matches(bare(word), by_bare, n=1)
    return Issue(path, message, by_bare[close[0]] if close else None)
