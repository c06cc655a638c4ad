"""Which encoding the bytes of a text are in, from its marks, its NULs and its letters."""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from engine.errors import ImportFileError
from engine.imports.files.code_pages import PAGES, WORD, code_page, is_mostly_utf8
from engine.imports.files.forms import EXPECTED
from engine.imports.notes import Note

WORDS = 60_000  # of other than ASCII that the code page is chosen from,
WORDS_OF_BLOCK = 2_000  # from all parts of the file
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # it begins as UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
TEXT_CONTROLS = b"\t\n\r\f\v\x1b"
CONTROLS = bytes(byte for byte in range(32) if byte not in TEXT_CONTROLS).decode()

Blocks = Callable[[], Iterator[bytes]]  # the bytes of the whole file, from its beginning


@dataclass(frozen=True)
class Encoding:
    """How bytes are text."""

    codec: str = "utf-8"  # as Python names it
    clean: bool = True  # every byte is text in it
    notes: tuple[Note, ...] = ()


def encoding_of(sample: bytes, blocks: Blocks, asked: str | None = None) -> Encoding:
    """
    Find the encoding of a text.

    Args:
        sample: its first bytes.
        asked: a codec that the mapping names.

    Raises:
        ImportFileError: it is empty, no text at all, or not in the encoding asked for.
    """
    if not _text_of(sample, _marked(sample) or "utf-8").strip("\ufeff \t\r\n"):
        raise ImportFileError("the file is empty: expected a header line and records")
    if asked:
        return _as_asked(codecs.lookup(asked).name, blocks)
    found = _detected(sample, blocks)
    text = _text_of(sample, found.codec)
    controls = sum(map(text.count, CONTROLS))
    if controls >= 4 and controls > len(text) / 50:
        raise ImportFileError(f"expected {EXPECTED}, got a binary file")
    return found


def _as_asked(codec: str, blocks: Blocks) -> Encoding:
    clean = codec != "utf-8" or _is_utf8(blocks())
    if not clean and not is_mostly_utf8(_words(blocks())):
        raise ImportFileError("the file is not UTF-8, as the mapping says: leave `encoding` out")
    return Encoding(codec, clean)


def _detected(sample: bytes, blocks: Blocks) -> Encoding:
    wide = _marked(sample) or _unmarked(sample)
    if wide and wide != "utf-8":
        return Encoding(wide, notes=(Note("file", f"the text is {wide.upper()}"),))
    if _is_utf8(blocks()):
        return Encoding()
    words = _words(blocks())
    if wide or is_mostly_utf8(words):
        text = "the text is UTF-8 with some broken bytes: the rows that hold them are rejected"
        return Encoding(clean=False, notes=(Note("file", text),))
    choice = code_page(words)
    other = f" (such as `{choice.rival}`, which fits nearly as well)" if choice.rival else ""
    note = Note(
        "file",
        f"the text is not UTF-8: it is read as {PAGES[choice.encoding]} ({choice.encoding}), which "
        f"gives {choice.gives}: choose another `encoding`{other} if letters look "
        "wrong",
    )
    return Encoding(choice.encoding, notes=(note,))


def _words(blocks: Iterator[bytes]) -> list[bytes]:
    """Words of other than ASCII from all parts of the file."""
    words: list[bytes] = []
    for block in blocks:
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


def _is_utf8(blocks: Iterator[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in blocks:
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
