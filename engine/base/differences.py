"""What a change makes of a record: the fields that it moves, with the value before and after."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.base.kinds.parts import Parts
from engine.base.kinds.registry import KINDS as RECORD_KINDS
from engine.base.kinds.row import Row
from engine.filters.describe import shown
from engine.filters.fields import Field
from engine.filters.kinds import KINDS, STRING
from engine.store.records.metadata import MetadataColumn
from engine.store.records.tables import OWNER, RecordTable

CUSTOMER = Field(
    "customer", "Customer", "", STRING, "customers", OWNER, "Whose record it is: the source id."
)


@dataclass(frozen=True, eq=False)
class FieldPlace:
    """A field of some records, and where its values lie."""

    field: Field
    columns: Mapping[str, Field]  # physical column -> the field with the type of its values
    parts: Parts | None = None  # where the values are such

    def text(self, record: Row) -> str:
        """The value as text; "no value" where the record has none."""
        values = ((field, record.get(column)) for column, field in self.columns.items())
        given = ((field, value) for field, value in values if value is not None)
        field, value = next(given, (self.field, None))
        if self.parts and value is not None:
            value = [self.parts.described(part) for part in value]
        return shown(field, value)


@dataclass(frozen=True)
class Difference:
    """One field of one record, before and after, as text."""

    field: Field
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.field.label}: {self.before} → {self.after}"


def differences(fields: Iterable[FieldPlace], before: Row, after: Row) -> Iterator[Difference]:
    """The fields that differ, in the order of `fields`; records are rows of physical columns."""
    for each in fields:
        if any(before.get(column) != after.get(column) for column in each.columns):
            yield Difference(each.field, each.text(before), each.text(after))


def field_places(table: RecordTable, metadata: Iterable[MetadataColumn]) -> list[FieldPlace]:
    """
    Every field that the records of a table can hold: own ones first, then metadata by its name.

    Args:
        metadata: the columns of any tables' metadata; values of one name may lie in several.
    """
    kind = RECORD_KINDS[table.name]
    fields = {**{field.column: field for field in kind.fields.values()}, OWNER: CUSTOMER}
    parts = {kind.parts.name: kind.parts} if kind.parts else {}
    fields |= {name: each.field(table.name) for name, each in parts.items()}
    found = {fields[name].path: {name: fields[name]} for name in table.columns if name in fields}
    said = {stored: name for name, stored in table.namespaces.items()}
    for column in metadata:
        if column.namespace in said:
            path = ".".join((said[column.namespace], *column.path))
            field = _metadata(path, table, column)
            found.setdefault(path, {})[column.column] = field
    return [
        FieldPlace(next(iter(columns.values())), columns, parts.get(path))
        for path, columns in found.items()
    ]


def _metadata(path: str, table: RecordTable, column: MetadataColumn) -> Field:
    kind = KINDS[column.kind]
    return Field(path, path, "", kind, table.name, column.column, "", many=column.many)
