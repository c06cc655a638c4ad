"""Tags: words by which an analyst groups segments."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from unicodedata import category, normalize

from engine.errors import UsageError
from engine.limits import TAG, TAGS
from engine.segments import library
from engine.segments.library import UNFIT, Segment
from engine.store.results.segments import find_segment
from engine.text.display import quoted
from engine.workspace.workbench import Access, Workbench


def tag(access: Access, name: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Segment:
    """
    Adds tags to a segment and takes others off; a tag is one whatever its case.

    Raises:
        NotFoundError: no segment has the id or name.
        UsageError: a tag does not fit, the segment would have too many, or has none to take off.
    """
    with access.definitions("definition") as writing:
        known = find_segment(writing.connection, name)
        tags = _added(_without(known, remove), [*map(_fitting, add)])
        if tags == known.tags:
            return known
        tagged = replace(known, tags=tags, updated_at=access.now())
        library.save(writing, known, tagged)
    return tagged


def known_tags(workbench: Workbench) -> list[str]:
    """Every tag that some segment has, in the order of the alphabet."""
    tags = {tag.casefold(): tag for one in library.saved(workbench) for tag in one.tags}
    return sorted(tags.values(), key=str.casefold)


def has(segment: Segment, wanted: str) -> bool:
    """Whether a segment has a tag, in any case."""
    return wanted.strip().casefold() in map(str.casefold, segment.tags)


def _without(known: Segment, remove: Iterable[str]) -> tuple[str, ...]:
    gone = {normalize("NFC", one).strip().casefold(): one for one in remove}
    if missing := gone.keys() - {one.casefold() for one in known.tags}:
        names = ", ".join(sorted(quoted(gone[one]) for one in missing))
        raise UsageError(f"expected tags that {quoted(known.name)} has, got {names}")
    return tuple(one for one in known.tags if one.casefold() not in gone)


def _added(tags: Sequence[str], add: Sequence[str]) -> tuple[str, ...]:
    every: dict[str, str] = {}
    for one in (*tags, *add):
        every.setdefault(one.casefold(), one)
    if len(every) > TAGS.most:
        raise UsageError(f"expected at most {TAGS} on one segment, got {len(every)}")
    return tuple(every.values())


def _fitting(text: str) -> str:
    """A tag as it is kept: one line, without blanks around it."""
    tag = normalize("NFC", text).strip()
    if not tag:
        raise UsageError("expected a tag, got nothing")
    if len(tag) > TAG.most:
        raise UsageError(f"expected a tag of at most {TAG}, got {len(tag):,}")
    if any(category(sign) in UNFIT for sign in tag):
        raise UsageError(f"expected a tag of one line of text, got {quoted(tag)}")
    return tag
