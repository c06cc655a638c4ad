"""One event of a customer is recorded, and the customer with it. Customers rules 21 and 22."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from engine.base.kinds.events import name_fault
from engine.base.kinds.registry import RECORD_TABLES
from engine.base.profiles import Profile
from engine.customers.documents import read_metadata, read_statement
from engine.customers.identity import Identity, find_customer
from engine.customers.upserting import upsert_customer
from engine.errors import Issue, UsageError
from engine.store.changes import ChangeSet
from engine.store.records.metadata import schema_of
from engine.store.records.tables import OWNER
from engine.store.records.upsert import new_ids
from engine.workspace.tracking import tokens
from engine.workspace.workbench import Access

EVENTS = RECORD_TABLES["events"]


@dataclass(frozen=True)
class RecordedEvent:
    """An event that was recorded."""

    id: str
    customer_id: str
    customer_source_id: str | None
    created: bool  # the customer, by it
    change: int


def record_event(
    access: Access,
    name: str,
    customer: Mapping[str, Any],
    metadata: Mapping[str, Any] | None = None,
    tracking_id: str | None = None,
) -> RecordedEvent:
    """
    Records that a customer did something now, and creates or changes the customer as an upsert.

    Args:
        name: any; it becomes fields of filters, and so do the keys of the metadata.
        customer: in the API's JSON; null is not given.

    Raises:
        UsageError: values do not fit, or nobody is named; all faults at once.
        NotFoundError: no customer has the id.
        AmbiguousTrackingIdError: the tracking id is another customer's.
        ClockError: the clock is before the last change.
    """
    keys, issues = read_metadata("metadata", EVENTS.namespaces["metadata"], metadata)
    issues = (*_name_faults(name), *issues)
    identity = Identity.of(customer, tracking_id)
    if not identity.given:
        reason = "expected an id, a source id or a tracking id, got none of them"
        issues = (*issues, Issue("$.customer", reason))
    if issues:
        raise UsageError("the event cannot be recorded", issues)
    own, zone = tokens(access), access.zone
    said = read_statement(customer, zone)

    def write(change: ChangeSet, profile: Profile) -> RecordedEvent:
        match = find_customer(profile, own, identity)
        person = upsert_customer(change, profile, match, said, zone)
        fields, values = person.fields.naming(("events", name)).storing(keys, zone)
        event = {
            "row": change.before.next_rows[EVENTS.name],
            "id": new_ids(EVENTS.prefix, 1).item(),
            "deleted": False,
            OWNER: person.row,
            "event": name,
            "created_at": change.now,
            **values,
        }
        schema = schema_of(EVENTS, fields.columns)
        types = {key: schema[key] for key in event}
        versions = pl.DataFrame({key: [value] for key, value in event.items()}, schema=types)
        change.append(EVENTS, versions, schema, event["row"] + 1)
        person.write(change, profile, fields)
        return RecordedEvent(
            event["id"],
            person.after["id"],
            person.after["source_id"],
            person.created,
            change.number,
        )

    return access.write_small("event", write, identity.keys(own))


def _name_faults(name: str) -> tuple[Issue, ...]:
    fault = name_fault(name)
    return (Issue("$.event", fault),) if fault else ()
