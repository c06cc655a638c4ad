"""
The bodies of messages, made when they are sent: records are printed as they are then.

Whoever sends brings the printers, so that a message and an answer over HTTP say the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import orjson
import polars as pl

from engine.base.indexes import places
from engine.base.kinds.customers import MERGED
from engine.base.kinds.registry import CUSTOMERS
from engine.base.profiles import Profile
from engine.base.records import records_of
from engine.memberships.happenings import EVENTS
from engine.messages.targets import id_of
from engine.store.results.outbox import Happening, Outgoing
from engine.workspace.workbench import Workbench

Document = dict[str, Any]
Printer = Callable[[Profile, pl.Series], list[Document]]
Printers = Mapping[str, Printer]  # by record table: the records at some positions, in their order
MERGE = "customer.merged"


@dataclass(frozen=True)
class Message:
    """One message, ready to be sent."""

    id: str
    body: bytes


def messages(
    workbench: Workbench, printers: Printers, outgoing: Outgoing, subjects: Sequence[int]
) -> list[Message | None]:
    """One for each of some subjects; None: nothing is left of it, as of a customer erased since."""
    happening, profile = outgoing.happening, workbench.profile()
    data = _data(workbench, profile, printers, happening, subjects)
    return [
        _message(outgoing.key, happening, subject, data[subject]) if subject in data else None
        for subject in subjects
    ]


def _message(key: str, happening: Happening, subject: int, data: Document) -> Message:
    at = happening.at.astimezone(UTC).isoformat(timespec="milliseconds")
    document = {
        "id": id_of(key, subject),
        "object": "event",
        "type": happening.event,
        "created_at": at.replace("+00:00", "Z"),
        "cause": happening.cause,
        "change": happening.change,
        "data": data,
    }
    return Message(id_of(key, subject), orjson.dumps(document))


def _data(
    workbench: Workbench,
    profile: Profile,
    printers: Printers,
    happening: Happening,
    subjects: Sequence[int],
) -> dict[int, Document]:
    """What a message says beside what happened, by subject."""
    table = EVENTS[happening.event].table
    if table != CUSTOMERS.name:
        frame = records_of(profile, table).frame
        printed = _printed(profile, frame, printers[table], subjects)
        return {row: {table.removesuffix("s"): each} for row, each in printed.items()}
    if happening.event == MERGE:
        return _merged(workbench, profile, printers[table], subjects)
    people = _people(workbench, profile, printers[table], subjects)
    segment = {"id": happening.segment_id, "name": happening.segment_name, "object": "segment"}
    link = {} if happening.segment_id is None else {"segment": segment}
    return {row: {"customer": each, **link} for row, each in people.items()}


def _merged(
    workbench: Workbench, profile: Profile, printer: Printer, subjects: Sequence[int]
) -> dict[int, Document]:
    """Who stays, and the profile that is part of them now."""
    gone = {row["row"]: row for row in _versions(workbench, profile, subjects)}
    into = {row: one[MERGED] for row, one in gone.items() if one[MERGED] is not None}
    stay = _people(workbench, profile, printer, {*into.values()})
    return {
        row: {"customer": stay[one], "merged": _short(gone[row])}
        for row, one in into.items()
        if one in stay
    }


def _people(
    workbench: Workbench, profile: Profile, printer: Printer, rows: Iterable[int]
) -> dict[int, Document]:
    """Customers by `row`; of whoever is gone, who that was."""
    found = _printed(profile, profile.customers, printer, rows)
    missing = [row for row in rows if row not in found]
    gone = _versions(workbench, profile, missing) if missing else []
    return found | {row["row"]: {**_short(row), "deleted": True} for row in gone}


def _short(version: Mapping[str, Any]) -> Document:
    return {"id": version["id"], "source_id": version["source_id"], "object": "customer"}


def _printed(
    profile: Profile, frame: pl.DataFrame, printer: Printer, rows: Iterable[int]
) -> dict[int, Document]:
    at = places(frame, pl.Series(sorted(rows), dtype=pl.Int64))
    return dict(zip(frame["row"].gather(at), printer(profile, at), strict=True))


def _versions(workbench: Workbench, profile: Profile, rows: Iterable[int]) -> list[dict[str, Any]]:
    """The last version of some customers, who may be gone."""
    only = pl.col("row").is_in(list(rows))
    found = workbench.store.versions(CUSTOMERS, profile.snapshot, only=only)
    last = found.sort("change").unique("row", keep="last")
    return last.select("row", "id", "source_id", MERGED).to_dicts()
