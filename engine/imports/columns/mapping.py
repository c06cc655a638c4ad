"""What the analyst says of a file: its columns, encoding and delimiter, to and from JSON."""

import codecs
import json
import string
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from engine.errors import Issue, UsageError
from engine.filters.reading import spell
from engine.imports.columns.table import UNITS, bare
from engine.text.display import quoted

TYPES = ("string", "number", "boolean", "date", "instant")
DETAILS = ("field", "type", "list", "unit")
MARKS = "\t " + string.punctuation.replace('"', "")  # what can stand between two cells
NO_FILES = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape")
WITHOUT_KEY = ("reject", "create")


@dataclass(frozen=True)
class Directive:
    """What the analyst says of one column; no field means that the column is ignored."""

    field: str | None
    type: str | None = None  # one of TYPES, for metadata
    list: str | None = None  # the separator of a list's elements, for metadata
    unit: str | None = None  # of money: "cents", or "currency" with two decimals


@dataclass(frozen=True)
class ImportMapping:
    """What the analyst says of a file; everything left out is detected."""

    columns: Mapping[str, Directive] = field(default_factory=dict)  # by header
    encoding: str | None = None  # a Python codec name
    delimiter: str | None = None
    without_key: str = "reject"  # or "create": what becomes of a row without Id and Source_id
    replace: bool = False  # what a row leaves empty is cleared, and its other metadata removed

    def to_json(self) -> dict[str, Any]:
        """The JSON that `parse_mapping` reads back to an equal mapping; defaults are left out."""
        scalars = {"encoding": self.encoding, "delimiter": self.delimiter}
        chosen: dict[str, Any] = {key: value for key, value in scalars.items() if value is not None}
        if self.without_key != "reject":
            chosen["without_key"] = self.without_key
        if self.replace:
            chosen["replace"] = True
        columns = {header: _directive_json(row) for header, row in self.columns.items()}
        return {"columns": columns, **chosen} if columns else dict(chosen)


def parse_mapping(raw: Any) -> ImportMapping:
    """
    Read the mapping's JSON (`--mapping`, or the page's).

    Raises:
        UsageError: with one issue for each value that has not the shape expected. Headers and
            fields are checked by `targets`, which knows the file.
    """
    if not isinstance(raw, dict):
        raise UsageError(f"the mapping: expected a JSON object, got {spell(raw)}")
    try:
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise UsageError("the mapping: expected text, got half of a surrogate pair") from None
    issues: list[Issue] = []
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key in SETTINGS:
            values[key] = SETTINGS[key](value, issues)
        else:
            issues.append(unknown(f"$.{key}", f"unknown setting {quoted(key)}", key, SETTINGS))
    if issues:
        raise UsageError("the mapping cannot be understood", issues)
    return ImportMapping(**values)


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
    issues += [
        unknown(f"{path}.{key}", f"unknown setting {quoted(key)}", key, DETAILS)
        for key in raw
        if key not in DETAILS
    ]
    kind, separator = raw.get("type"), raw.get("list")
    if kind is not None and kind not in TYPES:
        message = f"expected one of {', '.join(TYPES)}, got {spell(kind)}"
        issues.append(unknown(f"{path}.type", message, str(kind), TYPES))
    if separator is not None and not (isinstance(separator, str) and separator):
        issues.append(
            Issue(f"{path}.list", f'expected a separator such as ";", got {spell(separator)}')
        )
    unit = raw.get("unit")
    if unit is not None and unit not in tuple(UNITS):
        issues.append(Issue(f"{path}.unit", f"expected cents or currency, got {spell(unit)}"))
    return Directive(raw["field"], kind, separator, unit)


def _directive_json(said: Directive) -> str | dict[str, str] | None:
    details = {key: value for key, value in vars(said).items() if value is not None}
    return details if len(details) > 1 else said.field


def _encoding(raw: Any, issues: list[Issue]) -> str | None:
    with suppress(LookupError, TypeError, ValueError):
        "a".encode(raw)  # rot13 and base64 are no encodings of text
        found = codecs.lookup(raw).name
        if found.replace("_", "-") not in NO_FILES:
            return found
    issues.append(Issue("$.encoding", f"expected an encoding such as utf-8, got {spell(raw)}"))
    return None


def _delimiter(raw: Any, issues: list[Issue]) -> str | None:
    if isinstance(raw, str) and raw and raw in MARKS:
        return raw
    issues.append(Issue("$.delimiter", f"expected one character such as ;, got {spell(raw)}"))
    return None


def _without_key(raw: Any, issues: list[Issue]) -> str:
    if raw not in WITHOUT_KEY:
        issues.append(Issue("$.without_key", f"expected reject or create, got {spell(raw)}"))
    return str(raw)


def _replace(raw: Any, issues: list[Issue]) -> bool:
    if not isinstance(raw, bool):
        issues.append(Issue("$.replace", f"expected true or false, got {spell(raw)}"))
    return raw is True


SETTINGS: Mapping[str, Callable[[Any, list[Issue]], Any]] = MappingProxyType(
    {
        "columns": _columns,
        "encoding": _encoding,
        "delimiter": _delimiter,
        "without_key": _without_key,
        "replace": _replace,
    }
)


def unknown(path: str, message: str, word: str, known: Iterable[str]) -> Issue:
    """An issue with the nearest known word, compared as headers are."""
    by_bare = {bare(name): name for name in known}
    close = get_close_matches(bare(word), by_bare, n=1)
    return Issue(path, message, by_bare[close[0]] if close else None)
