"""The change log as it is read: who changed what, when, through which door and why."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from engine.segments.library import instant
from engine.store.results.causes import CAUSES as CAUSES  # for the doors too
from engine.store.results.change_log import EVERYTHING as EVERYTHING  # for the doors too
from engine.store.results.change_log import LogFilter as LogFilter
from engine.store.results.change_log import LogLine as LogLine
from engine.store.results.change_log import count_lines, line_of, log_lines, values_of
from engine.store.results.runs import imports_of
from engine.text.counts import counted
from engine.text.formulas import csv_text
from engine.workspace import settings
from engine.workspace.downloads import note_download
from engine.workspace.workbench import Access, Workbench

IMPORTS = "imports"  # as lines name them
RECORDS, FURTHER = "records", "further records"  # as `names` says what a line has written of few
# The columns of the log as CSV.
CSV: Mapping[str, type[pl.DataType]] = {
    "Change": pl.Int64,
    **dict.fromkeys(("When", "Who", "Through", "Cause", "What", "Details"), pl.String),
    "Undone by": pl.Int64,
    "Data version": pl.Int64,
}


@dataclass(frozen=True)
class LogPage:
    """Some lines of the log."""

    lines: list[LogLine]  # newest first
    total: int  # how many lines there are beside them


@dataclass(frozen=True)
class Choices:
    """What lines can be chosen by: every value that is in the log."""

    actors: list[str]
    doors: list[str]
    causes: list[str]


def log(
    workbench: Workbench,
    wanted: LogFilter = EVERYTHING,
    most: int | None = None,
    skipped: int = 0,
) -> LogPage:
    """
    Lines of the log.

    Args:
        most: how many of the newest; all unless given.
        skipped: how many newer ones are left out.
    """
    with workbench.store.read() as connection:
        lines = log_lines(connection, wanted, most, skipped)
        return LogPage(lines, count_lines(connection, wanted))


def line_of_change(workbench: Workbench, change: int) -> LogLine:
    """The line of a change set of records."""
    with workbench.store.read() as connection:
        return line_of(connection, change)


def choices(workbench: Workbench) -> Choices:
    """What the log can be narrowed to."""
    with workbench.store.read() as connection:
        return Choices(*map(sorted, values_of(connection)))


def label(cause: str) -> str:
    """A cause as the log shows it."""
    return CAUSES[cause].label if cause in CAUSES else cause


def to_object(line: LogLine) -> dict[str, Any]:
    """The line as JSON; `change` is the data version that it made, null where it made none."""
    return {**vars(line), "at": instant(line.at)}


def with_files(workbench: Workbench, lines: Iterable[LogLine]) -> list[LogLine]:
    """The lines with the names of the files that were imported in place of the ids of imports."""
    told = list(lines)
    with workbench.store.read() as connection:
        runs = imports_of(connection, [line.change for line in told if line.change is not None])
    named = {
        line.number: {**line.touched, IMPORTS: [runs[line.change].file_name]}
        for line in told
        if IMPORTS in line.touched and line.change in runs
    }
    return [replace(line, touched=named.get(line.number, line.touched)) for line in told]


def in_words(line: LogLine) -> str:
    """What a line touched, for a person: `segment Berliners removed`, `Currency: EUR → PLN`."""
    undone = [] if line.undoes is None else [f"change {line.undoes}"]
    touched = (
        counted(what, kind)
        if isinstance(what, int)
        else TOLD.get(kind, _record_names)(line, kind, what)
        for kind, what in line.touched.items()
    )
    return "; ".join((*undone, *touched))


def csv(lines: Iterable[LogLine]) -> str:
    """Lines as CSV, one row each, guarded against spreadsheets that would run a cell."""
    rows = [
        {
            "Change": line.number,
            "When": instant(line.at),
            "Who": line.actor,
            "Through": line.door,
            "Cause": line.cause,
            "What": label(line.cause),
            "Details": in_words(line),
            "Undone by": line.undone_by,
            "Data version": line.change,
        }
        for line in lines
    ]
    return csv_text(pl.DataFrame(rows, schema=CSV))


def download_csv(access: Access, wanted: LogFilter = EVERYTHING) -> str:
    """Lines as CSV for whoever takes them away, which the log keeps."""
    lines = log(access, wanted).lines
    note_download(access, "log lines", len(lines))
    return csv(lines)


def _record_names(_line: LogLine, kind: str, names: list[str]) -> str:
    return f"{kind.removesuffix('s')} {', '.join(names)}"


def _record_texts(_line: LogLine, _kind: str, records: list[str]) -> str:
    return "; ".join(records)


def _settings(line: LogLine, kind: str, names: list[str]) -> str:
    if not line.before:  # the workspace was emptied since
        return _record_names(line, kind, names)
    return ", ".join(
        f"{settings.label(name)}: {settings.in_words(name, line.before[name])} → "
        f"{settings.in_words(name, line.after[name])}"
        for name in names
    )


def _segment(line: LogLine, kind: str, ids: list[str]) -> str:
    said = line.after or line.before
    return f"{_record_names(line, kind, [said['name']] if said else ids)}{_became(line)}"


def _view(line: LogLine, kind: str, names: list[str]) -> str:
    return f"{_record_names(line, kind, [name.partition('/')[2] for name in names])}{_became(line)}"


def _key(line: LogLine, kind: str, names: list[str]) -> str:
    return f"{_record_names(line, kind, names)}{_became(line)}"


def _person(line: LogLine, _kind: str, names: list[str]) -> str:
    return f"person {', '.join(names)}{_became(line)}"


def _type(line: LogLine, _kind: str, names: list[str]) -> str:
    before, after = (_spelled(type_) for type_ in (line.before, line.after))
    return f"{', '.join(names)}: {before} → {after}"


def _spelled(settled: Any) -> str:
    if not settled:
        return "no type"
    return f"list of {settled['kind']}s" if settled["many"] else str(settled["kind"])


def _became(line: LogLine) -> str:
    """What became of a thing; nothing where the log does not keep it any more."""
    if line.before == line.after:
        return ""
    return " created" if line.before is None else " removed" if line.after is None else " changed"


Words = Callable[[LogLine, str, list[str]], str]
TOLD: Mapping[str, Words] = {
    RECORDS: _record_texts,
    FURTHER: _record_texts,
    "settings": _settings,
    "segments": _segment,
    "views": _view,
    "fields": _type,
    "API keys": _key,
    "people": _person,
    "webhooks": _key,
    "retention rules": _key,
}
