"""
What fills each known column of a file: the first of some columns that is filled.

An address is taken as a whole: where the billing address says anything, no part of it comes from
the shipping address, unless the file has that part of no other (imports rule 46).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.imports.columns.keys import email_key
from engine.imports.columns.names import NAME, joined
from engine.imports.columns.synonym import CLOCK, HOUSE_NUMBER, ZONE
from engine.imports.columns.table import FileColumn, Table
from engine.imports.columns.target import BY_WORDS, SPELT, Target

ADDRESS, STREET = "address.", "address.line_1"
MOMENTS = ("created_at", "date")  # of a record; what changed it later is another thing


@dataclass(frozen=True)
class Candidate:
    """What may fill a column: one column of the file, or some of them as one text."""

    places: tuple[int, ...]  # of the columns of the file, joined by a blank
    unless: tuple[int, ...] = ()  # not where one of these is filled
    kept: bool = False  # its columns are metadata as well
    clock: int | None = None  # of the column with the time of the day that the first one says
    zone: int | None = None  # of the column with the zone of that time


@dataclass(frozen=True, eq=False)
class Filling:
    """What fills one known column: the first choice that is filled."""

    column: FileColumn
    choices: tuple[Candidate, ...]

    @property
    def others(self) -> tuple[int, ...]:
        """The columns of the file that stay as metadata where they say another thing."""
        later = (choice for choice in self.choices[1:] if not choice.kept)
        return tuple(choice.places[0] for choice in later if len(choice.places) == 1)

    @property
    def alone(self) -> int | None:
        """The one column that it is as it stands; None where there is more to it."""
        first = self.choices[0]
        beside = (first.clock, first.zone) != (None, None)
        simple = len(self.choices) == len(first.places) == 1 and not beside
        return first.places[0] if simple else None


def fillings(found: Sequence[Target], table: Table) -> tuple[Filling, ...]:
    """What fills each known column that the file brings, in the order of the header."""
    by_column: dict[FileColumn, list[int]] = defaultdict(list)
    for place, target in enumerate(found):
        if target.column:
            by_column[target.column].append(place)
    choices: dict[FileColumn, list[Candidate]] = {
        column: [_choice(found, place) for place in sorted(places, key=lambda p: found[p].rank)]
        for column, places in by_column.items()
    }
    for column, places in _joins(found, table):
        choices.setdefault(column, []).append(Candidate(places, kept=True))
    email = email_key(found, table)
    if email is not None and (key := table.column("source_id")):
        choices[key] = [Candidate((email,))]
    return tuple(Filling(column, tuple(ways)) for column, ways in choices.items())


def group(target: Target) -> int:
    """Whose of several addresses a column is part of."""
    return target.rank[1] if target.rank[0] == BY_WORDS else 0


def _choice(found: Sequence[Target], place: int) -> Candidate:
    target = found[place]
    if target.column is None or not target.column.path.startswith(ADDRESS):
        clock = _clock(found, target)
        return Candidate((place,), clock=clock, zone=_zone(found, place, clock))
    places = [place, *_house(found, place)]
    nearer = [
        (each.column.path, at)
        for at, each in enumerate(found)
        if each.column and each.column.path.startswith(ADDRESS) and group(each) < group(target)
    ]
    known = any(path == target.column.path for path, _ in nearer)
    return Candidate(tuple(places), tuple(at for _, at in nearer) if known else ())


def _house(found: Sequence[Target], street: int) -> Iterator[int]:
    """The number beside a street, of the same address; a column spelt as ours says it itself."""
    target = found[street]
    if target.column is None or target.column.path != STREET or target.rank[0] == SPELT:
        return
    for place, each in enumerate(found):
        first = each.senses[0] if each.senses else None
        if first and first.path == HOUSE_NUMBER and first.group == group(target) and each.free:
            yield place
            return


def _clock(found: Sequence[Target], target: Target) -> int | None:
    """The time of the day where it stands in a column of its own."""
    if target.column is None or target.column.path not in MOMENTS:
        return None
    clocks = (place for place, each in enumerate(found) if each.free and _says(each, CLOCK))
    return next(clocks, None)


def _zone(found: Sequence[Target], place: int, clock: int | None) -> int | None:
    """The zone of a time where it stands in the column behind: elsewhere it may be anybody's."""
    target, behind = found[place], 1 + (place if clock is None else clock)
    if target.column is None or target.column.path not in MOMENTS or behind >= len(found):
        return None
    return behind if found[behind].free and _says(found[behind], ZONE) else None


def _says(target: Target, path: str) -> bool:
    return any(each.path == path for each in target.senses)


def _joins(found: Sequence[Target], table: Table) -> Iterator[tuple[FileColumn, tuple[int, ...]]]:
    column = table.column(NAME)
    if column is not None and column.path == NAME:
        for _, places in joined(found):
            yield column, places


def merged(ways: Sequence[Filling]) -> Mapping[int, Filling]:
    """By its place, each column of the file that is not the first for its field."""
    return {place: each for each in ways for place in each.others}
