"""What an import would do: the import itself, taken back before anybody sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from engine.base.kinds.registry import RECORD_TABLES
from engine.base.profiles import Profile
from engine.imports.checks.field_changes import FieldChanges, field_changes
from engine.imports.checks.problems import Problem, problems
from engine.imports.checks.repeats import Repeats, repeats
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import Table
from engine.imports.commit import WRITTEN, MergeResult, incoming
from engine.imports.files.source import Progress
from engine.segments.library import saved
from engine.store.changes import ChangeSet
from engine.store.results.moves import Move
from engine.store.results.runs import ImportRun
from engine.store.results.segments import Segment
from engine.workspace.workbench import Access, Workbench


@dataclass(frozen=True)
class Effect:
    """How many customers a change would move in and out of one segment."""

    segment: Segment
    entered: int
    left: int
    before: int  # members

    @property
    def after(self) -> int:
        """How many members it would have."""
        return self.before + self.entered - self.left


@dataclass(frozen=True, eq=False)
class Check:
    """What an import would do, with nothing written."""

    run: ImportRun  # the receipt as it would be; nothing is stored under its id
    rejected: pl.DataFrame  # as in `Batch`
    problems: tuple[Problem, ...]  # why they are rejected
    changes: FieldChanges
    repeats: Repeats
    effects: tuple[Effect, ...]  # of segments that would gain or lose anybody
    base: int  # the change set that it was asked behind


def check_file(
    access: Access,
    table: Table,
    path: Path,
    mapping: ImportMapping,
    progress: Progress | None = None,
    file_name: str | None = None,
) -> Check:
    """
    Says what `import_file` would do with the whole file; takes and raises the same.

    Segments that time alone moves by then are not among the effects.
    """
    coming = incoming(access, table, path, mapping, progress, file_name)
    records = RECORD_TABLES[table.name]

    def work(change: ChangeSet, profile: Profile) -> tuple[MergeResult, FieldChanges, Repeats]:
        written = coming.write(change, profile)
        stored, columns = written.stored, (*profile.snapshot.columns, *written.stored.new_columns)
        changes = field_changes(records, profile, change.written, stored, columns, change.now)
        return written, changes, repeats(records, written.shared, stored, columns)

    rehearsed = access.rehearse("import", work)
    written, changes, repeated = rehearsed.result
    coming.tell(WRITTEN)
    why = problems(written.rejected, written.run.header, table, mapping)
    effects = _effects(access, rehearsed.moves)
    return Check(written.run, written.rejected, why, changes, repeated, effects, rehearsed.base)


def _effects(workbench: Workbench, moves: Sequence[Move]) -> tuple[Effect, ...]:
    sizes = workbench.memberships.sizes(*workbench.state()) if moves else {}
    counted = (
        Effect(
            segment,
            sum(len(move.entered) for move in moves if move.segment_id == segment.id),
            sum(len(move.left) for move in moves if move.segment_id == segment.id),
            sizes.get(segment.id, 0),
        )
        for segment in saved(workbench)
    )
    return tuple(effect for effect in counted if effect.entered or effect.left)
