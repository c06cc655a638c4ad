"""A file of text, read with its columns typed."""

from zoneinfo import ZoneInfo

import polars as pl
import pytest

from engine.filters.kinds import NUMBER
from engine.imports.columns.mapping import parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.reading import read
from engine.imports.values.metadata_keys import split

ZONE = ZoneInfo("UTC")


@pytest.fixture
def batch(tmp_path):
    def made(text, kind="customers", **columns):
        path = tmp_path / "file.csv"
        path.write_text(text, "utf-8")
        return read(path, TABLES[kind], parse_mapping({"columns": columns}), ZONE)

    return made


@pytest.fixture
def column(batch):
    """Kind and values of one metadata column, and the notes of the file."""

    def made(header, cells, delimiter=",", **said):
        lines = [f"Source_id{delimiter}{header}"]
        lines += [f'k{place}{delimiter}"{cell}"' for place, cell in enumerate(cells)]
        columns = {header: {"field": f"metadata.{header}", **said}}
        found = batch("\n".join(lines) + "\n", **columns)
        [key] = found.keys
        values = found.rows.select(split(key, key.fits, ZONE)[0][1].alias("x"))["x"].to_list()
        shown = [NUMBER.show(each) if isinstance(each, float) else each for each in values]
        return key.fits.kind, shown, " | ".join(note.text for note in found.notes)

    return made


def notes(found):
    return " | ".join(note.text for note in found.notes)


def days(*texts):
    return list(pl.Series(texts).str.to_date())
