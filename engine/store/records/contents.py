"""
What each record table held when its pointer was set, so that another table, or a log that has lost
a line, is no smaller base without a word.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

from sqlalchemy import Connection

from engine.errors import DiskError, Issue, StoreError
from engine.store.records.lake import Lake
from engine.store.records.logs import Content
from engine.store.records.pointers import Pointer
from engine.store.records.tables import RecordTable
from engine.store.results.settings import restored, save_setting, settings

GROUP = "content"  # of the settings: one line a table, as the pointers have


def record_content(connection: Connection, table: RecordTable, content: Content) -> None:
    """Notes what a table holds at the version that is pointed at from now on."""
    save_setting(connection, GROUP, table.name, asdict(content))


def contents(connection: Connection) -> dict[str, Content]:
    """What was noted, by table; a workspace of an older program has none."""
    return {name: restored(Content, value) for name, value in settings(connection, GROUP).items()}


def strangers(
    lake: Lake,
    tables: Iterable[RecordTable],
    pointers: Mapping[str, Pointer],
    change: int,
    noted: Mapping[str, Content],
) -> list[Issue]:
    """
    Which tables are not those that the database points at, and how.

    Args:
        pointers: by table.
        change: the last change set.
    """
    return [
        Issue(f"tables/{table.name}", what)
        for table in tables
        if (pointer := pointers.get(table.name))
        for what in _of(lake, table, pointer.version, change, noted.get(table.name))
    ]


def _of(
    lake: Lake, table: RecordTable, version: int, change: int, noted: Content | None
) -> Iterator[str]:
    try:
        held, last = lake.content_and_last_change(table, version)
    except DiskError:
        raise
    except StoreError as error:
        yield error.message
        return
    if noted and noted.table != held.table:
        yield "expected the table of this workspace, got that of another one"
    elif noted and noted.version != version:
        yield (
            f"expected version {noted.version:,} of its files, got a pointer to {version:,}: "
            "`workbench check --repair` sets it right"
        )
    elif noted and noted != held:
        yield f"expected {noted.in_words}, got {held.in_words}"
    # A writer that was killed leaves the next change set, small writes of change sets before it,
    # files made into one, or the emptying of all.
    elif last > change + 1:
        yield (
            f"expected no change behind number {change:,}, got number {last:,}: "
            "workbench.db is older than the records, or damaged"
        )
