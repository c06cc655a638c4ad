"""By how much segments grew and shrank of late."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from engine.segments.library import Segment, keeps_moves
from engine.store.results.moves import moves_since
from engine.workspace.workbench import Workbench


@dataclass(frozen=True)
class Growth:
    """How many customers entered and left a segment in a time; its first members are neither."""

    entered: int = 0
    left: int = 0
    first: int | None = None  # its first members, where it began in that time

    @property
    def net(self) -> int:
        """By how many it is larger."""
        return self.entered - self.left


def growth(workbench: Workbench, segments: Iterable[Segment], since: datetime) -> dict[str, Growth]:
    """What moved each of some segments since an instant, by id; of some nobody knows."""
    kept = {one.id: one for one in segments if keeps_moves(one)}
    with workbench.store.read() as connection:
        moves = moves_since(connection, kept, since)
    found = dict.fromkeys(kept, Growth())
    for move in moves:
        known = found[move.segment_id]
        entered, left = len(move.entered), len(move.left)
        found[move.segment_id] = (
            replace(known, first=entered)
            if move.is_first
            else replace(known, entered=known.entered + entered, left=known.left + left)
        )
    return found
