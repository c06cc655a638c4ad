"""
How full the memory is: long work ends with an error before the machine begins to swap.

What counts is the fullest of the machine and of each group of processes that this one is in, such
as its container, by what Linux tells of them. Elsewhere nobody can say, and nothing is refused.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from engine.errors import MemoryFullError
from engine.limits import MB, MEMORY

ROOT = Path("/")
GROUPS = Path("sys/fs/cgroup")
SMALL = 16 * MB  # a step of less decides nothing: where memory is short, small work still goes on


class Memory(NamedTuple):
    """One memory that the process takes from; in bytes."""

    total: int
    used: int  # without what the system lets go of at once, such as the content of files

    def holds(self, size: int, most: int) -> bool:
        """Whether so many bytes more leave it filled to `most` per cent at most."""
        return (self.used + size) * 100 <= self.total * most


class GroupForm(NamedTuple):
    """How one generation of Linux tells of the memory of a group."""

    controller: str  # in /proc/self/cgroup, and the folder below GROUPS
    most: str
    used: str
    files: tuple[str, ...]  # lines of its statistics: used, and let go of at once


FORMS = (
    GroupForm("", "memory.max", "memory.current", ("inactive_file", "active_file")),
    GroupForm(
        "memory",
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
        ("total_inactive_file", "total_active_file"),
    ),
)


def expect_memory(size: int, work: str, root: Path = ROOT) -> None:
    """
    Sees that a step of long work still fits.

    Args:
        size: bytes that it takes, as far as is known beforehand.
        work: what is at it, such as "the import".
        root: where the system tells of itself.

    Raises:
        MemoryFullError: it would fill the memory further than is taken.
    """
    for memory in memories(root) if size >= SMALL else ():
        if not memory.holds(size, MEMORY.most):
            raise MemoryFullError(
                f"there is not enough memory: {work} needs {_size_text(size)} more, where "
                f"{_size_text(memory.used)} of {_size_text(memory.total)} are in use, and they may "
                f"be filled to {MEMORY}. Nothing was changed: close other programs, take less at "
                "once, or use a larger machine"
            )


def has_memory(size: int, most: int, root: Path = ROOT) -> bool:
    """Whether so many bytes more leave all memory filled to `most` per cent at most."""
    return all(memory.holds(size, most) for memory in memories(root))


def memories(root: Path = ROOT) -> Iterator[Memory]:
    """The machine's, and that of each group which has less; none where the system tells nothing."""
    with suppress(OSError, KeyError, ValueError, IndexError):
        known = _lines(root / "proc" / "meminfo")
        total = known["MemTotal:"] * 1024
        yield Memory(total, total - known["MemAvailable:"] * 1024)
        yield from (one for one in _groups(root) if one.total < total)


def _groups(root: Path) -> Iterator[Memory]:
    told = (root / "proc" / "self" / "cgroup").read_text("ascii", "replace")
    for line in told.splitlines():
        _, controllers, place = line.split(":", 2)
        for form in FORMS:
            if form.controller in controllers.split(","):
                top = root / GROUPS / form.controller
                folder = top / place.lstrip("/")
                for each in (folder, *folder.parents):  # whoever is above limits it, too
                    yield from _group(each, form)
                    if each == top:
                        break


def _group(folder: Path, form: GroupForm) -> Iterator[Memory]:
    """The memory of a group; none where it has no limit, or lies outside of what can be seen."""
    with suppress(OSError, ValueError):  # the word "max" too
        total, used = (int((folder / name).read_text()) for name in (form.most, form.used))
        known = _lines(folder / "memory.stat")
        yield Memory(total, used - sum(known.get(name, 0) for name in form.files))


def _lines(file: Path) -> dict[str, int]:
    """The number behind each word."""
    rows = (line.split() for line in file.read_text("ascii", "replace").splitlines())
    return {row[0]: int(row[1]) for row in rows if len(row) > 1}


def _size_text(size: int) -> str:
    return f"{size / MB:,.0f} MB"
