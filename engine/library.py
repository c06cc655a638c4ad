"""Saved segments: create, edit, list, delete, and who is in them."""

import getpass
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl

from engine.errors import ConflictError, UsageError
from engine.filters.expression import Group, to_json
from engine.filters.parser import parse
from engine.segments import Answer, among, answer, those
from engine.store.segments import (
    Segment,
    delete_segment,
    find_segment,
    save_segment,
    save_static_rows,
    segments,
    static_rows,
)
from engine.workbench import Workbench

DYNAMIC_TYPES = ("auto-update", "passive")


def create(workbench: Workbench, name: str, raw: Any, kind: str = "auto-update") -> Segment:
    """
    Saves a filter as a segment; type `static` fixes whoever matches now.

    Args:
        raw: the filter, as JSON text or an object.

    Raises:
        FilterError: the filter cannot be understood.
        ConflictError: the name is taken, or a static segment would be too large.
    """
    group = understood(workbench, raw)
    if kind == "static":
        return fix(workbench, name, answer(workbench.profile(), group, workbench.clock()))
    if kind not in DYNAMIC_TYPES:
        raise UsageError(f"expected the type static, {' or '.join(DYNAMIC_TYPES)}, got `{kind}`")
    new = _new(workbench, name, kind, to_json(group))
    with workbench.store.write() as connection:
        save_segment(connection, new, getpass.getuser())
    return new


def create_static(workbench: Workbench, name: str, customers: Iterable[str]) -> Segment:
    """
    Saves a fixed list of customers.

    Args:
        customers: ids or source ids; a customer named twice counts once.

    Raises:
        UsageError: some are unknown; the error lists them all.
        ConflictError: the name is taken, or they are too many.
    """
    return fix(workbench, name, those(workbench.profile(), customers, workbench.clock()))


def fix(workbench: Workbench, name: str, chosen: Answer) -> Segment:
    """
    Saves whoever is in `chosen` as a static segment.

    Raises:
        ConflictError: the name is taken, or they are too many.
    """
    cap = workbench.project.static_cap
    if chosen.count > cap:
        raise ConflictError(
            f"expected at most {cap:,} customers in a static segment, got {chosen.count:,}: "
            "save it as auto-update"
        )
    new = _new(workbench, name, "static", None)
    rows = chosen.profile.customers["row"].gather(chosen.positions)
    with workbench.store.write() as connection:
        save_segment(connection, new, getpass.getuser())
        save_static_rows(connection, new.id, rows)
    return new


def edit(
    workbench: Workbench, name: str, *, raw: Any = None, new_name: str | None = None
) -> Segment:
    """
    Gives a segment another definition, name, or both; another definition is a new version.

    Raises:
        NotFoundError: no segment has the id or name.
        FilterError: the filter cannot be understood.
        ConflictError: the new name is taken, or the segment is static and has no filter.
    """
    with workbench.store.write() as connection:
        known = find_segment(connection, name)
        edited = replace(known, name=_named(new_name or known.name), updated_at=workbench.now())
        if raw is not None:
            if known.type == "static":
                raise ConflictError(f"`{known.name}` is static: it has members, not a filter")
            definition = to_json(understood(workbench, raw))
            if definition != known.filter:
                edited = replace(edited, filter=definition, version=known.version + 1)
        save_segment(connection, edited, getpass.getuser())
    return edited


def delete(workbench: Workbench, name: str) -> Segment:
    """
    Removes a segment for good.

    Raises:
        NotFoundError: no segment has the id or name.
    """
    with workbench.store.write() as connection:
        gone = find_segment(connection, name)
        delete_segment(connection, gone.id)
    return gone


def saved(workbench: Workbench) -> list[Segment]:
    """Every segment, newest first."""
    with workbench.store.read() as connection:
        return segments(connection)


def find(workbench: Workbench, name: str) -> Segment:
    """
    The segment with this id or name.

    Raises:
        NotFoundError: there is none.
    """
    with workbench.store.read() as connection:
        return find_segment(connection, name)


def members(workbench: Workbench, segment: Segment) -> Answer:
    """Who is in a segment now."""
    profile, clock = workbench.profile(), workbench.clock()
    if segment.filter is not None:
        return answer(profile, parse(segment.filter, profile.catalogue, clock.zone), clock)
    with workbench.store.read() as connection:
        rows = static_rows(connection, segment.id)
    return among(profile, pl.Series(rows, dtype=pl.Int64), clock)


def understood(workbench: Workbench, raw: Any) -> Group:
    """
    The filter as the tree that is evaluated.

    Raises:
        FilterError: it cannot be understood; lists every fault at its JSON path.
    """
    return parse(raw, workbench.profile().catalogue, workbench.zone)


def to_object(segment: Segment) -> Mapping[str, Any]:
    """The segment object of the guide: instants ISO 8601 with milliseconds and `Z`."""
    return {
        "id": segment.id,
        "name": segment.name,
        "created_at": _instant(segment.created_at),
        "updated_at": segment.updated_at and _instant(segment.updated_at),
        "metadata": {},
        "filter": segment.filter,
        "customers": None,
        "type": segment.type,
        "object": "segment",
    }


def _new(
    workbench: Workbench, name: str, kind: str, definition: Mapping[str, Any] | None
) -> Segment:
    new_id = f"seg_{secrets.token_hex(12)}"
    return Segment(new_id, _named(name), kind, 1, definition, workbench.now(), None)


def _named(name: str) -> str:
    if not name.strip():
        raise UsageError("expected a name for the segment, got nothing")
    return name.strip()


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
