"""
What somebody writes for the fields of a customer, read by the type of each, as the API's JSON.

Customers rule 17.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.base.kinds.registry import CUSTOMERS
from engine.base.profiles import Profile
from engine.customers.detail import to_objects
from engine.customers.documents import LASTING, editable
from engine.errors import Issue, UsageError
from engine.filters.fields import Field, NameType
from engine.filters.kinds import ANY, BOOLEAN, DATE, INSTANT, NUMBER, STRING, Kind
from engine.text.display import quoted
from engine.text.lists import SEPARATOR

Text = str | list[str]
GUESSED = (BOOLEAN, NUMBER)  # of a key that nobody has; a date is known by its text


def written_document(
    profile: Profile,
    texts: Mapping[str, Text],
    cleared: Iterable[str] = (),
    position: int | None = None,
    zone: ZoneInfo | None = None,
) -> dict[str, Any]:
    """
    The document that some texts and cleared fields come to.

    Args:
        texts: by path, such as `city` or `metadata.tier`; a list is one, or has `;` between its
            elements.
        position: of the customer who has objects of metadata already; None: of a new one.
        zone: the project's, for naive instants.

    Raises:
        UsageError: a field is unknown or computed, or a text is none of its type; all at once.
    """
    writer = _Writer(profile, position, zone or ZoneInfo("UTC"))
    for path, text in texts.items():
        writer.write(path, text)
    for path in cleared:
        writer.write(path, None)
    if writer.issues:
        raise UsageError("the fields cannot be written", writer.issues)
    return writer.document


def written_metadata(
    texts: Mapping[str, str], known: Mapping[str, NameType], zone: ZoneInfo
) -> dict[str, Any]:
    """
    The metadata of a record that some texts come to.

    Args:
        texts: by key.
        known: the types of the keys that records of the kind have.

    Raises:
        UsageError: a text is none of its type; all at once.
    """
    found, issues = dict[str, Any](), list[Issue]()
    for key, text in texts.items():
        try:
            found[key] = _element(text, known.get(key), zone)
        except ValueError as error:
            issues.append(Issue(f"metadata.{key}", str(error)))
    if issues:
        raise UsageError("the metadata cannot be written", issues)
    return found


def _element(text: str, named: NameType | None, zone: ZoneInfo) -> Any:
    if named is None:
        return _guessed(text, zone)
    return _list(text, named.kind, zone) if named.many else _typed(text, named.kind, zone)


class _Writer:
    """Fills a document field by field, and gathers what does not fit."""

    def __init__(self, profile: Profile, position: int | None, zone: ZoneInfo) -> None:
        self.profile, self.zone = profile, zone
        self.document: dict[str, Any] = {}
        self.issues: list[Issue] = []
        places = pl.Series([] if position is None else [position], dtype=pl.Int64)
        self._stored = next(to_objects(profile, places), {}) if len(places) else {}

    def write(self, path: str, text: Text | None) -> None:
        """Takes in one field; None clears."""
        field = self.profile.catalogue.find(path)
        if field is None:
            near = self.profile.catalogue.nearest(path)
            self.issues.append(Issue(path, f"there is no field {quoted(path)}", near))
        elif text is None and field.path in LASTING:
            self.issues.append(Issue(path, f"{field.label} stays: it cannot be emptied"))
        elif not _can_write(field):
            reason = f"{field.label} is computed, and nothing that is written"
            self.issues.append(Issue(path, reason))
        else:
            try:
                self._put(field, None if text is None else self._value(field, text))
            except ValueError as error:
                self.issues.append(Issue(path, str(error)))

    def _value(self, field: Field, text: Text) -> Any:
        if isinstance(text, list) and not field.many:
            text = SEPARATOR.join(text)
        if not _is_metadata(field) and isinstance(text, str):
            column = editable().get(field.path)
            value = column.cell.read(text, self.zone) if column else text
            return value if field.kind is NUMBER else text
        if field.kind is ANY and isinstance(text, str):
            return _guessed(text, self.zone)
        if field.many:
            return _list(text, field.kind, self.zone)
        return _typed(str(text), field.kind, self.zone)

    def _put(self, field: Field, value: Any) -> None:
        space, _, key = field.path.partition(".")
        if not _is_metadata(field):
            self.document[field.path] = value
            return
        path, *below = self._path(space, key)
        keys = self.document.setdefault(space, {})
        if not below:
            keys[path] = value
            return
        if not isinstance(keys.get(path), dict):  # an object is replaced as a whole
            stored = self._stored.get(space, {}).get(path)
            keys[path] = _copied(stored) if isinstance(stored, dict) else {}
        inner = keys[path]
        for name in below[:-1]:
            inner = inner.setdefault(name, {})
        inner[below[-1]] = value
        if not _filled(keys[path]):
            keys[path] = None

    def _path(self, space: str, key: str) -> tuple[str, ...]:
        """A dotted name is the key that is stored so, else a key of its own."""
        stored = CUSTOMERS.namespaces[space], key
        paths = (row.path for row in self.profile.snapshot.columns if row.name == stored)
        return min(paths, key=len, default=(key,))


def _is_metadata(field: Field) -> bool:
    return field.path.partition(".")[0] in CUSTOMERS.namespaces


def _can_write(field: Field) -> bool:
    return _is_metadata(field) or field.path in {*editable(), "source_id"}


def _guessed(text: str, zone: ZoneInfo) -> Any:
    for kind in GUESSED:
        try:
            return kind.read_text(text, zone)
        except ValueError:
            continue
    return text


def _list(text: Text, kind: Kind, zone: ZoneInfo) -> list[Any]:
    elements = [one.strip() for one in text.split(SEPARATOR)] if isinstance(text, str) else text
    return [_typed(one, kind, zone) for one in elements if one]


def _typed(text: str, kind: Kind, zone: ZoneInfo) -> Any:
    """A value of the type as JSON has it; dates are texts there."""
    value = kind.read_text(text, zone)
    return text if kind in (STRING, DATE, INSTANT) else value


def _copied(value: Any) -> Any:
    return (
        {key: _copied(inner) for key, inner in value.items()} if isinstance(value, dict) else value
    )


def _filled(value: Any) -> bool:
    """Whether an object holds anything but nulls."""
    return any(map(_filled, value.values())) if isinstance(value, dict) else value is not None
