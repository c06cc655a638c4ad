"""A file on disk: what it is, from hash to delimiter, and its text in UTF-8 blocks."""

import codecs
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from itertools import islice
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
from engine.imports.files.code_pages import PAGES, WORD, code_page, is_mostly_utf8
from engine.imports.files.dialect import DELIMITERS, Dialect, dialect_of, has_backslashes
from engine.imports.files.forms import (
    EXPECTED,
    FORMS,
    of_archive,
    of_content,
    refused,
    refused_archive,
)
from engine.imports.files.no_table import check_is_table
from engine.imports.notes import Note
from engine.system.plain_files import check_plain
from engine.text.display import quoted

Progress = Callable[[float], None]  # gets 0 to 1; what it raises stops the work

SAMPLE = 64 << 10  # bytes that detection looks at
WORDS = 60_000  # of other than ASCII that the code page is chosen from,
WORDS_OF_BLOCK = 2_000  # from all parts of the file
# How JSON Lines begin, or an array of them.
OBJECT = re.compile(r'\ufeff?\s*(\{\s*"|\{\s*\}\s*$|\[\s*[{\]])', re.MULTILINE)
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # it begins as UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
GUARDED = re.compile(rb'\\(["\\])')
TEXT_CONTROLS = b"\t\n\r\f\v\x1b"
CONTROLS = bytes(byte for byte in range(32) if byte not in TEXT_CONTROLS).decode()


@dataclass(frozen=True)
class SourceFile:
    """One file that holds records."""

    path: Path
    sha256: str  # of the bytes on disk, compressed or not
    size: int  # bytes on disk
    form: str  # a row of FORMS
    packing: Packing
    encoding: str = "utf-8"  # a Python codec name
    delimiter: str = ""  # between CSV cells
    clean: bool = True  # every byte is text in this encoding
    dialect: Dialect = field(default_factory=Dialect)  # of CSV
    sheet: str | None = None  # of a workbook, as asked for
    notes: tuple[Note, ...] = ()


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
    source = _with_encoding(source, sample, said.encoding)
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
    return _plain_quotes(parts) if source.dialect.backslash else parts


def _utf8_blocks(source: SourceFile, progress: Progress | None) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(source.encoding)(MARKED)
    as_it_is = source.encoding == "utf-8" and source.clean
    mark = codecs.BOM_UTF8  # what every BOM is in UTF-8
    try:
        for raw in _raw_blocks(source, progress):
            block = raw if as_it_is else decoder.decode(raw).encode()
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


def _with_encoding(source: SourceFile, sample: bytes, asked: str | None) -> SourceFile:
    if not _text_of(sample, _marked(sample) or "utf-8").strip("\ufeff \t\r\n"):
        raise ImportFileError("the file is empty: expected a header line and records")
    if asked:
        return _as_asked(source, codecs.lookup(asked).name)
    found = _detected(source, sample)
    text = _text_of(sample, found.encoding)
    controls = sum(map(text.count, CONTROLS))
    if controls >= 4 and controls > len(text) / 50:
        raise ImportFileError(f"expected {EXPECTED}, got a binary file")
    return found


def _as_asked(source: SourceFile, encoding: str) -> SourceFile:
    clean = encoding != "utf-8" or _is_utf8(source)
    if not clean and not is_mostly_utf8(_words(source)):
        raise ImportFileError("the file is not UTF-8, as the mapping says: leave `encoding` out")
    return replace(source, encoding=encoding, clean=clean)


def _detected(source: SourceFile, sample: bytes) -> SourceFile:
    wide = _marked(sample) or _unmarked(sample)
    if wide and wide != "utf-8":
        note = Note("file", f"the text is {wide.upper()}")
        return replace(source, encoding=wide, notes=(note,))
    if _is_utf8(source):
        return source
    words = _words(source)
    if wide or is_mostly_utf8(words):
        text = "the text is UTF-8 with some broken bytes: the rows that hold them are rejected"
        return replace(source, clean=False, notes=(Note("file", text),))
    choice = code_page(words)
    note = Note(
        "file",
        f"the text is no UTF-8 and is read as {PAGES[choice.encoding]} ({choice.encoding}), which "
        f"gives the letters of {choice.language}: name another `encoding` if letters are wrong",
    )
    return replace(source, encoding=choice.encoding, notes=(note,))


def _words(source: SourceFile) -> list[bytes]:
    """Words of other than ASCII from all parts of the file."""
    words: list[bytes] = []
    for block in _raw_blocks(source):
        if not block.isascii() and len(words) < WORDS:
            words += islice((found[0] for found in WORD.finditer(block)), WORDS_OF_BLOCK)
    return words


def _marked(sample: bytes) -> str | None:
    """The encoding that a BOM names."""
    return next((encoding for mark, encoding in BOMS if sample.startswith(mark)), None)


def _unmarked(sample: bytes) -> str | None:
    """UTF-16 or UTF-32 without a BOM, by where the NULs of line ends and other ASCII stand."""
    nuls = [sample[place::4].count(0) / max(len(sample[place::4]), 1) for place in range(4)]
    if nuls[0] < 0.5 and min(nuls[2], nuls[3]) > 0.95:
        return "utf-32-le"
    if nuls[3] < 0.5 and min(nuls[0], nuls[1]) > 0.95:
        return "utf-32-be"
    first, second = nuls[0] + nuls[2], nuls[1] + nuls[3]
    if _has_wide_line_ends(sample) or (min(first, second) < 0.02 and max(first, second) > 0.6):
        return "utf-16-be" if first > second else "utf-16-le"
    return None


def _text_of(sample: bytes, encoding: str) -> str:
    """As much of a sample as can be read."""
    return sample.decode(encoding, errors="ignore")


def _has_wide_line_ends(sample: bytes) -> bool:
    """Whether most line ends stand beside a NUL; a NUL in a cell or two is no UTF-16."""
    ends = sample.count(b"\n") + sample.count(b"\r")
    before, after = (
        sum(map(sample.count, pairs)) for pairs in ((b"\0\n", b"\0\r"), (b"\n\0", b"\r\0"))
    )
    return max(before, after) > ends / 2


def _is_utf8(source: SourceFile) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in _raw_blocks(source):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _with_dialect(source: SourceFile, start: str, said: ImportMapping) -> SourceFile:
    alone = "\t" if source.packing.name.lower().endswith(".tsv") else ","
    dialect = dialect_of(start, said.delimiter, said.quote, alone)
    backslash = dialect.quote == '"' and any(
        has_backslashes(block.decode(errors="ignore"), dialect.delimiter)
        for block in blocks(source)
        if b'\\"' in block
    )
    dialect = replace(dialect, backslash=backslash)
    notes = (*source.notes, *dialect.notes)
    return replace(source, delimiter=dialect.delimiter, dialect=dialect, notes=notes)
