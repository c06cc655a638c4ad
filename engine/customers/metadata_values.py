"""
One value of metadata as it is stored: in the settled type of its key where it fits, else as it is.

It comes to what an import of the same JSON comes to (imports rules 3 and 22), for one value in
place of a column; tests/customers holds both to each other.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from engine.base.kinds.fields import fixed_types
from engine.filters.kinds import DATE, INSTANT, KINDS, NUMBER, STRING, Kind
from engine.imports.files.json_columns import list_value, scalar_value
from engine.store.changes import ChangeSet
from engine.store.records.metadata import Key, MetadataColumn, Name, NamedType, Names, claim
from engine.store.snapshot import Snapshot

Leaves = Mapping[tuple[str, ...], Any]  # path below the key -> raw JSON; none: the key is cleared
READ = (DATE, INSTANT)  # what a text may be besides
Value = tuple[Kind, bool, Any]  # kind of each element, whether it is a list, in storage types


@dataclass(frozen=True, eq=False)
class MetadataFields:
    """The names and columns of metadata, with those that a change set brings."""

    names: Names
    columns: tuple[MetadataColumn, ...]
    new_names: Names = field(default_factory=dict)
    new_columns: tuple[MetadataColumn, ...] = ()

    @classmethod
    def of(cls, snapshot: Snapshot) -> "MetadataFields":
        """Those that are stored."""
        return cls(snapshot.names, snapshot.columns)

    def storing(
        self, keys: Mapping[Name, Leaves], zone: ZoneInfo
    ) -> tuple["MetadataFields", dict[str, Any]]:
        """
        With what some keys bring; and the value of each physical column of these keys.

        Args:
            keys: by stored namespace and key; each is replaced as a whole.
            zone: the project's, for naive instants.
        """
        placed, fresh = dict[Key, Any](), dict[Name, NamedType]()
        for name, leaves in keys.items():
            values, settled = place_values(leaves, name, {**self.names, **fresh}, zone)
            placed |= values
            fresh |= settled
        known, new = claim(self.columns, placed)
        found = MetadataFields(
            {**self.names, **fresh},
            tuple(known.values()),
            {**self.new_names, **fresh},
            (*self.new_columns, *new),
        )
        emptied = {row.column: None for row in found.columns if row.unit in keys}
        return found, {**emptied, **{known[key].column: value for key, value in placed.items()}}

    def naming(self, name: Name) -> "MetadataFields":
        """With a name that a record brings, such as that of an event."""
        if name in self.names:
            return self
        new = {name: ("string", False)}
        return MetadataFields(
            {**self.names, **new}, self.columns, {**self.new_names, **new}, self.new_columns
        )

    def bring(self, change: ChangeSet) -> None:
        """Writes what is new, beside the records that bring it."""
        if self.new_names or self.new_columns:
            change.bring(self.new_names, self.new_columns)


def leaves_of(raw: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What lies at the ends of an object; nulls are nothing."""
    if isinstance(raw, dict):
        for key, inner in raw.items():
            yield from leaves_of(inner, (*path, key))
    elif raw is not None:
        yield path, raw


def place_values(
    leaves: Leaves, name: Name, names: Names, zone: ZoneInfo
) -> tuple[dict[Key, Any], dict[Name, NamedType]]:
    """
    Where the values of one key are stored.

    Args:
        leaves: raw JSON by the path below the key.
        name: stored namespace, and the key.
        names: the types that are settled.

    Returns:
        The value of each physical column; and the type of each name that had none.
    """
    values, settled = dict[Key, Any](), dict[Name, NamedType]()
    namespace, key = name
    for below, raw in leaves.items():
        path = (key, *below)
        dotted = namespace, ".".join(path)
        value = _value(raw)
        of, several = names.get(dotted) or settled.setdefault(dotted, _fit(dotted, value, zone))
        kind, many, stored = _stored(value, KINDS[of], several, zone)
        values[namespace, path, kind.key, many] = stored
    return values, settled


def _value(raw: Any) -> Value:
    if isinstance(raw, list):
        shape, stored = list_value(raw)
        return (*(shape or (STRING, True)), stored)
    kind, stored = scalar_value(raw)
    return kind, False, stored


def _fit(name: Name, value: Value, zone: ZoneInfo) -> NamedType:
    """The type of a name that has none: a field row's own, else what the value shows."""
    kind, many, stored = value
    if row := fixed_types().get(".".join(name)):
        return row.kind.key, row.many
    texts = stored if many else [stored]
    if kind is STRING and texts:
        kind = next((each for each in READ if _all_read(texts, each, zone)), STRING)
    return kind.key, many


def _all_read(texts: Iterable[str], kind: Kind, zone: ZoneInfo) -> bool:
    return all(_read(text, kind, zone) is not None for text in texts)


def _read(text: str, kind: Kind, zone: ZoneInfo) -> Any:
    try:
        return kind.read_text(text, zone)
    except ValueError:
        return None


def _stored(value: Value, kind: Kind, many: bool, zone: ZoneInfo) -> Value:  # noqa: FBT001
    """The value in the type of its key; else in its own."""
    own, is_list, given = value
    convert = _converter(own, kind, zone)
    if is_list and not many:
        return (STRING, False, _printed(given)) if kind is STRING else value
    found = [convert(one) for one in (given if is_list else [given])]
    if None in found:
        return value
    return kind, many, found if many else found[0]


def _converter(own: Kind, kind: Kind, zone: ZoneInfo) -> Callable[[Any], Any]:
    """One element of a kind as another; None where it does not fit."""
    if own is kind:
        return lambda one: one
    if kind is STRING:
        return _text
    if own is STRING and kind in READ:
        return lambda text: _read(text, kind, zone)
    return lambda _one: None


def _text(one: Any) -> str:
    """As JSON prints it: `5.0` is `5`."""
    return str(NUMBER.show(one)) if isinstance(one, float) else str(one).lower()


def _printed(elements: list[Any]) -> str:
    shown = [NUMBER.show(one) if isinstance(one, float) else one for one in elements]
    return orjson.dumps(shown).decode()
