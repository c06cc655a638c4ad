"""
How large a workbook is, before anything builds it.

A sheet is built as a grid from its first cell to its last, 32 bytes a cell, so one of two cells can
take all memory there is. Counting takes 0.5 s per million cells.
"""

import re
from typing import BinaryIO

import numpy as np

from engine.errors import ImportFileError
from engine.imports.files.archives import check_inflated, check_readable, counted, directory
from engine.limits import CELLS

LABEL = 11  # bytes: XFD1048576 and the quote behind it
TAIL = 256  # bytes of a block that may be a part of a cell
BEHIND_TAG = np.frombuffer(b" \t\r\n>/", np.uint8)
COLUMN = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,4})[0-9]""")
ROW = re.compile(rb"""\br\s*=\s*["'][A-Za-z]{0,4}([0-9]{1,9})["']""")
OPENS = re.compile(rb"<(?:[^<>\s/:]+:)?(c|row)[\s/>]")


def check_workbook(file: BinaryIO, packed: int) -> int:
    """
    How many rows the sheets have at most, wherever in the workbook they lie; at least one.

    Args:
        packed: bytes on disk.

    Raises:
        ImportFileError: it is damaged, has a password, or is larger than it says or than is taken.
    """
    members = directory(file)
    declared = sum(each.file_size for each in members)
    check_inflated(declared, packed, "xlsx")
    size, height = 0, 1
    for each in members:
        check_readable(each)
        extent = Extent()
        for block in counted(file, each):
            size += len(block)
            check_inflated(size, packed, "xlsx")
            if each.filename.endswith(".xml"):
                extent.add(block)
        if extent.height * extent.width > CELLS.most:
            raise ImportFileError(
                f"expected at most {CELLS} from the first cell of a sheet to its last, got "
                f"{extent.height:,} rows of {extent.width:,} in {each.filename}: delete the cells "
                "far from the table, or save the sheet as CSV"
            )
        height = max(height, extent.height)
    return height


class Extent:
    """The rows and columns that the cells of a sheet reach, or a little more where it is odd."""

    def __init__(self) -> None:
        self.height = self.width = 0
        self._rest = b""
        self._widest = 0  # cells between two rows that have no label

    def add(self, block: bytes) -> None:
        """A further block of the sheet's XML."""
        block = self._rest + block
        self._rest = block[-TAIL:]
        if b":c" in block or not self._labelled(block):
            self._odd(block)

    def _labelled(self, block: bytes) -> bool:
        """Looks at cells as every program writes them, `<c r="A1"`; whether all are such."""
        bytes_ = np.frombuffer(block + bytes(TAIL), np.uint8)
        opens = np.flatnonzero(bytes_[: len(block)] == ord("<"))
        opens = opens[bytes_[opens + 1] == ord("c")]
        opens = opens[np.isin(bytes_[opens + 2], BEHIND_TAG)]
        whole = opens[opens + 6 + LABEL <= len(block)]  # else the next block has it again
        plain = all((bytes_[whole + at] == sign).all() for at, sign in enumerate(b' r="', 2))
        return bool(plain) and self._reach(bytes_[whole[:, None] + 6 + np.arange(LABEL)])

    def _reach(self, labels: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]") -> bool:
        """Takes labels, a row of bytes each, in; whether all of them can be read."""
        column = np.zeros(len(labels), np.int64)
        row = np.zeros(len(labels), np.int64)
        inside = np.ones(len(labels), bool)
        for signs in labels.T:
            letter = (signs >= ord("A")) & (signs <= ord("Z")) & inside
            digit = (signs >= ord("0")) & (signs <= ord("9")) & inside
            column = np.where(letter, column * 26 + signs - (ord("A") - 1), column)
            row = np.where(digit, row * 10 + signs - ord("0"), row)
            inside &= letter | digit
        if inside.any() or not (column > 0).all() or not (row > 0).all():
            return False
        self.height = max(self.height, int(row.max(initial=0)))
        self.width = max(self.width, int(column.max(initial=0)))
        return True

    def _odd(self, block: bytes) -> None:
        """Looks at cells however they are written: one without a label stands behind the last."""
        columns, rows = set(COLUMN.findall(block)), set(ROW.findall(block))
        opened = [found.group(1) for found in OPENS.finditer(block)]
        self.width = max(self.width, *(map(_place, columns)), 0)
        self.height = max(self.height, *(map(int, rows)), 0)
        self.height += opened.count(b"row")
        run = 0
        for each in opened:
            run = 0 if each == b"row" else run + 1
            self._widest = max(self._widest, run)
        self.width += self._widest


def _place(letters: bytes) -> int:
    """The number of a column: A is 1."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + letter - (ord("A") - 1)
    return place
