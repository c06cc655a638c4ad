"""Opens a workspace: the records, the base in memory; and who acts on it, the one way to write."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from engine.actors import Actor
from engine.base.kinds.registry import RECORD_TABLES
from engine.base.profiles import Profile
from engine.errors import Issue
from engine.filters.clock import Clock
from engine.memberships.current import Current, Followed, Writing
from engine.store.changes import ChangeSet
from engine.store.check import faults
from engine.store.database import Transaction
from engine.store.results.change_log import Act
from engine.store.results.memberships import Move
from engine.store.store import Store
from engine.workspace import settings
from engine.workspace.settings import Project

Now = Callable[[], datetime]
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Rehearsal(Generic[Result]):
    """What a change set came to that was taken back."""

    result: Result
    base: int  # the last change set before it
    moves: tuple[Move, ...]  # by it, in passive segments too; the clock's are not among them


class Workbench:
    """
    One workspace folder, open in this process: to read; whoever changes something is `acting`.

    `now` is the door's clock: the machine's, or a fixed instant. Nothing below reads another.
    """

    def __init__(self, store: Store, now: Now, memberships: Current | None = None) -> None:
        self.store = store
        self.now = now
        self.memberships = memberships or Current(store)

    @classmethod
    def open(cls, folder: Path, now: Now) -> "Workbench":
        """
        Opens the workspace, creating it where there is none.

        Raises:
            StoreError: the folder cannot hold a workspace, or a newer program wrote it.
        """
        return Workbench(Store.open(folder, RECORD_TABLES), now)

    def close(self) -> None:
        """Frees the files."""
        self.store.close()

    def acting(self, actor: Actor, clock: Now | None = None) -> "Access":
        """
        The same workspace in somebody's hands, who can change it.

        Args:
            clock: of what is changed; the workbench's unless given.
        """
        return Access(self, actor, clock or self.now)

    @property
    def project(self) -> Project:
        """The settings of the workspace."""
        return settings.project(self.store)

    @property
    def zone(self) -> ZoneInfo:
        """The project's time zone."""
        return ZoneInfo(self.project.time_zone)

    def profile(self) -> Profile:
        """The base as the last committed change set left it."""
        return self.memberships.profiles.current()

    def clock(self) -> Clock:
        """The instant of the door, read in the project's time zone."""
        return Clock(self.now(), self.zone)

    def state(self, as_of: datetime | None = None) -> tuple[Profile, Clock]:
        """The base and the clock now; or those of an instant, with the records as they were."""
        if as_of is None:
            return self.profile(), self.clock()
        return self.memberships.profiles.at(as_of), Clock(as_of, self.zone)

    def faults(self) -> list[Issue]:
        """Every promise of the store that is broken; empty when the workspace is whole."""
        return faults(self.store)


class Access(Workbench):
    """
    A workspace in somebody's hands: the one way to change anything of it.

    Whatever takes one may write, and whatever it writes leaves a line in the change log.
    """

    def __init__(self, workbench: Workbench, actor: Actor, now: Now) -> None:
        super().__init__(workbench.store, now, workbench.memberships)
        self.actor = actor

    def configure(self, **values: Any) -> Project:
        """
        Writes some settings; whom another time zone moves enters or leaves at once.

        Raises:
            UsageError: a value does not fit, or there is no such setting; all faults at once.
            ConflictError: the clock is before the last change set's instant.
        """
        settings.check(values)
        with self.settings("setting") as (connection, act):
            settings.change(connection, act, self.project, values)
        return self.project

    @contextmanager
    def settings(self, cause: str) -> Iterator[tuple[Transaction, Act]]:
        """
        What `write` gives, for settings that may move members.

        Raises:
            ConflictError: the clock is before the last change set's instant.
        """
        self.refresh()  # what the clock moves is not for a new zone
        with self.write(cause) as (connection, act):
            yield connection, act
        self.refresh()

    def refresh(self) -> int:
        """
        Lets the clock move whoever is due; gives how many entered or left.

        Raises:
            ConflictError: the clock is before the last change set's instant.
        """
        return self.memberships.refresh(self.clock())

    @contextmanager
    def write(self, cause: str) -> Iterator[tuple[Transaction, Act]]:
        """
        A transaction for what is no record and no segment; committed at the end, or not at all.

        The act says what it touched: without, nothing has changed, and the log has no line.
        """
        act = self._act(cause)
        with self.store.write(act) as connection:
            yield connection, act

    def definitions(self, cause: str) -> AbstractContextManager[Writing]:
        """
        A transaction to change segments in, which finds their members before it commits.

        Raises:
            ConflictError: the clock is before the last change set's instant.
        """
        act = self._act(cause)
        return self.memberships.writing(Clock(act.at, self.zone), act)

    def _act(self, cause: str) -> Act:
        return Act(self.actor, cause, self.now())

    @contextmanager
    def change_set(self, cause: str) -> Iterator[tuple[ChangeSet, Profile]]:
        """
        The change set to write and the base it changes; committed at the end, or not at all.

        Who entered and left which segment is part of it.

        Raises:
            ConflictError: the clock is before the last change set's instant.
        """
        with self._followed(cause) as (change, followed):
            yield change, self.profile()
        for each in followed:
            self.memberships.committed(each)

    def rehearse(
        self, cause: str, write: Callable[[ChangeSet, Profile], Result]
    ) -> Rehearsal[Result]:
        """
        Does all that `change_set` does, and takes it back; other writers wait meanwhile.

        Raises:
            ConflictError: the clock is before the last change set's instant.
        """
        with self._followed(cause, rehearsal=True) as (change, followed):
            result = write(change, self.profile())
        moves = [move for each in followed for move in self.memberships.rehearsed(each)]
        return Rehearsal(result, change.before.change, tuple(moves))

    @contextmanager
    def _followed(
        self, cause: str, *, rehearsal: bool = False
    ) -> Iterator[tuple[ChangeSet, list[Followed]]]:
        """A change set, and what the memberships came to by it once it is written."""
        followed: list[Followed] = []

        def follow(connection: Transaction) -> None:
            followed.append(self.memberships.follow(connection, change, clock))

        try:
            with self.store.change_set(cause, self.now, self.actor, rehearsal=rehearsal) as change:
                clock = Clock(change.now, self.zone)
                yield change, followed
                if change.wrote:
                    change.record(follow)
        except BaseException:
            self.memberships.forget()
            raise
