"""How far the server reaches: the sites it answers as, and the folders whose files pages import."""

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ImportFileError, UsageError
from engine.text.display import quoted

HOSTS, FOLDERS = "WORKBENCH_ALLOWED_HOSTS", "WORKBENCH_IMPORT_FOLDERS"  # environment variables
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
USUAL_PORTS = {"http": 80, "https": 443}  # browsers leave them out
SITE = re.compile(r"(?:(https?)://)?([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?/?", re.I)
KERNEL_FOLDERS = (Path("/proc"), Path("/sys"))  # what looks like a file is none there


@dataclass(frozen=True)
class Site:
    """An address under which browsers open the workbench."""

    scheme: str
    name: str  # an IPv6 address in brackets
    port: int

    @property
    def host(self) -> str:
        """How browsers write it in the header `Host`."""
        usual = self.port == USUAL_PORTS[self.scheme]
        return self.name if usual else f"{self.name}:{self.port}"

    @property
    def origin(self) -> str:
        """How browsers write it in the header `Origin` of what its pages ask."""
        return f"{self.scheme}://{self.host}"


def loopback_sites(port: int) -> list[Site]:
    """The addresses of this machine that no other machine can have."""
    return [Site("http", name, port) for name in LOOPBACK]


def further_sites(text: str) -> list[Site]:
    """
    The addresses of a reverse proxy, separated by commas; `https` where none says otherwise.

    Raises:
        UsageError: one of them is no address of a host.
    """
    return [_site(part.strip()) for part in text.split(",") if part.strip()]


def folders_to_import_from(
    text: str | None, started_in: Path, *, open_to_others: bool
) -> list[Path]:
    """
    The folders from which a page may import a file by its path.

    Args:
        text: folders as in `PATH`, none where it is empty; None says nothing of them. Then it is
            the person's home and the folder that the server was started in, and none where others
            reach the server, who could read the files of the person it runs for.

    Raises:
        UsageError: one of them is no folder.
    """
    if text is None:
        usual = [] if open_to_others else [*_home(), started_in.resolve()]
        # A service may live and start in `/`, which would be all files of the machine; and no list
        # as in `PATH` can hold a folder with its separator.
        return [each for each in usual if each != each.parent and os.pathsep not in str(each)]
    folders = [Path(part).expanduser().resolve() for part in text.split(os.pathsep) if part]
    if lacking := [str(folder) for folder in folders if not folder.is_dir()]:
        raise UsageError(
            f"expected folders to import from, found none at {', '.join(map(quoted, lacking))}"
        )
    return folders


def importable(written: str, folders: Sequence[Path], workspace: Path) -> Path:
    """
    The file at a path that somebody wrote on a page; what a link points to counts.

    Args:
        workspace: its own files are none: its exports and backups name people to who may import.

    Raises:
        ImportFileError: it is in none of the folders, or no plain file.
    """
    try:
        path = Path(written).expanduser().resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, no such user, a NUL
        raise ImportFileError(f"expected the path of a file, got {written!r}") from None
    if not any(path.is_relative_to(folder) for folder in folders):
        raise ImportFileError(_outside(folders))
    if path.is_relative_to(workspace.resolve()):
        raise ImportFileError(
            f"expected a file outside of the workspace, got {path}: its exports are downloaded on "
            "their page, and uploaded here"
        )
    if not is_plain(path):
        raise ImportFileError(
            f"expected a plain file, found none at {path}: a folder, device or pipe is none"
        )
    return path


def is_plain(path: Path) -> bool:
    """Whether it is a file on a disk: no folder, device, pipe, socket or view of the kernel."""
    if any(path.is_relative_to(folder) for folder in KERNEL_FOLDERS):
        return False
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _home() -> list[Path]:
    """The person's home; none of a user whom the system does not know, as in a container."""
    try:
        return [Path.home().resolve()]
    except RuntimeError:
        return []


def _site(text: str) -> Site:
    found = SITE.fullmatch(text)
    scheme, name, port = found.groups() if found else ("", "", "")
    scheme = (scheme or "https").lower()
    number = int(port or USUAL_PORTS[scheme])
    if not (found and 0 < number < 65536):
        raise UsageError(
            "expected hosts such as `https://crm.example` or `crm.example:8443`, "
            f"got {quoted(text)}"
        )
    return Site(scheme, name.lower(), number)


def _outside(folders: Sequence[Path]) -> str:
    allowed = ", ".join(map(str, folders))
    return (
        f"expected a file in {allowed} or below, got one elsewhere: move it there, import it by "
        f"the command `workbench import`, or name its folder in {FOLDERS}"
        if allowed
        else "importing by path is switched off here: upload the file, or import it by the "
        f"command `workbench import`; {FOLDERS} names folders to allow"
    )
