"""What is made part by part is made one part ahead of who works on it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Part = TypeVar("Part")
END: Any = object()


def ahead(parts: Iterator[Part]) -> Iterator[Part]:
    """
    The same parts; a thread makes the next one while the caller works on one.

    Polars, PyArrow and Delta let go of the interpreter, so that two of them have a processor each.
    What making a part raises comes out of here in its place.
    """
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, parts, END)
        while (part := coming.result()) is not END:
            coming = thread.submit(next, parts, END)
            yield part
