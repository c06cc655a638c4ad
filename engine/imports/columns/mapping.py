"""What the analyst says of a file: its columns, encoding and layout, to and from JSON."""

import codecs
import json
import string
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from engine.errors import Issue, UsageError
from engine.filters.reading import spell
from engine.imports.columns.directive import Directive, directive
from engine.imports.columns.words import unknown
from engine.text.display import quoted

MARKS = "\t " + string.punctuation.replace('"', "")  # what can stand between two cells
QUOTES = "\"'"
NO_FILES = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape")
WITHOUT_KEY = ("reject", "create")


@dataclass(frozen=True)
class ImportMapping:
    """What the analyst says of a file; everything left out is detected."""

    columns: Mapping[str, Directive] = field(default_factory=dict)  # by header
    encoding: str | None = None  # a Python codec name
    delimiter: str | None = None
    quote: str | None = None  # around cells; "" for none
    header_row: int | None = None  # the physical line of the header, or the row of the sheet
    sheet: str | None = None  # of a workbook
    member: str | None = None  # of an archive
    without_key: str = "reject"  # or "create": what becomes of a row without Id and Source_id
    replace: bool = False  # what a row leaves empty is cleared, and its other metadata removed

    def to_json(self) -> dict[str, Any]:
        """The JSON that `parse_mapping` reads back to an equal mapping; defaults are left out."""
        plain = ImportMapping()
        chosen = {
            each.name: getattr(self, each.name)
            for each in fields(self)
            if each.name != "columns" and getattr(self, each.name) != getattr(plain, each.name)
        }
        columns = {header: said.to_json() for header, said in self.columns.items()}
        return {"columns": columns, **chosen} if columns else chosen


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
    return {header: directive(header, value, issues) for header, value in raw.items()}


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


def _quote(raw: Any, issues: list[Issue]) -> str | None:
    if isinstance(raw, str) and (raw == "" or raw in tuple(QUOTES)):
        return raw
    issues.append(Issue("$.quote", f'expected ", \' or "" for none, got {spell(raw)}'))
    return None


def _header_row(raw: Any, issues: list[Issue]) -> int | None:
    if type(raw) is int and raw >= 1:
        return raw
    issues.append(Issue("$.header_row", f"expected a line number from 1, got {spell(raw)}"))
    return None


def _name(setting: str) -> Callable[[Any, list[Issue]], str | None]:
    """How the name of a part of the file is read."""

    def read(raw: Any, issues: list[Issue]) -> str | None:
        if isinstance(raw, str) and raw:
            return raw
        issues.append(Issue(f"$.{setting}", f"expected a name, got {spell(raw)}"))
        return None

    return read


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
        "quote": _quote,
        "header_row": _header_row,
        "sheet": _name("sheet"),
        "member": _name("member"),
        "without_key": _without_key,
        "replace": _replace,
    }
)
