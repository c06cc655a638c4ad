"""The fields a filter can name: one row each, and the families whose names are data."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import Any

from engine.errors import FilterError, Issue
from engine.filters.kinds import ANY, INSTANT, NUMBER, Kind
from engine.filters.reading import nfc, short
from engine.filters.words import BY_KIND, FieldWords, event_words
from engine.text.display import quoted

# Behind the path of a metadata key: what the key is for a test that its type does not fit. Nobody
# has a value there, and no file can bring the sign.
UNFIT = "\0"
Unless = tuple[str, tuple[str, ...]]  # the path of another field, and words that it may hold


@dataclass(frozen=True, eq=False)
class Field:
    """One field: where its value is, what it means, and what it is when there is no record."""

    path: str
    label: str
    group: str  # heading in the picker
    kind: Kind
    table: str  # the kind of record, or what else the value comes from: referrals, segments
    column: str | None  # name in that table; None where the value is aggregated or metadata
    doc: str
    many: bool = False
    unit: str | None = None  # "cents" shows as currency with two decimals
    unless: Unless | None = None  # it is in cents but where another field of the record says so
    absent: Any = None  # what comparisons read where no record exists; None = missing
    always: bool = False  # has a value even without a record, for `$has_value` too
    year_free: bool = False  # calendar operators up to a month ignore the year
    known: bool = True  # False: a name nobody has yet
    named: bool = False  # the name is data: a metadata key or an event
    aliases: tuple[str, ...] = ()
    activity: bool = False  # `window` and `where` may narrow the records behind the value
    assumed: Any = None  # what everybody has in a filter that does not ask; None: anything
    words: FieldWords = BY_KIND  # how sentences say it

    def __repr__(self) -> str:
        return f"Field({self.path})"


@dataclass(frozen=True)
class NameType:
    """The settled type of a name that is data."""

    kind: Kind
    many: bool = False


EVENT_PARTS = (
    ("count", "number of", "How often the event was recorded.", NUMBER, 0),
    ("first_occurred", "first", "When the event was first recorded.", INSTANT, None),
    ("last_occurred", "last", "When the event was last recorded.", INSTANT, None),
)  # part, label, doc, kind, value without a record

# Known to the real service and not served here (filters rule 7.5).
NOT_SERVED = (
    "loyalty_points.",
    "loyalty_tier.",
    "loyalty.referred_customers.campaigns.",
    "publications.",
    "summary.redemptions.loyalty_card.",
)


@dataclass(frozen=True, eq=False)
class Catalogue:
    """
    Every field that a filter can name now: the rows, and the names that are data.

    `metadata` and `system_metadata` map a key's dotted name to its settled type; `events` lists the
    stored event names; `records` holds the metadata of other kinds of record for `where`.
    """

    metadata: Mapping[str, NameType] = field(default_factory=dict)
    system_metadata: Mapping[str, NameType] = field(default_factory=dict)
    events: tuple[str, ...] = ()
    records: Mapping[str, Mapping[str, NameType]] = field(default_factory=dict)
    rows: Mapping[str, Field] = field(default_factory=dict)
    table: str = "customers"  # the grain: a customer, or a record of this table
    where: Mapping[str, Mapping[str, Field]] = field(default_factory=dict)  # rows, by table

    def of_records(self, table: str) -> "Catalogue":
        """The catalogue of `where`: the fields of one record of a table."""
        rows = self.where.get(table, {})
        return Catalogue(metadata=self.records.get(table, {}), rows=rows, table=table)

    def field(self, path: str) -> Field:
        """The field of a path or alias. Raises FilterError with one issue when there is none."""
        found = self.find(path)
        if found is None:
            raise self._unknown(path)
        return found

    def find(self, path: str) -> Field | None:
        """`field`, or None: the look for a similar name takes 1 ms and more."""
        return self.rows.get(path) or self._aliases().get(path) or self._event_field(path)

    def unaliased(self, path: str) -> str:
        """The path of the field that an alias names; any other path as it is."""
        named = self._aliases().get(path)
        return named.path if named else path

    def is_metadata(self, field: Field) -> bool:
        """Whether the field is a metadata key of these records, and no event."""
        return field.named and field.table == self.table

    @property
    def assumed(self) -> tuple[Field, ...]:
        """The fields of which a filter assumes something as long as it does not ask."""
        return tuple(row for row in self.rows.values() if row.assumed is not None)

    def fields(self) -> tuple[Field, ...]:
        """Every field with a stored name, in the order of the rows, for pickers and docs."""
        return self._fields

    @cached_property
    def _fields(self) -> tuple[Field, ...]:
        return (*self.rows.values(), *self._stored())

    def nearest(self, path: str) -> str | None:
        """The stored field whose path is most like this one, if any is."""
        paths = [row.path for row in self.fields()]
        same_case = {known.casefold(): known for known in reversed(paths)}
        close = get_close_matches(short(path).casefold(), same_case, n=1, cutoff=0.7)
        return same_case[close[0]] if close else None

    def _aliases(self) -> dict[str, Field]:
        return {alias: row for row in self.rows.values() for alias in row.aliases}

    def _stored(self) -> Iterable[Field]:
        for family, names in self._families().items():
            for name, named in names.items():
                if f"{family}.{name}" not in self.rows:
                    yield self._metadata(family, name, named)
        for name in self.events:
            yield from (self._event(name, part) for part in _PARTS)

    def _families(self) -> dict[str, Mapping[str, NameType]]:
        families = {"metadata": self.metadata, "system_metadata": self.system_metadata}
        return families if self.table == "customers" else {"metadata": self.metadata}

    def _event_field(self, path: str) -> Field | None:
        family, dot, name = path.partition(".")
        if not dot or not _is_unicode(path):
            return None
        names = self._families().get(family)
        if names is not None and not name and name not in names:
            return None  # a key may be empty, but not one that is only asked for
        if names is not None:
            stored = _stored(name, names)
            return self._metadata(family, stored, names.get(stored))
        event, _, part = name.rpartition(".")
        served = family == "events" and self.table == "customers" and part in _PARTS
        served = served and bool(event or event in self.events)
        return self._event(_stored(event, self.events), part) if served else None

    def _metadata(self, family: str, name: str, named: NameType | None) -> Field:
        shown = name.removesuffix(UNFIT)
        label = shown if family == "metadata" else f"{shown} (system)"
        kind, many = (named.kind, named.many) if named else (ANY, False)
        row = Field(
            f"{family}.{name}",
            label,
            _HEADINGS[family],
            kind,
            self.table,
            None,
            f"Stored as {family}.",
        )
        return replace(row, many=many, known=named is not None, named=True)

    def _event(self, name: str, part: str) -> Field:
        _, label, doc, kind, absent = _PARTS[part]
        row = Field(f"events.{name}.{part}", f"{label} {name}", "Events", kind, "events", None, doc)
        known = name in self.events
        words = event_words(name, part)
        return replace(row, absent=absent, known=known, named=True, activity=True, words=words)

    def _unknown(self, path: str) -> FilterError:
        if self.table == "customers" and path.startswith(NOT_SERVED):
            message = f"the field {quoted(path)} is known to Voucherify but not served here"
            return FilterError(message, [Issue(path, message)])
        message = f"unknown field {quoted(path)}"
        return FilterError(message, [Issue(path, message, self._suggestion(path))])

    def _suggestion(self, path: str) -> str | None:
        event, _, part = path.rpartition(".")
        likely = get_close_matches(part, _PARTS, n=1) if event.startswith("events.") else []
        return f"{event}.{likely[0]}" if likely else self.nearest(path)


def _stored(name: str, known: Collection[str]) -> str:
    """The stored name that is the same text, as all text is compared; else the name as it is."""
    return name if name in known else _composed(tuple(known)).get(nfc(name), name)


@lru_cache(maxsize=16)
def _composed(known: tuple[str, ...]) -> dict[str, str]:
    """The stored names by their normal form; of equal ones the first."""
    return {nfc(each): each for each in reversed(known)}


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


_PARTS = {row[0]: row for row in EVENT_PARTS}
_HEADINGS = {"metadata": "Metadata", "system_metadata": "System"}
