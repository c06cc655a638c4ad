"""
A table that need not fit in memory: worked on in parts, and put aside between two steps.

Its first parts stay in memory, as long as all tables of the process together have room there; the
others go to the disk. Both lie in files without a name, which the kernel removes with the last that
reads them, and are mapped: what is looked at comes in, and goes when memory is short.
"""

import mmap
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import chain, islice
from typing import Any, BinaryIO, cast
from weakref import WeakValueDictionary

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import ipc

from engine.system.memory import expect_memory, has_memory
from engine.system.room import Room, Share, memory_file
from engine.system.scratch import scratch_file

BATCH = 250_000  # rows that are worked on at once: of 20 columns about 100 MB a step
ALIGNED = 64  # bytes, to which Arrow wants its buffers
Places = np.ndarray[Any, np.dtype[np.int64]]  # of rows in a frame
Opened = Callable[[], AbstractContextManager[BinaryIO]]
STEP = 3  # times as much memory as a part holds: to make it, in one piece, and in the file
SCARCE = 90  # per cent of the memory in use, from which on none is taken here: the work needs it
# Bytes of memory: a million customers of 20 columns fit, who are then nowhere on the disk.
STORES: tuple[tuple[Opened, Room], ...] = (
    (memory_file, Room(640 << 20, lambda size: has_memory(size, SCARCE))),
    (scratch_file, Room(sys.maxsize)),
)


class _Pages(mmap.mmap):
    """A file as it is mapped, which has its share of the room as long as anybody reads it."""

    share: Share
    start: int  # its address

    def holds(self, buffer: pa.Buffer) -> bool:
        """Whether a buffer of Arrow lies in it."""
        end = self.start + len(self)
        return bool(self.start <= buffer.address and buffer.address + buffer.size <= end)


PAGES: WeakValueDictionary[int, _Pages] = WeakValueDictionary()  # that somebody reads, by address


def parts(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows and columns, `BATCH` rows at a time; at least one part, which may have none."""
    for start in range(0, max(frame.height, 1), BATCH):
        yield frame.slice(start, BATCH)


def spooled(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """
    The rows of all frames, one frame below the other; more than one are put aside as they come.

    Columns that some of them lack are null there.

    Raises:
        DiskError: the folder for temporary files takes no more.
        MemoryFullError: the memory takes no further part.
    """
    coming = _even(frames)
    few = list(islice(coming, 2))
    if len(few) == 1:
        return few[0]
    first = (few.pop(0) for _ in range(2))  # let go of each as soon as it is written
    return pl.concat(_aside(chain(first, coming)), how="diagonal", rechunk=False)


def mapped(frame: pl.DataFrame) -> pl.DataFrame:
    """
    The same rows and columns put aside; a column that lies there already stays where it is.

    Columns of nothing but nulls of one type become the same memory.

    Raises:
        DiskError: the folder for temporary files takes no more.
    """
    columns = [_whole(column) for column in frame.get_columns()]
    kinds = {each.name: each.name if each.count() else each.dtype for each in columns}
    fresh = {kinds[each.name]: each for each in columns if not _is_aside(each)}
    (found,) = _aside(iter([pl.DataFrame([*fresh.values()])])) if fresh else (pl.DataFrame(),)
    there = dict(zip(fresh, found.get_columns(), strict=True))
    return pl.DataFrame([there.get(kinds[each.name], each).alias(each.name) for each in columns])


def kept(column: pl.Series) -> pl.Series:
    """The column with all its rows, put aside where it is more than one part."""
    return spooled(parts(column.to_frame())).to_series()


def thinned(frame: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """The frame, the same columns, without some rows by their `row`."""
    if refused.is_empty():
        return frame
    return spooled(
        part.join(refused, on="row", how="anti", maintain_order="left") for part in parts(frame)
    )


def picked(frame: pl.DataFrame, places: Places) -> pl.DataFrame:
    """
    The rows at some places, all columns, in that order.

    Polars would copy columns in many pieces as a whole first: part by part it copies what is asked.
    """
    if (np.diff(places) == 1).all():
        return frame.slice(places[0] if len(places) else 0, len(places))
    order = np.argsort(places, kind="stable")
    found = pl.concat(
        frame.slice(start, BATCH)[places[order[low:high]] - start]
        for start in range(0, frame.height, BATCH)
        for low, high in [np.searchsorted(places, [start, start + BATCH], sorter=order)]
        if high > low
    )
    return found[np.argsort(order)]


def _even(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same rows, `BATCH` at a time, as everybody goes through them; one part at least."""
    coming = map(_fitting, frames)
    held = next(coming)
    for frame in coming:
        while held.height >= BATCH:
            yield held[:BATCH]
            held = held[BATCH:]
        held = pl.concat([held, frame], how="diagonal", rechunk=False) if held.height else frame
    yield from parts(held)


def _fitting(frame: pl.DataFrame) -> pl.DataFrame:
    """A part that has come, if the memory takes the next one, which is as large."""
    expect_memory(STEP * int(frame.estimated_size()), "the next part of the import")
    return frame


def _whole(column: pl.Series) -> pl.Series:
    """The column without pieces that hold nothing."""
    pieces = [piece for piece in column.get_chunks() if len(piece)]
    return pieces[0] if len(pieces) == 1 else column


def _is_aside(column: pl.Series) -> bool:
    """Whether all that a column of one piece consists of lies in pages."""
    if column.n_chunks() > 1:
        return False
    buffers = column.to_arrow(compat_level=pl.CompatLevel.newest()).buffers()
    return all(map(_in_pages, filter(None, buffers)))


def _in_pages(buffer: pa.Buffer) -> bool:
    living = [found() for found in PAGES.valuerefs()]  # at once: other threads add some
    return any(pages.holds(buffer) for pages in living if pages is not None)


def _aside(frames: Iterator[pl.DataFrame]) -> list[pl.DataFrame]:
    """The same frames, each in the first of the stores with room for it and those before it."""
    found: list[pl.DataFrame] = []
    left: Iterator[pl.DataFrame] | None = frames
    for opened, room in STORES:
        if left is not None:
            with opened() as file:
                there, left = _stored(file, Share(room), left)
            found += there
    return found


def _stored(
    file: BinaryIO, share: Share, frames: Iterator[pl.DataFrame]
) -> tuple[list[pl.DataFrame], Iterator[pl.DataFrame] | None]:
    """The frames as they lie in the file, and those that it has no room for."""
    places: list[tuple[int, int]] = []
    for frame in frames:
        _fitting(frame)
        start, end = _written(file, frame)
        if not share.grow(end - start):
            return _read(file, share, places), chain([frame], frames)
        places.append((start, end))
    return _read(file, share, places), None


def _written(file: BinaryIO, frame: pl.DataFrame) -> tuple[int, int]:
    """Where a frame lies in the file, in one piece: many small ones are slower to work on."""
    start = file.seek(-(-file.tell() // ALIGNED) * ALIGNED)
    frame.rechunk().write_ipc(file, record_batch_size=max(frame.height, 1))
    return start, file.tell()


def _read(file: BinaryIO, share: Share, places: list[tuple[int, int]]) -> list[pl.DataFrame]:
    if not places:
        return []
    file.truncate(places[-1][1])  # what had no room
    pages = _Pages(file.fileno(), 0, access=mmap.ACCESS_READ)
    content = pa.py_buffer(pages)
    pages.share, pages.start = share, content.address
    PAGES[content.address] = pages
    return [_frame(content[start:end]) for start, end in places]


def _frame(content: pa.Buffer) -> pl.DataFrame:
    """A frame as it lies in a file: what is to be one piece in memory would be copied there."""
    table = ipc.open_file(content).read_all()
    return cast("pl.DataFrame", pl.from_arrow(table, rechunk=False))
