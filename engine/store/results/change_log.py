"""The change log: one line for everything that was changed, by whom and because of what."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, cast, func, insert, or_, select

from engine.actors import Actor
from engine.errors import NotFoundError
from engine.store.results.log_chain import blank_all, chained, last_link
from engine.store.results.tables import change_log

Touched = Mapping[str, int | list[str]]  # kind of thing -> how many of it, or which


@dataclass
class Act:
    """One change as it is made: what its line will say."""

    actor: Actor
    cause: str  # key of a row in `causes.CAUSES`
    at: datetime
    touched: dict[str, int | list[str]] = field(default_factory=dict)
    before: Any = None  # of a definition or a setting, as JSON; None: it was not there
    after: Any = None
    undoes: int | None = None  # the line that this one takes back


@dataclass(frozen=True)
class LogLine:
    """One line of the log."""

    number: int  # in the order in which things were changed
    at: datetime
    actor: str
    door: str | None  # None: from before there was a log
    cause: str
    change: int | None  # the change set of records; None: no record was written
    touched: Touched
    before: Any
    after: Any
    undoes: int | None
    undone_by: int | None  # the line that took this one back


@dataclass(frozen=True)
class LogFilter:
    """Which lines are asked for; what is empty does not matter."""

    since: datetime | None = None
    until: datetime | None = None  # the first instant that is asked for no more
    text: str = ""  # to be found in who did it, or in what was touched, before or after
    actors: tuple[str, ...] = ()
    doors: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()  # lines that say the text with what the log itself does not keep


EVERYTHING = LogFilter()
LINE = insert(change_log)
SHOWN = [column for column in change_log.columns if column.name not in ("digests", "hash")]
SEARCHED = ("actor", "touched", "before", "after")


def record(connection: Connection, act: Act, change: int | None = None) -> None:
    """
    Writes the line of what was done; what touched nothing leaves none.

    Args:
        change: the change set of records, where there is one.
    """
    record_all(connection, [(act, change)])


def record_all(connection: Connection, done: Iterable[tuple[Act, int | None]]) -> None:
    """`record` of several, in their order."""
    rows = [
        {**vars(act), "actor": act.actor.name, "door": act.actor.door, "change": change}
        for act, change in done
        if act.touched or change is not None
    ]
    if rows:
        connection.execute(LINE, chained(rows, last_link(connection)))


def log_lines(
    connection: Connection,
    wanted: LogFilter = EVERYTHING,
    most: int | None = None,
    skipped: int = 0,
) -> list[LogLine]:
    """
    Lines of the log, newest first.

    Args:
        most, skipped: a page of them.
    """
    asked = _lines().where(*_tests(wanted)).order_by(change_log.c.number.desc())
    return _read(connection, asked.limit(most).offset(skipped))


def count_lines(connection: Connection, wanted: LogFilter = EVERYTHING) -> int:
    """How many lines there are."""
    asked = select(func.count()).select_from(change_log).where(*_tests(wanted))
    return connection.scalar(asked) or 0


def log_line(connection: Connection, number: int) -> LogLine:
    """
    The line with this number.

    Raises:
        NotFoundError: there is none.
    """
    found = _read(connection, _lines().where(change_log.c.number == number))
    if not found:
        raise NotFoundError(f"no change has the number {number}: look it up in the change log")
    return found[0]


def line_of(connection: Connection, change: int) -> LogLine:
    """The line of a change set of records."""
    return _read(connection, _lines().where(change_log.c.change == change))[0]


def change_lines(connection: Connection, changes: Iterable[int]) -> dict[int, LogLine]:
    """The lines of some change sets of records, by the number of the change set."""
    asked = _lines().where(change_log.c.change.in_(_each(changes)))
    return {line.change: line for line in _read(connection, asked) if line.change}


def definition_lines(
    connection: Connection, instants: Collection[datetime]
) -> dict[datetime, LogLine]:
    """The lines of what defined segments at some instants, a definition being no change set."""
    columns = change_log.c
    asked = _lines().where(columns.at.in_(instants), columns.change.is_(None))
    return {line.at: line for line in _read(connection, asked) if names_of(line, "segments")}


def values_of(connection: Connection) -> list[set[str]]:
    """Every `actor`, `door` and `cause` in the log; an index tells it of 100,000 lines in 10 ms."""
    asked = select(change_log.c.actor, change_log.c.door, change_log.c.cause).distinct()
    found = connection.execute(asked).all()
    return [{row[place] for row in found} - {None} for place in range(3)]


def undone_by(connection: Connection) -> dict[int, int]:
    """Each change set of records that was undone, and the one that undid it."""
    later = change_log.alias("later")
    pairs = select(change_log.c.change, later.c.change.label("by")).join(
        later, later.c.undoes == change_log.c.number
    )
    # What undoes nothing is passed over by the index: the log may have a line for every write.
    tests = later.c.undoes.is_not(None), change_log.c.change.is_not(None)
    found = connection.execute(pairs.where(*tests))
    return {row.change: row.by for row in found}


def names_of(line: LogLine, kind: str) -> list[str]:
    """Which things of a kind a line touched; empty where it only says how many."""
    touched = line.touched.get(kind)
    return touched if isinstance(touched, list) else []


def strip(connection: Connection) -> None:
    """Leaves who did what and when, without the contents: for a workspace that is emptied."""
    blank_all(connection, ("change", "before", "after"))


def _lines() -> Select[Any]:
    later = change_log.alias("later")
    undone = later.c.number.label("undone_by")
    return select(*SHOWN, undone).outerjoin(later, later.c.undoes == change_log.c.number)


def _each(numbers: Iterable[int]) -> Select[Any]:
    """Any number of them, in place of a parameter each."""
    return select(func.json_each(json.dumps(sorted(numbers))).table_valued("value").c.value)


def _tests(wanted: LogFilter) -> Iterable[ColumnElement[bool]]:
    columns = change_log.c
    if wanted.since is not None:
        yield columns.at >= wanted.since
    if wanted.until is not None:
        yield columns.at < wanted.until
    if wanted.text:
        spelled = json.dumps(wanted.text)[1:-1]  # as JSON columns hold what is no ASCII
        tests = (
            cast(columns[name], String).icontains(word, autoescape=True)
            for name in SEARCHED
            for word in {wanted.text, spelled}
        )
        yield or_(*tests, columns.number.in_(_each(wanted.numbers)))
    chosen: Iterable[tuple[str, Collection[str]]] = (
        ("actor", wanted.actors),
        ("door", wanted.doors),
        ("cause", wanted.causes),
    )
    for name, values in chosen:
        if values:
            yield columns[name].in_(values)


def _read(connection: Connection, asked: Select[Any]) -> list[LogLine]:
    return [LogLine(**row._mapping) for row in connection.execute(asked)]
