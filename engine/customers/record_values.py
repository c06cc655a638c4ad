"""
Values of records that one change set writes of several tables, as they are stored.

A key of metadata that nobody has had yet brings a column; all records of a change set share one
numbering of them, which goes on where that of the customer ends.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.customers.documents import Statement
from engine.customers.metadata_values import MetadataFields
from engine.customers.upserting import CustomerUpsert
from engine.store.changes import ChangeSet
from engine.store.records.metadata import schema_of
from engine.store.records.tables import RecordTable
from engine.store.records.upsert import new_ids

Record = Mapping[str, Any]  # one record by stored column; what is not in it is null


class RecordValues:
    """What a change set says of its records, and what it brings for that."""

    def __init__(
        self, change: ChangeSet, zone: ZoneInfo, customer: CustomerUpsert | None = None
    ) -> None:
        self._change, self.zone = change, zone
        self._owners = customer.fields if customer else MetadataFields.of(change.before)
        self._fields = self._owners

    def of(self, statement: Statement) -> Record:
        """What a statement writes: its columns, and each of its keys of metadata as a whole."""
        self._fields, values = self._fields.storing(statement.keys, self.zone)
        return {**statement.columns, **values}

    def write(self, table: RecordTable, *records: Record) -> None:
        """Writes one version each of some records of a table, once in a change set."""
        schema = schema_of(table, self._fields.columns)
        columns = {name: dtype for name, dtype in schema.items() if name != "change"}
        frame = pl.DataFrame(
            {name: [record.get(name) for record in records] for name in columns}, schema=columns
        )
        rows = frame["row"]
        next_row = max(self._change.before.next_rows[table.name], int(rows.max()) + 1)  # type: ignore[arg-type]
        self._change.append(table, frame.with_columns(_living(frame)), schema, next_row)

    def bring(self) -> None:
        """Records the names and columns that are new; once all records are written."""
        owners, mine = self._owners, self._fields  # what the customer brings, its upsert writes
        names = {key: kind for key, kind in mine.new_names.items() if key not in owners.new_names}
        columns = mine.new_columns[len(owners.new_columns) :]
        if names or columns:
            self._change.bring(names, columns)

    def fresh(self, table: RecordTable, place: int = 0) -> dict[str, Any]:
        """The number and the id of a new record, the first of the change set or a later one."""
        row = self._change.before.next_rows[table.name] + place
        return {"row": row, "id": new_ids(table.prefix, 1).item()}


def _living(frame: pl.DataFrame) -> pl.Series:
    return frame["deleted"].fill_null(value=False)
