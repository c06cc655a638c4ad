"""How saved segments come to be what they are: versions, what an edit would do, fixed lists."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import unified_diff
from itertools import islice, pairwise
from typing import Any

from pyroaring import BitMap

from engine.base.answers import Answer, answer
from engine.errors import ConflictError, NotFoundError, UsageError
from engine.memberships.bitmaps import mask_of
from engine.memberships.current import Writing
from engine.memberships.survivors import standing, without
from engine.segments import library
from engine.store.database import Transaction
from engine.store.results.change_log import LogLine, names_of
from engine.store.results.segments import Segment, Version, find_segment, segments, versions_of
from engine.text.display import quoted
from engine.workspace.workbench import Access, Workbench


@dataclass(frozen=True)
class Edition:
    """A version, in words, beside the one before it."""

    version: Version
    sentence: str  # of the filter; why it cannot be understood any more; of a static one its reason
    difference: tuple[str, ...]  # lines of the JSON that went (-) and came (+); none for the first
    changes: tuple[str, ...]  # the same in words, condition by condition


@dataclass(frozen=True, eq=False)
class EditPreview:
    """What another definition would do to the members."""

    entering: Answer
    leaving: Answer


def versions(workbench: Workbench, name: str) -> list[Edition]:
    """
    Every version of a segment, oldest first.

    Raises:
        NotFoundError: no segment has the id or name.
    """
    with workbench.store.read() as connection:
        found = versions_of(connection, find_segment(connection, name).id)
    first = Edition(found[0], _sentence(workbench, found[0]), (), ())
    later = (
        Edition(
            new,
            _sentence(workbench, new),
            tuple(_difference(_json(old), _json(new))),
            tuple(_difference(_outline(workbench, old), _outline(workbench, new))),
        )
        for old, new in pairwise(found)
    )
    return [first, *later]


def restore(access: Access, name: str, number: int) -> Segment:
    """
    Gives a segment the filter of an earlier version, as a new version.

    Raises:
        NotFoundError: there is no such segment, or no such version.
        FilterError: the fields no longer allow that filter.
        ConflictError: the segment is static, or would use itself in a circle.
    """
    known = {edition.version.number: edition.version for edition in versions(access, name)}
    if number not in known:
        numbers = ", ".join(map(str, known))
        raise NotFoundError(f"{quoted(name)} has no version {number}: expected one of {numbers}")
    return library.edit(access, name, raw=known[number].filter or {})


def preview(workbench: Workbench, name: str, raw: Any) -> EditPreview:
    """
    Who would enter and who would leave a segment with another filter.

    Raises:
        NotFoundError: no segment has the id or name.
        FilterError: the filter cannot be understood.
    """
    group, (profile, clock) = library.understood(workbench, raw), workbench.state()
    known = library.find(workbench, name).id
    inside = workbench.memberships.mask(profile, clock, known)
    found = answer(profile, group, clock).mask
    return EditPreview(
        Answer(profile, clock, found & ~inside), Answer(profile, clock, inside & ~found)
    )


def uses(workbench: Workbench) -> dict[str, list[Segment]]:
    """Which segments name a segment in their filters, by its id; it cannot be deleted then."""
    found: dict[str, list[Segment]] = {}
    for one in workbench.memberships.definitions(*workbench.state()).values():
        for key in one.names:
            found.setdefault(key, []).append(one.segment)
    return found


def used_in(workbench: Workbench, name: str) -> list[Segment]:
    """The segments whose filters name one segment."""
    return uses(workbench).get(library.find(workbench, name).id, [])


def freeze(access: Access, name: str, new_name: str) -> Segment:
    """
    Saves whoever is in a segment now as a static one beside it.

    Raises:
        NotFoundError: no segment has the id or name.
        ConflictError: the new name is taken, or they are too many.
    """
    return library.fix(access, new_name, library.members(access, library.find(access, name)))


def edit_members(
    access: Access,
    name: str,
    reason: str,
    *,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
) -> Segment:
    """
    Changes a static segment by hand; a new version that keeps the reason.

    Args:
        add, remove: ids, source ids or e-mails.

    Raises:
        NotFoundError: no segment has the id or name.
        UsageError: there is no reason, or some customers are unknown; lists them all.
        ConflictError: the segment has a filter, or would be too large.
    """
    if not reason.strip():
        raise UsageError("expected the reason for the change, got nothing")
    with access.definitions("definition") as writing:
        known, customers = find_segment(writing.connection, name), writing.profile.customers
        if known.type != "static":
            raise ConflictError(f"{quoted(known.name)} has a filter: edit that, or freeze it first")
        entering, leaving = (
            BitMap(customers["row"].filter(library.chosen(writing.profile, wanted)))
            for wanted in (add, remove)
        )
        stored = writing.upkeep.ledger.of(known.id)
        members = without(writing.profile, stored.rows | entering, leaving)
        now = standing(writing.profile, stored.flipped(stored.rows ^ members)).rows
        library.check_size(access, int(mask_of(now, customers["row"]).sum()))
        edited = replace(known, version=known.version + 1, updated_at=access.now())
        library.save(writing, known, edited, reason.strip())
        writing.redefine(known.id, members)
    return edited


def check_revert(connection: Transaction, line: LogLine) -> Segment | None:
    """
    The segment that a change of the log left; None: it removed it.

    Raises:
        ConflictError: it was changed again since, or its members of then are not kept.
    """
    [segment_id] = names_of(line, "segments")
    known = next((one for one in segments(connection) if one.id == segment_id), None)
    if (known and library.definition_of(known)) != line.after:
        name = (line.after or line.before)["name"]
        raise ConflictError(
            f"`{name}` was changed again since change {line.number}: undo that first"
        )
    lists = [said and said.get("version") for said in (line.before, line.after)]
    if line.before and any(lists) and lists[0] != lists[1]:
        raise ConflictError(f"the members that `{line.before['name']}` had before are not kept")
    return known


def revert(writing: Writing, line: LogLine) -> None:
    """
    Makes a segment what it was before a change of the log; another filter is a new version.

    Raises:
        ConflictError: it was changed again since, is used in another, or its name is taken.
    """
    known, now = check_revert(writing.connection, line), writing.act.at
    before = line.before and line.before | {"tags": tuple(line.before.get("tags", ()))}
    if known is None:
        [segment_id] = names_of(line, "segments")
        known = Segment(segment_id, **before, version=1, created_at=now, updated_at=None)
        library.save(writing, None, known)
    elif before is None:
        library.remove(writing, known)
        return
    else:
        version = known.version + (before.get("filter") != known.filter)
        then = replace(known, **before | {"version": version, "updated_at": now})
        library.save(writing, known, then)
    writing.redefine(known.id)


def _sentence(workbench: Workbench, version: Version) -> str:
    if version.filter is None:
        return version.reason or "a fixed list of customers"
    return library.in_words(workbench, library.accepted(workbench, version.filter))


def _json(version: Version) -> list[str]:
    return json.dumps(version.filter, indent=2, ensure_ascii=False).splitlines()


def _outline(workbench: Workbench, version: Version) -> list[str]:
    if version.filter is None:
        return []
    return library.outline(workbench, library.accepted(workbench, version.filter))


def _difference(before: list[str], after: list[str]) -> Iterator[str]:
    lines = unified_diff(before, after, n=0, lineterm="")
    return islice((line for line in lines if not line.startswith("@@")), 2, None)
