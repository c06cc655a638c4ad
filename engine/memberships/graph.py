"""The definitions of a workspace together: what reads which records, and who reads whom."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from engine.errors import ConflictError
from engine.memberships.definitions import Definition
from engine.memberships.leaves import DependentLeaf

Key = TypeVar("Key")
Value = TypeVar("Value")


class Definitions(dict[str, Definition]):
    """Every saved segment by its id; never changed once it is made."""

    @cached_property
    def evaluated(self) -> frozenset[str]:
        """The segments that have a filter."""
        return frozenset(key for key, one in self.items() if not one.fixed)

    @cached_property
    def sliding(self) -> frozenset[str]:
        """The segments whose members the clock moves, by themselves or through others."""
        return frozenset(self.users_of(key for key, one in self.items() if one.slides))

    @cached_property
    def reads(self) -> frozenset[str]:
        """All that any of them reads."""
        return frozenset().union(*(one.reads for one in self.values()))

    def leaves_on(self, read: Iterable[str]) -> set[DependentLeaf]:
        """The leaves that read one of some columns or tables."""
        return {leaf for name in read for leaf in self._by_read.get(name, ())}

    def having(self, leaves: Iterable[DependentLeaf]) -> set[str]:
        """The segments that have one of some leaves themselves."""
        return {key for leaf in leaves for key in self._by_leaf[leaf]}

    def in_order(self, wanted: Iterable[str]) -> list[str]:
        """
        The wanted segments, each behind those that it reads, which come with it.

        Raises:
            ConflictError: segments read each other in a circle; says along which path.
        """
        done: dict[str, None] = {}
        for key in wanted:
            if self[key].inner:
                self._visit(key, done, ())
            else:
                done[key] = None
        return list(done)

    def users_of(self, wanted: Iterable[str]) -> set[str]:
        """The wanted segments and all that read them, directly or through others."""
        found = set(wanted)
        following = found & self._users.keys()
        while following:
            more = {user for key in following for user in self._users[key]} - found
            found |= more
            following = more & self._users.keys()
        return found

    def read_by(self, wanted: Iterable[str]) -> set[str]:
        """The wanted segments and all that they read, directly or through others."""
        found: set[str] = set()
        following = set(wanted)
        while following := following - found:
            found |= following
            following = set().union(*(self[key].inner for key in following))
        return found

    @cached_property
    def _users(self) -> Mapping[str, list[str]]:
        """Who reads a segment directly; those that nobody reads are not there."""
        return _grouped((inner, key) for key, one in self.items() for inner in one.inner)

    @cached_property
    def _by_leaf(self) -> Mapping[DependentLeaf, list[str]]:
        return _grouped((leaf, key) for key, one in self.items() for leaf in one.leaves)

    @cached_property
    def _by_read(self) -> Mapping[str, list[DependentLeaf]]:
        return _grouped((name, leaf) for leaf in self._by_leaf for name in leaf.reads)

    def _visit(self, key: str, done: dict[str, None], path: tuple[str, ...]) -> None:
        if key in path:
            circle = (*path[path.index(key) :], key)
            names = " → ".join(self[one].segment.name for one in circle)
            raise ConflictError(
                f"expected segments that do not use each other in a circle: {names}"
            )
        if key not in done:
            for other in sorted(self[key].inner):
                self._visit(other, done, (*path, key))
            done[key] = None


def _grouped(pairs: Iterable[tuple[Key, Value]]) -> Mapping[Key, list[Value]]:
    found: dict[Key, list[Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
