"""What is made part by part is made one part ahead of who works on it."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

Given = TypeVar("Given")
Part = TypeVar("Part")
END: Any = object()


def ahead(parts: Iterator[Part]) -> Iterator[Part]:
    """
    The same parts; a thread makes the next one while the caller works on one.

    Polars, PyArrow and Delta let go of the interpreter, so that two of them have a processor each.
    What making a part raises comes out of here in its place. The first two are made by the caller:
    most files have one part, and to begin a thread for it would take longer than to make it.
    """
    part, coming = next(parts, END), Future[Part]()
    if part is END:
        return
    try:
        coming.set_result(next(parts, END))
    except BaseException as error:  # noqa: BLE001 - it comes behind the first part
        coming.set_exception(error)
    yield part
    if not coming.exception() and coming.result() is END:
        return
    with ThreadPoolExecutor(1) as thread:
        while (part := coming.result()) is not END:
            coming = thread.submit(next, parts, END)
            yield part


def abreast(make: Callable[[Given], Part], given: Sequence[Given], at_once: int) -> Iterator[Part]:
    """
    What `make` gives for each in turn; threads make the next ones while the caller works on one.

    The first is made alone: what it finds out and keeps is there for the others.

    Args:
        at_once: how many are made, and so are in memory beside the one that is worked on.
    """
    yield make(given[0])
    with ThreadPoolExecutor(at_once) as threads:
        coming = deque(threads.submit(make, each) for each in given[1 : 1 + at_once])
        for each in given[1 + at_once :]:
            part = coming.popleft().result()
            coming.append(threads.submit(make, each))
            yield part
        while coming:
            yield coming.popleft().result()
