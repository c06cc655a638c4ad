"""Webhooks: where events go out to, made and changed by whoever acts; and what became of them."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
from pyroaring import BitMap

from engine.errors import Issue, NotFoundError, TakenError, UsageError
from engine.limits import NAME
from engine.memberships.happenings import EVENTS
from engine.messages.signing import new_secret
from engine.store.database import Transaction
from engine.store.results import outbox
from engine.store.results.change_log import Act
from engine.store.results.outbox import DeadMessage as DeadMessage  # for the doors too
from engine.store.results.outbox import Progress as Progress
from engine.store.results.outbox import Webhook as Webhook
from engine.text.counts import counted
from engine.text.display import quoted
from engine.workspace.workbench import Access, Workbench

LONGEST = 2_000  # characters of an address
SCHEMES = ("http", "https")


@dataclass(frozen=True)
class NewSecret:
    """What a receiver checks signatures with; it is shown once."""

    id: str
    name: str
    secret: str


def create(access: Access, name: str, url: str, events: Iterable[str] = tuple(EVENTS)) -> NewSecret:
    """
    Adds a webhook; what happens from now on goes out to it.

    Raises:
        UsageError: the name, the address or an event does not fit; all faults at once.
        TakenError: another one has the name.
    """
    said = _checked({"name": name, "url": url, "events": events})
    made = NewSecret(f"wh_{secrets.token_hex(8)}", said["name"], new_secret())
    with access.write("webhook") as (connection, act):
        _expect_free(connection, made.name)
        target = Webhook(
            made.id, made.name, said["url"], made.secret, said["events"], True, act.at,
            act.actor.name,
        )  # fmt: skip
        outbox.add_target(connection, target)
        _log(act, None, target)
    return made


def targets(workbench: Workbench) -> list[Webhook]:
    """Every webhook, in the order in which they were made."""
    with workbench.store.read() as connection:
        return outbox.targets(connection)


def change(access: Access, name: str, /, **values: Any) -> Webhook:
    """
    Changes a webhook: `name`, `url`, `events` or `active`.

    What waits stays: while it is off nothing is sent to it, and nothing more comes to wait.

    Args:
        name: or the id.

    Raises:
        UsageError: a value does not fit; all faults at once.
        NotFoundError: there is no such webhook.
        TakenError: another one has the name.
    """
    said = _checked(values)
    with access.write("webhook") as (connection, act):
        before = _find(connection, name)
        after = Webhook(**{**vars(before), **said})
        if after.name != before.name:
            _expect_free(connection, after.name)
        if after != before:
            kept = {key: [*each] if key == "events" else each for key, each in said.items()}
            outbox.change_target(connection, before.id, **kept)
            _log(act, before, after)
    return after


def rotate(access: Access, name: str) -> NewSecret:
    """
    Gives a webhook a new secret; all that is sent from now on is signed with it.

    Raises:
        NotFoundError: there is no such webhook.
    """
    secret = new_secret()
    with access.write("webhook") as (connection, act):
        target = _find(connection, name)
        outbox.change_target(connection, target.id, secret=secret)
        _log(act, target, target)
        act.after = {**_log_entry(target), "rotated_at": act.at.isoformat(timespec="seconds")}
    return NewSecret(target.id, target.name, secret)


def remove(access: Access, name: str) -> Webhook:
    """
    Takes a webhook away, with all that waits for it.

    Raises:
        NotFoundError: there is no such webhook.
    """
    with access.write("webhook") as (connection, act):
        target = _find(connection, name)
        outbox.remove_target(connection, target.id)
        _log(act, target, None)
    return target


def progress(workbench: Workbench) -> dict[str, Progress]:
    """How far all that goes to each webhook is, by its id."""
    with workbench.store.read() as connection:
        found = outbox.progress(connection)
        return {one.id: found.get(one.id, Progress()) for one in outbox.targets(connection)}


def dead(workbench: Workbench, name: str, most: int | None = None) -> list[DeadMessage]:
    """
    The messages that a webhook has not taken, oldest first.

    Raises:
        NotFoundError: there is no such webhook.
    """
    with workbench.store.read() as connection:
        return outbox.dead_messages(connection, _find(connection, name).id, most)


def send_again(access: Access, name: str, message_id: str | None = None) -> int:
    """
    Puts messages behind all that waits, under their old ids, and tries at once what is held up.

    Args:
        message_id: one of them, delivered or not; unless given, all that were not taken.

    Returns:
        How many.

    Raises:
        NotFoundError: there is no such webhook, or it has no such message.
    """
    with access.write("webhook") as (connection, act):
        target = _find(connection, name)
        wanted = [message_id] if message_id else [
            id_of(one.key, one.subject)
            for one in outbox.dead_messages(connection, target.id, None)
        ]  # fmt: skip
        count = _put_again(connection, target, wanted)
        outbox.hasten(connection, target.id)
        if count:
            act.touched["messages"] = count
    return count


def id_of(key: str, subject: int) -> str:
    """The id of a message: the same each time it is sent."""
    return f"evt_{key}_{subject}"


def _put_again(connection: Transaction, target: Webhook, message_ids: Iterable[str]) -> int:
    chosen: dict[str, BitMap] = {}
    for one in message_ids:
        key, _, subject = one.removeprefix("evt_").partition("_")
        if not (subject.isascii() and subject.isdecimal() and int(subject) < 1 << 32):
            raise _unknown(target, one)
        chosen.setdefault(key, BitMap()).add(int(subject))
    for key, subjects in chosen.items():
        stroke = outbox.stroke_of(connection, target.id, key)
        if stroke is None or not subjects <= _ever(connection, target, key):
            raise _unknown(target, id_of(key, subjects[0]))
        outbox.put_again(connection, target.id, stroke, subjects)
    return sum(map(len, chosen.values()))


def _ever(connection: Transaction, target: Webhook, key: str) -> BitMap:
    """All whom the messages of a key were about."""
    return BitMap.union(BitMap(), *outbox.subjects_of(connection, target.id, key))


def _unknown(target: Webhook, message_id: str) -> NotFoundError:
    return NotFoundError(
        f"no message {quoted(message_id)} of the webhook {quoted(target.name)} is kept: "
        "`workbench webhooks deliveries` lists those that it has not taken"
    )


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """
    The values as they are kept.

    Raises:
        UsageError: with every fault.
    """
    issues, found = list[Issue](), dict[str, Any]()
    for name, value in values.items():
        try:
            found[name] = CHECKS[name](value)
        except ValueError as error:
            issues.append(Issue(name, str(error)))
    if issues:
        count = counted(len(issues), "faults")
        raise UsageError(f"the webhook has {count}", issues)
    return found


def _name(value: str) -> str:
    found = value.strip()
    if not found or not found.isprintable() or len(found) > NAME.most:
        raise ValueError(f"expected a name of one line, got {quoted(value)}")
    return found


def _url(value: str) -> str:
    """An address that can be sent to, as whoever sends reads it."""
    found = value.strip()
    wrong = f"expected an address such as https://crm.example/hook, got {quoted(value)}"
    if not found.isascii() or not found.isprintable() or " " in found or len(found) > LONGEST:
        raise ValueError(wrong)
    try:
        parts, read = urlsplit(found), httpx2.URL(found)
        fits = parts.scheme.lower() in SCHEMES and bool(read.host) and parts.port != 0
    except (ValueError, httpx2.InvalidURL):
        raise ValueError(wrong) from None
    if not fits:
        raise ValueError(wrong)
    if "@" in parts.netloc:
        raise ValueError("expected an address without a password: signatures say who sends")
    return found


def _events(value: Iterable[str]) -> tuple[str, ...]:
    wanted = set(value)
    if unknown := sorted(wanted - EVENTS.keys()):
        named = ", ".join(map(quoted, unknown))
        raise ValueError(f"expected some of {', '.join(EVENTS)}, got {named}")
    if not wanted:
        raise ValueError("expected an event at least, got none")
    return tuple(key for key in EVENTS if key in wanted)


CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "name": _name,
    "url": _url,
    "events": _events,
    "active": bool,
}


def _find(connection: Transaction, name: str) -> Webhook:
    for target in outbox.targets(connection):
        if name in (target.name, target.id):
            return target
    raise NotFoundError(f"no webhook has the name or id {quoted(name)}")


def _expect_free(connection: Transaction, name: str) -> None:
    if any(target.name == name for target in outbox.targets(connection)):
        raise TakenError(f"the name {quoted(name)} is taken by another webhook: choose another")


def _log(act: Act, before: Webhook | None, after: Webhook | None) -> None:
    act.before, act.after = (None if one is None else _log_entry(one) for one in (before, after))
    act.touched["webhooks"] = [one.name for one in (after, before) if one is not None][:1]


def _log_entry(target: Webhook) -> dict[str, Any]:
    """What the log says of one: never its secret."""
    return {
        "name": target.name,
        "url": target.url,
        "events": [*target.events],
        "active": target.active,
    }
