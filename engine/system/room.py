"""How much memory the tables put aside may take in all, and the files that lie in it."""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import BinaryIO, cast

from engine.system.scratch import scratch_file


class Room:
    """
    So many bytes, which all threads of a process share.

    Args:
        fits: whether so many bytes more may be taken now, whatever is left.
    """

    def __init__(self, most: int, fits: Callable[[int], bool] = lambda _size: True) -> None:
        self._free = most
        self._fits = fits
        self._lock = Lock()
        # Memory is let go of in any thread at any moment, also in one that holds the lock.
        self._given: deque[int] = deque()

    @property
    def free(self) -> int:
        """How many bytes are left."""
        with self._lock:
            while self._given:
                self._free += self._given.popleft()
            return self._free

    def take(self, size: int) -> bool:
        """Takes so many bytes, or none where there are less."""
        self.give(-size)
        if self.free >= 0 and self._fits(size):
            return True
        self.give(size)
        return False

    def give(self, size: int) -> None:
        """Gives so many bytes back."""
        self._given.append(size)


class Share:
    """What one holder has of a room, given back with the last reference to it."""

    def __init__(self, room: Room) -> None:
        self._room, self._size = room, 0

    def grow(self, size: int) -> bool:
        """Takes so many bytes more, or none where there are less."""
        taken = self._room.take(size)
        self._size += size * taken
        return taken

    def __del__(self) -> None:
        self._room.give(self._size)


def memory_file() -> AbstractContextManager[BinaryIO]:
    """
    A file without a name that lies in memory, to write and to map; gone with the last reader.

    Where the system has none of this kind it is one on the disk.
    """
    return _memory_file() if sys.platform == "linux" else scratch_file()


@contextmanager
def _memory_file() -> Iterator[BinaryIO]:
    with os.fdopen(os.memfd_create("workbench"), "w+b", buffering=0) as file:
        yield cast("BinaryIO", file)
