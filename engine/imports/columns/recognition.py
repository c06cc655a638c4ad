"""What a header means by its words, where it is no spelling of a field (imports rule 19)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.base.kinds.registry import PerKind
from engine.base.kinds.row import RecordKind
from engine.imports.columns.activity_synonyms import SYNONYMS
from engine.imports.columns.qualifiers import OWN
from engine.imports.columns.synonyms import Synonym
from engine.imports.columns.words import phrase, words

NEVER = frozenset(map(phrase, ("user name", "customer contact")))  # words that only look so
LONGEST = 8  # words of a header that can still be the name of a field


@dataclass(frozen=True)
class Reading:
    """One thing that a header can mean."""

    path: str  # of a field, or what is joined to one
    group: int  # of the qualifiers: whose of several addresses it is part of
    place: int  # of two columns in a group the lower goes first
    length: int  # words that the phrase takes


def readings(header: str, kind: str) -> list[Reading]:
    """What a header can mean, the likeliest first: the longest phrase, then the nearest owner."""
    said = words(header)
    if not said or len(said) > LONGEST or "".join(said) in NEVER:
        return []
    found = _found(said, INDEXES[kind])
    return sorted(found, key=lambda each: (-each.length, each.place, each.group))


Index = Mapping[str, list[tuple[Synonym, int]]]


def _found(said: tuple[str, ...], index: Index) -> Iterator[Reading]:
    for start in range(len(said)):
        for end in range(start + 1, len(said) + 1):
            beside = said[:start] + said[end:]
            for synonym, place in index.get("".join(said[start:end]), ()):
                if all(word in synonym.qualifiers for word in beside) and (
                    beside or not synonym.qualified
                ):
                    ranks = [synonym.qualifiers[word] for word in beside]
                    yield Reading(synonym.path, max(ranks, default=OWN), place, end - start)


def _index(kind: RecordKind) -> Index:
    index: dict[str, list[tuple[Synonym, int]]] = defaultdict(list)
    for synonym in SYNONYMS[kind.name]:
        for name, place in synonym.phrases.items():
            index[name].append((synonym, place))
    return dict(index)


INDEXES: Mapping[str, Index] = PerKind(_index)
