"""`count`, `members`, `describe`, `explain`."""

import json
from pathlib import Path

import pytest

from tests.bases import Base

CASES = Path(__file__).parents[1] / "cases"
ROME = {"address.city": {"conditions": {"$is": ["Rome"]}}}


@pytest.mark.parametrize(
    ("case", "members"),
    [
        ("guide_berlin.json", ["berlin"]),
        ("guide_modifiers.json", ["warsaw"]),
        ("guide_reference.json", []),
    ],
)
def test_the_guides_filters_run_byte_for_byte(empty, case, members):
    text = (
        "Source_id,Email,City\n"
        "berlin,a@x.io,Berlin\nwarsaw,b@voucherify.io,Warsaw\nwaw,c@x.io,Warsaw\n"
    )
    empty.run("import", "customers", empty.file("shop.csv", text))
    guide = (CASES / case).read_text("utf-8")

    assert empty.out("count", CASES / case) == f"{len(members)}\n"
    assert empty.out("count", "-", stdin=guide) == f"{len(members)}\n"
    assert empty.out("members", CASES / case).split() == members


def test_a_count_in_json_tells_the_share_too(shell):
    assert shell.json("count", shell.file("f.json", ROME)) == [
        {"count": 2, "total": 3, "share": 2 / 3}
    ]


def test_an_array_of_filters_gives_one_line_each_in_order(shell):
    several = [ROME, {"name": {"conditions": {"$si": ["x"]}}}, 5, "x", ROME]
    for command in ("count", "members"):
        lines = shell.out(command, "-", stdin=json.dumps(several)).splitlines()
        first, second, third, fourth, last = map(json.loads, lines)

        assert first == last == {"count": 2, "ids": ["a", "c"]}
        assert second["error"]["key"] == "invalid_filter"
        assert second["error"]["issues"][0]["suggestion"] == "$is"
        assert list(third) == list(fourth) == ["error"]
    assert shell.out("count", "-", stdin="[]") == ""


def test_a_key_given_twice_is_seen_in_an_array_too(shell):
    twice = '[{"name": {"conditions": {"$is": ["x"], "$is": ["y"]}}}]'

    assert "error" in json.loads(shell.out("count", "-", stdin=twice))


def test_members_are_printed_as_ids_csv_and_json_lines(shell):
    chosen = shell.file("f.json", ROME)
    rows = shell.out("members", chosen, "--format", "csv").splitlines()
    objects = [
        json.loads(line) for line in shell.out("members", chosen, "--format", "jsonl").splitlines()
    ]

    assert shell.out("members", chosen) == "a\nc\n"
    assert rows[0] == "id,source_id,name,created_at,address.city,metadata.size"
    assert "'=Cid" in rows[2]
    assert objects == shell.json("members", chosen)
    assert objects[1].pop("id").startswith("cust_")
    assert objects[1] == {
        "source_id": "c",
        "name": "=Cid",
        "created_at": "2026-11-02T09:30:00Z",
        "address": {"city": "Rome"},
        "metadata": {"size": 3},
        "object": "customer",
    }


def test_members_as_json_lines_are_no_change_when_they_come_in_again(shell):
    record = {
        "source_id": "d",
        "birthdate": "1990-01-02",
        "address": {"city": "Rome", "line_1": ""},
        "loyalty": {"points": 7},
        "system_metadata": {"source": "api", "web_widget": {"widgets": ["general"]}},
        "metadata": {"a.b": 1, "a": {"b": 2, "c": []}, "at": "2020-01-01T00:00:00Z", "size": "L"},
    }
    shell.run("import", "customers", shell.file("d.jsonl", json.dumps(record)))
    lines = shell.out("members", shell.file("f.json", ROME), "--format", "jsonl")
    [run] = shell.json("import", "customers", shell.file("again.jsonl", lines))

    assert record.items() <= json.loads(lines.splitlines()[-1]).items()
    assert (run["created"], run["updated"], run["unchanged"]) == (0, 0, 3)


def test_a_filter_may_begin_with_a_byte_order_mark(shell):
    assert shell.out("count", shell.file("f.json", "\ufeff" + json.dumps(ROME))) == "2\n"


def test_a_filter_may_stand_in_place_of_its_file(shell):
    assert shell.out("count", json.dumps(ROME)) == "2\n"
    assert len(shell.out("count", json.dumps([ROME, ROME])).splitlines()) == 2


def test_a_filter_that_cannot_be_understood_fails_with_every_fault(shell):
    wrong = shell.filter(nmae={"$is": ["x"]}, name={"$si": ["x"]})
    error = shell.json("count", wrong, code=1)[0]["error"]

    assert error["key"] == "invalid_filter"
    assert [issue["suggestion"] for issue in error["issues"]] == ["name", "$is"]
    assert "did you mean `name`?" in shell.run("count", wrong, code=1).stderr
    assert shell.json("count", "-", stdin="{oops", code=1)[0]["error"]["key"] == "invalid_filter"


def test_a_filter_file_that_is_not_there_is_wrong_use(shell):
    for words in (["count", "nope.json"], ["count"], ["members", "-", "--format", "xml"]):
        shell.run(*words, code=2)


def test_the_clock_moves_the_answer(shell):
    young = shell.filter(created_at={"$less_than": [7]})

    assert shell.out("count", young) == "3\n"
    assert shell.out("count", young, now="2026-11-12T00:00:00+02:00") == "0\n"


def test_a_segment_that_is_not_saved_is_told_with_the_nearest_name(shell):
    shell.run("segments", "create", "Romans", shell.filter(address__city={"$is": ["Rome"]}))
    odd = shell.filter(segments={"$is": ["Romas", "Romans"], "$count": [0]})
    [document] = shell.json("describe", odd)

    assert document["warnings"] == [
        "no saved segment has the id or name `Romas`, so nobody is in it: "
        "did you mean `Romans`? @ $.segments.conditions.$is"
    ]


def test_a_filter_is_described_with_its_warnings(shell):
    result = shell.run("describe", shell.filter(metadata__siez={"$is": [1]}))
    [document] = shell.json("describe", shell.filter(metadata__siez={"$is": [1]}))

    assert "siez" in result.stdout
    assert "did you mean `metadata.size`?" in result.stderr
    assert document["sentence"] == result.stdout.strip()
    assert len(document["warnings"]) == 1


def test_why_somebody_is_in_or_out_is_told_node_by_node(shell):
    chosen = shell.filter(address__city={"$is": ["Rome"]}, metadata__size={"$more_than": [2]})
    told = shell.out("explain", chosen, "a").splitlines()
    [verdict] = shell.json("explain", chosen, "c")

    assert [line[:3] for line in told] == ["out", "in ", "out"]
    assert "Rome" in told[1]
    assert verdict["verdict"] is True
    assert [child["verdict"] for child in verdict["children"]] == [True, True]


def test_explaining_nobody_is_not_found(shell):
    rome = shell.file("f.json", ROME)

    assert shell.json("explain", rome, "nobody", code=1)[0]["error"]["key"] == "not_found"


def test_records_that_cannot_be_read_fail_the_command_for_several_filters_too(shell):
    Base(shell.folder / "workspace").gather()
    for file in (shell.folder / "workspace" / "tables" / "customers").glob("*.parquet"):
        file.unlink()

    result = shell.run("count", "-", stdin=json.dumps([ROME, ROME]), code=1)
    assert "is missing" in result.stderr
