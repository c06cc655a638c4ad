"""Saved segments: create, edit, list, delete, and who is in them."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any
from unicodedata import category

import polars as pl
from pyroaring import BitMap

from engine.base.answers import Answer, answer
from engine.base.profiles import Profile
from engine.errors import ConflictError, Issue, UsageError
from engine.filters.describe import describe_condition, sentence
from engine.filters.expression import Group, conditions_of, step, to_json
from engine.filters.parser import parse, warnings
from engine.limits import NAME
from engine.memberships.current import Writing
from engine.memberships.definitions import is_on_segments, respelled
from engine.memberships.ledger import SILENT
from engine.store.results.change_log import Act
from engine.store.results.segments import Segment as Segment  # for the doors too
from engine.store.results.segments import delete_segment, find_segment, save_segment
from engine.text.counts import counted
from engine.text.display import quoted
from engine.workspace.workbench import Access, Workbench

DYNAMIC_TYPES = ("auto-update", "passive")
# How the conditions of a group are joined, by its junction and whether it is negated.
JOINED = {
    ("and", False): "All of",
    ("or", False): "Any of",
    ("and", True): "Not all of",
    ("or", True): "None of",
}
UNFIT = ("Cc", "Cs", "Zl", "Zp")  # in a name: controls, halves of surrogate pairs, line ends
# Operators on `segments` whose values are ids or names of single ones.
NAMING = frozenset({"$is", "$is_not", "$in", "$not_in", "$includes", "$intersects"})


def create(access: Access, name: str, raw: Any, kind: str = "auto-update") -> Segment:
    """
    Saves a filter as a segment; type `static` fixes whoever matches now.

    Args:
        raw: the filter, as JSON text or an object.

    Raises:
        FilterError: the filter cannot be understood.
        UsageError: there is no such type, or the name does not fit.
        ConflictError: the name is taken, or a static segment would be too large.
    """
    group = understood(access, raw)
    if kind == "static":
        return fix(access, name, answer(access.profile(), group, access.clock()))
    if kind not in DYNAMIC_TYPES:
        raise UsageError(
            f"expected the type static, {' or '.join(DYNAMIC_TYPES)}, got {quoted(kind)}"
        )
    new = _new(access, name, kind, to_json(group))
    with access.definitions("definition") as writing:
        save(writing, None, new)
        writing.redefine(new.id)
    return new


def create_static(access: Access, name: str, customers: Iterable[str]) -> Segment:
    """
    Saves a fixed list of customers.

    Args:
        customers: ids, source ids or e-mails; a customer named twice counts once.

    Raises:
        UsageError: some are unknown; the error lists them all.
        ConflictError: the name is taken, or they are too many.
    """
    profile = access.profile()
    return fix(access, name, Answer(profile, access.clock(), chosen(profile, customers)))


def chosen(profile: Profile, customers: Iterable[str]) -> pl.Series:
    """
    True for each customer of a profile whom a list names.

    Args:
        customers: ids, source ids or e-mails.

    Raises:
        UsageError: some are unknown; the error lists them all.
    """
    wanted = pl.Series(list(customers), dtype=pl.String)
    known = profile.customers.select("id", "source_id", "email")
    names = pl.concat(known.get_columns()).implode()
    unknown = ~wanted.is_in(names)
    issues = [
        Issue(f"$.customers[{place}]", f"unknown {quoted(wanted[place])}")
        for place in unknown.arg_true()
    ]
    if issues:
        raise UsageError(f"{len(issues):,} of {len(wanted):,} customers are unknown", issues)
    named = pl.all().is_in(wanted.implode()).fill_null(value=False)
    return known.select(pl.any_horizontal(named)).to_series()


def edit(access: Access, name: str, *, raw: Any = None, new_name: str | None = None) -> Segment:
    """
    Gives a segment another definition, name, or both; another definition is a new version.

    Raises:
        NotFoundError: no segment has the id or name.
        FilterError: the filter cannot be understood.
        ConflictError: the new name is taken, or the segment is static and has no filter.
    """
    with access.definitions("definition") as writing:
        known = find_segment(writing.connection, name)
        edited = replace(known, name=_clean_name(new_name or known.name), updated_at=access.now())
        if raw is not None:
            if known.type == "static":
                raise ConflictError(f"{quoted(known.name)} is static: it has members, not a filter")
            definition = to_json(understood(access, raw))
            if definition != known.filter:
                edited = replace(edited, filter=definition, version=known.version + 1)
        save(writing, known, edited)
        if edited.version != known.version:
            writing.redefine(edited.id)
    return edited


def delete(access: Access, name: str) -> Segment:
    """
    Removes a segment for good.

    Raises:
        NotFoundError: no segment has the id or name.
        ConflictError: other segments use it; names them.
    """
    with access.definitions("definition") as writing:
        gone = find_segment(writing.connection, name)
        remove(writing, gone)
    return gone


def remove(writing: Writing, gone: Segment) -> None:
    """
    Removes a segment, with its line in the log.

    Raises:
        ConflictError: other segments use it; names them.
    """
    users = [one.segment.name for one in writing.definitions.values() if gone.id in one.names]
    if users:
        raise ConflictError(
            f"{quoted(gone.name)} is used in {', '.join(map(quoted, sorted(users)))}: "
            "take it out there first"
        )
    delete_segment(writing.connection, gone.id)
    log_definition(writing.act, gone, None)
    writing.redefine(gone.id)


def saved(workbench: Workbench) -> list[Segment]:
    """Every saved segment, newest first."""
    return workbench.memberships.segments()


def find(workbench: Workbench, name: str) -> Segment:
    """
    The segment with this id or name.

    Raises:
        NotFoundError: there is none.
    """
    with workbench.store.read() as connection:
        return find_segment(connection, name)


def keeps_moves(segment: Segment) -> bool:
    """Whether it is kept who enters and leaves: of a fixed list and of a passive segment not."""
    return segment.type not in SILENT


def members(workbench: Workbench, segment: Segment, as_of: datetime | None = None) -> Answer:
    """Who is in a segment now, or was at an instant, as the records and the clock stood then."""
    profile, clock = workbench.state(as_of)
    return Answer(profile, clock, workbench.memberships.mask(profile, clock, segment.id))


def understood(workbench: Workbench, raw: Any) -> Group:
    """
    The filter as the tree that is evaluated, with the ids of the segments that it names.

    Raises:
        FilterError: it cannot be understood; lists every fault at its JSON path.
    """
    return named(workbench, parse(raw, workbench.profile().catalogue, workbench.zone))


def accepted(workbench: Workbench, definition: Any) -> Group:
    """A saved filter as the tree that is evaluated; no import makes it a fault."""
    return parse(definition, workbench.profile().catalogue, workbench.zone, saved=True)


def named(workbench: Workbench, group: Group) -> Group:
    """The filter with the ids of the segments that it names, which is how it is evaluated."""
    return _respelled(workbench, group, lambda segment: (segment.name, segment.id))


def in_words(workbench: Workbench, group: Group) -> str:
    """The filter as a sentence, with the names of the segments in it."""
    spelled = _respelled(workbench, group, lambda segment: (segment.id, segment.name))
    return sentence(spelled, workbench.profile().catalogue, workbench.project.money)


def outline(workbench: Workbench, group: Group) -> list[str]:
    """The filter as lines: how a group joins, then each condition in it, indented."""
    spelled = _respelled(workbench, group, lambda segment: (segment.id, segment.name))
    catalogue, money = workbench.profile().catalogue, workbench.project.money

    def lines(inner: Group) -> Iterator[str]:
        yield JOINED[inner.junction, inner.negated]
        for condition in inner.conditions:
            yield f"  {describe_condition(condition, catalogue, money)}"
        for group in inner.groups:
            yield from (f"  {line}" for line in lines(group))

    return list(lines(spelled))


def doubts(workbench: Workbench, group: Group) -> tuple[Issue, ...]:
    """Names in a filter that nothing has yet, each with the nearest that is known; no fault."""
    catalogue = workbench.profile().catalogue
    tests = [
        (step(step(path, "conditions"), test.operator), test)
        for path, condition in conditions_of(group)
        if is_on_segments(condition, catalogue)
        for test in condition.tests
        if test.operator in NAMING
    ]
    known = {word: one.name for one in saved(workbench) for word in (one.id, one.name)}
    unknown = [(path, word) for path, test in tests for word in test.operand if word not in known]
    return (*warnings(group, catalogue), *(_nobody(path, word, known) for path, word in unknown))


def _nobody(path: str, word: str, known: Mapping[str, str]) -> Issue:
    close = get_close_matches(word, known, n=1)
    message = f"no saved segment has the id or name {quoted(word)}, so nobody is in it"
    return Issue(path, message, known[close[0]] if close else None)


def to_object(segment: Segment) -> Mapping[str, Any]:
    """The segment object of the guide: instants ISO 8601 with milliseconds and `Z`."""
    return {
        "id": segment.id,
        "name": segment.name,
        "created_at": instant(segment.created_at),
        "updated_at": segment.updated_at and instant(segment.updated_at),
        "metadata": {},
        "filter": segment.filter,
        "customers": None,
        "type": segment.type,
        "object": "segment",
    }


def check_size(workbench: Workbench, count: int) -> None:
    """
    Sees that a static segment can hold so many customers.

    Raises:
        ConflictError: a static segment cannot hold so many (the setting `static_cap`).
    """
    most = workbench.project.static_cap
    if count > most:
        raise ConflictError(
            f"expected at most {counted(most, 'customers')} in a static segment, got {count:,}: "
            "save it as auto-update"
        )


def fix(access: Access, name: str, chosen: Answer) -> Segment:
    """
    Saves a static segment of whoever is in `chosen`.

    Raises:
        ConflictError: the name is taken, or they are too many.
    """
    check_size(access, chosen.count)
    new = _new(access, name, "static", None)
    rows = BitMap(chosen.profile.customers["row"].gather(chosen.positions))
    with access.definitions("definition") as writing:
        save(writing, None, new)
        writing.redefine(new.id, rows)
    return new


def save(
    writing: Writing, known: Segment | None, saved: Segment, reason: str | None = None
) -> None:
    """
    Writes a segment with its line in the log; `redefine` then finds who is in it.

    Raises:
        ConflictError: another segment has the name.
    """
    save_segment(writing.connection, saved, writing.act.actor.name, reason)
    log_definition(writing.act, known, saved)


def log_definition(act: Act, before: Segment | None, after: Segment | None) -> None:
    """Says in the log what a segment was and is; None: it is not there."""
    act.touched["segments"] = [one.id for one in (before, after) if one][:1]
    act.before, act.after = (one and definition_of(one) for one in (before, after))


def definition_of(segment: Segment) -> dict[str, Any]:
    """What an analyst has said of a segment, as JSON: a filter, or at which version its list is."""
    said = "version" if segment.type == "static" else "filter"
    told = {key: getattr(segment, key) for key in ("name", "type", said)}
    return told | ({"tags": list(segment.tags)} if segment.tags else {})


def _respelled(
    workbench: Workbench, group: Group, spelling: Callable[[Segment], tuple[str, str]]
) -> Group:
    catalogue = workbench.profile().catalogue
    if not any(is_on_segments(condition, catalogue) for _, condition in conditions_of(group)):
        return group
    return respelled(group, dict(map(spelling, saved(workbench))), catalogue)


def _new(
    workbench: Workbench, name: str, kind: str, definition: Mapping[str, Any] | None
) -> Segment:
    new_id = f"seg_{secrets.token_hex(12)}"
    return Segment(new_id, _clean_name(name), kind, 1, definition, workbench.now(), None)


def _clean_name(name: str) -> str:
    if not name.strip():
        raise UsageError("expected a name for the segment, got nothing")
    if len(name) > NAME.most:
        raise UsageError(f"expected a name of at most {NAME}, got {len(name):,}")
    unfit = next((sign for sign in name.strip() if category(sign) in UNFIT), None)
    if unfit is not None:
        raise UsageError(f"expected a name of one line of text, got {unfit!r} in it")
    return name.strip()


def instant(value: datetime) -> str:
    """ISO 8601 with milliseconds and `Z`."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
