"""Erasure beside the database and the records: files of a workspace that name a person go."""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from pathlib import Path

import polars as pl

from engine.privacy.inventory import ALL_GOES, FILE_GOES, FILES, PLACES, Place, places
from engine.privacy.traces import Traces, spelled

QUOTES = (
    ('""', '"'),
    ('\\"', '"'),
    ("\\\\", "\\"),
)  # as CSV and JSON write a text with quotes in it


def looked_at(folder: Path) -> dict[str, list[str]]:
    """What lies in a workspace beside the database and the records, by its row of the inventory."""
    found = {
        place.key: sorted(path.relative_to(folder).as_posix() for path in folder.glob(place.key))
        for place in places(FILES, ALL_GOES, FILE_GOES)
    }
    return {key: paths for key, paths in found.items() if paths}


def naming_files(
    folder: Path, traces: Traces, paths: Mapping[str, Iterable[str]]
) -> dict[str, list[str]]:
    """
    Those that go, by the row of the inventory that says so.

    What cannot be looked into goes as well: nobody could say that it names nobody.

    Args:
        paths: as `looked_at` gives them.
    """
    found = {
        key: [path for path in some if _goes(PLACES[key], folder / path, traces)]
        for key, some in paths.items()
    }
    return {key: files for key, files in found.items() if files}


def _goes(place: Place, path: Path, traces: Traces) -> bool:
    return place.way == ALL_GOES or (path.is_file() and names_somebody(path, traces))


def names_somebody(file: Path, traces: Traces) -> bool:
    """Whether a file holds something of the people, whatever its form."""
    try:
        return any(_mentions_any(traces, texts) for texts in _texts(file))
    except (OSError, ValueError, zipfile.BadZipFile, pl.exceptions.PolarsError):
        return True


def _mentions_any(traces: Traces, texts: pl.Series) -> bool:
    suspects = traces.suspects_json(texts).arg_true()
    return any(traces.mentions(texts[at]) for at in suspects)


def _texts(file: Path) -> Iterator[pl.Series]:
    """The texts in a file, some at a time."""
    if file.suffix == ".parquet":
        frame = pl.read_parquet(file)
        for name in frame.columns:
            values = frame[name].drop_nulls()
            yield pl.Series([spelled(_json(value)) for value in values], dtype=pl.String)
    elif file.suffix == ".xlsx":
        with zipfile.ZipFile(file) as book:
            for name in book.namelist():
                text = unescape(book.read(name).decode("utf-8", errors="replace"))
                yield pl.Series(text.split("<"), dtype=pl.String)
    else:
        text = _decoded(file.read_bytes())
        for quoted, plain in QUOTES:
            text = text.replace(quoted, plain)
        yield pl.Series(text.splitlines(), dtype=pl.String)


def _json(value: object) -> object:
    return value.to_list() if isinstance(value, pl.Series) else str(value)


def _decoded(content: bytes) -> str:
    """
    UTF-8 as exports are written, or UTF-16 with its mark.

    Raises:
        ValueError: it is neither, such as a file that is packed, or a database.
    """
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = content.decode("utf-16" if wide else "utf-8-sig")
    if "\0" in text:
        raise ValueError("a zero byte, of which there is none in text")
    return text
