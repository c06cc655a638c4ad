"""One order is created or changed within a change set; or by itself, with its customer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.base.kinds.orders import ITEMS, STATUSES
from engine.base.kinds.registry import RECORD_TABLES
from engine.base.profiles import Profile
from engine.customers.documents import read_statement
from engine.customers.identity import Identity, find_customer
from engine.customers.order_documents import OrderDocument, read_order
from engine.customers.record_values import Record, RecordValues
from engine.customers.requests import RequestReader
from engine.customers.upserting import upsert_customer
from engine.errors import ConflictError, NotFoundError
from engine.store.changes import ChangeSet
from engine.store.records.tables import OWNER
from engine.text.display import quoted
from engine.workspace.tracking import tokens
from engine.workspace.workbench import Access
from engine.workspace.writes import Key

ORDERS = RECORD_TABLES["orders"]
KEYS = ("id", "source_id")
CREATED = STATUSES[0]  # the status of a new order that says none
PART = [column.name for column in ITEMS.columns]


@dataclass(frozen=True)
class OrderAnswer:
    """What became of an order."""

    id: str
    created: bool
    changed: bool


def stored_order(profile: Profile, document: OrderDocument) -> Record | None:
    """
    The order that a document means by its id or source id; None where there is none yet.

    Raises:
        NotFoundError: no order has the id.
        ConflictError: the two mean different orders.
    """
    by_id, by_source = (
        None if key is None else profile.activity.place("orders", key, column)
        for column, key in zip(KEYS, (document.id, document.source_id), strict=True)
    )
    if document.id is not None and by_id is None:
        raise NotFoundError(f"no order has the id {quoted(document.id)}")
    if by_id is not None and by_source not in (by_id, None):
        raise ConflictError(
            f"the id {quoted(str(document.id))} and the source id "
            f"{quoted(str(document.source_id))} are of two orders: send one of them"
        )
    place = by_source if by_id is None else by_id
    return None if place is None else profile.activity.records("orders").row(place, named=True)


def order_keys(document: OrderDocument) -> list[Key]:
    """Under what a write that looks for an order stands in line (`Access.write_small`)."""
    keys = (document.id, document.source_id)
    return [(ORDERS.name, key) for key in keys if key is not None]


def order_record(
    values: RecordValues,
    change: ChangeSet,
    before: Record | None,
    document: OrderDocument,
    own: Mapping[str, Any],
    *,
    clears: bool = False,
) -> Record:
    """
    An order as it is to be written.

    Args:
        own: values by stored column that count before those of the document.
        clears: whether a null takes a key of metadata away; else it is not given.
    """
    said = values.of(read_statement(document.fields, values.zone, clears=clears, table=ORDERS))
    items = {ITEMS.name: stored_items(document.items)} if document.items else {}
    if before is not None:
        return {**before, **said, **items, **own, "updated_at": change.now}
    made = {"created_at": change.now, "status": CREATED, "source_id": document.source_id}
    return {**made, **said, **items, **values.fresh(ORDERS), **own}


def stored_items(items: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Items as they are stored."""
    found = [{name: item.get(name) for name in PART} for item in items]
    return [
        {**item, "quantity": None if item["quantity"] is None else float(item["quantity"])}
        for item in found
    ]


def save_order(access: Access, document: Any, *, clears: bool = False) -> OrderAnswer:
    """
    Creates an order, or changes the one of its id or source id, and upserts its customer.

    Args:
        document: `id` or `source_id`, `status`, `amount`, `items`, `customer`, `metadata` and more,
            as files have them; null is not given.
        clears: whether a null takes a key of metadata away.

    Raises:
        UsageError: something does not fit; all of it at once.
        NotFoundError: no order, or no customer, has the id.
        ConflictError: the id and the source id are of two orders.
    """
    reader, zone, known = RequestReader(), access.zone, tokens(access)
    customer = reader.object("customer", reader.object("order", document).get("customer"))
    order = read_order(reader, document) or OrderDocument({}, None, None, None, ())
    reader.end("the order")
    identity, said = Identity.of(customer), read_statement(customer, zone)

    def write(change: ChangeSet, profile: Profile) -> OrderAnswer:
        before, owner = stored_order(profile, order), None
        if customer:
            owner = upsert_customer(
                change, profile, find_customer(profile, known, identity), said, zone
            )
        values = RecordValues(change, zone, owner)
        own = {OWNER: owner.row} if owner else {}
        after = order_record(values, change, before, order, own, clears=clears)
        changed = before is None or differs(before, after)
        if changed:
            values.write(ORDERS, after)
        values.end(profile)
        return OrderAnswer(after["id"], created=before is None, changed=changed)

    keys = [*order_keys(order), *identity.keys(known)]
    return access.write_small("order", write, keys)


def differs(before: Record, after: Record) -> bool:
    """Whether a record is another one than before."""
    return any(before.get(name) != after[name] for name in after.keys() - {"updated_at"})
