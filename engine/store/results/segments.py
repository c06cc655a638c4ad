"""Saved segments: definitions with their versions."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from engine.errors import NotFoundError, TakenError
from engine.store.results.moves import drop_moves
from engine.store.results.settings import save_setting, settings
from engine.store.results.tables import segment, segment_version
from engine.text.display import quoted

GROUP = "segments"  # of the settings that say when definitions were written
Filters = Mapping[tuple[str, int], Mapping[str, Any] | None]  # by the segment's id and version


@dataclass(frozen=True)
class Segment:
    """One saved segment at its newest version; `filter` is None for a static one."""

    id: str
    name: str
    type: str
    version: int
    filter: Mapping[str, Any] | None
    created_at: datetime
    updated_at: datetime | None
    tags: tuple[str, ...] = ()  # in the order in which they were given


@dataclass(frozen=True)
class Version:
    """One version of a segment's definition."""

    number: int
    filter: Mapping[str, Any] | None  # None: static
    at: datetime
    actor: str
    reason: str | None  # why a static segment was edited


def segments(connection: Connection) -> list[Segment]:
    """Every segment, newest first."""
    return _read(connection, _newest().order_by(segment.c.created_at.desc(), segment.c.id))


def names_of(connection: Connection) -> dict[str, str]:
    """The name of every segment by its id."""
    return {row.id: row.name for row in connection.execute(select(segment.c.id, segment.c.name))}


def find_segment(connection: Connection, name: str) -> Segment:
    """
    The segment with this id or name.

    Raises:
        NotFoundError: there is none.
    """
    found = _read(connection, _newest().where((segment.c.id == name) | (segment.c.name == name)))
    if not found:
        raise NotFoundError(
            f"no segment has the id or name {quoted(name)}: look it up in the list of segments"
        )
    return next((row for row in found if row.id == name), found[0])


def versions_of(connection: Connection, segment_id: str) -> list[Version]:
    """Every version of a segment, oldest first."""
    columns = segment_version.c
    asked = select(columns.number, columns.filter, columns.at, columns.actor, columns.reason)
    rows = connection.execute(
        asked.where(columns.segment_id == segment_id).order_by(columns.number)
    )
    return [Version(*row) for row in rows]


def filters_of(connection: Connection, segment_ids: Iterable[str]) -> Filters:
    """The filter of every version of some segments; a static one has None."""
    columns = segment_version.c
    wanted = func.json_each(json.dumps(sorted(segment_ids))).table_valued("value")  # any number
    asked = select(columns.segment_id, columns.number, columns.filter)
    rows = connection.execute(asked.where(columns.segment_id.in_(select(wanted.c.value))))
    return {(row[0], row[1]): row[2] for row in rows}


def save_segment(
    connection: Connection, saved: Segment, actor: str, reason: str | None = None
) -> None:
    """
    Writes a new segment, or a new version of a known one.

    Args:
        reason: why the members of a static segment were edited.

    Raises:
        TakenError: another segment has the name.
    """
    taken = select(segment.c.id).where(segment.c.name == saved.name, segment.c.id != saved.id)
    if owner := connection.scalar(taken):
        raise TakenError(
            f"the name {quoted(saved.name)} is taken by segment {owner}: choose another"
        )
    revise(connection)
    values = {key: value for key, value in vars(saved).items() if key != "filter"}
    known = connection.scalar(select(segment.c.version).where(segment.c.id == saved.id))
    if known is None:
        connection.execute(insert(segment).values(values))
    else:
        connection.execute(update(segment).where(segment.c.id == saved.id).values(values))
    if known != saved.version:
        connection.execute(
            insert(segment_version).values(
                segment_id=saved.id,
                number=saved.version,
                filter=saved.filter,
                at=saved.updated_at or saved.created_at,
                actor=actor,
                reason=reason,
            )
        )


def delete_segment(connection: Connection, segment_id: str) -> None:
    """Removes a segment with its versions, members and moves."""
    revise(connection)
    drop_moves(connection, segment_id)
    connection.execute(delete(segment).where(segment.c.id == segment_id))


def revision(connection: Connection) -> int:
    """Grows with every write of a definition, so that what is in memory is known to be right."""
    stored: int = settings(connection, GROUP).get("revision", 0)
    return stored


def revise(connection: Connection) -> None:
    """Tells everybody who keeps definitions in memory that some were written."""
    save_setting(connection, GROUP, "revision", revision(connection) + 1)


def _newest() -> Select[Any]:
    newest = (segment_version.c.segment_id == segment.c.id) & (
        segment_version.c.number == segment.c.version
    )
    return select(segment, segment_version.c.filter).join(segment_version, newest)


def _read(connection: Connection, query: Select[Any]) -> list[Segment]:
    rows = connection.execute(query)
    return [Segment(**{**row._mapping, "tags": tuple(row.tags)}) for row in rows]
