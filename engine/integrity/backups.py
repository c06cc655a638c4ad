"""
All of a workspace in one file, made while others write: the records up to their pointers, the
database of the same moment, the exports; with a list of what is in it and the hash of each file.
"""

import json
import logging
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from engine.errors import DiskError, StoreError
from engine.exports.files import HashedFile, appearing
from engine.exports.run import UNFINISHED, remove_leftovers
from engine.exports.target import export_target
from engine.rights import ADMIN
from engine.store.copying import WorkspaceCopy, copied
from engine.store.folder import BACKUPS, DATABASE, EXPORTS
from engine.system.disk import refusals_told
from engine.system.scratch import scratch
from engine.text.display import quoted
from engine.workspace.workbench import Access

MANIFEST, FORMAT = "manifest.json", 1
PART = 1 << 20  # bytes at a time
STORED = (".parquet",)  # packed already
# What the archive's own reader says of a file that is not what it was.
BROKEN = (BadZipFile, KeyError, EOFError, ValueError, RuntimeError, zlib.error)
Tell = Callable[[float], None]


@dataclass(frozen=True)
class StoredFile:
    """One file in a backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup is of, and what lies in it."""

    format: int
    at: datetime
    by: str
    workspace: str  # the folder that it was made of
    customers: int
    change: int  # the data version
    files: Mapping[str, StoredFile]  # by the place in the folder of the workspace

    @property
    def bytes(self) -> int:
        """What all files come to."""
        return sum(file.bytes for file in self.files.values())

    @property
    def in_words(self) -> str:
        """What it is of and when."""
        return (
            f"{self.customers:,} customers at data version {self.change:,} of {self.workspace}, "
            f"as it was on {self.at:%Y-%m-%d at %H:%M} UTC, by {self.by}"
        )


def usual_place(access: Access) -> Path:
    """Where a page puts a backup."""
    return access.store.folder / BACKUPS / f"backup-{access.now():%Y%m%dT%H%M%SZ}.zip"


def back_up(
    access: Access, to: Path, tell: Tell = lambda _share: None, *, force: bool = False
) -> Manifest:
    """
    Writes a backup, which appears whole or not at all; writers go on meanwhile.

    Args:
        to: the file; outside the workspace, or among its backups.
        tell: gets 0 to 1; what it raises stops the work.
        force: whether a file that is there may be replaced.

    Raises:
        UsageError: the file is there already, or cannot be written.
        StoreError: records are damaged, or the disk refuses.
    """
    access.expect(ADMIN)  # before anything is written
    folder = access.store.folder
    own = to.parent.resolve() == (folder / BACKUPS).resolve()
    if own:
        with refusals_told(folder, "No backup was made"):
            to.parent.mkdir(exist_ok=True)
    remove_leftovers(access)
    # What lies in the workspace is its own: nothing else in it may be written over.
    still = partial(export_target, to, to if own else folder, force=force)
    target, notes = still(), folder / UNFINISHED
    with (
        scratch("backup") as room,
        copied(access.store, room) as copy,
        appearing(target, notes, still) as file,
    ):
        manifest = _written(access, file, copy, tell)
    try:
        with access.write("backup") as (_, act):
            act.touched |= {"backups": [str(to)], "files": len(manifest.files)}
    except DiskError as error:  # all the more it is good to have one
        logging.getLogger(__name__).warning("%s is whole, but the log has no line: %s", to, error)
    return manifest


def _written(access: Access, file: HashedFile, copy: WorkspaceCopy, tell: Tell) -> Manifest:
    """Writes every file, then what they are."""
    found: dict[str, StoredFile] = {}
    with ZipFile(cast("BinaryIO", file), "w") as archive:
        for place, (name, path) in enumerate(copy.files.items()):
            try:
                found[name] = _added(archive, name, path)
            except FileNotFoundError:
                if not name.startswith(f"{EXPORTS}/"):
                    raise  # nobody but the owner of an export may have removed it meanwhile
            tell(place / len(copy.files))
        then = access.memberships.profiles.past(access.store.snapshot_of(copy.change))
        manifest = Manifest(
            *(FORMAT, access.now(), access.actor.name, str(access.store.folder.absolute())),
            *(then.size, then.change, found),
        )
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), default=str, indent=1))
    return manifest


def _added(archive: ZipFile, name: str, path: Path) -> StoredFile:
    entry = ZipInfo.from_file(path, name, strict_timestamps=False)
    entry.compress_type = ZIP_STORED if path.suffix in STORED else ZIP_DEFLATED
    with path.open("rb") as content, archive.open(entry, "w") as target:
        return _passed(content, target.write)


def _passed(content: BinaryIO | Any, write: Callable[[bytes], object]) -> StoredFile:
    """Hands on what is read; gives what it came to."""
    digest, size = sha256(), 0
    while part := content.read(PART):
        digest.update(part)
        size += len(part)
        write(part)
    return StoredFile(size, digest.hexdigest())


def read_manifest(file: Path) -> Manifest:
    """
    What a backup says of itself.

    Raises:
        StoreError: it is none, or of a newer program.
    """
    with refusals_told(file.parent):
        try:
            with ZipFile(file) as archive:
                document = json.loads(archive.read(MANIFEST))
            if document["format"] > FORMAT:
                raise StoreError(f"{file} was made by a newer workbench: update the program")
            files = {name: StoredFile(**row) for name, row in document["files"].items()}
            said = {**document, "at": datetime.fromisoformat(document["at"]), "files": files}
            manifest = Manifest(**said)
        except FileNotFoundError:
            raise StoreError(f"expected a backup at {file}, got no file") from None
        except IsADirectoryError:
            raise StoreError(f"expected a backup at {file}, got a folder") from None
        except (BadZipFile, KeyError, ValueError, TypeError, AttributeError, EOFError) as error:
            raise StoreError(f"expected a backup at {file}, got: {error}") from None
    odd = [name for name in files if _leaves(name)]
    if odd or DATABASE not in files:
        what = f"a file named {quoted(odd[0])}" if odd else f"none with a {DATABASE}"
        raise StoreError(f"expected a backup of a workspace at {file}, got {what}")
    return manifest


def _leaves(name: str) -> bool:
    """Whether a name would be written outside of the folder."""
    path = Path(name)
    return path.is_absolute() or ".." in path.parts or "\\" in name or not path.parts


def unpacked(file: Path, manifest: Manifest, folder: Path, tell: Tell) -> None:
    """
    Writes the files of a backup to a folder, each compared with its hash.

    Raises:
        StoreError: one is missing, or is not what was written.
    """
    with ZipFile(file) as archive:
        for place, (name, expected) in enumerate(manifest.files.items()):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with archive.open(name) as content, target.open("wb") as written:
                    found = _passed(content, written.write)
            except BROKEN as error:
                found = StoredFile(0, str(error))
            if found != expected:
                raise StoreError(
                    f"the backup {file} is damaged: {name} is not what was written. Nothing was "
                    "changed: use another backup"
                )
            tell(place / len(manifest.files))
