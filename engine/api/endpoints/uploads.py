"""Customers from a CSV over HTTP, with the service's rule: a match replaces the metadata."""

from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import File, UploadFile

from engine.api.calls import Call, Called
from engine.api.resources import actions as resources
from engine.api.resources.imports import import_result
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import TABLES
from engine.imports.commit import import_file
from engine.imports.outcomes import outcome
from engine.system.scratch import scratch
from engine.workspace import actions
from engine.workspace.actions import ActionRun


def import_customers(
    call: Called,
    file: Annotated[UploadFile, File(description="CSV with one header line")],
    mode: Literal["replace", "merge"] = "replace",
) -> Any:
    """Imports customers; how it went is told by the async action."""
    content = file.file.read()  # bounded by the size of a body
    name = Path(file.filename or "customers.csv").name
    mapping = ImportMapping(replace=mode == "replace", without_key="create")

    def work(run: ActionRun) -> None:
        _imported(call, content, name, mapping, run)

    begun = actions.begin(
        call.access, call.runner, "CUSTOMERS.IMPORT_CSV", f"Import of {name} over HTTP",
        call.request_id, work,
    )  # fmt: skip
    return resources.link(begun)


def _imported(
    call: Call, content: bytes, name: str, mapping: ImportMapping, run: ActionRun
) -> None:
    with scratch("upload", call.access.scratch) as folder:
        path = folder / "customers.csv"
        path.write_bytes(content)
        import_file(
            *(call.access, TABLES["customers"], path, mapping, run.tell, name),
            also=lambda connection, made: run.done(
                connection, import_result(outcome(connection, made))
            ),
        )
