"""
Long work that somebody asked for and does not wait for: begun, followed, and told how it ended.

What came of it is kept, so that it is told after a restart too; what a killed process was at is
told as interrupted.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.errors import NotFoundError, WorkbenchError
from engine.store.results.actions import AsyncAction as AsyncAction  # for the doors too
from engine.store.results.actions import (
    actions,
    add_action,
    change_action,
    count_actions,
    find_action,
)
from engine.text.display import quoted
from engine.workspace.jobs import Runner
from engine.workspace.workbench import Access, Workbench

ENQUEUED, IN_PROGRESS, DONE, FAILED = "ENQUEUED", "IN_PROGRESS", "DONE", "FAILED"
KIND = "action"  # of the jobs
# Killed behind the commit and before the note of it: of 110 kills under load 3 fell in between.
INTERRUPTED = (
    "the work was interrupted when the workbench ended: it is done as a whole or not at all, and "
    "nobody noted which. See whether its records are there before you ask for it again"
)
Result = Mapping[str, Any]
Work = Callable[[Callable[[float], None]], Result]


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
    Begins a piece of work in a thread of its own.

    Args:
        kind: the type, as the service calls it.
        label: as an analyst reads it.
        work: takes the function to tell its progress to, 0 to 1; gives the result.
    """
    action_id = f"aa_{secrets.token_hex(12)}"
    asked = AsyncAction(
        action_id, kind, ENQUEUED, 0, access.now(), None, request_id, access.actor.name, None
    )
    with access.note() as connection:
        add_action(connection, asked)

    def noted(tell: Callable[[float], None]) -> Result:
        _change(access, action_id, status=IN_PROGRESS)
        try:
            result = work(tell)
        except WorkbenchError as error:
            _change(access, action_id, status=FAILED, result={"error": {"message": str(error)}})
            raise
        except BaseException:
            told = {"error": {"message": "the program failed: its log says where"}}
            _change(access, action_id, status=FAILED, result=told)
            raise
        _change(access, action_id, status=DONE, progress=100, result=result)
        return result

    runner.start(KIND, _label(label, action_id), noted)
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
    return _now(found, runner)


def index(workbench: Workbench, runner: Runner, before: datetime | None, most: int) -> ActionPage:
    """Work that was asked for before an instant, newest first."""
    with workbench.store.read() as connection:
        found = actions(connection, before, most + 1)
        total = count_actions(connection)
    return ActionPage([_now(each, runner) for each in found[:most]], total, len(found) > most)


def _now(action: AsyncAction, runner: Runner) -> AsyncAction:
    """With the progress of a job of this process; interrupted where no process is at it."""
    if action.status in (DONE, FAILED):
        return action
    job = next((job for job in runner.active() if action.id in job.label), None)
    if job is not None:
        return replace(action, progress=int(job.share * 100))
    if runner.journal.is_at_work(action.id):  # another process
        return action
    return replace(action, status=FAILED, result={"error": {"message": INTERRUPTED}})


def _change(access: Access, action_id: str, **values: Any) -> None:
    with access.note() as connection:
        change_action(connection, action_id, updated_at=access.now(), **values)


def _label(label: str, action_id: str) -> str:
    return f"{label} ({action_id})"
