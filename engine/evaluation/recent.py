"""What was used last, up to a number of values: the rest is made again when it is asked for."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def room_for(size: int, room: int, fewest: int, most: int) -> int:
    """How many values of `size` bytes fit into `room`, within bounds."""
    return min(max(room // max(size, 1), fewest), most)


class Recent(Generic[K, V]):
    """At most `most` values by key; the least recently used goes first. Threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()  # the least recently used first
        self._lock = Lock()

    def __contains__(self, key: K) -> bool:
        return key in self._values

    def get(self, key: K) -> V | None:
        """The value, which counts as used now; None where it is not kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def keep(self, key: K, value: V) -> None:
        """Takes a value in, and lets go of what is too much."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def items(self) -> list[tuple[K, V]]:
        """Everything kept, the least recently used first."""
        with self._lock:
            return list(self._values.items())

    def clear(self) -> None:
        """Lets go of everything."""
        with self._lock:
            self._values.clear()
