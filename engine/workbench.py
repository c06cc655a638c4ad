"""Opens a workspace: the records, the base in memory, and the one way to write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from engine.filters.clock import Clock
from engine.kinds.registry import RECORD_TABLES
from engine.memberships.current import Current, Followed
from engine.profiles import Profile
from engine.project import Project, change, project
from engine.store.changes import ChangeSet, Store
from engine.store.database import Transaction
from engine.store.memberships import Move

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Rehearsal(Generic[Result]):
    """What a change set came to that was taken back."""

    result: Result
    base: int  # the last change set before it
    moves: tuple[Move, ...]  # by it, in passive segments too; the clock's are not among them


class Workbench:
    """
    One workspace folder, open in this process.

    `now` is the door's clock: the machine's, or a fixed instant. Nothing below reads another.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self.store = store
        self.now = now
        self.memberships = Current(store)

    @classmethod
    def open(cls, folder: Path, now: Callable[[], datetime]) -> "Workbench":
        """
        Opens the workspace, creating it where there is none.

        Raises:
            StoreError: the folder cannot hold a workspace, or a newer program wrote it.
        """
        return cls(Store.open(folder, RECORD_TABLES), now)

    def close(self) -> None:
        """Frees the files."""
        self.store.close()

    @property
    def project(self) -> Project:
        """The settings of the workspace."""
        return project(self.store)

    def configure(self, **values: Any) -> Project:
        """
        Writes some settings; whom another time zone moves enters or leaves at once.

        Raises:
            UsageError: a value does not fit, or there is no such setting; all faults at once.
            ConflictError: the clock is before the last change set's instant.
        """
        self.memberships.refresh(self.clock())  # what the clock moves is not for the new zone
        changed = change(self.store, **values)
        self.memberships.refresh(self.clock())
        return changed

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
            with self.store.change_set(cause, self.now, rehearsal=rehearsal) as change:
                clock = Clock(change.now, self.zone)
                yield change, followed
                if change.wrote:
                    change.record(follow)
        except BaseException:
            self.memberships.forget()
            raise
