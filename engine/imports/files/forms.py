"""The forms of files that are read: how each is recognised; `reading` has the reader of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Form:
    """One form of file."""

    key: str
    name: str
    suffixes: tuple[str, ...]
    signature: bytes = b""  # what its bytes begin with; b"" is text
    zipped: str = ""  # a name in the directory of the zip archive that it is


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        form.key: form
        for form in (
            Form("csv", "CSV", (".csv", ".tsv", ".txt")),
            Form("json", "JSON Lines", (".jsonl", ".ndjson", ".json")),
            Form("objects", "JSON", ()),  # of another program, whose layout is known
            Form("xlsx", "Excel workbook", (".xlsx", ".xlsm"), zipped="xl/workbook.xml"),
            Form("parquet", "Parquet", (".parquet",), signature=b"PAR1"),
        )
    }
)
EXPECTED = "CSV, JSON Lines, an Excel workbook (.xlsx) or Parquet"
REFUSED: tuple[tuple[bytes, str], ...] = (  # what begins so, and what to do with it
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file, or one with a password: save it as .xlsx"),
    (b"PARE", "a Parquet file that is encrypted: write it without a key"),
    (b"%PDF", "a PDF document: save the table as CSV"),
    (b"\x89PNG", "a picture: save the table as CSV"),
    (b"\xff\xd8\xff", "a picture: save the table as CSV"),
    (b"SQLite format 3", "a SQLite database: import it with `--from sqlite:///FILE`"),
    (b"ARROW1", "an Arrow file: write it as Parquet"),
    (b"ORC", "an ORC file: write it as Parquet"),
    (b"Obj\x01", "an Avro file: write it as Parquet"),
    (b"BZh", "a bzip2 archive: pack it with gzip or zip"),
    (b"\xfd7zXZ\0", "an xz archive: pack it with gzip or zip"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive: pack it with gzip or zip"),
    (b"7z\xbc\xaf", "a 7-Zip archive: pack it with gzip or zip"),
    (b"Rar!", "a RAR archive: pack it with gzip or zip"),
)
REFUSED_ZIPPED: tuple[tuple[str, str], ...] = (  # the same, of names in a zip archive
    ("xl/workbook.bin", "a binary Excel workbook: save it as .xlsx"),
    ("word/", "a Word document: save the table as CSV"),
    ("ppt/", "a presentation: save the table as CSV"),
    ("content.xml", "an OpenDocument file: save it as .xlsx"),
)


def of_content(start: bytes) -> Form | None:
    """The form of what begins so; None for text and archives."""
    found = (form for form in FORMS.values() if form.signature and start.startswith(form.signature))
    return next(found, None)


def of_archive(names: list[str]) -> Form | None:
    """The form of a zip archive with these names; None for one that packs files."""
    return next((form for form in FORMS.values() if form.zipped and form.zipped in names), None)


def refused(start: bytes) -> str | None:
    """What else begins so, with what to do."""
    return next((what for signature, what in REFUSED if start.startswith(signature)), None)


def refused_archive(names: list[str]) -> str | None:
    """What else a zip archive with these names is, with what to do."""
    found = (what for part, what in REFUSED_ZIPPED if any(n.startswith(part) for n in names))
    return next(found, None)
