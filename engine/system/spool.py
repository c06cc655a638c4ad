"""
A table that need not fit in memory: worked on in parts, and kept on the disk between two steps.

Its parts lie in a file without a name, which the kernel removes with the last that reads it, and
are mapped: what is looked at comes in, and goes when memory is short.
"""

import mmap
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO, cast

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import ipc

from engine.system.scratch import scratch_file

BATCH = 250_000  # rows that are worked on at once: of 20 columns about 100 MB a step
ALIGNED = 64  # bytes, to which Arrow wants its buffers
Places = np.ndarray[Any, np.dtype[np.int64]]  # of rows in a frame


def parts(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows and columns, `BATCH` rows at a time; at least one part, which may have none."""
    for start in range(0, max(frame.height, 1), BATCH):
        yield frame.slice(start, BATCH)


def spooled(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """
    The rows of all frames, one frame below the other; more than one go to the disk as they come.

    Columns that some of them lack are null there.

    Raises:
        DiskError: the folder for temporary files takes no more.
    """
    coming = iter(frames)
    few = list(islice(coming, 2))
    if len(few) == 1:
        return few[0]
    with scratch_file() as file:
        places = []
        while few:  # let go of each as soon as it is written
            places.append(_written(file, few.pop(0)))
        places += [_written(file, frame) for frame in coming]
        content = pa.py_buffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    frames = (_frame(content[start:end]) for start, end in places)
    return pl.concat(frames, how="diagonal", rechunk=False)


def mapped(frame: pl.DataFrame) -> pl.DataFrame:
    """
    The same rows and columns on the disk, where memory that is short can do without them.

    Raises:
        DiskError: the folder for temporary files takes no more.
    """
    with scratch_file() as file:
        _written(file, frame)
        content = pa.py_buffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    return _frame(content)


def kept(column: pl.Series) -> pl.Series:
    """The column with all its rows, on the disk where it is more than one part."""
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


def _frame(content: pa.Buffer) -> pl.DataFrame:
    """A frame as it lies in a file: what is to be one piece in memory would be copied there."""
    table = ipc.open_file(content).read_all()
    return cast("pl.DataFrame", pl.from_arrow(table, rechunk=False))


def _written(file: BinaryIO, frame: pl.DataFrame) -> tuple[int, int]:
    """Where a frame lies in the file, in one piece: many small ones are slower to work on."""
    start = file.seek(-(-file.tell() // ALIGNED) * ALIGNED)
    frame.rechunk().write_ipc(file, record_batch_size=max(frame.height, 1))
    return start, file.tell()
