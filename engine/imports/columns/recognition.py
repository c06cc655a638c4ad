"""What a header means by its words, where it is no spelling of a field (imports rule 45)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.base.kinds.registry import PerKind
from engine.base.kinds.row import RecordKind
from engine.imports.columns.activity_synonyms import OWNER, SYNONYMS
from engine.imports.columns.qualifiers import OWN
from engine.imports.columns.synonym import CLOCK, FIRST_NAME, LAST_NAME, NAME_PREFIX, Synonym
from engine.imports.columns.words import phrase, words

NEVER = frozenset(map(phrase, ("user name", "customer contact")))  # words that only look so
# "Nom" is a name where nothing else says otherwise, and "Time" a moment.
JOINED = {FIRST_NAME: 1, LAST_NAME: 2, NAME_PREFIX: 3, CLOCK: 3}
LONGEST = 8  # words of a header that can still be the name of a field


@dataclass(frozen=True)
class Sense:
    """One thing that a header can mean."""

    path: str  # of a field, or what is joined to one
    group: int  # of the qualifiers: whose of several addresses it is part of
    place: int  # of two columns in a group the lower goes first
    length: int  # words that the phrase takes


def senses(header: str, kind: str) -> list[Sense]:
    """What a header can mean, the likeliest first: the longest phrase, then the nearest owner."""
    found = {each for said in _spoken(header) for each in _found(said, INDEXES[kind])}
    return sorted(found, key=_likelihood)


def has_sense(header: str, kinds: Iterable[str]) -> bool:
    """Whether a header can mean anything in a file of any of these kinds."""
    spoken = _spoken(header)
    return any(any(_found(said, INDEXES[kind])) for kind in kinds for said in spoken)


def _spoken(header: str) -> list[tuple[str, ...]]:
    """The words of a header that may mean something."""
    said = {words(header), words(header.casefold())}  # "customerId", but "HubSpot" is one word
    return [some for some in said if len(some) <= LONGEST and "".join(some) not in NEVER]


def _likelihood(each: Sense) -> tuple[int, int, int, int, str]:
    return -each.length, each.place, each.group, JOINED.get(each.path, 0), each.path


Index = Mapping[str, list[tuple[Synonym, int]]]


def _found(said: tuple[str, ...], index: Index) -> Iterator[Sense]:
    for start in range(len(said)):
        for end in range(start + 1, len(said) + 1):
            beside = said[:start] + said[end:]
            for synonym, place in index.get("".join(said[start:end]), ()):
                if all(word in synonym.qualifiers for word in beside) and (
                    beside or not synonym.qualified
                ):
                    ranks = [synonym.qualifiers[word] for word in beside]
                    yield Sense(synonym.path, max(ranks, default=OWN), place, end - start)


def _index(kind: RecordKind) -> Index:
    index: dict[str, list[tuple[Synonym, int]]] = defaultdict(list)
    for synonym in SYNONYMS.get(kind.name, OWNER if kind.owned else ()):
        for name, place in synonym.phrases.items():
            index[name].append((synonym, place))
    return dict(index)


INDEXES: Mapping[str, Index] = PerKind(_index)
