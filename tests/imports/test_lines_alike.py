"""Law: lines that are read as a table say what they say when they are read one by one."""

from zoneinfo import ZoneInfo

import orjson
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import TABLES
from engine.imports.files import archives, json_alike, json_rows
from engine.imports.files.json_alike import AlikeLines
from engine.imports.reading import read
from tests.strategies import examples

ZONE = ZoneInfo("UTC")
LEARNT = [
    {"source_id": f"a{at}", "name": "Ann", "address": {"city": "Oslo"}, "nope": 1,
     "metadata": {"n": at + 0.5, "yes": True, "text": "ü", "never": None}}
    for at in range(4)
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("alike")


def lines_of(records):
    return b"".join(orjson.dumps(each) + b"\n" for each in records)


def draft(folder, text, *, together):
    """What a file of these lines is read as, and how many blocks of it were read as a table."""
    path = folder / "lines.jsonl"
    path.write_bytes(text)
    tables = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archives, "BLOCK", len(lines_of(LEARNT)))
        patch.setattr(json_rows, "AT_ONCE", 2)
        patch.setattr(json_alike, "TRIES", 1_000 * together)
        real = AlikeLines.frame
        patch.setattr(
            AlikeLines,
            "frame",
            lambda self, block: tables.append(real(self, block)) or tables[-1],
        )
        batch = read(path, TABLES["customers"], ImportMapping(), ZONE)
    return batch, sum(table is not None for table in tables)


def told(batch):
    """All that a batch says, whatever its columns are called."""
    rows = batch.rows
    keys = {
        (key.namespace, key.path, kind.kind.key, kind.many): rows[name].to_list()
        for key in batch.keys
        for kind, name in key.variants.items()
        if rows[name].null_count() < rows.height
    }
    flags = {
        "cleared": {key: rows[name].to_list() for key, name in batch.cleared.items()},
        "removed": {key: rows[name].to_list() for key, name in batch.removed.items()},
    }
    known = [name for name in rows.columns if not name.startswith("#")]
    gone = {
        what: {key: flag for key, flag in found.items() if any(flag)}
        for what, found in flags.items()
    }
    fits = {(key.namespace, key.path): key.fits for key in batch.keys}
    return rows.select(sorted(known)).to_dicts(), keys, gone, fits, batch.rejected.to_dicts()


def same(folder, text):
    one, _ = draft(folder, text, together=False)
    other, tables = draft(folder, text, together=True)
    assert told(other) == told(one)
    assert {*other.notes} == {*one.notes}
    return tables


def test_lines_like_those_before_are_read_as_a_table(folder):
    assert same(folder, lines_of(LEARNT * 3)) >= 2


MARKS = st.sampled_from(["a", '"', "\\", "/", "ü", "\n", "\0", "😀", "null", '"name":', "{", "}"])
TEXTS = st.lists(MARKS, max_size=3).map("".join)
VALUES = st.one_of(
    st.none(), TEXTS, st.booleans(), st.integers(-(10**18), 10**18), st.integers(-9, 9),
    st.floats(allow_nan=False, allow_infinity=False), st.just([]), st.lists(TEXTS, max_size=2),
    st.just({}), st.just({"a": 1}),
)  # fmt: skip
FITTING = {
    "name": TEXTS, "source_id": TEXTS, "email": TEXTS, "address": st.just({"city": "Bonn"}),
    "address.city": TEXTS, "nope": st.integers(0, 9), "else": TEXTS,
    "birthdate": st.just("2000-01-01"),
}  # fmt: skip
METADATA = {"n": st.integers(-5, 10**17), "yes": st.booleans(), "text": TEXTS, "never": st.none(),
            "some": st.just({"a": {"b": 1}}), "a/b": TEXTS, "name": TEXTS}  # fmt: skip


@st.composite
def records(draw):
    def some(fitting):
        names = draw(st.lists(st.sampled_from([*fitting]), unique=True))
        return {
            name: draw(VALUES if draw(st.integers(0, 9)) == 0 else fitting[name] | st.none())
            for name in names
        }

    record = some(FITTING)
    if draw(st.booleans()):
        record["metadata"] = draw(st.none()) if draw(st.integers(0, 9)) == 0 else some(METADATA)
    return record


@settings(deadline=None, max_examples=examples(12, fuzzed=500))
@given(first=st.lists(records(), max_size=4), more=st.lists(records(), max_size=4),
       spelt=st.sampled_from([b"", b" "]))  # fmt: skip
def test_any_lines_are_read_as_they_are_one_by_one(folder, first, more, spelt):
    text = lines_of(LEARNT + first) + lines_of(more * 4).replace(b":", b":" + spelt)
    same(folder, text + lines_of(more * 4))


# What a table would take in silence, or take for something else; behind lines like those before.
ODD = {
    "a number that is no JSON": '{"source_id":"x","metadata":{"n":NaN}}',
    "an endless number": '{"source_id":"x","metadata":{"n":Infinity}}',
    "a whole number of more than 15 digits": '{"source_id":"x","metadata":{"n":1234567890123456}}',
    "two objects in a line": '{"source_id":"x"}{"source_id":"y"}',
    "an object in two lines": '{"source_id":\n"x"}{"source_id":"y"}',
    "a key twice": '{"source_id":"x","source_id":"y"}',
    "a key twice, once null": '{"source_id":"x","name":null,"name":"y"}',
    "a null": '{"source_id":"x","name":null}',
    "a null by a key that is spelt otherwise": '{"source_id":"x","n\\u0061me":null}',
    "a null of another object": '{"source_id":"x","metadata":{"name":"n"}}',
    "no object": "[1]",
    "a blank line": "\n",
    "half a sign": '{"source_id":"\\ud83d"}',
    "text where a number was": '{"source_id":"x","metadata":{"n":"1"}}',
    "a number where text was": '{"source_id":1}',
    "a key that nobody knows": '{"source_id":"x","metadata":{"new":1}}',
    "metadata that is null": '{"source_id":"x","metadata":null}',
    "an address that is null": '{"source_id":"x","address":null}',
    "two spellings": '{"source_id":"x","Source_id":"y"}',
    "broken bytes": '{"source_id":"\udcff"}',
    "the end of another system's lines": '{"source_id":"x"}\r',
}


@pytest.mark.parametrize("odd", ODD)
def test_what_a_table_would_take_in_silence_is_not(odd, folder):
    strange = ODD[odd].encode(errors="surrogateescape") + b"\n"
    plain = [each | {"source_id": f"b{at}"} for at, each in enumerate(LEARNT * 2)]

    same(folder, lines_of(LEARNT) + lines_of(plain) + strange + lines_of(plain))
    same(folder, lines_of(LEARNT) + strange * 2 + lines_of(plain))


def test_a_file_of_other_lines_all_the_time_is_not_tried_for_ever(folder):
    texts = [{"source_id": f"{at}", "metadata": {f"k{at}": "x"}} for at in range(40)]
    path = folder / "other.jsonl"
    path.write_bytes(lines_of(texts))
    tried = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archives, "BLOCK", 200)
        real = AlikeLines._columns
        patch.setattr(AlikeLines, "_columns", lambda *told: tried.append(1) or real(*told))
        batch = read(path, TABLES["customers"], ImportMapping(), ZONE)

    assert (batch.rows.height, len(tried)) == (40, json_alike.TRIES)
    assert isinstance(batch.rows, pl.DataFrame)
