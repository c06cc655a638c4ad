"""The check of an import, as `import --dry-run` tells it."""

from collections.abc import Iterable, Iterator
from typing import Any

from engine.imports.checks.check import Check, Effect
from engine.imports.checks.field_changes import ChangedRecord, FieldChange
from engine.imports.checks.problems import Problem
from engine.imports.checks.repeats import Repeat
from engine.text.counts import counted

EXAMPLES = 5  # row numbers told of one kind of problem, and of one record
RECORDS = 20  # that several rows give, told to a person
HEADER = ("field", "would change", "filled", "cleared")


def document(found: Check) -> dict[str, Any]:
    """What the check says beside its counts; every row number, and texts of values."""
    return {
        "problems": [_problem(one) for one in found.problems],
        "fields": [_field(one) for one in found.changes.fields],
        "records": [_record(one) for one in found.changes.records],
        "repeats": found.repeats.count,
        "repeated": [_repeat(one) for one in found.repeats.first],
        "segments": [_effect(one) for one in found.effects],
    }


def lines(found: Check) -> Iterator[str]:
    """The same for a person: the sample of records is left out, and long lists are cut short."""
    for problem in found.problems:
        rows = _rows(problem.rows)
        yield f"rejected {counted(len(problem.rows), 'times')}: {problem.reason} ({rows})"
    yield from _table(found.changes.fields)
    if found.repeats.count:
        yield f"records in several rows: {found.repeats.count:,}; a field's last value counts"
    for repeat in found.repeats.first[:RECORDS]:
        yield f"  {repeat.record}: {_rows(repeat.rows)}{_counting(repeat)}"
    for effect in found.effects:
        moves = f"{effect.entered:,} would enter, {effect.left:,} would leave"
        yield f"{effect.segment.name}: {moves}"


def _problem(problem: Problem) -> dict[str, Any]:
    count = len(problem.rows)
    return {
        "reason": problem.reason,
        "count": count,
        "rows": problem.rows,
        "column": problem.column,
    }


def _field(change: FieldChange) -> dict[str, Any]:
    return {
        "path": change.field.path,
        "changed": change.changed,
        "filled": change.filled,
        "cleared": change.cleared,
    }


def _record(changed: ChangedRecord) -> dict[str, Any]:
    fields = [
        {"path": one.field.path, "before": one.before, "after": one.after}
        for one in changed.differences
    ]
    return {"record": changed.record, "fields": fields}


def _repeat(repeat: Repeat) -> dict[str, Any]:
    winners = {field.path: row for field, row in repeat.winners.items()}
    return {"record": repeat.record, "rows": repeat.rows, "winners": winners}


def _effect(effect: Effect) -> dict[str, Any]:
    segment = {"id": effect.segment.id, "name": effect.segment.name}
    return {**segment, "entered": effect.entered, "left": effect.left}


def _table(changes: Iterable[FieldChange]) -> Iterator[str]:
    """One line per field, in columns; nothing where no field would change."""
    cells = [
        (one.field.path, f"{one.changed:,}", f"{one.filled:,}", f"{one.cleared:,}")
        for one in changes
    ]
    width = max([len(HEADER[0]), *(len(path) for path, *_ in cells)])
    for path, *counts in [HEADER, *cells] if cells else []:
        yield path.ljust(width) + "".join(count.rjust(14) for count in counts)


def _counting(repeat: Repeat) -> str:
    """Which rows count: "row 9 counts; row 5 for email"; nothing where they give a key alone."""
    first = [f"row {row} counts" for row in list(repeat.fields)[:1]]
    told = [
        f"row {row} for {', '.join(field.path for field in fields)}"
        for row, fields in repeat.fields.items()
    ]
    return "".join(f"; {part}" for part in (*first, *told[1:]))


def _rows(rows: Iterable[int]) -> str:
    known = list(rows)
    more = f" and {len(known) - EXAMPLES:,} more" if len(known) > EXAMPLES else ""
    return "row " + ", ".join(map(str, known[:EXAMPLES])) + more
