"""The logs of the Delta tables: opened while others shorten them, or read without opening one."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deltalake import DeltaTable, Schema
from deltalake.exceptions import DeltaError

LOG, LAST = "_delta_log", "_last_checkpoint"
MAKING = {"commitInfo", "protocol", "metaData"}  # what a log says of a table that was made
PROTOCOL = {"minReaderVersion": 1, "minWriterVersion": 2}
PLAIN: Mapping[str, Any] = {
    "name": None,
    "description": None,
    "format": {"provider": "parquet", "options": {}},
    "partitionColumns": [],
}
ODD = (DeltaError, OSError, ValueError, LookupError, TypeError, AttributeError)  # Delta tells of it


@dataclass(frozen=True)
class Content:
    """What a record table holds at one version, by its log."""

    table: str  # its id: a table of another workspace has another one
    version: int
    files: int
    records: int  # versions of records

    @property
    def in_words(self) -> str:
        """How it is told beside another."""
        return f"{self.records:,} rows in {self.files:,} files"


def opened(folder: Path, version: int | None = None) -> DeltaTable:
    """
    The table of a folder at a version, or at its newest.

    Whoever takes away what an erasure has left deletes the beginning of the log, which others may
    be reading: then they begin again. A log that stays as it is and cannot be read is damaged.

    Raises:
        DeltaError: it cannot be read.
    """
    while True:
        before = _names(folder / LOG)
        try:
            return DeltaTable(folder.as_uri(), version=version)
        except DeltaError:
            if _names(folder / LOG) == before:
                raise


def _names(log: Path) -> set[str]:
    return {file.name for file in log.iterdir()} if log.is_dir() else set()


def unwritten(log: Path) -> Content | None:
    """
    What a table holds whose log is its making alone; None: Delta has to say.

    Delta takes 2 ms a table, which was half of what it takes to open a workspace of few records.
    """
    first = log / f"{0:020}.json"
    with suppress(*ODD):
        if [*log.iterdir()] == [first]:
            actions = [json.loads(line) for line in first.read_text("utf-8").split("\n") if line]
            made = {kind: action for each in actions for kind, action in each.items()}
            table = made["metaData"]
            if made.keys() == MAKING and made["protocol"] == PROTOCOL and _is_plain(table):
                Schema.from_json(table["schemaString"])
                return Content(table["id"], 0, 0, 0)
    return None


def _is_plain(table: Mapping[str, Any]) -> bool:
    """Whether a log says of a table what one says that this program has made."""
    texts = [table["id"], *table["configuration"], *table["configuration"].values()]
    return (
        table.items() >= PLAIN.items()
        and table.keys() == {*PLAIN, "id", "configuration", "schemaString", "createdTime"}
        and isinstance(table["createdTime"], int)
        and all(isinstance(text, str) for text in texts)
    )


def reaches(file: Path, version: int) -> bool:
    """Whether a file of a log is needed up to a version."""
    number, _, _ = file.name.partition(".")
    if file.name == LAST:
        return bool(json.loads(file.read_text("utf-8"))["version"] <= version)
    return number.isdigit() and int(number) <= version
