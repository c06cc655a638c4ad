"""The keys of metadata beside the records: a table that outlives its database still tells them."""

import json
from collections.abc import Iterable
from pathlib import Path

from engine.store.records.metadata import MetadataColumn
from engine.system.disk import replaced

FILE = "metadata.json"


def record_keys(tables: Path, columns: Iterable[MetadataColumn]) -> None:
    """
    Writes which key each physical column holds, where that is not what is written already.

    Raises:
        OSError: the file cannot be written.
    """
    rows, file = [{**vars(row), "path": list(row.path)} for row in columns], tables / FILE
    text = json.dumps(rows, indent=1)
    known = file.read_text("utf-8", errors="replace") if file.is_file() else "[]"
    if known != text:
        replaced(file, text)


def kept_keys(tables: Path) -> list[MetadataColumn]:
    """What was written; nothing where the file is gone or broken."""
    try:
        rows = json.loads((tables / FILE).read_text("utf-8"))
        return [MetadataColumn(**{**row, "path": tuple(row["path"])}) for row in rows]
    except (OSError, ValueError, TypeError, KeyError):
        return []
