"""Files without quotes: their records are cut at line ends, and come out as by the longer way."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.imports.files import csv_rows
from engine.imports.files.csv_rows import read_records
from engine.imports.files.source import open_source
from engine.limits import RECORD
from tests.strategies import examples

LINES = st.lists(st.sampled_from(["", "a,b", "aa,bb", "a", "a,b,c", ",", "ü,x", "'=1,'2"]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("plain")


def source_of(folder, text):
    path = folder / "file.csv"
    path.write_bytes(text.encode())
    return open_source(path)


@settings(deadline=None, max_examples=examples(30, fuzzed=1_000))
@given(lines=LINES, block=st.integers(24, 60), end=st.sampled_from(["", "\n"]))
def test_blocks_that_end_anywhere_give_the_same_records(folder, lines, block, end):
    source = source_of(folder, "\n".join(["Source_id,Name", "x,y", *lines]) + end)
    assert source.dialect.in_lines
    longer = replace(source, dialect=replace(source.dialect, in_lines=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_rows, "STEP", block)
        patch.setattr(csv_rows, "RECORD", replace(RECORD, most=block))
        found, expected = read_records(source), read_records(longer)

    assert found.cells.equals(expected.cells)
    assert found.rejected.equals(expected.rejected)
    assert found.notes == expected.notes


@pytest.mark.parametrize(
    "text", ['a,b\nc,"d"\n', "a,b\r\nc,d\r\n", "a,b\rc,d\r", 'a,b\n1,5" pipe\n']
)
def test_a_quote_or_another_line_end_anywhere_goes_the_longer_way(folder, text):
    assert not source_of(folder, text).dialect.in_lines
