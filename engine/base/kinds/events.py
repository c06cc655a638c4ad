"""Events: whatever else a customer did, by a name that is data."""

import polars as pl

from engine.base.kinds.column import Column
from engine.base.kinds.row import RecordKind
from engine.base.kinds.summary import EVERY, Source, Summary, first, last
from engine.filters.fields import EVENT_PARTS
from engine.filters.kinds import INSTANT
from engine.limits import EVENT_NAME
from engine.text.display import quoted

# In the order of EVENT_PARTS.
VALUES = (EVERY, first(pl.col("created_at")), last(pl.col("created_at")))


def name_fault(name: str) -> str | None:
    """Why a text is no name of an event; None where it is one."""
    if name.strip() and len(name) <= EVENT_NAME.most and name.isprintable():
        return None
    most = EVENT_NAME.most
    return f"expected a name of 1 to {most} characters on one line, got {quoted(name)}"


def _event_source(name: str) -> Source:
    """The source of `events.<name>.<part>`, whose fields the catalogue of filters makes."""
    summaries = [
        Summary(f"events.{name}.{part}", label, doc, value, kind, absent=absent)
        for (part, label, doc, kind, absent), value in zip(EVENT_PARTS, VALUES, strict=True)
    ]
    return Source(f"event {name}", pl.col("event") == name, tuple(summaries))


KIND = RecordKind(
    "events",
    "event",
    "evt_",
    (
        Column("id", "ID", "The event's id."),
        Column("created_at", "Created at", "When it happened.", INSTANT),
        Column("event", "Event", "What happened."),
    ),
    shown=("created_at", "event", "customer.name", "customer.source_id", "id"),
    sort="-created_at",
    without_key="content",
    needs={"event": "expected the name of an Event, got nothing"},
    names="event",
    named=_event_source,
    told=lambda event, _money: str(event["event"]),
)
