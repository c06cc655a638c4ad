"""A JSON Lines file becomes a batch: exact types, spellings, nulls, broken lines."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from engine.errors import ImportFileError, UsageError
from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, STRING
from engine.imports.columns.mapping import ImportMapping, parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.files.batch import Batch, Type
from engine.imports.files.json_objects import beginning, objects
from engine.imports.reading import read
from engine.imports.values.metadata_keys import split

CUSTOMERS = TABLES["customers"]

ZONE = ZoneInfo("Europe/Berlin")
NUMBERS, BOOLEANS = Type(NUMBER, many=True), Type(BOOLEAN, many=True)


def batch_of(folder: Path, *lines: object, mapping: ImportMapping | None = None) -> Batch:
    path = folder / "file.jsonl"
    path.write_text(
        "\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines)
    )
    return read(path, CUSTOMERS, mapping or ImportMapping(), ZONE)


def metadata(batch: Batch) -> dict[tuple[str, ...], tuple[Type, list[object]]]:
    """Each key with its type and its values in that type."""
    return {
        key.path: (
            key.fits,
            batch.rows.select(split(key, key.fits, ZONE)[0][1].alias("x"))["x"].to_list(),
        )
        for key in batch.keys
    }


@pytest.mark.parametrize(
    "record",
    [
        {"address": {"city": "Oslo"}, "loyalty": {"points": 5}, "birthdate": "2000-01-31"},
        {"address.city": "Oslo", "loyalty.points": 5, "birthday": "2000-01-31"},
        {"Address_City": "Oslo", "Loyalty_points": 5.0, "Birthdate": "2000-01-31"},
        {"City": "Oslo", "loyalty_points": 5, "BIRTH DATE": "2000-01-31"},
    ],
    ids=["nested", "dotted", "flat", "bare"],
)
def test_every_spelling_is_the_same_field(tmp_path, record):
    batch = batch_of(tmp_path, {"source_id": "a", "referrer": "b"} | record)

    shown = ["source_id", "referrer", "address_city", "loyalty_points"]
    assert batch.rows.select(shown).rows() == [("a", "b", "Oslo", 5)]
    assert str(batch.rows["birthdate"][0]) == "2000-01-31"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "x"', "expected a JSON object"),
        ("[1]", "expected one JSON object a line, got a list"),
        ('{"id": "x", "id": "y"}', "`id` twice"),
        ('{"metadata": {"a": 1, "\\u0061": 2}}', "`a` twice"),
        ('{"metadata": {"a": NaN}}', "expected a JSON object"),
        ('{"metadata": {"a": -Infinity}}', "expected a JSON object"),
        ('{"metadata": {"a": 1e400}}', "infinity"),
        ('{"id": 5}', "id: expected text in quotes, got 5"),
        ('{"loyalty_points": "5"}', 'loyalty.points: expected a number, got "5"'),
        ('{"loyalty_points": true}', "loyalty.points: expected a number, got true"),
        ('{"loyalty_points": 2.5}', 'loyalty.points: expected a whole number'),
        ('{"birthdate": "2023-02-30"}', "birthdate: expected"),
        ('{"city": "x", "address": {"city": "y"}}', "address.city: expected one value"),
        ('{"address": "Oslo"}', "address: expected an object"),
        ('{"metadata": "x"}', "metadata: expected an object"),
    ],
)  # fmt: skip
def test_a_line_with_a_fault_is_rejected_and_the_others_go_in(tmp_path, line, reason):
    batch = batch_of(tmp_path, {"source_id": "a"}, "", line, {"source_id": "b"})

    assert batch.rows.select("row", "line", "source_id").rows() == [(1, 1, "a"), (3, 4, "b")]
    assert batch.rejected.select("row", "line", "cells").rows() == [(2, 3, [line])]
    assert reason in batch.rejected["reason"][0]


def test_an_empty_string_is_a_value_and_null_clears(tmp_path):
    batch = batch_of(
        tmp_path,
        {"source_id": "a", "name": "", "metadata": {"x": "", "y": {"z": None}}},
        {"source_id": "b", "name": None, "address": None, "metadata": None},
    )

    assert batch.rows["name"].to_list() == ["", None]
    assert batch.rows[batch.cleared["name"]].to_list() == [False, True]
    assert {name for name in batch.cleared if name.startswith("address_")} == {
        column.name for column in CUSTOMERS.columns if column.path.startswith("address.")
    }
    assert batch.rows[batch.removed["metadata", "y", "z"]].to_list() == [True, False]
    assert batch.rows[batch.removed["metadata",]].to_list() == [False, True]
    assert metadata(batch) == {("x",): (Type(STRING), ["", None])}


@pytest.mark.parametrize(
    ("values", "fits", "stored"),
    [
        ([1, 2.5], Type(NUMBER), [1.0, 2.5]),
        ([True, False], Type(BOOLEAN), [True, False]),
        (["5", "6"], Type(STRING), ["5", "6"]),
        (["true"], Type(STRING), ["true"]),
        ([5, "a", 2.5, True, 5.0], Type(STRING), ["5", "a", "2.5", "true", "5"]),
        (["2024-01-31", 5], Type(STRING), ["2024-01-31", "5"]),
        ([["a"], "b", []], Type(STRING, many=True), [["a"], ["b"], []]),
        ([[1, None, 2], 3], Type(NUMBER, many=True), [[1.0, 2.0], [3.0]]),
        ([[1, "a"]], Type(STRING, many=True), [["1", "a"]]),
        ([[{"a": 1}, [2]]], Type(STRING, many=True), [['{"a":1}', "[2]"]]),
        ([[1], ["a"], "b"], Type(STRING, many=True), [["1"], ["a"], ["b"]]),
        ([[]], Type(STRING, many=True), [[]]),
        ([[], [1]], Type(NUMBER, many=True), [[], [1.0]]),
        ([999999999999999], Type(NUMBER), [999999999999999.0]),
        ([1234567890123456], Type(STRING), ["1234567890123456"]),
        ([12345678901234567890123], Type(STRING), ["12345678901234567890123"]),
    ],
)  # fmt: skip
def test_a_key_has_the_type_that_fits_every_value(tmp_path, values, fits, stored):
    batch = batch_of(tmp_path, *({"metadata": {"k": value}} for value in values))

    assert metadata(batch) == {("k",): (fits, stored)}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["2024-01-31", "2024-02-29"], DATE),
        (["2024-01-31T10:00:00Z", "2024-02-29"], INSTANT),
        (["2024-01-31T10:00:00+01:00"], INSTANT),
        (["2024-01-31", "soon"], STRING),
        (["2023-02-29"], STRING),
    ],
)
@pytest.mark.parametrize("many", [False, True], ids=["single", "list"])
def test_text_is_a_date_or_an_instant_when_all_of_it_is(tmp_path, values, kind, many):
    records = [{"metadata": {"k": [value] if many else value}} for value in values]

    (key,) = batch_of(tmp_path, *records).keys

    assert key.fits == Type(kind, many)


def test_objects_are_paths_and_dotted_keys_are_keys(tmp_path):
    record = {"metadata": {"a": {"b": 1}, "a.b": 2}, "metadata.c": 3, "system_metadata": {"d": 4}}

    batch = batch_of(tmp_path, record)

    found = {(key.namespace, key.path) for key in batch.keys}
    assert found == {
        ("metadata", ("a", "b")),
        ("metadata", ("a.b",)),
        ("metadata", ("c",)),
        ("system_metadata", ("d",)),
    }


@pytest.mark.parametrize(
    ("values", "target", "expected"),
    [
        ([1, "a"], Type(NUMBER), {Type(NUMBER): [1.0, None], Type(STRING): [None, "a"]}),
        (["2024-01-31", "x"], Type(DATE), {Type(DATE): 1, Type(STRING): 1}),
        (["2024-01-31", 5], Type(INSTANT), {Type(INSTANT): 1, Type(NUMBER): 1}),
        ([["a"], 1], Type(STRING), {Type(STRING): ['["a"]', "1"]}),
        ([[1.0, 2.5]], Type(STRING), {Type(STRING): ["[1,2.5]"]}),
        ([["a"], ["b"]], Type(NUMBER), {Type(NUMBER): 0, Type(STRING, many=True): 2}),
        ([[], ["b"]], NUMBERS, {NUMBERS: 1, Type(STRING, many=True): 1}),
        ([True, 1], BOOLEANS, {BOOLEANS: [[True], None], Type(NUMBER): 1}),
    ],
)  # fmt: skip
def test_what_does_not_fit_a_stored_type_is_kept_in_its_own(tmp_path, values, target, expected):
    batch = batch_of(tmp_path, *({"metadata": {"k": value}} for value in values))
    (key,) = batch.keys

    found = {}
    for kind, value in split(key, target, ZONE):
        series = batch.rows.select(value.alias("x"))["x"]
        assert series.dtype == kind.dtype
        wanted = expected.get(kind, 0)
        found[kind] = series.to_list() if isinstance(wanted, list) else series.count()

    assert {
        kind: value for kind, value in found.items() if value != 0 or kind == target
    } == expected


def test_unknown_keys_stay_out_and_the_mapping_brings_them_in(tmp_path):
    record = {"source_id": "a", "object": "customer", "summary": {"orders": {}}, "fav": "red"}

    assert batch_of(tmp_path, record).keys == ()
    mapped = batch_of(tmp_path, record, mapping=parse_mapping({"columns": {"fav": "metadata.fav"}}))
    assert metadata(mapped) == {("fav",): (Type(STRING), ["red"])}


def test_a_mapped_key_that_no_line_has_is_a_fault(tmp_path):
    with pytest.raises(UsageError, match="no line has the key `fav`"):
        batch_of(tmp_path, {"id": "a"}, mapping=parse_mapping({"columns": {"fav": "name"}}))


def test_a_file_without_lines_is_a_fault(tmp_path):
    with pytest.raises(ImportFileError):
        batch_of(tmp_path, "\n")


def test_no_two_types_of_a_key_hold_a_value_in_one_row(tmp_path):
    values = [1, "2024-01-31", ["a"], True, [], [1], "x", None]
    batch = batch_of(tmp_path, *({"metadata": {"k": value}} for value in values))
    (key,) = batch.keys

    for target in (Type(kind, many) for kind in (NUMBER, DATE, STRING) for many in (False, True)):
        parts = batch.rows.select(
            value.is_not_null().cast(pl.Int8).alias(str(place))
            for place, (_, value) in enumerate(split(key, target, ZONE))
        )
        assert parts.sum_horizontal().to_list() == [1] * 7 + [0]


RECORDS = [{"source_id": "a", "name": "x}y"}, {"source_id": "b", "metadata": {"k": [{"n": 1}]}}]
DRESSES = {
    "lines": "\n".join(map(json.dumps, RECORDS)) + "\n",
    "no last line end": "\n".join(map(json.dumps, RECORDS)),
    "list in one line": json.dumps(RECORDS),
    "list of lines": "[\n" + ",\n".join(map(json.dumps, RECORDS)) + "\n]\n",
    "indented list": json.dumps(RECORDS, indent=2),
    "objects of several lines": "\n".join(json.dumps(each, indent=1) for each in RECORDS),
    "answer": json.dumps({"object": "list", "total": 2, "customers": RECORDS, "more": False}),
    "indented answer": json.dumps({"data": RECORDS}, indent=4),
    "answer behind an object": json.dumps({"meta": {"id": "[{", "n": [{}]}, "data": RECORDS}),
    "indented answer behind a list": json.dumps(
        {"errors": [], "Links": [{"self": {"data": [{"a": 1}]}}], "data": RECORDS, "meta": {}},
        indent=2,
    ),
}


@pytest.mark.parametrize("dress", DRESSES)
def test_records_are_read_from_lists_and_answers_as_from_lines(tmp_path, dress):
    batch = batch_of(tmp_path, DRESSES[dress])

    assert batch.rows.select("row", "source_id", "name").rows() == [(1, "a", "x}y"), (2, "b", None)]
    assert batch.rejected.is_empty()
    assert bool(batch.notes) == ("line" not in dress or "list" in dress or "several" in dress)


def test_rows_of_a_list_are_told_with_the_line_they_begin_on_and_given_in_one(tmp_path):
    batch = batch_of(tmp_path, '[\n {"source_id": "a"},\n\n {\n  "id": 5\n }, 7, "x", [1]\n]')

    assert batch.rows.select("row", "line").rows() == [(1, 2)]
    assert batch.rejected.select("row", "line", "cells").rows() == [
        *((2, 4, ['{ "id": 5 }']), (3, 6, ["7"]), (4, 6, ['"x"']), (5, 6, ["[1]"])),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"source_id": "a"}', "never closed|not closed"),
        ('[{"source_id": "a"}, {"source_id":', "not closed"),
        ('{"customers": [{"source_id": "a"}', "not closed"),
        ('{"customers": [{"source_id": "a"}]', "more behind its bracket"),
        ('[{"source_id": "a"}] and more', "more behind its bracket"),
        ('[{"source_id": "a"}]\n[{"source_id": "b"}]', "more behind its bracket"),
        ("[]", "0 rows"),
    ],
)
def test_a_list_that_is_cut_off_is_refused_as_a_whole(tmp_path, content, message):
    with pytest.raises(ImportFileError, match=message):
        batch_of(tmp_path, content)


@pytest.mark.parametrize("size", [1, 7, 64])
@pytest.mark.parametrize("dress", DRESSES)
def test_blocks_may_end_anywhere_in_a_list(dress, size):
    raw = DRESSES[dress].encode()
    begins = beginning(raw)
    if begins is None:
        begins = 0
    first = max(size, begins + 1)
    parts = [raw[:first], *(raw[at : at + size] for at in range(first, len(raw), size))]

    assert [json.loads(text) for _, text in objects(iter(parts), begins)] == RECORDS


@pytest.mark.parametrize(
    "line",
    [
        '{"source_id": "o", "data": [{"source_id": "x"}]}',
        '{"id": "o", "records": [{"id": "x"}]}',
        '{"metadata": {"a": 1}, "Source_id": "o", "data": [{"source_id": "x"}]}',
    ],
)
def test_a_record_that_holds_a_list_is_a_record(tmp_path, line):
    assert batch_of(tmp_path, line).rows.height == 1
    assert batch_of(tmp_path, line, line).rows.height == 2


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"city": "x", "address": {"city": "x"}}, None),
        ({"loyalty_points": 5, "loyalty": {"points": 5.0}}, None),
        ({"metadata": {"a": 1}, "metadata.a": 1}, None),
        ({"name": None, "Name": None}, None),
        ({"city": "x", "address": {"city": "y"}}, 'two spellings of the name with "x" and "y"'),
        ({"city": "x", "address": None}, 'with "x" and null'),
        ({"metadata": {"a": 1}, "metadata.a": True}, "with 1 and true"),
        ({"metadata": {"a": "5"}, "metadata.a": 5}, 'with "5" and 5'),
    ],
)
def test_two_spellings_of_a_field_are_right_when_they_agree(tmp_path, record, reason):
    batch = batch_of(tmp_path, {"source_id": "k"} | record)

    assert batch.rejected.height == (reason is not None)
    assert (reason or "") in "".join(batch.rejected["reason"])
