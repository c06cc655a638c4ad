"""What an import came to, as the service tells it."""

from typing import Any

from engine.imports.outcomes import ImportOutcome


def import_result(found: ImportOutcome) -> dict[str, Any]:
    """The result of an async action that imported."""
    return {
        "message": f"{found.done} customer(s) imported successfully, {found.failed} failed.",
        "failed": [
            {"source_id": row.source_id, "row": row.row, "reason": row.reason} for row in found.rows
        ],
        "done_count": found.done,
        "failed_count": found.failed,
    }
