"""
Because of what members move.

A group of change sets moves them at one stroke. The history tells each as if it had come alone, and
whoever was deleted leaves because of that.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pyroaring import BitMap

from engine.store.results.moves import Move, Stroke, in_order, strokes_of


class Cause(NamedTuple):
    """Because of what members move."""

    what: str
    change: int | None = None


CLOCK, DEFINITION = Cause("clock"), Cause("definition")
DELETION, UNDO, ERASURE, RETENTION = "deletion", "undo", "erasure", "retention"
FOR_GOOD = (ERASURE, RETENTION)  # whom they take stands on no list either


@dataclass(frozen=True, eq=False)
class Causes:
    """What moves the customers whom change sets concern."""

    group: Mapping[int, Cause] = field(default_factory=dict)  # by their `row`; empty: one alone
    gone: BitMap = field(default_factory=BitMap)  # the `row` of those who are deleted
    # By its rows: one write moves its customer in 70 segments of a thousand.
    _bitmaps: dict[tuple[int, ...], BitMap] = field(default_factory=dict)

    def strokes(self, moves: Iterable[Move]) -> list[Stroke]:
        """
        Moves as they are stored, those of each change set by themselves and in their order.

        Where each change set concerns one customer, as upserts do, nothing need be taken apart: 32
        move theirs in 550 segments, which is 4,000 moves in 64 strokes.
        """
        if len(self.group) < 2 or self.gone or len({*self.group.values()}) < len(self.group):
            return strokes_of(self.apart(moves))
        others, theirs = list[Move](), list[Move]()
        for move in moves:
            (others if move.change is None else theirs).append(move)
        made = strokes_of(others)
        for row, segments in _through((move, move.entered) for move in theirs).items():
            made.append(self._stroke(theirs[-1], row, BitMap([row]), BitMap(), segments))
        for row, segments in _through((move, move.left) for move in theirs).items():
            made.append(self._stroke(theirs[-1], row, BitMap(), BitMap([row]), segments))
        return sorted(made, key=in_order)

    def apart(self, moves: Iterable[Move]) -> Iterator[Move]:
        """Moves in each segment, taken apart by what has caused them."""
        for move in moves:
            if move.change is None:  # the clock, or a definition
                yield move
            elif self.gone:
                for part in self._by_change(move):
                    yield from self._by_deletion(part)
            else:
                yield from self._by_change(move)

    def _by_change(self, move: Move) -> Iterator[Move]:
        if not self.group:
            yield move
            return
        last, found = Cause(move.cause, move.change), dict[Cause, tuple[list[int], list[int]]]()
        for place, rows in enumerate((move.entered, move.left)):
            for row in rows:
                found.setdefault(self.group.get(row, last), ([], []))[place].append(row)
        for cause, (entered, left) in found.items():
            yield _part(move, cause, self._alike(entered), self._alike(left))

    def _by_deletion(self, move: Move) -> Iterator[Move]:
        """The deleted ones leave because of that, whatever deleted them but what says so itself."""
        gone = BitMap() if move.cause in (UNDO, *FOR_GOOD) else move.left & self.gone
        if move.entered or move.left != gone:
            yield _part(move, Cause(move.cause, move.change), move.entered, move.left - gone)
        if gone:
            yield _part(move, Cause(DELETION, move.change), BitMap(), gone)

    def _alike(self, rows: list[int]) -> BitMap:
        key = tuple(rows)
        if key not in self._bitmaps:
            self._bitmaps[key] = BitMap(rows)
        return self._bitmaps[key]

    def _stroke(
        self, move: Move, row: int, entered: BitMap, left: BitMap, segments: dict[str, int]
    ) -> Stroke:
        what, change = self.group.get(row, Cause(move.cause, move.change))
        return Stroke(move.at, what, change, entered.serialize(), left.serialize(), segments)


def _through(moves: Iterable[tuple[Move, BitMap]]) -> Mapping[int, dict[str, int]]:
    """The segments that customers went through, each with its version, by their `row`."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for move, rows in moves:
        for row in rows:
            found[row][move.segment_id] = move.version
    return found


def _part(move: Move, cause: Cause, entered: BitMap, left: BitMap) -> Move:
    return Move(move.segment_id, move.at, cause.what, cause.change, move.version, entered, left)
