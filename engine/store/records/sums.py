"""
Whether the files of a record table are those that were written: their sizes and check sums.

A changed byte would be another number without a word, or crash the reader's own process. The sums
lie beside the files; what has none, as those of an older program, is taken as it is.
"""

from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from zlib import crc32

SUMS = "_sums"  # Delta leaves alone what begins with an underscore
PART = 1 << 20


def record_sums(table: Path, names: Iterable[str]) -> None:
    """Notes the sums of files that were written; a disk that is full has none."""
    with suppress(OSError):
        (table / SUMS).mkdir(exist_ok=True)
        for name in names:
            place_of_sum(table, name).write_text(f"{sum_of(table / name):08x}", "ascii")


def note_older(tables: Path) -> None:
    """Notes the sums of whole tables that have none: a program that knew no sums wrote them."""
    for table in tables.iterdir() if tables.is_dir() else ():
        if table.is_dir() and not (table / SUMS).exists():
            record_sums(table, [file.name for file in table.glob("*.parquet")])


def unnoted(table: Path, names: Iterable[str]) -> list[str]:
    """Those files that have no sum, or one that cannot be read."""
    return [name for name in names if _read_sum(table, name) is None]


def forget_sums(table: Path) -> None:
    """Removes the sums of files that are gone."""
    with suppress(OSError):
        for note in (table / SUMS).glob("*.crc32"):
            if not (table / note.stem).exists():
                note.unlink()


def faults_of(
    table: Path, sizes: Iterable[tuple[str, int]], known: Container[str] = ()
) -> Iterator[str]:
    """
    What is wrong with the files of a table, each in a sentence's end.

    Args:
        sizes: name and bytes of each as the table's log says.
        known: names of those whose sums are right; files never change.
    """
    for name, size in sizes:
        file = table / name
        if not file.exists():
            yield f"the file {name} is missing"
        elif not file.is_file():
            yield f"expected a file at {name}, got a folder"
        elif (found := file.stat().st_size) != size:
            yield f"expected {size:,} bytes in {name}, got {found:,}"
        elif name not in known and _is_other(table, name):
            yield f"the content of {name} is not what was written"


def sum_of(file: Path) -> int:
    """The check sum of a file: a gigabyte a second."""
    value = 0
    with file.open("rb") as content:
        while part := content.read(PART):
            value = crc32(part, value)
    return value


def _is_other(table: Path, name: str) -> bool:
    written = _read_sum(table, name)
    # A sum that is gone or broken is no reason to refuse the file.
    return written is not None and written != sum_of(table / name)


def _read_sum(table: Path, name: str) -> int | None:
    try:
        return int(place_of_sum(table, name).read_text("ascii"), 16)
    except (OSError, ValueError):
        return None


def place_of_sum(table: Path, name: str) -> Path:
    """Where the sum of a file is noted."""
    return table / SUMS / f"{name}.crc32"
