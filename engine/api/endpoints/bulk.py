"""Many customers at once over HTTP: each call one change, told by an async action."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import Body
from pydantic import BaseModel

from engine.api.calls import Call, Called
from engine.api.endpoints.customers import CustomerBody
from engine.api.resources import actions as resources
from engine.api.resources.imports import bulk_result
from engine.base.lookup import place_of
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import TABLES
from engine.imports.commit import import_file
from engine.imports.outcomes import outcome
from engine.system.scratch import scratch
from engine.workspace import actions
from engine.workspace.actions import ActionRun


class BulkCustomer(CustomerBody):
    """A customer to create or to change; null clears."""

    source_id: str


class MetadataChange(BaseModel):
    """Keys of metadata for some customers; null takes a key away."""

    source_ids: list[str]
    metadata: dict[str, Any]


def update(call: Called, body: Annotated[list[BulkCustomer], Body()]) -> Any:
    """Creates or changes customers by their source ids."""
    lines = [each.model_dump(exclude_unset=True) for each in body]
    return _begun(call, "CUSTOMERS.BULK_UPDATE", len(lines), partial(_written, call, lines, []))


def update_metadata(call: Called, body: Annotated[MetadataChange, Body()]) -> Any:
    """Changes the metadata of customers who are there."""
    names = list(dict.fromkeys(body.source_ids))
    work = partial(_keys_written, call, names, body.metadata)
    return _begun(call, "CUSTOMERS.METADATA_UPDATE", len(names), work)


def _begun(call: Call, kind: str, count: int, work: actions.Work) -> Mapping[str, Any]:
    label = f"Update of {count:,} customers over HTTP"
    begun = actions.begin(call.access, call.runner, kind, label, call.request_id, work)
    return resources.link(begun)


def _keys_written(
    call: Call, names: Sequence[str], metadata: Mapping[str, Any], run: ActionRun
) -> None:
    """Of those who are there by now: what was asked for before may have created them."""
    profile = call.access.profile()
    unknown = [name for name in names if place_of(profile, "source_id", name) is None]
    gone = {*unknown}
    known = [{"source_id": name, "metadata": metadata} for name in names if name not in gone]
    _written(call, known, unknown, run)


def _written(
    call: Call,
    lines: Sequence[Mapping[str, Any]],
    unknown: list[str],
    run: ActionRun,
) -> None:
    """As an import of JSON lines: one change, null clears, metadata is merged by key."""
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    if not text:
        with call.access.note() as connection:
            run.done(connection, bulk_result(None, unknown))
        return

    with scratch("upload", call.access.scratch) as folder:
        path = folder / "customers.jsonl"
        path.write_text(text, "utf-8")
        table = TABLES["customers"]
        import_file(
            *(call.access, table, path, ImportMapping(), run.tell, "customers over HTTP"),
            also=lambda connection, made: run.done(
                connection, bulk_result(outcome(connection, made), unknown, lines)
            ),
        )
