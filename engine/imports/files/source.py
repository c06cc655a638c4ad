"""A file on disk: what it is, from hash to delimiter, and its text in UTF-8 blocks."""

import codecs
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from engine.errors import ImportFileError, UsageError
from engine.imports.columns.mapping import ImportMapping
from engine.imports.files.archives import (
    GZIP,
    ZIP,
    Packing,
    content_file,
    directory,
    packing_of,
    unpacked,
)
from engine.imports.files.broken_bytes import MARKED
from engine.imports.files.dialect import DELIMITERS, Dialect, dialect_of, has_backslashes, is_padded
from engine.imports.files.encoding import encoding_of
from engine.imports.files.forms import (
    EXPECTED,
    FORMS,
    of_archive,
    of_content,
    refused,
    refused_archive,
)
from engine.imports.files.json_layouts import API, JsonLayout
from engine.imports.files.no_table import check_is_table
from engine.imports.notes import Note
from engine.system.plain_files import check_plain
from engine.text.display import quoted

Progress = Callable[[float], None]  # gets 0 to 1; what it raises stops the work

SAMPLE = 64 << 10  # bytes that detection looks at
# How JSON Lines begin, or an array of them.
OBJECT = re.compile(r'\ufeff?\s*(\{\s*"|\{\s*\}\s*$|\[\s*[{\]])', re.MULTILINE)
GUARDED = re.compile(rb'\\(["\\])')


@dataclass(frozen=True)
class SourceFile:
    """One file that holds records."""

    path: Path
    sha256: str  # of the bytes on disk, compressed or not
    size: int  # bytes on disk
    form: str  # a row of FORMS
    packing: Packing
    encoding: str = "utf-8"  # a Python codec name
    clean: bool = True  # every byte is text in this encoding
    dialect: Dialect = field(default_factory=Dialect)  # of CSV
    sheet: str | None = None  # of a workbook, as asked for
    layout: JsonLayout = API  # of JSON
    notes: tuple[Note, ...] = ()

    @property
    def delimiter(self) -> str:
        """What stands between CSV cells."""
        return self.dialect.delimiter if self.form == "csv" else ""

    @property
    def as_it_is(self) -> bool:
        """Whether the bytes are the text in UTF-8, so that none of them can be no text."""
        return self.encoding == "utf-8" and self.clean


def open_source(path: Path, mapping: ImportMapping | None = None) -> SourceFile:
    """
    Say what the file is, by its content first; what the mapping says wins over what is detected.

    Raises:
        ImportFileError: not there, empty, of no known form, or not in the encoding asked for.
        UsageError: a sheet or a member is asked for that cannot be.
    """
    said = mapping or ImportMapping()
    try:
        check_plain(path)
        raw = path.open("rb")
    except UsageError as error:
        raise ImportFileError(str(error)) from None
    except OSError as error:
        raise ImportFileError(f"expected a readable file at {path}, got: {error}") from None
    with raw:
        sha256 = hashlib.file_digest(raw, "sha256").hexdigest()
    packing = packing_of(path, said.member)
    source = SourceFile(path, sha256, path.stat().st_size, "csv", packing, sheet=said.sheet)
    sample = next(_raw_blocks(source), b"")[:SAMPLE]
    form = _binary_form(source, sample)
    if said.sheet is not None and form != "xlsx":
        raise UsageError(f"the file is no workbook: leave the sheet {quoted(said.sheet)} out")
    return replace(source, form=form) if form else _as_text(source, sample, said)


def _as_text(source: SourceFile, sample: bytes, said: ImportMapping) -> SourceFile:
    found = encoding_of(sample, lambda: _raw_blocks(source), said.encoding)
    source = replace(source, encoding=found.codec, clean=found.clean, notes=found.notes)
    start = next(blocks(source), b"")[:SAMPLE].decode(errors="ignore")
    check_is_table(start)
    source = replace(source, form=_text_form(source, start))
    return source if source.form == "json" else _with_dialect(source, start, said)


def content(source: SourceFile) -> AbstractContextManager[BinaryIO]:
    """The bytes of a file that has to be read at any place, such as a workbook's."""
    return content_file(source.path, source.packing)


def blocks(source: SourceFile, progress: Progress | None = None) -> Iterator[bytes]:
    """
    The file's text as UTF-8 without its BOM, in blocks of about 4 MB that end anywhere.

    Raises:
        ImportFileError: the text is not in the encoding of the source.
    """
    parts = _utf8_blocks(source, progress)
    parts = _plain_quotes(parts) if source.dialect.backslash else parts
    return _without_padding(parts, source.dialect) if source.dialect.padded else parts


def _utf8_blocks(source: SourceFile, progress: Progress | None) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(source.encoding)(MARKED)
    mark = codecs.BOM_UTF8  # what every BOM is in UTF-8
    try:
        for raw in _raw_blocks(source, progress):
            block = raw if source.as_it_is else decoder.decode(raw).encode()
            yield block.removeprefix(mark)
            mark = b""
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise ImportFileError(
            f"the text is not {source.encoding} ({error}): name its `encoding` in the mapping"
        ) from None


def _plain_quotes(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The same text with quotes doubled where a backslash stands before them."""
    rest = b""
    for part in parts:
        block = rest + part
        cut = len(block) - (len(block) - len(block.rstrip(b"\\"))) % 2
        block, rest = block[:cut], block[cut:]
        yield GUARDED.sub(lambda found: b'""' if found[1] == b'"' else b"\\", block)
    yield rest


def _without_padding(parts: Iterator[bytes], dialect: Dialect) -> Iterator[bytes]:
    """The same text without the blanks before quotes, as no reader of cells knows them."""
    rest, mark = b"", dialect.delimiter.encode()
    for part in parts:
        whole, end, rest = (rest + part).rpartition(mark)
        yield dialect.opening.sub(b'"', whole)
        rest = end + rest  # a cell begins at its end
    yield dialect.opening.sub(b'"', rest)


class Stream(io.RawIOBase):
    """An iterator of blocks as a file to read from."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts = parts
        self.rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self.rest:
            part = next(self.parts, None)
            if part is None:
                return 0
            self.rest = memoryview(part)
        count = min(len(buffer), len(self.rest))
        buffer[:count] = self.rest[:count]
        self.rest = self.rest[count:]
        return count


def text_lines(source: SourceFile) -> io.TextIOWrapper:
    """The file as text with its line ends kept, as the csv module wants it."""
    return io.TextIOWrapper(io.BufferedReader(Stream(blocks(source))), encoding="utf-8", newline="")


def _raw_blocks(source: SourceFile, progress: Progress | None = None) -> Iterator[bytes]:
    """The bytes as they are in the file, unpacked."""
    for block, read in unpacked(source.path, source.packing):
        if progress:
            progress(min(read / source.size, 1))
        yield block


def _binary_form(source: SourceFile, sample: bytes) -> str | None:
    """The form of a file that is no text."""
    what = refused(sample)
    if what:
        raise ImportFileError(f"expected {EXPECTED}, got {what}")
    if sample.startswith(ZIP):
        with content(source) as archive:
            names = [each.filename for each in directory(archive)]
        found = of_archive(names)
        if found is None and (what := refused_archive(names)):
            raise ImportFileError(f"expected {EXPECTED}, got {what}")
    else:
        found = of_content(sample)
    if found is None and sample.startswith((*ZIP, GZIP)):
        raise ImportFileError(
            f"expected {EXPECTED} in the {source.packing.key} file, got an archive inside an "
            "archive: unpack it and import what it holds"
        )
    return found.key if found else None


def _text_form(source: SourceFile, sample: str) -> str:
    """The form of text: by how it begins, then by its suffix where that can be."""
    if OBJECT.match(sample):
        return "json"
    name = source.packing.name.lower()
    lines = sample.splitlines()
    objects = any(line.lstrip().startswith(("{", "[")) for line in lines)
    if name.endswith(FORMS["json"].suffixes) and (objects or not _is_table(lines)):
        return "json"
    return "csv"


def _is_table(lines: list[str]) -> bool:
    """Whether the first two lines have as many cells as each other, and several."""
    counts = [[line.count(mark) for mark in DELIMITERS] for line in lines[:2]]
    return len(counts) == 2 and any(a == b > 0 for a, b in zip(*counts, strict=True))


def _with_dialect(source: SourceFile, start: str, said: ImportMapping) -> SourceFile:
    alone = "\t" if source.packing.name.lower().endswith(".tsv") else ","
    dialect = dialect_of(start, said.delimiter, said.quote, alone)
    in_lines = not any(_has_other_ends(block, dialect.quote) for block in blocks(source))
    backslash = (
        not in_lines
        and dialect.quote == '"'
        and any(
            has_backslashes(block.decode(errors="ignore"), dialect.delimiter)
            for block in blocks(source)
            if b'\\"' in block
        )
    )
    padded = not in_lines and dialect.quote == '"' and is_padded(start, dialect.delimiter)
    dialect = replace(dialect, backslash=backslash, padded=padded, in_lines=in_lines)
    notes = (*source.notes, *dialect.notes)
    return replace(source, dialect=dialect, notes=notes)


def _has_other_ends(block: bytes, quote: str) -> bool:
    """Whether a line end may stand within a record, or be none of `\\n` alone."""
    return b"\r" in block or (quote != "" and quote.encode() in block)
