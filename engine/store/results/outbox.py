"""What goes out, written by the transaction in which it happened; and how far it is on its way."""

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, Select, delete, func, insert, select, update

from engine.store.results.tables import dead_message, delivery, outbox, webhook_target


@dataclass(frozen=True)
class Webhook:
    """Where events go out to."""

    id: str
    name: str
    url: str
    secret: str
    events: tuple[str, ...]
    active: bool
    created_at: datetime
    created_by: str


@dataclass(frozen=True, eq=False)
class Happening:
    """What happened to some customers or redemptions at one stroke."""

    event: str
    at: datetime
    cause: str
    change: int | None  # None: the clock or a definition
    subjects: BitMap  # the `row` of each, never empty
    segment_id: str | None = None
    segment_name: str | None = None


@dataclass(frozen=True, eq=False)
class Outgoing:
    """A stroke on its way to one target."""

    outbox_id: int
    key: str
    happening: Happening
    total: int
    done: int
    attempts: int
    due: datetime | None


@dataclass(frozen=True)
class DeadMessage:
    """One message that was never taken."""

    outbox_id: int
    key: str
    event: str
    subject: int
    at: datetime  # of the last attempt
    answer: str


@dataclass(frozen=True)
class Progress:
    """How far all that goes to one target is."""

    waiting: int = 0
    delivered: int = 0
    dead: int = 0
    due: datetime | None = None  # the next attempt of what was not taken
    answer: str | None = None  # the last one
    answered_at: datetime | None = None


COLUMNS = [webhook_target.c[field.name] for field in fields(Webhook)]
NEW = {"done": 0, "died": 0, "attempts": 0}
STROKE = ("event", "at", "cause", "change", "segment_id", "segment_name")
# As the driver reads it: each small write asks, and SQLAlchemy's own way takes four times as long.
WANTED = "SELECT id, events FROM webhook_target WHERE active"


def targets(connection: Connection) -> list[Webhook]:
    """All of them, in the order in which they were made."""
    rows = connection.execute(
        select(*COLUMNS).order_by(webhook_target.c.created_at, webhook_target.c.id)
    )
    return [Webhook(**{**row._mapping, "events": tuple(row.events)}) for row in rows]


def add_target(connection: Connection, target: Webhook) -> None:
    """Writes a new one."""
    connection.execute(insert(webhook_target).values({**vars(target), "events": [*target.events]}))


def change_target(connection: Connection, target_id: str, **values: Any) -> None:
    """Writes some columns of one."""
    known = webhook_target.c.id == target_id
    connection.execute(update(webhook_target).where(known).values(values))


def remove_target(connection: Connection, target_id: str) -> None:
    """Takes one away, and all that waits for it."""
    connection.execute(delete(webhook_target).where(webhook_target.c.id == target_id))
    _forget_sent(connection)


def wanted(connection: Connection) -> dict[str, list[str]]:
    """The ids of the active targets that want an event, by its key; none of what nobody wants."""
    found: dict[str, list[str]] = {}
    for target_id, events in connection.exec_driver_sql(WANTED):
        for event in json.loads(events):
            found.setdefault(event, []).append(target_id)
    return found


def send_out(
    connection: Connection, happened: Iterable[Happening], wanting: dict[str, list[str]]
) -> None:
    """Puts what happened behind all that waits; one row each, of however many customers."""
    for each in happened:
        _put(connection, each, wanting[each.event], secrets.token_hex(8))


def _put(connection: Connection, each: Happening, wanting: Sequence[str], key: str) -> None:
    said = {name: getattr(each, name) for name in STROKE}
    row = {**said, "key": key, "subjects": each.subjects.serialize()}
    made = connection.execute(insert(outbox).values(row)).inserted_primary_key
    outbox_id, total = made[0] if made else None, len(each.subjects)
    connection.execute(
        insert(delivery),
        [{"target_id": one, "outbox_id": outbox_id, "total": total, **NEW} for one in wanting],
    )


def claim(connection: Connection, target_id: str, who: str, now: datetime, until: datetime) -> bool:
    """Takes a target for one process until an instant; gives whether no other has it."""
    columns = webhook_target.c
    free = columns.claim.is_(None) | (columns.claim == who) | (columns.claimed_until <= now)
    taken = update(webhook_target).where(columns.id == target_id, columns.active, free)
    done = connection.execute(taken.values(claim=who, claimed_until=until))
    return done.rowcount == 1


def release(connection: Connection, target_id: str, who: str) -> None:
    """Gives a target back."""
    columns = webhook_target.c
    own = update(webhook_target).where(columns.id == target_id, columns.claim == who)
    connection.execute(own.values(claim=None, claimed_until=None))


def next_out(connection: Connection, target_id: str) -> Outgoing | None:
    """What goes to a target next; None: nothing waits."""
    waits = delivery.c.done < delivery.c.total
    asked = _outgoing().where(delivery.c.target_id == target_id, waits)
    row = connection.execute(asked.order_by(outbox.c.id).limit(1)).first()
    return None if row is None else _read(row._mapping)


def note_progress(
    connection: Connection, target_id: str, who: str, outbox_id: int, **values: Any
) -> bool:
    """Writes how far it is; gives whether the target is still this process's."""
    columns = webhook_target.c
    mine = select(columns.id).where(columns.id == target_id, columns.claim == who)
    own = (delivery.c.target_id == mine.scalar_subquery()) & (delivery.c.outbox_id == outbox_id)
    return connection.execute(update(delivery).where(own).values(values)).rowcount == 1


def note_dead(
    connection: Connection, target_id: str, outbox_id: int, subject: int, at: datetime, answer: str
) -> None:
    """Keeps a message that is not tried again by itself."""
    values = {"target_id": target_id, "outbox_id": outbox_id, "subject": subject}
    connection.execute(insert(dead_message).values(**values, at=at, answer=answer))
    columns = delivery.c
    own = (columns.target_id == target_id) & (columns.outbox_id == outbox_id)
    connection.execute(update(delivery).where(own).values(died=columns.died + 1))


def dead_messages(connection: Connection, target_id: str, most: int | None) -> list[DeadMessage]:
    """The ones that a target has not taken, oldest first."""
    columns = dead_message.c
    names = (outbox.c.key, outbox.c.event, columns.subject, columns.at, columns.answer)
    asked = select(columns.outbox_id, *names).join(outbox, outbox.c.id == columns.outbox_id)
    asked = asked.where(columns.target_id == target_id)
    rows = connection.execute(asked.order_by(columns.outbox_id, columns.subject).limit(most))
    return [DeadMessage(**row._mapping) for row in rows]


def stroke_of(connection: Connection, target_id: str, key: str) -> Outgoing | None:
    """The last stroke of a key that went to a target; None: it is not kept, or never was."""
    asked = _outgoing().where(delivery.c.target_id == target_id, outbox.c.key == key)
    row = connection.execute(asked.order_by(outbox.c.id.desc()).limit(1)).first()
    return None if row is None else _read(row._mapping)


def subjects_of(connection: Connection, target_id: str, key: str) -> list[BitMap]:
    """Whom the strokes of a key that went to a target were about, each."""
    asked = select(outbox.c.subjects).join(delivery, delivery.c.outbox_id == outbox.c.id)
    found = asked.where(delivery.c.target_id == target_id, outbox.c.key == key)
    return [BitMap.deserialize(blob) for blob in connection.scalars(found)]


def put_again(connection: Connection, target_id: str, one: Outgoing, subjects: BitMap) -> None:
    """Puts some messages of a stroke behind all that waits for a target, under their old ids."""
    again = Happening(**{**vars(one.happening), "subjects": subjects})
    _put(connection, again, [target_id], one.key)
    alike = select(outbox.c.id).where(outbox.c.key == one.key)
    listed = func.json_each(json.dumps(list(subjects))).table_valued("value")  # any number
    columns = dead_message.c
    gone = (columns.target_id == target_id) & columns.outbox_id.in_(alike)
    gone &= columns.subject.in_(select(listed.c.value))
    connection.execute(delete(dead_message).where(gone))


def hasten(connection: Connection, target_id: str) -> None:
    """Lets what waits for its next attempt be tried at once."""
    connection.execute(update(delivery).where(delivery.c.target_id == target_id).values(due=None))


def progress(connection: Connection) -> dict[str, Progress]:
    """How far all that goes to each target is, by its id; nothing of where nothing has gone."""
    columns = delivery.c
    counted = connection.execute(
        select(
            columns.target_id,
            func.sum(columns.total).label("total"),
            func.sum(columns.done).label("done"),
            func.sum(columns.died).label("died"),
            func.max(columns.due).label("due"),
        ).group_by(columns.target_id)
    )
    whose = dead_message.c.target_id
    counts = connection.execute(select(whose, func.count().label("many")).group_by(whose))
    dead = {row.target_id: row.many for row in counts}
    return {
        row.target_id: Progress(
            waiting=row.total - row.done,
            delivered=row.done - row.died,
            dead=dead.get(row.target_id, 0),
            due=row.due,
            **_last_answer(connection, row.target_id),
        )
        for row in counted
    }


def prune(connection: Connection, before: datetime) -> None:
    """Forgets what was delivered whole before an instant."""
    columns, dead = delivery.c, dead_message.c
    alive = ~select(dead.subject).where(
        dead.target_id == columns.target_id, dead.outbox_id == columns.outbox_id
    ).exists()  # fmt: skip
    old = (columns.done == columns.total) & (columns.answered_at < before) & alive
    if connection.execute(delete(delivery).where(old)).rowcount:
        _forget_sent(connection)


def _forget_sent(connection: Connection) -> None:
    known = select(delivery.c.outbox_id)
    connection.execute(delete(outbox).where(outbox.c.id.not_in(known)))


def _last_answer(connection: Connection, target_id: str) -> dict[str, Any]:
    columns = delivery.c
    asked = select(columns.answer, columns.answered_at).where(
        columns.target_id == target_id, columns.answered_at.is_not(None)
    )
    row = connection.execute(asked.order_by(columns.answered_at.desc()).limit(1)).first()
    return {} if row is None else dict(row._mapping)


def _outgoing() -> Select[Any]:
    columns = (delivery.c.total, delivery.c.done, delivery.c.attempts, delivery.c.due)
    return select(outbox, *columns).join(delivery, delivery.c.outbox_id == outbox.c.id)


def _read(row: Any) -> Outgoing:
    said = {name: row[name] for name in STROKE}
    happening = Happening(**said, subjects=BitMap.deserialize(row["subjects"]))
    rest = {name: row[name] for name in ("key", "total", "done", "attempts", "due")}
    return Outgoing(outbox_id=row["id"], happening=happening, **rest)
