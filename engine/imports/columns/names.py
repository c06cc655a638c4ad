"""First and last names, which are one name here (imports rule 46)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.imports.columns.facts import MOST, SINGLE, FactsOf
from engine.imports.columns.qualifiers import OWN
from engine.imports.columns.recognition import senses
from engine.imports.columns.synonym import FIRST_NAME, LAST_NAME, NAME_PREFIX
from engine.imports.columns.table import Table
from engine.imports.columns.target import CHOSEN, Target
from engine.imports.columns.words import phrase, words

NAME = "name"
# Names only where the other half is too.
HALVES = frozenset(("first", "given", "last", "family", "ad", "adi"))
NO_NAME = re.compile(r"\d")  # first and last may be visits


def surnames(found: Sequence[Target], table: Table, facts: FactsOf | None = None) -> list[Target]:
    """
    The columns, with the one that says no full name as metadata, to be joined.

    Beside "Prénom" a "Nom" is the last name, beside "Apellidos" a "Nombre" the first one, and
    a "Name" of single words is the one that is lacking beside "Vorname" or "Last name"; but not
    where a column says which part it was, as our own lists do with "metadata.Name".
    """
    found = _without_halves(found, facts)
    firsts = any(_is(each, FIRST_NAME) for each in found)
    lasts = any(_is(each, LAST_NAME) for each in found)
    if firsts == lasts:
        return found
    wanted = LAST_NAME if firsts else FIRST_NAME
    if any(_was(each, wanted, table) for each in found):
        return list(found)
    parts = [place for place, each in enumerate(found) if _is(each, FIRST_NAME)]
    return [
        each.as_metadata(table)
        if _is_name(each)
        and (_can(each, wanted) or _single(each, place, facts))
        and not _repeats(place, parts, facts)
        else each
        for place, each in enumerate(found)
    ]


def _without_halves(found: Sequence[Target], facts: FactsOf | None) -> list[Target]:
    """The columns; one that is called First means a name beside a last one, and without digits."""
    halves = [place for place, each in enumerate(found) if is_half(each)]
    names = [each for place, each in enumerate(found) if place not in halves]
    names += [found[place] for place in halves if not (facts and facts(place).looks(NO_NAME))]
    both = all(any(_is(each, path) for each in names) for path in (FIRST_NAME, LAST_NAME))
    return [
        replace(each, senses=())
        if place in halves and not (both and any(each is one for one in names))
        else each
        for place, each in enumerate(found)
    ]


def is_half(target: Target) -> bool:
    """Whether a column is a part of a name only beside the other part, as First is beside Last."""
    part = _is(target, FIRST_NAME) or _is(target, LAST_NAME)
    return part and target.senses[0].length == 1 and not HALVES.isdisjoint(words(target.header))


def joined(found: Sequence[Target]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """
    The group and the places of the columns that make a name: a first name, a last name, both.

    What stands between them, as "de" does in Dutch, is part of it where there is a last name.
    """
    firsts = {group: place for place, group in _of(found, FIRST_NAME)}
    lasts = {group: place for place, group in _of(found, LAST_NAME)}
    if bool(firsts) != bool(lasts):  # the other one may be a column that is called Name
        called = [at for at, each in enumerate(found) if each.free and phrase(each.header) == NAME]
        (lasts if firsts else firsts).update(zip([OWN], called, strict=False))
    prefixes = {
        group: place
        for place, group in _of(found, NAME_PREFIX)
        if lasts.get(group, place) != place  # a first of two last names may be all of them
    }
    for group in sorted({*firsts, *lasts}):
        yield group, tuple(part[group] for part in (firsts, prefixes, lasts) if group in part)


def _of(found: Sequence[Target], path: str) -> Iterator[tuple[int, int]]:
    """Place and group of the columns that say a part of a name, the likeliest of a group last."""
    parts = [
        (one.place, place, one.group)
        for place, each in enumerate(found)
        if each.namespace and each.column is None
        for one in [next((one for one in each.senses if one.path == path), None)]
        if one
    ]
    for _, place, group in sorted(parts, reverse=True):
        yield place, group


def _is(target: Target, path: str) -> bool:
    return bool(target.senses) and target.senses[0].path == path


def _can(target: Target, path: str) -> bool:
    return any(each.path == path for each in target.senses)


def _was(target: Target, wanted: str, table: Table) -> bool:
    """Whether a column is called the metadata that the part was, such as "metadata.Nombre"."""
    if not target.namespace or target.free or not target.path:
        return False
    meant = {each.path for each in senses(target.path[-1], table.name)}
    return bool(meant & {wanted, NAME})


def _is_name(target: Target) -> bool:
    return target.column is not None and target.column.path == NAME and target.rank[0] != CHOSEN


def _single(target: Target, place: int, facts: FactsOf | None) -> bool:
    return phrase(target.header) == NAME and facts is not None and facts(place).looks(SINGLE)


def _repeats(place: int, parts: Sequence[int], facts: FactsOf | None) -> bool:
    """Whether most of what stands in a part is all of the name, as in lists that were joined."""
    if facts is None:
        return False
    names = {*facts(place).sample}
    samples = [facts(part).sample for part in parts]
    return any(sum(text in names for text in sample) > MOST * len(sample) for sample in samples)
