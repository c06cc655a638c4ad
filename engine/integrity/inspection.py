"""What a workspace comes to when it is counted afresh: found once, for all that is compared."""

from collections import defaultdict
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from pyroaring import BitMap

from engine.base.profiles import Profile
from engine.filters.clock import Clock
from engine.memberships.graph import Definitions
from engine.store.records.tables import RecordTable
from engine.store.results.memberships import Membership, last_pass, memberships
from engine.store.results.segments import names_of
from engine.store.snapshot import Snapshot
from engine.workspace.workbench import Workbench


class Inspection:
    """One workspace, looked at from all sides at one moment."""

    def __init__(self, workbench: Workbench) -> None:
        self.workbench = workbench
        self.store = workbench.store

    @cached_property
    def snapshot(self) -> Snapshot:
        """The last committed state."""
        return self.store.snapshot()

    @cached_property
    def tables(self) -> list[RecordTable]:
        """Every record table."""
        return list(self.store.tables.values())

    @cached_property
    def profile(self) -> Profile:
        """The base as it is read from the disk."""
        return self.workbench.memberships.rebuilt()

    @cached_property
    def definitions(self) -> Definitions:
        """Every segment by its id."""
        return self.workbench.memberships.definitions(self.profile, self.workbench.clock())

    @cached_property
    def lines(self) -> dict[str, Membership]:
        """The line of each segment."""
        with self.store.read() as connection:
            return memberships(connection)

    @cached_property
    def names(self) -> dict[str, str]:
        """What each segment is called, by its id."""
        with self.store.read() as connection:
            return names_of(connection)

    @cached_property
    def right(self) -> dict[str, BitMap]:
        """
        The members of each segment with a filter, evaluated afresh.

        Each at an instant at which those that are stored have to be right: behind the last change
        of records, and behind the last time that they were found.
        """
        with self.store.read() as connection:
            zone = last_pass(connection).zone
        if zone is None:  # none was ever found
            return {}
        asked: dict[datetime, list[str]] = defaultdict(list)
        for key in self.definitions.evaluated:
            asked[self.instant(key)].append(key)
        found: dict[str, BitMap] = {}
        for at, keys in asked.items():
            clock = Clock(at, ZoneInfo(zone))
            found |= self.workbench.memberships.afresh(self.profile, clock, keys)
        return found

    def instant(self, segment_id: str) -> datetime:
        """When the stored members of a segment have to be right."""
        found = [self.lines[segment_id].at] if segment_id in self.lines else []
        found += [self.profile.at] if self.profile.at else []
        return max(found, default=self.workbench.now())

    def called(self, segment_id: str) -> str:
        """A segment as damages name it."""
        return f"segment {self.names.get(segment_id, segment_id)}"
