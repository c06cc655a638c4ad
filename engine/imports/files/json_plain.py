"""Records of JSON of no layout and not of the API's shape: a table, if their words say so."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from engine.imports.columns.recognition import senses
from engine.imports.columns.table import CUSTOMER_ID, TABLES, Table
from engine.imports.columns.words import bare
from engine.imports.files.json_layouts import JsonLayout

OWN = frozenset(map(bare, ("source_id", "metadata", "system_metadata", "customer_source_id")))
OWNED = ("id", "source_id")
MEANT = 2  # keys that say nothing to the API, and something in a table
LINES = ("line_items", "items", "products", "lines", "order_items", "orderItems", "lineItems")
LIFTED = (("attributes",), ("properties",), ("fields",))  # of JSON:API, HubSpot, Airtable
NODE = "node"  # of an edge of GraphQL, which has nothing of its own but its place
EDGE = frozenset((NODE, "cursor"))
NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(  # whose number `id` is
    {
        "customers": {"id": "Customer ID"},
        "orders": {
            "id": "Order ID",
            "customer.id": "Customer number",
            "customer_id": "Customer number",
        },
        "events": {"id": "Event ID"},
    }
)


def plain_layout(records: Iterable[Mapping[str, Any]], kind: str) -> JsonLayout | None:
    """
    The records as a table; None where the API's shape, or nothing at all, is to be seen in them.

    Args:
        kind: of records that are wanted.
    """
    some, table = [*records], TABLES[kind]
    edges = all(map(EDGE.issuperset, some))
    objects = (*LIFTED, (NODE,)) if edges else LIFTED
    paths = {path for record in some for path in _paths(record)}
    lifted = {".".join(path[1:]) for path in paths if path[:1] in objects}
    keys = lifted | {".".join(path) for path in paths if path[:1] not in objects}
    if not some or any(_is_ours(record, table) for record in some):
        return None
    keys.discard("id")  # whose number it is, nobody can say
    ours = {path for path in keys - lifted if table.column(path)}
    strange = [path for path in keys - ours if table.column(path) or senses(path, kind)]
    rows = next((key for key in LINES if table.parts and any(key in each for each in some)), "")
    if rows and table.column(rows) is None:
        strange.append(rows)
    numbered = any(type(record.get("id")) is int for record in some)
    if len(strange) < MEANT and not (numbered and len(strange) + len(ours) >= MEANT):
        return None
    name, names = f"{kind} of another program", NAMES.get(kind, {})
    if edges:
        names = {f"{NODE}.{path}": said for path, said in names.items()}
    return JsonLayout(kind, name, {}, lifted=objects, rows=rows, names=names)


def _paths(record: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for key, value in record.items():
        yield from ((key, inner) for inner in value) if isinstance(value, dict) else ((key,),)


def _is_ours(record: Mapping[str, Any], table: Table) -> bool:
    """Whether a record has what only the API's own have: its keys, or a customer by such a one."""
    owner = record.get("customer")
    owned = isinstance(owner, dict) and any(isinstance(owner.get(key), str) for key in OWNED)
    return (owned and table.column(CUSTOMER_ID.path) is not None) or not OWN.isdisjoint(
        map(bare, record)
    )
