"""
What an erasure would do, found before anything is written: in records, files and, as it is written,
texts. Whoever has found it may have to look again for what has come since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.base.profiles import Profile
from engine.privacy.files import looked_at, naming_files
from engine.privacy.people import DataSubject, traces_of
from engine.privacy.records import TableErasure, both, table_erasures
from engine.privacy.traces import Traces
from engine.workspace.workbench import Workbench


@dataclass(frozen=True, eq=False)
class Plan:
    """What is to be done, before anything is written."""

    change: int  # of the base that it was found in
    people: Sequence[DataSubject]
    traces: Traces
    records: Sequence[TableErasure]
    files: Mapping[str, Sequence[str]]  # those that go
    paths: Mapping[str, Sequence[str]]  # those that were looked at
    activity: str

    @property
    def counts(self) -> dict[str, int]:
        """By the row of the inventory: records that go or are changed, and files."""
        records = {each.table.name: len(each.rows) for each in self.records if each.rows}
        return records | {key: len(files) for key, files in self.files.items()}

    @property
    def removed(self) -> list[str]:
        """The files that go."""
        return sorted(file for files in self.files.values() for file in files)


def plan_of(
    workbench: Workbench, profile: Profile, people: Sequence[DataSubject], activity: str | None
) -> Plan:
    """
    What is to be done to erase some people.

    Args:
        activity: a key of ACTIVITY; as the workspace is set unless given.
    """
    traces, chosen = traces_of(people), activity or workbench.project.erased_activity
    records = table_erasures(workbench, profile, people, traces, chosen)
    paths = looked_at(workbench.store.folder) if people else {}
    files = naming_files(workbench.store.folder, traces, paths)
    return Plan(profile.change, people, traces, records, files, paths, chosen)


def brought_up(
    workbench: Workbench, plan: Plan, profile: Profile, people: Sequence[DataSubject]
) -> Plan:
    """
    The plan for a later base, of which only what has come since is looked through.

    Args:
        people: the same ones as they are there; of whom there is more to seek, all is looked at.
    """
    if profile.change == plan.change:
        return plan
    traces = traces_of(people)
    if not traces.same(plan.traces):
        return plan_of(workbench, profile, people, plan.activity)
    new = table_erasures(workbench, profile, people, traces, plan.activity, plan.change)
    records = both(new, [replace(one, gone=[], own=[]) for one in plan.records])
    return replace(plan, change=profile.change, people=people, records=records)


def with_later_files(plan: Plan, folder: Path) -> Plan:
    """
    The plan with the files that have come since it was made.

    From here on nobody's receipt of an export is written before the erasure is.
    """
    paths = looked_at(folder)
    new = {key: sorted({*some} - {*plan.paths.get(key, ())}) for key, some in paths.items()}
    later = naming_files(folder, plan.traces, new)
    files = {key: [*plan.files.get(key, ()), *later.get(key, ())] for key in paths}
    return replace(plan, files={key: some for key, some in files.items() if some})
