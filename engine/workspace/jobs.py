"""Long work beside the pages: one runner for the process, so that a job outlives a page switch."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any

from engine.actors import Actor
from engine.errors import CancelledError, WorkbenchError
from engine.system.disk import refused
from engine.workspace.journal import Journal

Labels = Callable[[], list[str]]  # of all work, as `Runner.labels` gives them
Work = Callable[[Callable[[float], None]], Any]
RUNNING, DONE, FAILED, CANCELLED = "running", "done", "failed", "cancelled"


@dataclass
class Job:
    """One piece of work; a page reads it, its own thread writes it."""

    number: int
    kind: str  # what a page follows its own jobs by
    label: str
    by: Actor
    share: float = 0.0  # 0 to 1
    state: str = RUNNING
    result: Any = None
    error: WorkbenchError | None = None
    stop: Event = field(default_factory=Event)
    ended: Event = field(default_factory=Event)  # whatever came of it

    def tell(self, share: float) -> None:
        """
        The work says how far it is, and hears whether it shall stop.

        Args:
            share: of the whole, from 0 to 1.

        Raises:
            CancelledError: somebody stopped it.
        """
        if self.stop.is_set():
            raise CancelledError(f"{self.label} was cancelled: nothing was written")
        self.share = share


class Runner:
    """Runs jobs in threads of their own; Polars leaves the interpreter free meanwhile."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._jobs: list[Job] = []  # at work; whoever waits for one keeps it, done or not
        self._numbers = count()

    def start(
        self,
        kind: str,
        label: str,
        work: Work,
        by: Actor,
        begin: Callable[[], object] | None = None,
    ) -> Job:
        """
        Begins a piece of work.

        Args:
            kind: such as "import".
            label: as the analyst reads it.
            work: takes the function to tell its progress to, 0 to 1; what it gives is the result.
            by: who has asked for it.
            begin: is done first, here, while the work counts as begun; where it fails, nothing is.
        """
        job = Job(next(self._numbers), kind, label, by)
        self._jobs.append(job)
        try:
            if begin:
                begin()
        except BaseException:
            self._jobs.remove(job)
            raise
        Thread(target=self._run, args=(job, work), name=f"job {job.number}", daemon=True).start()
        return job

    def active(self) -> list[Job]:
        """The jobs at work, oldest first."""
        return [job for job in list(self._jobs) if job.state == RUNNING]

    def labels(self) -> list[str]:
        """What this process is at, and every other that lives; to look takes 1 ms and more."""
        own = [job.label for job in self.active()]
        return own + [entry.label for entry in self.journal.at_work()]

    def at_work(self, kind: str, by: Actor) -> Job | None:
        """The newest job of a kind that still runs, of those that somebody has asked for."""
        theirs = (job for job in reversed(self.active()) if job.by.signature == by.signature)
        return next((job for job in theirs if job.kind == kind), None)

    def _run(self, job: Job, work: Work) -> None:
        def noted(tell: Callable[[float], None]) -> Any:
            begun = self.journal.begin(job.kind, job.label, job.by)
            try:
                return work(tell)
            finally:
                self.journal.end(begun)

        _do(job, noted, self.journal.folder)
        self._jobs.remove(job)
        job.ended.set()


def _do(job: Job, work: Work, folder: Path) -> None:
    try:
        job.result = work(job.tell)
    except CancelledError as error:
        job.error, job.state = error, CANCELLED
    except WorkbenchError as error:
        job.error, job.state = error, FAILED
    except BaseException as error:  # a panic of Rust is no Exception, and must end the job too
        job.error = refused(error, folder, f"{job.label} was not finished")
        if job.error is None:
            logging.getLogger(__name__).exception("%s failed", job.label)
            job.error = WorkbenchError(f"{job.label} failed by a fault of the program: see its log")
        job.state = FAILED
    else:
        job.share, job.state = 1.0, DONE
