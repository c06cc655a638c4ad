"""
Long work that somebody asked for and does not wait for: begun, followed, and told how it ended.

What came of it is written by the transaction of its change. So whatever is not told as done has
written nothing, whether it failed or its process was killed at it.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from engine.errors import NotFoundError, WorkbenchError
from engine.store.database import Transaction
from engine.store.results.actions import DONE as DONE
from engine.store.results.actions import FAILED as FAILED
from engine.store.results.actions import AsyncAction as AsyncAction  # for the doors too
from engine.store.results.actions import (
    actions,
    add_action,
    change_action,
    count_actions,
    find_action,
)
from engine.text.display import quoted
from engine.workspace.jobs import Labels, Runner
from engine.workspace.workbench import Access, Workbench

ENQUEUED, IN_PROGRESS = "ENQUEUED", "IN_PROGRESS"
ENDED = (DONE, FAILED)
KIND = "action"  # of the jobs
INTERRUPTED = (
    "the work was interrupted when the workbench ended, before anything of it was written: ask "
    "for it again"
)
Result = Mapping[str, Any]


@dataclass(frozen=True)
class ActionRun:
    """A piece of work as the thread sees it that does it."""

    id: str
    access: Access
    tell: Callable[[float], None]  # how far it is, 0 to 1

    def done(self, connection: Transaction, result: Result) -> None:
        """Writes what came of it; in the transaction of its change, so that none is without it."""
        change_action(
            connection,
            self.id,
            updated_at=self.access.now(),
            status=DONE,
            progress=100,
            result=result,
        )


Work = Callable[[ActionRun], object]


@dataclass(frozen=True)
class ActionPage:
    """Some of the work that was asked for, newest first."""

    actions: list[AsyncAction]
    total: int
    more: bool  # whether there is older work


def begin(
    access: Access, runner: Runner, kind: str, label: str, request_id: str, work: Work
) -> AsyncAction:
    """
    Begins a piece of work in a thread of its own, behind all that was begun before: what was asked
    for first is written first.

    Args:
        kind: the type, as the service calls it.
        label: as an analyst reads it.
        work: says itself when it is done, by `ActionRun.done`.
    """
    action_id = f"aa_{secrets.token_hex(12)}"
    asked = AsyncAction(
        action_id, kind, ENQUEUED, 0, access.now(), None, request_id, access.actor.name, None
    )

    before = [job for job in runner.active() if job.kind == KIND]

    def enqueue() -> None:
        with access.note() as connection:
            add_action(connection, asked)

    def noted(tell: Callable[[float], None]) -> None:
        for job in before:
            job.ended.wait()
        _change(access, action_id, status=IN_PROGRESS)
        try:
            work(ActionRun(action_id, access, tell))
        except WorkbenchError as error:
            _change(access, action_id, status=FAILED, result={"error": {"message": str(error)}})
            raise
        except BaseException:
            told = {"error": {"message": "the program failed: its log says where"}}
            _change(access, action_id, status=FAILED, result=told)
            raise

    runner.start(KIND, _label(label, action_id), noted, access.actor, enqueue)
    return asked


def show(workbench: Workbench, runner: Runner, action_id: str) -> AsyncAction:
    """
    How far a piece of work is, or what came of it.

    Raises:
        NotFoundError: there is none.
    """
    with workbench.store.read() as connection:
        found = find_action(connection, action_id)
    if found is None:
        raise NotFoundError(f"no work has the id {quoted(action_id)}")
    return _now(workbench, found, runner, runner.labels)


def index(workbench: Workbench, runner: Runner, before: datetime | None, most: int) -> ActionPage:
    """Work that was asked for before an instant, newest first."""
    with workbench.store.read() as connection:
        found = actions(connection, before, most + 1)
        total = count_actions(connection)
    labels = cache(runner.labels)  # once, if anybody asks
    some = [_now(workbench, each, runner, labels) for each in found[:most]]
    return ActionPage(some, total, len(found) > most)


def _now(workbench: Workbench, action: AsyncAction, runner: Runner, labels: Labels) -> AsyncAction:
    """With the progress of a job of this process; interrupted where no process is at it."""
    if action.status in ENDED:
        return action
    job = next((job for job in runner.active() if action.id in job.label), None)
    if job is not None:
        return replace(action, progress=int(job.share * 100))
    if any(action.id in label for label in labels()):  # of another process
        return action
    with workbench.store.read() as connection:  # it may have ended since it was read
        latest = find_action(connection, action.id)
    if latest is not None and latest.status in ENDED:
        return latest
    return replace(action, status=FAILED, result={"error": {"message": INTERRUPTED}})


def _change(access: Access, action_id: str, **values: Any) -> None:
    with access.note() as connection:
        change_action(connection, action_id, updated_at=access.now(), **values)


def _label(label: str, action_id: str) -> str:
    return f"{label} ({action_id})"
