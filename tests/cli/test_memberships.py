"""`segments history`, `versions`, `refresh` and the like; `imports undo`; `--as-of`."""

import pytest

DAY_2, DAY_3, DAY_9 = (f"2026-11-{day:02}T09:30:00Z" for day in (2, 3, 9))
ENTRY = ["at", "source_id", "direction", "cause", "change", "version", "fields"]


@pytest.fixture
def rome(shell):
    return shell.filter(address__city={"$is": ["Rome"]})


@pytest.fixture
def moved(shell, rome):
    """The receipt of an import that moves a out of Rome, and b and d into it."""
    shell.run("segments", "create", "Romans", rome)
    text = "Source_id,City\na,Oslo\nb,Rome\nd,Rome\n"
    [run] = shell.json("import", "customers", shell.file("move.csv", text), now=DAY_3)
    return run


def told(lines):
    return [(one["source_id"], one["direction"], one["cause"], one["fields"]) for one in lines]


@pytest.mark.usefixtures("moved")
def test_the_history_says_who_when_and_because_of_what(shell):
    lines = shell.json("segments", "history", "Romans")

    assert all(list(line) == ENTRY for line in lines)
    assert told(lines) == [
        ("a", "entered", "definition", []),
        ("c", "entered", "definition", []),
        ("a", "left", "import", ["address.city"]),
        ("b", "entered", "import", ["address.city"]),
        ("d", "entered", "import", ["address.city"]),
    ]
    assert [line["change"] for line in lines] == [None, None, 2, 2, 2]
    assert lines[-1]["at"] == "2026-11-03T09:30:00.000Z"


def test_the_clock_moves_first_and_then_the_change(shell):
    fresh = shell.filter(created_at={"$less_than": [3]})
    shell.run("segments", "create", "Fresh", fresh)
    text = "Source_id,Created_at\nb,2026-11-08\n"
    shell.run("import", "customers", shell.file("late.csv", text), now=DAY_9)

    assert told(shell.json("segments", "history", "Fresh"))[3:] == [
        ("a", "left", "clock", []),
        ("b", "left", "clock", []),
        ("c", "left", "clock", []),
        ("b", "entered", "import", ["created_at"]),
    ]


def test_a_refresh_lets_the_clock_act_and_a_read_alone_records_nothing(shell):
    shell.run("segments", "create", "Fresh", shell.filter(created_at={"$less_than": [3]}))

    assert shell.out("segments", "members", "Fresh", now=DAY_9) == ""
    assert len(shell.json("segments", "history", "Fresh", now=DAY_9)) == 3
    assert shell.json("segments", "refresh", now=DAY_9) == [
        {"at": "2026-11-09T09:30:00.000Z", "moved": 3}
    ]
    assert len(shell.json("segments", "history", "Fresh")) == 6
    early = shell.run("segments", "refresh", now="2026-11-01T09:30:00Z", code=1)
    assert "cannot be backdated" in early.stderr
    assert shell.json("segments", "refresh", now=DAY_3)[0]["moved"] == 3


def test_only_a_change_set_or_a_refresh_notices_that_time_has_passed(shell):
    def saved(name, now, **tests):
        shell.run("segments", "create", name, shell.filter(**tests), now=now)

    saved("Fresh", DAY_2, created_at={"$less_than": [3]})
    saved("Others", DAY_9, segments={"$is_not": ["Fresh"]})
    assert shell.out("segments", "members", "Others", now=DAY_9) == "a\nb\nc\n"
    shell.run("segments", "delete", "Others", now=DAY_9)
    assert len(shell.json("segments", "history", "Fresh", now=DAY_9)) == 3

    rome = shell.filter(address__city={"$is": ["Rome"]})
    shell.run("segments", "edit", "Fresh", rome, now="2026-11-10T09:30:00Z")
    assert told(shell.json("segments", "history", "Fresh"))[3:] == [
        *((name, "left", "clock", []) for name in "abc"),
        *((name, "entered", "definition", []) for name in "ac"),
    ]


def test_a_passive_segment_has_no_history(shell, rome):
    shell.run("segments", "create", "Romans", rome, "--type", "passive")

    assert shell.json("segments", "history", "Romans") == []


@pytest.mark.usefixtures("moved")
def test_any_past_instant_is_asked_of_the_records(shell, rome):
    assert shell.out("segments", "members", "Romans") == "b\nc\nd\n"
    assert shell.out("segments", "members", "Romans", "--as-of", DAY_2) == "a\nc\n"
    assert shell.out("segments", "members", "Romans", "--as-of", DAY_3) == "b\nc\nd\n"
    assert shell.out("segments", "members", "Romans", "--as-of", "2026-11-01") == ""
    assert shell.out("count", rome, "--as-of", DAY_2) == "2\n"
    assert [one["size"] for one in shell.json("segments", "list", "--as-of", DAY_2)] == [2]


def test_an_undo_moves_members_back_with_that_cause(shell, moved):
    [done] = shell.json("imports", "undo", moved["id"], now=DAY_9)

    assert (done["deleted"], done["changed"]) == ({"customers": 1}, {"customers": 2})
    assert told(shell.json("segments", "history", "Romans"))[5:] == [
        ("a", "entered", "undo", ["address.city"]),
        ("b", "left", "undo", ["address.city"]),
        ("d", "left", "undo", ["address.city"]),
    ]
    assert shell.out("segments", "members", "Romans", "--as-of", DAY_3) == "b\nc\nd\n"


def test_an_undo_with_conflicts_lists_them_and_waits_for_a_choice(shell, moved):
    later = shell.file("later.csv", "Source_id,City\na,Pisa\n")
    shell.run("import", "customers", later, now=DAY_3)
    words = ("imports", "undo", moved["id"])
    refused = shell.run(*words, now=DAY_9, code=1)
    [asked] = shell.json(*words, "--preview", now=DAY_9)
    shell.run(*words, "--force", now=DAY_9)

    assert "customers a address.city" in refused.stderr
    assert [one["path"] for one in asked["conflicts"]] == ["address.city"]
    assert len(shell.json("members", shell.filter(address__city={"$is": ["Pisa"]}))) == 1


def test_the_earlier_value_can_be_taken(shell, moved):
    later = shell.file("later.csv", "Source_id,City\na,Pisa\n")
    shell.run("import", "customers", later, now=DAY_3)
    shell.run("imports", "undo", moved["id"], "--take", "earlier", now=DAY_9)

    assert shell.out("segments", "members", "Romans") == "a\nc\n"


def test_versions_differ_readably_and_are_restored(shell, rome):
    shell.run("segments", "create", "X", rome)
    shell.run("segments", "edit", "X", shell.file("oslo.json", {"city": oslo()}), now=DAY_3)
    shell.run("segments", "restore", "X", "1", now=DAY_9)
    first, second, third = shell.json("segments", "versions", "X")

    assert (first["sentence"], first["difference"]) == ("Customers in Rome", [])
    assert [line.strip() for line in second["difference"]] == ['-        "Rome"', '+        "Oslo"']
    assert (third["number"], third["filter"]) == (3, first["filter"])
    assert [one["version"] for one in shell.json("segments", "history", "X")] == [
        1,
        1,
        2,
        2,
        2,
        3,
        3,
        3,
    ]
    assert "no version 9" in shell.run("segments", "restore", "X", "9", code=1, now=DAY_9).stderr


def oslo():
    return {"conditions": {"$is": ["Oslo"]}}


def test_an_edit_is_previewed(shell, rome):
    shell.run("segments", "create", "X", rome)
    asked = shell.file("oslo.json", {"city": oslo()})

    assert shell.json("segments", "preview", "X", asked) == [
        {"entering": ["b"], "leaving": ["a", "c"]}
    ]


def test_a_segment_in_use_is_named_and_stays(shell, rome):
    shell.run("segments", "create", "Romans", rome)
    shell.run("segments", "create", "Others", shell.filter(segments={"$is_not": ["Romans"]}))

    assert shell.out("segments", "members", "Others") == "b\n"
    assert [one["name"] for one in shell.json("segments", "used-in", "Romans")] == ["Others"]
    assert "used in `Others`" in shell.run("segments", "delete", "Romans", code=1).stderr
    shell.run("segments", "delete", "Others")
    shell.run("segments", "delete", "Romans")


def test_a_circle_is_refused_by_its_path(shell, rome):
    shell.run("segments", "create", "A", rome)
    shell.run("segments", "create", "B", shell.filter(segments={"$is": ["A"]}))
    refused = shell.run("segments", "edit", "A", shell.filter(segments={"$is": ["B"]}), code=1)

    assert "in a circle: A → B → A" in refused.stderr
    assert shell.out("segments", "members", "B") == "a\nc\n"


def test_a_filter_counts_and_explains_by_other_segments(shell, rome):
    shell.run("segments", "create", "Romans", rome)
    asked = shell.filter(segments={"$is": ["Romans"]})

    assert shell.out("count", asked) == "2\n"
    shell.run("segments", "edit", "Romans", shell.file("oslo.json", {"city": oslo()}))
    assert shell.out("members", asked) == "b\n"
    assert shell.json("explain", asked, "b")[0]["verdict"] is True
    assert shell.json("explain", asked, "a")[0]["verdict"] is False


def test_a_move_by_an_inner_segment_is_told_as_it_was_though_that_was_edited_since(shell, rome):
    shell.run("segments", "create", "Romans", rome)
    shell.run("segments", "create", "Users", shell.filter(segments={"$is": ["Romans"]}))
    shell.run("segments", "create", "Others", shell.filter(segments={"$is_not": ["Romans"]}))
    text = "Source_id,City\na,Oslo\nd,Oslo\n"
    shell.run("import", "customers", shell.file("move.csv", text), now=DAY_3)
    shell.run("segments", "edit", "Romans", shell.filter(name={"$is": ["Ann"]}), now=DAY_9)

    users, others = (shell.json("segments", "history", one) for one in ("Users", "Others"))
    assert told(users)[2:3] == [("a", "left", "import", ["segments"])]
    assert told(others)[1:3] == [("a", "entered", "import", ["segments"]),
                                 ("d", "entered", "import", [])]  # fmt: skip


def test_a_saved_filter_stays_valid_when_the_key_comes_with_another_type(shell):
    guide = shell.filter(metadata__pick_up_date={"$is_not": ["3 am"]})
    shell.run("segments", "create", "Guide", guide)
    shell.run("segments", "create", "Many", shell.filter(metadata__tags={"$count_more": [1]}))
    paid = {"conditions": {"$more_than": [0]},
            "where": {"metadata.n": {"conditions": {"$more_than": [1]}}}}  # fmt: skip
    shell.run(
        "segments", "create", "Paid", shell.file("w.json", {"summary.orders.total_count": paid})
    )
    text = "Source_id,pick_up_date,tags\na,2026-01-01,x\nd,2026-01-02,y\n"
    shell.run("import", "customers", shell.file("late.csv", text), now=DAY_3)
    text = "Customer_source_id,Status,metadata.n\na,PAID,many\n"
    shell.run("import", "orders", shell.file("orders.csv", text), now=DAY_3)

    assert shell.out("segments", "members", "Guide", now=DAY_3) == "a\nb\nc\nd\n"
    assert shell.out("segments", "members", "Many", now=DAY_3) == ""
    assert shell.out("segments", "members", "Paid", now=DAY_3) == ""
    assert told(shell.json("segments", "history", "Guide"))[3:] == [("d", "entered", "import", [])]
    [version] = shell.json("segments", "versions", "Guide", now=DAY_3)
    assert version["sentence"] == "Customers whose pick up date is not “3 am”"
    sizes = {one["name"]: one["size"] for one in shell.json("segments", "list", now=DAY_3)}
    assert sizes == {"Guide": 4, "Many": 0, "Paid": 0}
    assert "does not fit" in shell.run("count", guide, code=1, now=DAY_3).stderr


def test_a_filter_counts_by_a_static_segment(shell):
    shell.run("segments", "create", "Fixed", "--static", shell.file("ids.txt", "b\nc\n"))

    assert shell.out("members", shell.filter(segments={"$is": ["Fixed"]})) == "b\nc\n"
    assert shell.out("members", shell.filter(segments={"$is_not": ["Fixed"]})) == "a\n"


def test_a_static_segment_is_frozen_and_edited_by_hand_with_a_reason(shell, rome):
    shell.run("import", "customers", shell.file("mail.csv", "Source_id,Email\nb,b@x.org\n"))
    shell.run("segments", "create", "Romans", rome)
    shell.run("segments", "freeze", "Romans", "Fixed")
    lists = (shell.file("add.txt", "b@x.org\n"), shell.file("remove.txt", "a\n"))
    words = ("segments", "edit-members", "Fixed", "--add", lists[0], "--remove", lists[1])
    shell.run(*words, "--reason", "asked for by phone")

    assert shell.out("segments", "members", "Fixed") == "b\nc\n"
    assert shell.json("segments", "versions", "Fixed")[1]["reason"] == "asked for by phone"
    assert "expected the reason" in shell.run(*words, "--reason", " ", code=1).stderr
    assert shell.json("segments", "history", "Fixed") == []
