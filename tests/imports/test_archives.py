"""Forms of files and their packing: by content first; archives that lie are refused."""

import gzip
import io
import json
import stat
import struct
import zipfile
from itertools import count

import openpyxl
import polars as pl
import pytest

from engine.errors import ImportFileError, UsageError
from engine.imports.columns.mapping import ImportMapping, parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.files.forms import FORMS, REFUSED, REFUSED_ZIPPED
from engine.imports.files.source import open_source
from engine.imports.preview import SAMPLES, TARGETS, likely, preview
from engine.imports.reading import READERS, read
from engine.limits import MB
from tests.imports.test_reading_csv import ZONE

CUSTOMERS = TABLES["customers"]
CSV = b"Source_id,Name\na,Ann\n"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Source_id", "Name"])
    book.active.append(["a", "Ann"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def parquet() -> bytes:
    content = io.BytesIO()
    pl.DataFrame({"Source_id": ["a"], "Name": ["Ann"]}).write_parquet(content)
    return content.getvalue()


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, inner in members:
            archive.writestr(name, inner)
    return content.getvalue()


CONTENTS = {
    "csv": CSV,
    "json": b'{"source_id": "a", "name": "Ann"}\n',
    "objects": b'{"type": "identify", "traits": {"source_id": "a", "name": "Ann"}}\n',
    "xlsx": workbook(),
    "parquet": parquet(),
}
PACKINGS = {
    "": lambda content, _name: content,
    ".gz": lambda content, _name: gzip.compress(content),
    ".zip": lambda content, name: zipped((name, content)),
}


@pytest.fixture
def batch(tmp_path):
    """Reads a file of this content."""

    def made(content, name="file.zip", **mapping):
        path = tmp_path / name
        path.write_bytes(content)
        return read(path, CUSTOMERS, parse_mapping(mapping), ZONE)

    return made


def test_each_form_has_a_reader_and_a_sample():
    assert set(CONTENTS) == set(FORMS) == set(READERS) == set(SAMPLES) == set(TARGETS)


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize(
    ("form", "suffix"), [(form.key, suffix) for form in FORMS.values() for suffix in form.suffixes]
)
def test_every_form_is_read_plain_and_packed(batch, form, suffix, packing):
    name = f"file{suffix}"
    found = batch(PACKINGS[packing](CONTENTS[form], name), name + packing)

    assert found.rows.select("source_id", "name").rows() == [("a", "Ann")]


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".xlsx", ".parquet", ".dat", ""])
def test_a_wrong_suffix_is_still_read_right(batch, form, suffix, packing):
    found = batch(PACKINGS[packing](CONTENTS[form], f"file{suffix}"), f"file{suffix}")

    assert found.rows.select("source_id", "name").rows() == [("a", "Ann")]


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_a_preview(tmp_path, form, packing):
    path = tmp_path / "file"
    path.write_bytes(PACKINGS[packing](CONTENTS[form], "file"))
    seen = preview(path, CUSTOMERS, ImportMapping(), ZONE)

    # What a record of another program is stands before what it says.
    assert [target.field for target in seen.targets][-2:] == ["source_id", "name"]
    assert ([row[-2:] for row in seen.rows], seen.estimate) == ([("a", "Ann")], 1)
    assert likely(path) is CUSTOMERS


@pytest.mark.parametrize(("start", "what"), REFUSED)
def test_other_forms_are_refused_with_what_to_do(batch, start, what):
    for content in (start, gzip.compress(start), zipped(("file", start))):
        with pytest.raises(ImportFileError) as caught:
            batch(content + bytes(100) if content is start else content)
        assert what in str(caught.value)


@pytest.mark.parametrize(("part", "what"), REFUSED_ZIPPED)
def test_other_documents_in_zip_archives_are_refused_with_what_to_do(batch, part, what):
    document = zipped((f"{part}x", b"x"))
    for content in (document, gzip.compress(document), zipped(("inner", document))):
        with pytest.raises(ImportFileError) as caught:
            batch(content)
        assert what in str(caught.value)


def test_several_members_are_refused_by_name_unless_one_is_asked_for(batch):
    content = zipped(("a.csv", CSV), ("sub/b.csv", CSV.replace(b"Ann", b"Bob")))
    with pytest.raises(ImportFileError, match=r"2 \(`a.csv`, `sub/b.csv`\): name one as the"):
        batch(content)

    assert batch(content, member="sub/b.csv").rows["name"].to_list() == ["Bob"]


def test_what_systems_put_beside_files_is_no_member(batch):
    content = zipped(
        ("__MACOSX/._a.csv", b"x"), (".DS_Store", b"x"), ("sub/", b""), ("sub/a.csv", CSV)
    )
    assert batch(content).rows.height == 1


@pytest.mark.parametrize(
    ("content", "mapping", "message"),
    [
        (zipped(("a.csv", CSV)), {"member": "b.csv"}, "has no member `b.csv`: it has `a.csv`"),
        (CSV, {"member": "a.csv"}, "is no zip archive"),
        (workbook(), {"member": "a.csv"}, "is no zip archive"),
        (CSV, {"sheet": "Data"}, "is no workbook"),
    ],
    ids=count(),  # packed bytes hold the time, and are other ones in each process
)
def test_a_member_or_a_sheet_that_is_not_there_is_a_wrong_use(batch, content, mapping, message):
    with pytest.raises(UsageError, match=message):
        batch(content, **mapping)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped(), "holds no file"),
        (zipped(("sub/", b"")), "holds no file"),
        (zipped(("inner.zip", zipped(("a.csv", CSV)))), "archive inside an archive"),
        (zipped(("a.csv.gz", gzip.compress(CSV))), "archive inside an archive"),
        (gzip.compress(gzip.compress(CSV)), "archive inside an archive"),
        (gzip.compress(zipped(("a.csv", CSV))), "archive inside an archive"),
        (zipped(("../a.csv", CSV)), "leads out"),
        (zipped(("/etc/passwd", CSV)), "leads out"),
        (zipped(("sub\\..\\a.csv", CSV)), "leads out"),
        (zipped(("C:/a.csv", CSV)), "leads out"),
        (zipped(("a.csv", CSV))[:-30], "damaged"),
        (zipped(("a.csv", b"")), "the file is empty"),
        (gzip.compress(CSV)[:-5], "damaged"),
    ],
    ids=count(),
)
def test_an_archive_that_cannot_be_used_says_why(batch, content, message):
    with pytest.raises(ImportFileError, match=message):
        batch(content)


def test_a_link_in_an_archive_is_refused(batch):
    link = zipfile.ZipInfo("a.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ImportFileError, match=r"the link `a\.csv`"):
        batch(content.getvalue())


def changed(content: bytes, **fields: int) -> bytes:
    """The archive with other claims in the entries of its directory and before its members."""
    central, local = content.index(b"PK\x01\x02"), content.index(b"PK\x03\x04")
    places = {"flags": (8, 6, "<H"), "method": (10, 8, "<H"), "size": (24, 22, "<L")}
    out = bytearray(content)
    for name, value in fields.items():
        in_central, in_local, form = places[name]
        struct.pack_into(form, out, central + in_central, value)
        struct.pack_into(form, out, local + in_local, value)
    return bytes(out)


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ({"flags": 1}, "without a password, got `a.csv`"),
        ({"method": 99}, "damaged"),
        ({"size": 5}, "has 5 bytes, and it has 21"),
        ({"size": 500}, "has 500 bytes, and it has 21"),
    ],
)
def test_claims_of_the_directory_are_checked(batch, claims, message):
    with pytest.raises(ImportFileError, match=message):
        batch(changed(zipped(("a.csv", CSV)), **claims))


@pytest.mark.parametrize("claimed", [None, 30], ids=["honest", "a lie"])
def test_a_bomb_is_refused_as_it_is_read(batch, claimed):
    bomb = zipped(("a.csv", CSV + b"a,b\n" * (10 * MB)))
    with pytest.raises(ImportFileError, match="at most 200 times its size"):
        batch(bomb if claimed is None else changed(bomb, size=claimed))


def test_the_form_of_text_is_that_of_its_content(tmp_path):
    def form(text, name):
        path = tmp_path / name
        path.write_text(text)
        return open_source(path).form

    record = json.dumps({"source_id": "a"})
    assert form(record, "a.csv") == "json"
    assert form(f"[{record}]", "a.txt") == "json"
    assert form("{},b\n1,2\n", "a.csv") == "csv"
    assert form("Source_id,Name\na,b\n", "a.jsonl") == "csv"
    assert form("oops\n" + record, "a.jsonl") == "json"
    assert form("oops\n", "a.json") == "json"
