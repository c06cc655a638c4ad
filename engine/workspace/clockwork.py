"""While a process serves, the clock moves who is due, whether anybody looks or not."""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event, Thread

from engine.actors import CLOCK
from engine.errors import ClockError, WorkbenchError
from engine.workspace.workbench import Workbench

SOONEST = timedelta(seconds=30)  # of a million customers one may be due every few seconds
LATEST = timedelta(days=1)  # threads cannot wait longer than 292 years, browsers than 24 days
AGAIN = timedelta(hours=1)  # until what has failed is tried again
BEHIND = timedelta(minutes=5)  # until a clock that was set back is looked at again
LOG = logging.getLogger(__name__)
Wait = Callable[[timedelta | None], bool]
Duty = Callable[[Workbench], datetime]  # does what is due by now; gives when to look again


class Clockwork:
    """
    A thread that lets the clock move who is due at the instant at which they are.

    Nobody polls: it sleeps until then, or until this process has written something. What another
    process writes, that one brings up to date itself.
    """

    def __init__(self, workbench: Callable[[], Workbench], duties: Sequence[Duty] = ()) -> None:
        self._workbench = workbench  # opened by the thread, so that nobody waits for it
        self._duties = duties  # what time brings beside who is due
        self._changed: Event | None = None
        self._ended = Event()
        self._thread = Thread(target=self._run, name="clockwork", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def end(self) -> None:
        """Ends once what is being written is written."""
        self._ended.set()
        if self._changed is not None:
            self._changed.set()
        self._thread.join()

    def _run(self) -> None:
        with suppress(WorkbenchError):  # a workspace that cannot be opened, as every page says
            bench = self._workbench()
            self._changed = bench.memberships.changed
            turn(bench, self._wait, self._duties)

    def _wait(self, span: timedelta | None) -> bool:
        # It may have been told to end before `changed` was there, or was cleared.
        if self._changed is not None and not self._ended.is_set():
            self._changed.wait(None if span is None else span.total_seconds())
        return not self._ended.is_set()


def turn(workbench: Workbench, wait: Wait, duties: Sequence[Duty] = ()) -> None:
    """
    Lets the clock move who is due and does what else is, time and again.

    Args:
        wait: until that span is over, or something was written; None: only the latter can end it.
            Gives whether to go on.
    """
    while wait(_next(workbench, duties)):
        pass


def _next(workbench: Workbench, duties: Iterable[Duty]) -> timedelta | None:
    """Lets the clock move who is due now and does what else is; gives how long nothing is."""
    memberships, soonest = workbench.memberships, timedelta(0)
    memberships.changed.clear()  # first: what is written from here on is seen, or heard
    try:
        workbench.expect_clock()
    except ClockError as error:  # no instant at which somebody is due comes in its time
        LOG.warning("nobody is moved, and nothing else that is due is done: %s", error)
        return BEHIND
    looks = [_done(workbench, duty) for duty in duties]
    due = memberships.due()
    if due is not None and due <= workbench.now():
        try:
            workbench.acting(CLOCK).refresh()
        except WorkbenchError as error:  # another door may be at it; the next turn tries again
            LOG.warning("who is due was not moved: %s", error)
        memberships.changed.clear()  # that was ourselves
        due, soonest = memberships.due(), SOONEST
    soon = min((at for at in (due, *looks) if at is not None), default=None)
    return None if soon is None else min(max(soon - workbench.now(), soonest), LATEST)


def _done(workbench: Workbench, duty: Duty) -> datetime:
    try:
        return duty(workbench)
    except WorkbenchError as error:  # another door may be at it, or the disk be full
        LOG.warning("what is due was not done: %s", error)
        return workbench.now() + AGAIN
