"""
Values of records that one change set writes of several tables, as they are stored.

A key of metadata that nobody has had yet brings a column; all records of a change set share one
numbering of them, which goes on where that of the customer ends.
"""

import secrets
from typing import Any
from zoneinfo import ZoneInfo

from engine.base.profiles import Profile
from engine.customers.documents import Statement
from engine.customers.frames import Record as Record  # for those who write some
from engine.customers.frames import frame_of
from engine.customers.metadata_values import MetadataFields
from engine.customers.upserting import CustomerUpsert
from engine.store.changes import ChangeSet
from engine.store.records.metadata import schema_of
from engine.store.records.tables import RecordTable


class RecordValues:
    """What a change set says of its records, and what it brings for that."""

    def __init__(
        self, change: ChangeSet, zone: ZoneInfo, customer: CustomerUpsert | None = None
    ) -> None:
        self._change, self.zone = change, zone
        self._customer = customer
        self._fields = customer.fields if customer else MetadataFields.of(change.before)

    def of(self, statement: Statement) -> Record:
        """What a statement writes: its columns, and each of its keys of metadata as a whole."""
        self._fields, values = self._fields.storing(statement.keys, self.zone)
        return {**statement.columns, **values}

    def write(self, table: RecordTable, *records: Record) -> None:
        """Writes one version each of some records of a table, once in a change set."""
        schema = schema_of(table, self._fields.columns)
        frame = frame_of(schema, [{"deleted": False, **record} for record in records])
        next_row = max(self._change.before.next_rows[table.name], max(frame["row"]) + 1)
        self._change.append(table, frame, schema, next_row, ready=True)

    def end(self, profile: Profile) -> None:
        """Writes the customer, and records the names and columns that are new; last of all."""
        if self._customer:
            self._customer.write(self._change, profile, self._fields)
        else:
            self._fields.bring(self._change)

    def fresh(self, table: RecordTable, place: int = 0) -> dict[str, Any]:
        """The number and the id of a new record, the first of the change set or a later one."""
        row = self._change.before.next_rows[table.name] + place
        return {"row": row, "id": table.prefix + secrets.token_hex(12)}
