"""`segments`."""

import pytest

KEYS = ["id", "name", "created_at", "updated_at", "metadata", "filter", "customers", "type"]


@pytest.fixture
def rome(shell):
    return shell.filter(address__city={"$is": ["Rome"]})


@pytest.fixture
def oslo(shell):
    document = {"address.city": {"conditions": {"$is": ["Oslo"]}}}
    return shell.file("oslo.json", document)


def test_a_filter_is_saved_and_printed_as_the_guides_object(shell, rome):
    [made] = shell.json("segments", "create", "Romans", rome)

    assert list(made) == [*KEYS, "object"]
    assert made["type"] == "auto-update"
    assert made["created_at"] == "2026-11-02T09:30:00.000Z"
    assert made["filter"] == {
        "junction": "and",
        "address.city": {"conditions": {"$is": ["Rome"]}},
    }
    assert shell.json("segments", "show", "Romans") == [made]
    assert shell.json("segments", "show", made["id"]) == [made]


def test_members_follow_the_data_or_stay_fixed(shell, rome):
    shell.run("segments", "create", "Romans", rome)
    shell.run("segments", "create", "Fixed", "--static", shell.file("ids.txt", "c\n\na\r\nc\n"))
    shell.run("import", "customers", shell.file("move.csv", "Source_id,City\na,Oslo\nb,Rome\n"))

    assert shell.out("segments", "members", "Romans") == "b\nc\n"
    assert shell.out("segments", "members", "Fixed") == "a\nc\n"
    assert len(shell.json("segments", "members", "Fixed")) == 2
    assert shell.out("segments", "members", "Fixed", "--format", "csv").count("\n") == 3


def test_a_static_segment_takes_ids_too_and_lists_all_that_are_unknown(shell):
    [one] = shell.json("members", shell.filter(source_id={"$is": ["a"]}))
    shell.run("segments", "create", "One", "--static", "-", stdin=f"{one['id']}\n")
    [refused] = shell.json("segments", "create", "No", "--static", "-", stdin="a\nx\ny\n", code=1)

    assert shell.out("segments", "members", "One") == "a\n"
    assert refused["error"]["message"] == "2 of 3 customers are unknown"
    assert refused["error"]["issues"] == [
        {"path": "$.customers[1]", "message": "unknown `x`", "suggestion": None},
        {"path": "$.customers[2]", "message": "unknown `y`", "suggestion": None},
    ]
    assert len(shell.json("segments", "list")) == 1


def test_a_static_segment_has_a_limit_that_is_a_setting(shell):
    shell.run("settings", "set", "static_cap", "2")
    told = shell.run("segments", "create", "All", "--static", "-", stdin="a\nb\nc\n", code=1)

    assert "expected at most 2 customers in a static segment, got 3" in told.stderr


def test_a_segment_is_edited_and_renamed(shell, rome, oslo):
    shell.run("segments", "create", "Romans", rome)
    [edited] = shell.json("segments", "edit", "Romans", oslo, "--name", "Osloers")

    assert edited["name"] == "Osloers"
    assert edited["updated_at"] == "2026-11-02T09:30:00.000Z"
    assert shell.out("segments", "members", "Osloers") == "b\n"
    assert shell.json("segments", "show", "Romans", code=1)[0]["error"]["key"] == "not_found"


def test_a_static_segment_has_no_filter_to_edit(shell, rome):
    shell.run("segments", "create", "Fixed", "--static", "-", stdin="a\n")

    assert "is static" in shell.run("segments", "edit", "Fixed", rome, code=1).stderr


@pytest.mark.parametrize("name", ["Romans", " Romans "])
def test_a_name_is_taken_once(shell, rome, name):
    shell.run("segments", "create", "Romans", rome)
    [error] = shell.json("segments", "create", name, rome, code=1)

    assert error["error"]["key"] == "duplicate_found"


@pytest.mark.parametrize("name", ["", "  ", "\t\n"])
def test_a_segment_needs_a_name(shell, rome, name):
    assert "expected a name" in shell.run("segments", "create", name, rome, code=1).stderr


def test_a_segment_may_be_called_as_people_call_things(shell, rome):
    for name in ("日本 zażółć", "50 % 'off'; --", "=1+1", "x" * 300):
        [made] = shell.json("segments", "create", name, rome)

        assert shell.json("segments", "show", name) == [made]


def test_segments_are_listed_with_their_size_and_deleted(shell, rome):
    shell.run("segments", "create", "Romans", rome, "--type", "passive")
    [row] = shell.json("segments", "list")
    [gone] = shell.json("segments", "delete", "Romans")

    assert (row["type"], row["size"]) == ("passive", 2)
    assert gone == {"id": row["id"], "deleted": True}
    assert shell.out("segments", "list") == ""
    assert shell.json("segments", "delete", "Romans", code=1)[0]["error"]["key"] == "not_found"


def test_a_deleted_name_is_free_again(shell, oslo):
    shell.run("segments", "create", "X", "--static", "-", stdin="a\nb\n")
    shell.run("segments", "delete", "X")
    shell.run("segments", "create", "X", oslo)

    assert shell.out("segments", "members", "X") == "b\n"


def test_either_a_filter_or_a_list_is_wanted(shell, rome):
    shell.run("segments", "create", "X", code=2)
    shell.run("segments", "create", "X", rome, "--static", "-", stdin="a\n", code=2)
    shell.run("segments", "create", "X", rome, "--type", "static", code=2)


def test_a_filter_that_cannot_be_understood_is_not_saved(shell):
    shell.run("segments", "create", "X", shell.filter(nmae={"$is": ["x"]}), code=1)

    assert shell.json("segments", "list") == []


def test_segments_are_tagged_and_listed_by_tag(shell, rome, oslo):
    shell.run("segments", "create", "Romans", rome)
    shell.run("segments", "create", "Osloers", oslo)
    [tagged] = shell.json("segments", "tag", "Romans", "south", "Spring")

    assert tagged["tags"] == ["south", "Spring"]
    assert [one["name"] for one in shell.json("segments", "list", "--tag", "spring")] == ["Romans"]
    assert "Romans  [south, Spring]" in shell.out("segments", "list")
    assert shell.out("segments", "tag", "Romans", "--remove", "SPRING") == "Romans: south\n"
    assert "expected a TAG" in shell.run("segments", "tag", "Romans", code=2).stderr


def test_a_segment_is_shown_in_words(shell):
    rome = shell.filter(address__city={"$is": ["Rome"]})
    shell.run("segments", "create", "Romans", rome)
    told = shell.out("segments", "show", "Romans").splitlines()
    moves = shell.out("segments", "preview", "Romans", shell.filter(name={"$is": ["Bob"]}))

    assert {"name: Romans", "customers: 2", "filter: Customers in Rome"} <= set(told)
    assert "None" not in "".join(told)
    assert moves.splitlines()[0] == "1 would enter, 2 would leave"
