"""A workspace as a backup has it: unpacked beside, compared, opened, and only then put in place."""

import ctypes
import os
import secrets
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from filelock import FileLock

from engine.actors import Actor
from engine.errors import ConflictError, UsageError
from engine.integrity.backups import Manifest, Tell, read_manifest, unpacked
from engine.privacy.erasure import erase_again
from engine.store.folder import ERASED, EXPORTS, LOCK
from engine.store.results.sessions import end_every_session
from engine.system.disk import refusals_told
from engine.workspace.journal import is_served
from engine.workspace.workbench import Access, Workbench
from engine.workspace.writes import Now

AT_FOLDER, EXCHANGE = -100, 2  # of Linux: AT_FDCWD, RENAME_EXCHANGE


@dataclass(frozen=True)
class Restoration:
    """What was restored."""

    manifest: Manifest
    before: Path | None  # where the workspace lies that was there; None: there was none


def restore(
    file: Path,
    folder: Path,
    actor: Actor,
    now: Now,
    tell: Tell = lambda _share: None,
    *,
    replace: bool = False,
) -> Restoration:
    """
    Puts the workspace of a backup in a folder; a failure at any instant leaves what was there.

    Args:
        replace: whether a workspace may be there; it is kept beside.

    Raises:
        UsageError: the folder is not empty.
        ConflictError: somebody works in it.
        StoreError: the backup is none or damaged, or the disk refuses.
    """
    manifest = read_manifest(file)
    folder = folder.absolute()
    there = folder.is_dir() and any(folder.iterdir())
    if there and not replace:
        raise UsageError(
            f"expected an empty folder or none at {folder}, got files: choose another, or say "
            "--replace, which keeps them beside"
        )
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"expected a folder at {folder}, got a file")
    if is_served(folder):
        raise ConflictError(f"somebody works in {folder}: end the server there, and try again")
    part = folder.with_name(f".{folder.name}-{secrets.token_hex(8)}.part")
    with refusals_told(folder.parent, "Nothing was replaced"):
        try:
            part.mkdir(parents=True)
            (part / EXPORTS).mkdir()
            unpacked(file, manifest, part, tell)
            _opened(part, manifest, file, actor, now, folder if there else None)
            os.sync()  # all of it is on the disk before it takes a place
            with FileLock(folder / LOCK) if there else nullcontext():
                before = _swapped(part, folder, there=there, at=f"{now():%Y%m%dT%H%M%SZ}")
        finally:
            rmtree(part, ignore_errors=True)
    return Restoration(manifest, before)


def _opened(
    part: Path, manifest: Manifest, file: Path, actor: Actor, now: Now, replaced: Path | None
) -> None:
    """Opens the workspace before it is put in place: what cannot be opened replaces nothing."""
    workbench = Workbench.open(part, now)
    try:
        access = workbench.acting(actor)
        after_restore(access, replaced)
        with access.write("restore") as (_, act):
            act.touched |= {"backups": [str(file)]}
            act.after = {"of": manifest.at.isoformat(), "change": manifest.change}
    finally:
        workbench.close()


def after_restore(access: Access, replaced: Path | None) -> None:
    """
    What is done to a workspace that comes from a backup, before anybody sees it.

    Whoever was erased since the backup is erased again. Nobody is signed in: else
    who has signed out since would be in again.

    Args:
        replaced: the folder of the workspace whose place it takes, which knows what was done since
            the backup; None: there is none.
    """
    erase_again(access, replaced / ERASED if replaced else None)
    with access.note() as connection:
        end_every_session(connection)
    with suppress(ConflictError):  # the clock is behind the backup: whom it moves waits for it
        access.refresh()


def _swapped(part: Path, folder: Path, *, there: bool, at: str) -> Path | None:
    """Puts a folder in the place of another at one stroke; gives where the other lies then."""
    if not there:
        with suppress(FileNotFoundError):
            folder.rmdir()
        part.rename(folder)
        return None
    before = folder.with_name(f"{folder.name}.before-{at}")
    if _exchanged(part, folder):
        part.rename(before)
    else:
        folder.rename(before)
        part.rename(folder)
    return before


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the system has exchanged two folders; not every system and disk can."""
    try:
        call = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError):
        return False
    places = (os.fsencode(one), os.fsencode(other))
    return bool(call(AT_FOLDER, places[0], AT_FOLDER, places[1], EXCHANGE) == 0)
