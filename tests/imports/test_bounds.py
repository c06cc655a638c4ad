"""Files that would never end, fill the memory or mean nothing: refused with the limit."""

import gzip
import json
from zoneinfo import ZoneInfo

import pytest

from engine.errors import ImportFileError, UsageError
from engine.imports.columns.mapping import parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.files.csv_rows import STEP
from engine.imports.files.json_lines import parse
from engine.imports.files.source import open_source
from engine.imports.preview import preview
from engine.imports.reading import read
from engine.limits import COLUMNS, MB, NESTING, RECORD

ZONE = ZoneInfo("UTC")
HEADER = b"Source_id,Name\n"
SCRIPTS = {
    "Polish": "Źródło,ŻÓŁĆ ĘĄŚŁŻŹ\n",
    "Greek": "Ωμέγα,Αθήνα ελλάδα\n",
    "Cyrillic": "Москва,Россия\n",
    "Chinese": "东京,山田太郎\n",
}
ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


@pytest.fixture
def batch(tmp_path):
    def made(content, name="file.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        return read(path, TABLES["customers"], parse_mapping({}), ZONE)

    return made


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("script", SCRIPTS)
def test_wide_text_of_any_script_is_no_binary_file(tmp_path, script, encoding):
    path = tmp_path / "file.csv"
    path.write_bytes((SCRIPTS[script] * 5).encode(encoding))
    found = open_source(path)

    assert found.encoding.startswith(encoding)
    assert found.delimiter == ","


@pytest.mark.parametrize(
    "content", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b" \n\r\n"]
)
def test_a_file_of_nothing_or_of_a_bom_alone_is_empty(batch, content):
    with pytest.raises(ImportFileError, match="the file is empty"):
        batch(content)


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.jsonl.gz"])
def test_a_file_that_unpacks_to_hundreds_of_times_its_size_is_refused_as_it_is_read(batch, name):
    with pytest.raises(ImportFileError, match="at most 200 times its size"):
        batch(gzip.compress(HEADER + b"a,b\n" * (10 * MB)), name)


def test_a_header_of_a_million_columns_is_refused(batch):
    wide = b"Source_id" + b",c" * COLUMNS.most + b"\n"
    with pytest.raises(ImportFileError, match=f"at most {COLUMNS} in the header, got 5,001"):
        batch(wide)


def test_keys_that_are_data_are_refused(batch):
    line = json.dumps({"source_id": "a", "metadata": {f"k{at}": 1 for at in range(6000)}})
    with pytest.raises(ImportFileError, match=f"row 1: expected at most {COLUMNS}"):
        batch(line.encode(), "file.jsonl")


@pytest.mark.parametrize("quote", [b"", b'"'])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_record_longer_than_what_is_read_at_once_comes_in_whole(batch, quote, place):
    rows = [b"a,Ann", b"b,Bob", b"c,Cleo"]
    rows[place] = b"x," + quote + b"y" * 2 * STEP + quote
    found = batch(HEADER + b"\n".join(rows) + b"\nd,1,2\n").rows

    expected = ["Ann", "Bob", "Cleo"]
    expected[place] = "y" * 2 * STEP
    assert found["name"].to_list() == expected


@pytest.mark.parametrize("name", ["file.csv", "file.jsonl"])
def test_one_giant_record_is_refused(batch, name):
    with pytest.raises(ImportFileError, match=f"line [12]: expected .*at most {RECORD}"):
        batch(HEADER * (name == "file.csv") + b"a," + b"x" * (2 * RECORD.most + MB) + b"\n", name)


@pytest.mark.parametrize("depth", [NESTING.most, 300, 990, 100_000])
@pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"a":', "}")])
def test_a_line_nested_too_deeply_is_rejected_alone(batch, depth, start, end):
    deep = '{"source_id":"a","metadata":{"k":' + start * depth + "1" + end * depth + "}}\n"
    found = batch(deep.encode() + b'{"source_id":"b"}\n', "file.jsonl")

    assert found.rows["source_id"].to_list() == ["b"]
    assert f"at most {NESTING}" in found.rejected["reason"][0]


def test_brackets_in_a_text_are_no_nesting():
    assert parse(json.dumps({"name": '[{"' * 500}).encode()) == {"name": '[{"' * 500}


def test_a_preview_shows_deep_values_and_integers_beyond_64_bits(tmp_path):
    path = tmp_path / "file.jsonl"
    big = 12345678901234567890123
    path.write_text(json.dumps({"source_id": "a", "metadata": {"n": big, "k": [[[1]]]}}))
    found = preview(path, TABLES["customers"], parse_mapping({}), ZONE)

    assert json.loads(found.rows[0][1]) == {"n": big, "k": [[[1]]]}


ENCODING = r"expected an encoding such as utf-8|half of a surrogate pair"


@pytest.mark.parametrize(
    "encoding",
    [*("rot13", "base64", "hex", "zip", "idna", "punycode", "undefined", "unicode_escape"),
     *("mbcs", "a\0b", "\ud800", "", 5, None, [])],
)  # fmt: skip
def test_only_an_encoding_of_text_is_one(encoding):
    with pytest.raises(UsageError, match=ENCODING):
        parse_mapping({"encoding": encoding})


@pytest.mark.parametrize("delimiter", ["\0", "a", "7", "\x1f", '"', "", ";;", None])
def test_only_a_mark_is_a_delimiter(delimiter):
    with pytest.raises(UsageError, match="expected one character such as ;"):
        parse_mapping({"delimiter": delimiter})


def test_an_empty_key_is_a_key(batch):
    found = batch(b'{"source_id":"a","metadata":{"":"x","\\u0000":1}}\n', "file.jsonl")

    assert [key.path for key in found.keys] == [("",), ("\0",)]
