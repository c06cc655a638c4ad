"""Opens a workspace: the records, the base in memory; and who acts on it, the one way to write."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Generic
from zoneinfo import ZoneInfo

from engine.actors import Actor
from engine.base.indexes import forget_marks
from engine.base.kinds.registry import RECORD_TABLES
from engine.base.profiles import Profile
from engine.errors import ForbiddenError, Issue
from engine.filters.clock import Clock
from engine.memberships.current import Current, Writing
from engine.rights import RIGHTS
from engine.store.changes import ChangeSet
from engine.store.check import faults
from engine.store.database import Transaction
from engine.store.folder import SCRATCH
from engine.store.results.causes import CAUSES
from engine.store.results.change_log import Act
from engine.store.results.moves import Move
from engine.store.snapshot import expect_after
from engine.store.store import Store
from engine.text.display import quoted
from engine.workspace import settings
from engine.workspace.settings import Project
from engine.workspace.writes import (
    AS_WRITTEN,
    Answer,
    Key,
    Now,
    Read,
    Result,
    SmallWrite,
    Writes,
)


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

    def __init__(self, store: Store, now: Now, memberships: Current, writes: Writes) -> None:
        self.store = store
        self.now = now
        self.memberships = memberships
        self._writes = writes

    @classmethod
    def open(cls, folder: Path, now: Now) -> "Workbench":
        """
        Opens the workspace, creating it where there is none.

        Raises:
            StoreError: the folder cannot hold a workspace, or a newer program wrote it.
        """
        store = Store.open(folder, RECORD_TABLES)
        memberships = Current(store)
        return Workbench(store, now, memberships, Writes(store, memberships))

    def close(self) -> None:
        """Frees the files."""
        self.store.close()

    @property
    def scratch(self) -> Path:
        """The folder of files that are being imported; whoever opens the workspace empties it."""
        return self.store.folder / SCRATCH

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

    def expect_clock(self) -> None:
        """
        Sees that something could be changed now, for whoever only looks.

        Raises:
            ClockError: the clock is before the last change.
        """
        expect_after(self.now(), self.store.snapshot().at)

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

    Whatever takes one may write, and whatever it writes leaves a line in the change log. Whether
    who acts has the right that the cause takes is asked here, and nowhere below.
    """

    def __init__(self, workbench: Workbench, actor: Actor, now: Now) -> None:
        super().__init__(workbench.store, now, workbench.memberships, workbench._writes)
        self.actor = actor

    def may(self, *rights: str) -> bool:
        """Whether who acts has some rights, all of them."""
        return self.actor.rights.issuperset(rights)

    def expect(self, *rights: str) -> None:
        """
        Sees that whoever acts has all of these rights.

        Raises:
            ForbiddenError: one is lacking.
        """
        for right in rights:
            if not self.may(right):
                name, does = quoted(self.actor.name), RIGHTS[right].does
                raise ForbiddenError(
                    f"expected somebody who may {does}, got {name}, who may not: "
                    f"an administrator can give the role {right}"
                )

    def expect_to_undo(self, cause: str) -> None:
        """
        Sees that whoever acts may do what is to be undone.

        Raises:
            ForbiddenError: they may not.
        """
        self.expect(*_rights_for(cause))

    def configure(self, **values: Any) -> Project:
        """
        Writes some settings; whom another time zone moves enters or leaves at once.

        Raises:
            UsageError: a value does not fit, or there is no such setting; all faults at once.
            ClockError: the clock is before the last change set's instant.
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
            ClockError: the clock is before the last change set's instant.
        """
        self.refresh()  # what the clock moves is not for a new zone
        with self.write(cause) as (connection, act):
            yield connection, act
        self.refresh()

    def refresh(self) -> int:
        """
        Lets the clock move whoever is due; gives how many entered or left.

        Raises:
            ClockError: the clock is before the last change set's instant.
        """
        return self.memberships.refresh(self.clock)

    @contextmanager
    def write(self, cause: str) -> Iterator[tuple[Transaction, Act]]:
        """
        A transaction for what is no record and no segment; committed at the end, or not at all.

        The act says what it touched: without, nothing has changed, and the log has no line.

        Raises:
            ClockError: the clock is before the last change set's instant, and the cause is none
                that waits for no clock.
        """
        with self.store.write(self._begun(cause)) as (connection, act):
            yield connection, act

    @contextmanager
    def note(self, *, waits: bool = True) -> Iterator[Transaction]:
        """
        A transaction for what changes nothing, such as how far work is; the log has no line.

        Raises:
            StoreError: it does not wait, and somebody else writes.
        """
        with self.store.write(lambda: Act(self.actor, "", self.now()), waits=waits) as (noted, _):
            yield noted

    def definitions(self, cause: str) -> AbstractContextManager[Writing]:
        """
        A transaction to change segments in, which finds their members before it commits.

        Raises:
            ClockError: the clock is before the last change set's instant.
        """
        self.expect(*_rights_for(cause))
        return self.memberships.writing(self.actor, cause, self.clock)

    def _begun(self, cause: str) -> Callable[[], Act]:
        """The act as it begins; whoever may not is told before they wait for their turn."""
        self.expect(*_rights_for(cause))
        return lambda: Act(self.actor, cause, self._instant(cause))

    def _instant(self, cause: str) -> datetime:
        """When it is done; never before the last change."""
        now, last = self.now(), self.store.snapshot().at
        if CAUSES[cause].whenever:
            return max(now, last or now)
        expect_after(now, last)
        return now

    @contextmanager
    def change_set(
        self, cause: str, *, gathered: bool = False
    ) -> Iterator[tuple[ChangeSet, Profile]]:
        """
        The change set to write and the base it changes; committed at the end, or not at all.

        Who entered and left which segment is part of it.

        Args:
            gathered: it may rewrite what was written before.

        Raises:
            ClockError: the clock is before the last change set's instant.
        """
        self.expect(*_rights_for(cause))
        with self._writes.group(self.now, gathered=gathered) as (group, _):
            change = group.change_set(cause, self.actor)
            yield change, self.profile()
            group.keep(change)

    def purge(self) -> None:
        """
        Takes what was erased from the disk and from this process's memory, if anything.

        Raises:
            ConflictError: a reader who does not end keeps pages of before.
        """
        forget_marks()
        self.memberships.forget()
        self.memberships.profiles.forget()
        self.store.purge()

    def write_small(
        self,
        cause: str,
        write: Callable[[ChangeSet, Profile], Result],
        keys: Iterable[Key],
        read: Read[Result, Answer] = AS_WRITTEN,
    ) -> Answer:
        """
        Does all that `change_set` does, in one commit with others that wait meanwhile.

        Each has a change set and a line in the log of its own, and fails alone; only if the commit
        fails do all of them. An instant is shared, too.

        Args:
            write: a few records; it may run more than once, and in another thread than this.
            keys: of all records that it looks at or writes, those that are not there too.
            read: makes answers of what was committed; of all in a commit that have it, in one go.

        Returns:
            What `write` gave, or `read` makes of it, once it is committed.

        Raises:
            ClockError: the clock is before the last change set's instant.
        """
        self.expect(*_rights_for(cause))
        known = frozenset(keys)
        return self._writes.together(SmallWrite(cause, self.actor, self.now, write, known, read))

    def rehearse(
        self, cause: str, write: Callable[[ChangeSet, Profile], Result]
    ) -> Rehearsal[Result]:
        """
        Does all that `change_set` does, and takes it back; other writers wait meanwhile.

        Raises:
            ClockError: the clock is before the last change set's instant.
        """
        self.expect(*_rights_for(cause))
        with self._writes.group(self.now, rehearsal=True) as (group, followed):
            change = group.change_set(cause, self.actor)
            result = write(change, self.profile())
            group.keep(change)
        moves = [move for each in followed for move in self.memberships.rehearsed(each)]
        return Rehearsal(result, change.before.change, tuple(moves))


def _rights_for(cause: str) -> tuple[str, ...]:
    """The rights that a change takes, by the table of causes."""
    right = CAUSES[cause].right
    return () if right is None else (right,)
