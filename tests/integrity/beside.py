"""Somebody who writes while a test looks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from threading import Event, Thread


@contextmanager
def writing(write: Callable[[int], object]) -> Iterator[Callable[[], None]]:
    """Writes again and again in a thread, told how often before; gives what waits for one more."""
    ended, written = Event(), Event()

    def work() -> None:
        for number in count():
            if ended.is_set():
                return
            write(number)
            written.set()

    def wait() -> None:
        written.clear()
        assert written.wait(30)

    writer = Thread(target=work)
    writer.start()
    try:
        yield wait
    finally:
        ended.set()
        writer.join()
