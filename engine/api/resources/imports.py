"""What an import came to, as the service tells it."""

from collections.abc import Mapping, Sequence
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


def bulk_result(
    found: ImportOutcome | None,
    unknown: Sequence[str],
    sent: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """
    The result of an async action that changed many customers.

    Args:
        found: of those that were tried; None: there were none.
        unknown: source ids of nobody.
        sent: the customers that were tried, in the order of their rows.
    """
    rows = found.rows if found else ()
    errors = [
        {"source_id": sent[row.row - 1]["source_id"], "row": row.row, "reason": row.reason}
        for row in rows
    ]
    errors += [{"source_id": name, "reason": "no customer has this source id"} for name in unknown]
    return {
        "done_count": found.done if found else 0,
        "failed_count": (found.failed if found else 0) + len(unknown),
        "reports": [],
        "reports_available_till": None,
        "errors": errors,
    }
