"""
Writes of records: alone, or small ones that wait for each other as one group (group commit).

Whoever comes first leads: it takes the lock once, runs what waits one after the other, and commits
all of it with one membership pass. Meanwhile others come, and the first of them leads the next.
Where several write at once, their next writes come soon behind a commit, and it waits for those.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock
from time import sleep
from typing import Any, Generic
from zoneinfo import ZoneInfo

from typing_extensions import TypeVar

from engine.actors import Actor
from engine.base.indexes import mark_ahead
from engine.base.profiles import Profile
from engine.filters.clock import Clock
from engine.memberships.current import Current, PendingStep
from engine.store.changes import ChangeSet
from engine.store.database import Transaction
from engine.store.groups import CommitGroup
from engine.store.store import Store
from engine.workspace import settings

Now = Callable[[], datetime]
Result = TypeVar("Result")
Answer = TypeVar("Answer", default=Result)
Base = Callable[[], Profile]  # as the commit has left it, or as it is later; loaded when asked
Read = Callable[[Base, Sequence[Result]], Sequence[Answer]]  # each result's, in their order
Key = tuple[str, str]  # record table, and an id or source id in it

MOST = 64  # writes in one group; more would let the first of them wait for long
FEW = 8  # that nobody waits for: of four at a time each would be answered later
PAUSE, PAUSES = 0.005, 20  # seconds between two looks at who has come, and how many looks


def _as_written(_base: Base, results: Sequence[Result]) -> Sequence[Result]:
    return results


AS_WRITTEN: Any = _as_written  # each caller gets what its write gave


@dataclass(frozen=True, eq=False)
class SmallWrite(Generic[Result, Answer]):
    """
    One write of a few records, which may share its commit with others.

    Args:
        body: writes; it may run more than once, and in another thread than its caller's.
        keys: of all records that it looks at or writes, those that are not there too: writes of one
            group have none in common, so that each finds the records as if it came alone.
        read: makes answers of results, of all writes of a group that have the same one, once they
            are committed: 32 customers are looked up in 8 ms, and one by one in 100.
    """

    cause: str
    actor: Actor
    now: Now
    body: Callable[[ChangeSet, Profile], Result]
    keys: frozenset[Key]
    read: Read[Result, Answer] = AS_WRITTEN
    outcome: "Future[Answer]" = field(default_factory=Future)
    turn: Event = field(default_factory=Event)  # set when it is done, or has to lead

    def end(self, error: BaseException) -> None:
        """Tells whoever waits for it that it failed."""
        self.outcome.set_exception(error)
        self.turn.set()


@dataclass(frozen=True, eq=False)
class Ran(Generic[Result, Answer]):
    """A write of a group that is to be committed, and what it gave."""

    write: SmallWrite[Result, Answer]
    result: Result


class Writes:
    """The one way in which a process changes the records of a workspace."""

    def __init__(self, store: Store, memberships: Current) -> None:
        self._store = store
        self._memberships = memberships
        self._waiting: deque[SmallWrite[Any, Any]] = deque()
        self._led = False  # whether somebody leads
        self._guard = Lock()  # of both
        self._last = deque([0, 0], 2)  # writes in the last two groups

    @contextmanager
    def group(
        self, now: Now, *, rehearsal: bool = False, gathered: bool = False
    ) -> Iterator[tuple[CommitGroup, list[PendingStep]]]:
        """
        Change sets to write, and what the memberships came to by them once they are committed.

        Takes what `Store.group` does.

        Raises:
            ClockError: the clock is before the last change set's instant.
        """
        followed: list[PendingStep] = []
        try:
            with self._store.group(now, rehearsal=rehearsal, gathered=gathered) as group:
                clock = self._clock(group)

                def follow(connection: Transaction) -> None:
                    followed.append(self._memberships.follow(connection, group, clock))

                group.follow = follow
                yield group, followed
        except BaseException:
            self._memberships.forget()
            raise
        for each in () if rehearsal else followed:
            self._memberships.committed(each)

    def together(self, write: SmallWrite[Result, Answer]) -> Answer:
        """
        Waits until a write is committed, with those that waited at the same time, or has failed.

        Returns:
            What `read` makes of it.

        Raises:
            ClockError: the clock is before the last change set's instant.
        """
        with self._guard:
            self._waiting.append(write)
            leads, self._led = not self._led, True
        if not leads:
            write.turn.wait()
        if not write.outcome.done():
            self._lead()
        return write.outcome.result()

    def _lead(self) -> None:
        """Commits a group, whose first write is its caller's, and hands over."""
        first = self._waiting[0]
        ran: list[Ran[Any, Any]] = []
        try:
            self._await()
            with self.group(first.now) as (group, _):
                self._run(group, ran)
        except BaseException as error:
            for write in (one.write for one in ran):
                write.end(error)
            self._fail(first, error)
            if not isinstance(error, Exception):
                raise
        else:
            self._tell(ran)
        finally:
            self._last.append(len(ran))
            with self._guard:
                self._led = bool(self._waiting)
                if self._led:
                    self._waiting[0].turn.set()

    def _tell(self, ran: Iterable[Ran[Any, Any]]) -> None:
        """Answers whoever waits for what is committed."""
        alike: dict[Read[Any, Any], list[Ran[Any, Any]]] = defaultdict(list)
        for one in ran:
            alike[one.write.read].append(one)
        for read, some in alike.items():
            writes = [one.write for one in some]
            try:
                found = read(self._memberships.profiles.current, [one.result for one in some])
                answers = [*zip(writes, found, strict=True)]
            except BaseException as error:  # noqa: BLE001 - each caller raises it
                for write in writes:
                    write.end(error)
            else:
                for write, answer in answers:
                    write.outcome.set_result(answer)
                    write.turn.set()

    def _await(self) -> None:
        """
        Lets those come who wrote together a moment ago, as far as half of them.

        Of 32 who write again and again one came first and was a group of its own, for which all
        others waited.
        """
        for _ in range(PAUSES):
            if FEW + 2 * len(self._waiting) >= max(self._last):
                break
            sleep(PAUSE)

    def _fail(self, first: SmallWrite[Any, Any], error: BaseException) -> None:
        """The first one fails with its group, also where nothing could be begun."""
        if not first.outcome.done():
            with self._guard:
                self._waiting.remove(first)
            first.end(error)

    def _run(self, group: CommitGroup, ran: list[Ran[Any, Any]]) -> None:
        """Runs what waits, until one cannot share the group; it and those behind wait on."""
        profile, taken = self._memberships.profiles.current(), set[Key]()
        first = self._waiting[0].now
        with self._guard:
            mark_ahead({name for write in self._waiting for _, name in write.keys})
        while len(ran) < MOST and (write := self._next(first, taken)):
            change = group.change_set(write.cause, write.actor)
            try:
                result = write.body(change, profile)
            except BaseException as error:
                write.end(error)
                if not isinstance(error, Exception):
                    raise
                continue
            if ran and (change.names or change.keys & taken):
                self._back([write])
                break
            group.keep(change)
            ran.append(Ran(write, result))
            taken |= write.keys | change.keys
            if change.names:  # others would have to be read anew
                break
        group.cut(self._memberships.apart(group, self._clock(group)))
        kept = len(group.changes)
        self._back([one.write for one in ran[kept:]])
        del ran[kept:]

    def _next(self, now: Now, taken: set[Key]) -> SmallWrite[Any, Any] | None:
        """The next one, if it can share the group: by its clock, and by what it looks at."""
        with self._guard:
            if self._waiting:
                write = self._waiting[0]
                if write.now == now and write.keys.isdisjoint(taken):
                    return self._waiting.popleft()
        return None

    def _back(self, writes: list[SmallWrite[Any, Any]]) -> None:
        with self._guard:
            self._waiting.extendleft(reversed(writes))

    def _clock(self, group: CommitGroup) -> Clock:
        return Clock(group.at, ZoneInfo(settings.project(self._store).time_zone))
