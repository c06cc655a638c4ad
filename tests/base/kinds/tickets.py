"""A kind of record that nobody has heard of: one row, as adding a kind takes."""

from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl

from engine.base.kinds.column import Column
from engine.base.kinds.parts import Parts
from engine.base.kinds.registry import KINDS
from engine.base.kinds.row import RecordKind
from engine.base.kinds.summary import EVERY, Source, Summary, last
from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER

TICKETS = RecordKind(
    "tickets",
    "ticket",
    "tick_",
    (
        Column("id", "ID", "The ticket's id here."),
        Column("source_id", "Ticket source ID", "The ticket's id in your systems."),
        Column("opened_at", "Opened at", "When it was opened.", INSTANT, headers=("opened",)),
        Column("topic", "Topic", "What it is about.", where="topic"),
        Column("urgency.level", "Urgency", "LOW or HIGH.", allowed=("LOW", "HIGH"),
               where="urgency"),
        Column("hours", "Hours", "Time spent.", NUMBER, whole=False, where="hours"),
        Column("refund", "Refund", "What was paid back.", NUMBER, unit="cents", money=True),
        Column("solved", "Solved", "Whether it is.", BOOLEAN, where="solved"),
        Column("due", "Due", "The day it is due.", DATE, where="due"),
        Column(
            "costs",
            "Costs",
            "The refund, and 50.00 an hour.",
            NUMBER,
            unit="cents",
            derived=pl.col("refund").fill_null(0) + (pl.col("hours") * 50_00).cast(pl.Int64),
            stored=False,
            where="costs",
        ),
    ),
    shown=("opened_at", "topic", "urgency.level", "costs", "customer.name", "id"),
    sort="-opened_at",
    searched=("id", "topic"),
    instant="opened_at",
    parts=Parts(
        "replies",
        "reply",
        "Replies",
        (Column("author", "Reply author", "Who."), Column("text", "Reply", "What.")),
        lambda reply: f"{reply['author']}: {reply['text']}",
    ),
    told=lambda ticket, _money: f"Ticket about {ticket['topic']}",
    sources=(
        Source(
            "tickets",
            pl.lit(value=True),
            (
                Summary("summary.tickets.total_count", "Tickets", "How many.", EVERY, absent=0),
                Summary("summary.tickets.last_date", "Last ticket", "When.",
                        last(pl.col("opened_at")), INSTANT),
            ),
        ),
    ),
)  # fmt: skip


@contextmanager
def known(kind: RecordKind) -> Iterator[None]:
    """Registers a kind for a while, in place of the one of its name if there is any."""
    before = dict(KINDS)
    KINDS[kind.name] = kind
    try:
        yield
    finally:
        KINDS.clear()
        KINDS.update(before)
