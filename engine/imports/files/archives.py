"""
What a file packs: gzip, or one member of a zip archive, as the bytes that are inside.

The directory of an archive is a claim. What comes out is counted as it comes, against the limits
and against the claim, and its check sum covers all of it.
"""

import copy
import gzip
import os
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from engine.errors import ImportFileError, UsageError
from engine.imports.files.forms import EXPECTED, of_archive, refused_archive
from engine.limits import INFLATED, RATIO, RATIO_FROM
from engine.text.display import quoted

BLOCK = 4 << 20  # bytes read at once
GZIP = b"\x1f\x8b"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # the second is an archive of nothing
SYSTEM = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")  # what systems put beside files
DAMAGED = (EOFError, zlib.error, zipfile.BadZipFile, OSError, ValueError, NotImplementedError)
NAMED = 10  # members that an error lists


@dataclass(frozen=True)
class Packing:
    """How a file packs its content."""

    key: str  # "" as it is, "gzip" or "zip"
    name: str  # of the content, for its suffix
    member: str | None = None  # of a zip archive
    note: str | None = None  # about the choice of the member


def packing_of(path: Path, member: str | None) -> Packing:
    """
    How the file is packed; `member` names the one to take.

    Raises:
        ImportFileError: an archive of nothing, of several members, or with one that is no file.
        UsageError: there is no such member.
    """
    with path.open("rb") as raw:
        start = raw.read(4)
    if start.startswith(ZIP):
        members = directory(path)
        names = [each.filename for each in members]
        if of_archive(names) is None:
            _check_archive(names)
            chosen = _chosen(members, member)
            return Packing("zip", chosen.filename, chosen.filename)
    if member is not None:
        raise UsageError(f"the file is no zip archive: leave the member {quoted(member)} out")
    if start.startswith(GZIP):
        return Packing("gzip", path.name.lower().removesuffix(".gz"))
    return Packing("", path.name)


def directory(archive: Path | BinaryIO) -> list[zipfile.ZipInfo]:
    """
    What a zip archive says that it holds.

    Raises:
        ImportFileError: it is damaged.
    """
    try:
        with zipfile.ZipFile(archive) as found:
            return found.infolist()
    except DAMAGED as error:
        raise _damaged("zip", error) from None


def unpacked(path: Path, packing: Packing) -> Iterator[tuple[bytes, int]]:
    """
    The content in blocks, each with how many bytes of the file were read by then.

    Raises:
        ImportFileError: it is damaged, larger than it says, or larger than is taken.
    """
    size = 0
    packed = path.stat().st_size
    with path.open("rb") as raw:
        try:
            with _stream(raw, packing) as content:
                while block := content.read(BLOCK):
                    size += len(block)
                    if packing.key:
                        check_inflated(size, packed, packing.key)
                    yield block, raw.tell()
            if packing.member is not None:
                _check_claim(raw, packing.member, size)
        except (*DAMAGED, RuntimeError) as error:
            raise _damaged(packing.key or "plain", error) from None


@contextmanager
def content_file(path: Path, packing: Packing) -> Iterator[BinaryIO]:
    """The content as a file that can be read at any place, unpacked beside others if it has to."""
    if not packing.key:
        with path.open("rb") as raw:
            yield raw
        return
    with tempfile.TemporaryFile() as spool:
        for block, _ in unpacked(path, packing):
            spool.write(block)
        spool.seek(0)
        yield spool


def counted(archive: BinaryIO, each: zipfile.ZipInfo) -> Iterator[bytes]:
    """
    The bytes of one member, however many the directory says there are, in blocks.

    Raises:
        ImportFileError: damaged, encrypted, or of another size than the directory says.
    """
    size = 0
    try:
        with zipfile.ZipFile(archive) as found, _whole(found, each) as content:
            while block := content.read(BLOCK):
                size += len(block)
                yield block
    except (*DAMAGED, RuntimeError) as error:
        raise _damaged("zip", error) from None
    check_size(each, size)


def check_size(each: zipfile.ZipInfo, size: int) -> None:
    """
    The bytes that came must be those that the directory claims.

    Raises:
        ImportFileError: they are more or fewer.
    """
    if size != each.file_size:
        raise ImportFileError(
            f"the zip archive says that {quoted(each.filename)} has {each.file_size:,} bytes, and "
            f"it has {size:,}: pack it again"
        )


def check_inflated(size: int, packed: int, what: str) -> None:
    """
    What a file of a few bytes unpacks to could fill every disk.

    Raises:
        ImportFileError: it is more than is taken of a file of so many packed bytes.
    """
    if size > INFLATED.most:
        raise ImportFileError(f"expected at most {INFLATED} unpacked, got more: import it in parts")
    if size > RATIO_FROM.most and size > packed * RATIO.most:
        raise ImportFileError(
            f"expected a {what} file that unpacks to at most {RATIO} its size, got more from "
            f"{packed:,} bytes: unpack it and import the file itself"
        )


def check_readable(each: zipfile.ZipInfo) -> None:
    """
    Sees that a member of an archive can be read.

    Raises:
        ImportFileError: the member has a password.
    """
    if each.flag_bits & 0x1:
        raise ImportFileError(
            f"expected an archive without a password, got {quoted(each.filename)} encrypted: pack "
            "it without one"
        )


def _stream(raw: BinaryIO, packing: Packing) -> IO[bytes] | gzip.GzipFile:
    if packing.key == "gzip":
        return gzip.GzipFile(fileobj=raw)
    if packing.member is None:
        return raw
    archive = zipfile.ZipFile(raw)
    return _whole(archive, archive.getinfo(packing.member))


def _whole(archive: zipfile.ZipFile, each: zipfile.ZipInfo) -> IO[bytes]:
    """All bytes of a member: zipfile alone stops where the directory says that it ends."""
    endless = copy.copy(each)
    endless.file_size = max(INFLATED.most * 2, each.file_size)
    return archive.open(endless)


def _check_claim(raw: BinaryIO, member: str, size: int) -> None:
    check_size(zipfile.ZipFile(raw).getinfo(member), size)


def _check_archive(names: list[str]) -> None:
    what = refused_archive(names)
    if what:
        raise ImportFileError(f"expected {EXPECTED}, got {what}")


def _chosen(members: list[zipfile.ZipInfo], asked: str | None) -> zipfile.ZipInfo:
    """The one member that is a file, or the one asked for."""
    files = [each for each in members if not each.is_dir() and not _of_system(each.filename)]
    for each in files:
        _check_plain(each)
    names = [each.filename for each in files]
    if not files:
        raise ImportFileError("the zip archive holds no file: expected one with records")
    shown = ", ".join(map(quoted, names[:NAMED])) + (", …" if len(names) > NAMED else "")
    if asked is not None:
        if asked not in names:
            raise UsageError(f"the zip archive has no member {quoted(asked)}: it has {shown}")
        files = [each for each in files if each.filename == asked]
    if len(files) > 1:
        raise ImportFileError(
            f"expected a zip archive of one file, got {len(files):,} ({shown}): name one as the "
            "`member` of the mapping or with --member"
        )
    check_readable(files[0])
    return files[0]


def _of_system(name: str) -> bool:
    return name.startswith(SYSTEM[0]) or os.path.basename(name) in SYSTEM  # noqa: PTH119


def _check_plain(each: zipfile.ZipInfo) -> None:
    """No name that leads out of the archive, no link: neither is what an analyst packs."""
    parts = each.filename.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or parts[0].endswith(":"):
        raise ImportFileError(
            f"expected names inside the zip archive, got {quoted(each.filename)}, which leads out "
            "of it: pack it again"
        )
    if stat.S_ISLNK(each.external_attr >> 16):
        raise ImportFileError(
            f"expected files in the zip archive, got the link {quoted(each.filename)}: pack the "
            "file itself"
        )


def _damaged(what: str, error: BaseException) -> ImportFileError:
    return ImportFileError(f"the {what} file is damaged ({error}): pack it again")
