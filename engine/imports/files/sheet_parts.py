"""
A workbook with large sheets as several, each with the next rows of them.

calamine builds a sheet whole, and takes a hundred bytes a cell while it does: two GB for a million
rows of 20 columns. So it gets some rows at a time, in a file without a name.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO
from zipfile import ZipFile, ZipInfo

from engine.imports.files.archives import counted, directory
from engine.system.scratch import scratch_file

PART = 128 << 20  # bytes of a sheet's XML: 2 to 3 million cells
SHEET = re.compile(rb"<(?:[^<>\s/:]+:)?worksheet[\s>]")  # mostly in xl/worksheets, but anywhere
BEGINNING = 4096  # bytes of a member in which its root element is
READ = (".xml", ".rels")  # what else of a workbook is read; no pictures
ROWS = re.compile(rb"<((?:[^<>\s/:]+:)?)sheetData(?:\s[^<>]*)?(?<!/)>")
NO_ROWS = (b"<worksheet><sheetData></sheetData></worksheet>",)


def parts_of(file: BinaryIO) -> Iterator[BinaryIO]:
    """
    The workbook itself where no sheet is large; else workbooks with parts of those that are.

    Rows keep their numbers where they have any. Small sheets are in the first part alone.

    Raises:
        DiskError: the folder for temporary files takes no more.
    """
    members = [each for each in directory(file) if each.filename.endswith(READ)]
    if not any(_is_large(each) and _is_sheet(file, each) for each in members):
        file.seek(0)
        yield file
        return
    sheets = [each for each in members if _is_sheet(file, each)]
    coming = {each.filename: _parts(file, each) for each in sheets}
    while found := {name: part for name, parts in coming.items() if (part := next(parts, None))}:
        with scratch_file() as packed:
            with ZipFile(packed, "w") as archive:
                for each in members:
                    kept = found.pop(each.filename, NO_ROWS) if each in sheets else None
                    with archive.open(each.filename, "w", force_zip64=True) as member:
                        member.writelines(counted(file, each) if kept is None else kept)
            packed.seek(0)
            yield packed


def _is_sheet(file: BinaryIO, member: ZipInfo) -> bool:
    return SHEET.search(next(counted(file, member), b"")[:BEGINNING]) is not None


def _is_large(member: ZipInfo) -> bool:
    return member.file_size > PART


def _parts(file: BinaryIO, sheet: ZipInfo) -> Iterator[Iterable[bytes]]:
    return _cut(counted(file, sheet)) if _is_large(sheet) else iter((counted(file, sheet),))


def _cut(blocks: Iterator[bytes]) -> Iterator[list[bytes]]:
    """The XML of a sheet as some of its rows at a time, each with what stands around them."""
    head = b""
    while (opened := ROWS.search(head)) is None:
        if not (block := next(blocks, b"")):
            yield [head]
            return
        head += block
    before, tag = head[: opened.end()], opened[1]
    end, after = b"</%brow>" % tag, b"</%bsheetData></%bworksheet>" % (tag, tag)
    part, size = [before], 0
    for block in chain((head[opened.end() :],), blocks):
        part.append(block)
        size += len(block)
        if size > PART and (place := block.rfind(end) + 1):
            place += len(end) - 1
            part[-1] = block[:place]
            yield [*part, after]
            part, size = [before, block[place:]], len(block) - place
    yield part
