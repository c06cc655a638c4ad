"""
Messages are delivered: at least once, to each webhook in order, one process at a time.

A message that is not taken holds its webhook until it was tried as often as PAUSES says; then it is
dead, and the next one goes on.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2

from engine.messages.bodies import Message, Printers, messages
from engine.messages.signing import headers
from engine.store.results import outbox
from engine.store.results.outbox import Outgoing, Webhook
from engine.workspace.workbench import Access

PAUSES = (  # after the first attempt that failed, the second …; one more, and the message is dead
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
ATTEMPTS = len(PAUSES) + 1
TIMEOUT = 10  # seconds for all of one attempt
LEASE = timedelta(minutes=2)  # for which a process has a webhook, should it be killed
SHARE = timedelta(seconds=LEASE.total_seconds() / 2)  # of it in which further messages are begun
BATCH = 50  # messages between two notes; as many are sent again at most after a kill
ANSWER = 1 << 16  # bytes of an answer that are read, so that the connection can be kept
KEPT = timedelta(days=30)  # for which what was delivered can be sent again
AGENT = "segment-workbench"


def deliver(access: Access, printers: Printers) -> bool:
    """
    Sends what is due to every active webhook, side by side; gives whether there was something.

    Args:
        printers: what makes documents of records.
    """
    if due := _due(access):  # mostly there is nothing: no thread, no loop, and no client
        with ThreadPoolExecutor(1) as pool:  # the caller's thread may run a loop of its own
            pool.submit(lambda: asyncio.run(_deliver(access, printers, due))).result()
    return bool(due)


async def _deliver(access: Access, printers: Printers, due: Iterable[Webhook]) -> None:
    async with httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=TIMEOUT) as web:
        await asyncio.gather(*(_serve(access, printers, web, target) for target in due))


def _due(access: Access) -> list[Webhook]:
    """The active webhooks whose next message may be tried now, and that nobody else is at."""
    with access.store.read() as connection:
        active = [one for one in outbox.targets(connection) if one.active]
        waiting = {one.id: outbox.next_out(connection, one.id) for one in active}
    return [one for one in active if _is_due(access, waiting[one.id])]


def _is_due(access: Access, outgoing: Outgoing | None) -> bool:
    return outgoing is not None and (outgoing.due is None or outgoing.due <= access.now())


async def _serve(
    access: Access, printers: Printers, web: httpx2.AsyncClient, target: Webhook
) -> None:
    """Sends to one webhook in order, until nothing is due or others shall have their turn."""
    who = uuid4().hex
    async with _claimed(access, target, who) as claimed:
        until = access.now() + SHARE
        while claimed and access.now() <= until:
            with access.store.read() as connection:
                outgoing = outbox.next_out(connection, target.id)
            if outgoing is None or not _is_due(access, outgoing):
                break
            claimed = await _batch(access, printers, web, target, who, outgoing)


@asynccontextmanager
async def _claimed(access: Access, target: Webhook, who: str) -> AsyncIterator[bool]:
    """Has a webhook, unless another process has it."""
    with access.note() as connection:
        now = access.now()
        claimed = outbox.claim(connection, target.id, who, now, now + LEASE)
    try:
        yield claimed
    finally:
        if claimed:
            with access.note() as connection:
                outbox.release(connection, target.id, who)
                outbox.prune(connection, access.now() - KEPT)


async def _batch(
    access: Access,
    printers: Printers,
    web: httpx2.AsyncClient,
    target: Webhook,
    who: str,
    outgoing: Outgoing,
) -> bool:
    """Sends some messages of a stroke; gives whether the webhook is this process's for further."""
    start, until = outgoing.done, access.now() + SHARE
    subjects = list(outgoing.happening.subjects[start : start + BATCH])
    batch = Round()
    for message in messages(access, printers, outgoing, subjects):
        if message is not None:
            batch.answer, batch.failed = await _attempt(access, web, target, message)
        if batch.failed or access.now() > until:
            break
        batch.done += 1
    return _keep_progress(access, target, who, outgoing, batch)


async def _attempt(
    access: Access, web: httpx2.AsyncClient, target: Webhook, message: Message
) -> tuple[str, bool]:
    """Sends a message once; gives the answer in a few words, and whether it was not taken."""
    timestamp = int(access.now().timestamp())
    sent = headers(target.secret, message.id, timestamp, message.body) | {"user-agent": AGENT}
    try:
        async with (
            asyncio.timeout(TIMEOUT),  # of all, where the client's own is one of each step
            web.stream("POST", target.url, content=message.body, headers=sent) as answer,
        ):
            await _read(answer)
    except (TimeoutError, httpx2.TimeoutException):
        return f"no answer within {TIMEOUT} seconds", True
    except (httpx2.TransportError, httpx2.InvalidURL) as error:
        return f"no connection: {error}" if str(error) else "the connection broke", True
    if answer.is_redirect:
        return f"{answer.status_code}, a redirect, which is not followed", True
    return str(answer.status_code), not answer.is_success


async def _read(answer: httpx2.Response) -> None:
    """The answer as far as the next message can go the same way; its status is what counts."""
    size = 0
    with suppress(httpx2.TransportError):
        async for chunk in answer.aiter_raw():
            size += len(chunk)
            if size > ANSWER:
                break


@dataclass
class Round:
    """What became of some messages of a stroke."""

    done: int = 0  # taken, or about nobody any more
    answer: str | None = None  # the last one
    failed: bool = False  # whether the one behind those was not taken


def _keep_progress(
    access: Access, target: Webhook, who: str, outgoing: Outgoing, batch: Round
) -> bool:
    """Writes how far it is, as long as the webhook is this process's; and keeps it, or not."""
    now, done = access.now(), outgoing.done + batch.done
    attempts = (0 if batch.done else outgoing.attempts) + 1 if batch.failed else 0
    dies = attempts == ATTEMPTS
    values: dict[str, Any] = {"done": done + dies, "attempts": 0 if dies else attempts}
    values |= {"due": now + PAUSES[attempts - 1] if attempts and not dies else None}
    values |= {"answer": batch.answer, "answered_at": now}
    with access.note() as connection:
        if not outbox.note_progress(connection, target.id, who, outgoing.outbox_id, **values):
            return False
        if dies:
            subject = outgoing.happening.subjects[done]
            said = batch.answer or ""
            outbox.note_dead(connection, target.id, outgoing.outbox_id, subject, now, said)
        return outbox.claim(connection, target.id, who, now, now + LEASE)
