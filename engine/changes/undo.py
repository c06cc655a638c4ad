"""
What was changed is taken back, by the number of its line in the log: a change of its own.

Records are undone field by field; a definition, a setting or a view only as long as nobody has
changed it again.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.errors import ConflictError
from engine.imports import metadata_types
from engine.imports.undo import Conflict, UndoEffect, records_preview, undo_records
from engine.privacy import retention_rules
from engine.segments import versions
from engine.store.database import Transaction
from engine.store.results.causes import CAUSES
from engine.store.results.change_log import Act, LogLine, line_of, log_line, names_of
from engine.store.results.runs import find_import
from engine.store.snapshot import snapshot_in
from engine.workspace import settings, views
from engine.workspace.workbench import Access, Workbench


@dataclass(frozen=True, eq=False)
class Way:
    """How changes of one cause are undone."""

    preview: Callable[[Workbench, LogLine], UndoEffect]
    undo: Callable[[Access, LogLine, Collection[Conflict]], UndoEffect]


def expect_undoable(workbench: Workbench, number: int) -> None:
    """
    Looks at the line of a change alone; what `preview` reads of a large import takes seconds.

    Raises:
        NotFoundError: no line of the log has this number.
        ConflictError: it cannot be undone; says why.
    """
    with workbench.store.read() as connection:
        _undoable(connection, number)


def preview(workbench: Workbench, number: int) -> UndoEffect:
    """
    What undoing a change would do, with every conflict.

    Raises:
        NotFoundError: no line of the log has this number.
        ConflictError: it cannot be undone; says why.
    """
    with workbench.store.read() as connection:
        line = _undoable(connection, number)
    return WAYS[line.cause].preview(workbench, line)


def undo(access: Access, number: int, earlier: Collection[Conflict] = ()) -> UndoEffect:
    """
    Undoes a change.

    Args:
        earlier: the conflicts whose earlier value is taken; of the others the later one stays.

    Raises:
        NotFoundError: no line of the log has this number.
        ConflictError: it cannot be undone, as when another record has a key by now that one would
            have again, or the clock is before the last change; says why.
        ForbiddenError: it takes a right to do what is undone, and whoever acts has it not.
    """
    with access.store.read() as connection:
        line = _undoable(connection, number)
    access.expect_to_undo(line.cause)
    return WAYS[line.cause].undo(access, line, earlier)


def number_of_import(workbench: Workbench, run_id: str) -> int:
    """
    The number in the log of an import that changed something.

    Raises:
        NotFoundError: no import has this id.
        ConflictError: it changed nothing.
    """
    with workbench.store.read() as connection:
        run = find_import(connection, run_id)
        if run.change is None:
            raise ConflictError(f"the import {run.id} changed nothing: there is nothing to undo")
        return line_of(connection, run.change).number


def _undoable(connection: Transaction, number: int) -> LogLine:
    line = log_line(connection, number)
    if line.undone_by is not None:
        raise ConflictError(f"change {number} is undone already, by change {line.undone_by}")
    if line.cause not in WAYS:
        what = CAUSES[line.cause].label.lower()
        raise ConflictError(f"change {number} ({what}) is of a kind that cannot be undone")
    folded = 0 if line.change is None else snapshot_in(connection).folded
    if line.change is not None and line.change <= folded:
        raise ConflictError(
            f"change {number} cannot be undone any more: the history up to data version {folded} "
            "was folded away by retention, so nobody knows what was before"
        )
    if line.change is None and line.before is None and line.after is None:
        raise ConflictError(f"change {number} left nothing to undo")
    return line


def _begin(connection: Transaction, act: Act, line: LogLine) -> None:
    """Looks again, now that nobody else writes, and says in the log what is undone."""
    _undoable(connection, line.number)
    act.undoes = line.number


def _check(line: LogLine, now: Any, what: str) -> None:
    """
    Raises:
        ConflictError: it is not as the change left it.
    """
    if now != line.after:
        raise ConflictError(f"{what} was changed again since change {line.number}: undo that first")


def _summary(line: LogLine, what: str) -> UndoEffect:
    ends = {what: 1}
    return (
        UndoEffect(line, None, ends, {})
        if line.before is None
        else UndoEffect(line, None, {}, ends)
    )


def _undo_records(access: Access, line: LogLine, earlier: Collection[Conflict]) -> UndoEffect:
    with access.change_set("undo") as (change, profile), access.store.read() as connection:
        _begin(connection, change.act, line)
        if line.cause == "schema":
            metadata_types.unsettle(access, change, profile, line)
        return undo_records(access, change, profile, line, earlier)


def _definition(workbench: Workbench, line: LogLine) -> UndoEffect:
    with workbench.store.read() as connection:
        versions.check_revert(connection, line)
    return _summary(line, "segments")


def _undo_definition(access: Access, line: LogLine, _earlier: Collection[Conflict]) -> UndoEffect:
    with access.definitions("undo") as writing:
        _begin(writing.connection, writing.act, line)
        versions.revert(writing, line)
    return replace(_summary(line, "segments"), done=True)


def _setting(workbench: Workbench, line: LogLine) -> UndoEffect:
    kept = vars(workbench.project)
    _check(line, {name: kept[name] for name in line.after}, ", ".join(line.after))
    return UndoEffect(line, None, {}, {"settings": len(line.after)})


def _undo_setting(access: Access, line: LogLine, _earlier: Collection[Conflict]) -> UndoEffect:
    with access.settings("undo") as (connection, act):
        _begin(connection, act, line)
        told = _setting(access, line)
        settings.change(connection, act, access.project, line.before)
    return replace(told, done=True)


def _view(workbench: Workbench, line: LogLine) -> UndoEffect:
    of, name = _view_name(line)
    _check(line, views.stored(workbench, of).get(name), f"the view {name}")
    return _summary(line, "views")


def _undo_view(access: Access, line: LogLine, _earlier: Collection[Conflict]) -> UndoEffect:
    with access.write("undo") as (connection, act):
        _begin(connection, act, line)
        told = _view(access, line)
        views.write(connection, act, *_view_name(line), line.before)
    return replace(told, done=True)


def _rule(workbench: Workbench, line: LogLine) -> UndoEffect:
    (key,) = names_of(line, "retention rules")
    with workbench.store.read() as connection:
        _check(line, retention_rules.stored_rules(connection).get(key), f"the rule {key}")
    return _summary(line, "retention rules")


def _undo_rule(access: Access, line: LogLine, _earlier: Collection[Conflict]) -> UndoEffect:
    with access.write("undo") as (connection, act):
        _begin(connection, act, line)
        told = _rule(access, line)
        (key,) = names_of(line, "retention rules")
        retention_rules.write_rule(connection, act, key, line.before)
    return replace(told, done=True)


def _view_name(line: LogLine) -> tuple[str, str]:
    """What the view is of, and its own name."""
    of, _, name = names_of(line, "views")[0].partition("/")
    return of, name


RECORDS = Way(records_preview, _undo_records)
WAYS: Mapping[str, Way] = {
    "import": RECORDS,
    "redemption": RECORDS,
    "rollback": RECORDS,
    "voucher": RECORDS,
    "campaign": RECORDS,
    "order": RECORDS,
    "schema": RECORDS,
    "edit": RECORDS,
    "merge": RECORDS,
    "deletion": RECORDS,
    "event": RECORDS,
    "definition": Way(_definition, _undo_definition),
    "setting": Way(_setting, _undo_setting),
    "view": Way(_view, _undo_view),
    "retention rule": Way(_rule, _undo_rule),
}
