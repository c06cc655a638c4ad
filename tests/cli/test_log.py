"""`log`, `undo` and `--actor`: who changed what, and taking it back."""

import getpass

import pytest

ROME = {"city": {"conditions": {"$is": ["Rome"]}}}
LATER = "2026-11-02T10:30:00Z"


@pytest.fixture
def busy(shell):
    """A shell in which more than an import has happened."""
    shell.run("segments", "create", "Romans", shell.file("rome.json", ROME), "--actor", "ann")
    shell.run("settings", "set", "currency", "PLN", "--actor", "ann", now=LATER)
    return shell


def test_the_log_is_one_json_line_a_change_oldest_first(busy):
    imported, created, configured = busy.json("log")

    assert list(imported) == [
        *("number", "at", "actor", "door", "cause", "change"),
        *("touched", "before", "after", "undoes", "undone_by"),
    ]
    assert (imported["number"], imported["cause"], imported["change"]) == (1, "import", 1)
    assert (imported["actor"], imported["door"]) == (getpass.getuser(), "command line")
    assert imported["touched"]["customers"] == 3
    assert (created["actor"], created["before"]) == ("ann", None)
    assert (created["after"]["name"], created["after"]["type"]) == ("Romans", "auto-update")
    assert (configured["at"], configured["cause"]) == ("2026-11-02T10:30:00.000Z", "setting")
    assert (configured["before"], configured["after"]) == ({"currency": "EUR"}, {"currency": "PLN"})


def test_the_log_is_narrowed_by_an_instant_and_to_the_newest(busy):
    assert [line["number"] for line in busy.json("log", "--since", LATER)] == [3]
    assert [line["number"] for line in busy.json("log", "--limit", 2)] == [2, 3]
    assert busy.json("log", "--since", "2027-01-01T00:00:00Z") == []
    busy.run("log", "--since", "yesterday", code=2)


def test_the_log_is_told_to_a_person(busy):
    busy.run("undo", 3)
    *_, created, configured, undone = busy.out("log").splitlines()

    assert created.endswith("ann (command line)  Segment defined: segment Romans created")
    assert configured.endswith("Settings changed: Currency: EUR → PLN  [undone by 4]")
    assert undone.endswith("Change undone: change 3; Currency: PLN → EUR")


@pytest.mark.parametrize("name", ["", " ", "ann\n    4  2026-01-01", "\x1b[2J", "\udcff"])
def test_somebody_whose_name_cannot_be_read_cannot_act(shell, name):
    told = shell.run("settings", "set", "currency", "PLN", "--actor", name, code=2).stderr

    assert "expected a name on one line, got" in told
    assert len(shell.json("log")) == 1


def test_a_segment_of_several_lines_is_refused_and_in_no_log(shell):
    done = shell.run("segments", "create", "Rom\nans", shell.file("rome.json", ROME), code=1)

    assert "expected a name of one line of text" in done.stderr
    assert len(shell.json("log")) == 1


@pytest.mark.parametrize("number", [0, 2**63, "three"])
def test_what_no_change_can_be_numbered_is_wrong_use(shell, number):
    shell.run("undo", number, code=2)
    shell.run("log", "--limit", number, code=2)


def test_a_change_is_undone_by_its_number(busy):
    told = busy.json("undo", 3, "--preview")
    assert busy.json("settings", "show")[0]["currency"] == "PLN"
    done = busy.json("undo", 3, now=LATER)
    [again] = busy.json("undo", 3, code=1, now=LATER)
    [unknown] = busy.json("undo", 99, code=1)

    assert told == done
    assert done == [
        {
            "number": 3,
            "change": None,
            "deleted": {},
            "changed": {"settings": 1},
            "fields": [],
            "conflicts": [],
        }
    ]
    assert busy.json("settings", "show")[0]["currency"] == "EUR"
    assert again["error"]["message"] == "change 3 is undone already, by change 4"
    assert unknown["error"]["key"] == "not_found"


def test_an_import_is_undone_by_its_id_or_its_number(shell):
    file = shell.file("more.csv", "Source_id,City\na,Oslo\nd,Oslo\n")
    [run] = shell.json("import", "customers", file)
    by_id = shell.json("imports", "undo", run["id"], "--preview")
    by_number = shell.json("undo", 2)

    assert by_id == [{"id": run["id"], **by_number[0], "change": None}]
    assert by_number[0] | {"conflicts": []} == {
        "number": 2, "change": 3, "deleted": {"customers": 1}, "changed": {"customers": 1},
        "fields": [], "conflicts": [],
    }  # fmt: skip
    assert "would be" not in shell.out("undo", 1, "--force")
    [already] = shell.json("imports", "undo", run["id"], code=1)
    assert already["error"]["message"] == "change 2 is undone already, by change 3"


def test_conflicts_are_listed_and_wait_for_a_decision(shell):
    [moved] = shell.json("import", "customers", shell.file("b.csv", "Source_id,City\na,Oslo\n"))
    shell.run("import", "customers", shell.file("c.csv", "Source_id,City\na,Bonn\n"))
    [refused] = shell.json("undo", 2, code=1)
    [forced] = shell.json("imports", "undo", moved["id"], "--take", "earlier")

    assert "say --force, or --take later or --take earlier" in refused["error"]["message"]
    assert [issue["path"] for issue in refused["error"]["issues"]] == ["customers a address.city"]
    assert forced["changed"] == {"customers": 1}
    assert shell.out("members", shell.filter(city={"$is": ["Rome"]})) == "a\nc\n"


@pytest.mark.parametrize(("words", "numbers"), [
    (("--who", "ann"), [2, 3]),
    (("--cause", "setting"), [3]),
    (("--cause", "setting", "--cause", "import"), [1, 3]),
    (("--through", "HTTP"), []),
    (("--until", LATER), [1, 2]),
    (("--text", "roman"), [2]),
    (("--text", "PLN"), [3]),
    (("--text", "%"), []),
    (("--who", "ann", "--text", "PLN"), [3]),
])  # fmt: skip
def test_the_log_is_narrowed_by_who_why_when_and_what_it_says(busy, words, numbers):
    assert [line["number"] for line in busy.json("log", *words)] == numbers


def test_the_log_is_written_as_csv_that_no_spreadsheet_runs(busy):
    busy.run("segments", "create", "=1+1", busy.file("b.json", ROME), "--actor", "=ann")
    header, *_, last = busy.out("log", "--csv").splitlines()

    assert header == "Change,When,Who,Through,Cause,What,Details,Undone by,Data version"
    assert last.startswith("4,2026-11-02T09:30:00.000Z,'=ann,command line,definition,")


def test_the_log_is_verified_and_its_last_hash_can_be_compared(busy):
    [found] = busy.json("log", "verify")
    noted = found["hash"]
    busy.run("settings", "set", "currency", "EUR", now=LATER)

    assert (found["whole"], found["lines"], found["last"]) == (True, 3, 3)
    assert busy.json("log", "verify", "--expect", noted)[0]["noted"] == 3
    assert "whole: 4 lines" in busy.out("log", "verify")
    assert "cut off" in busy.run("log", "verify", "--expect", "0" * 64, code=1).stderr
    busy.run("log", "verify", "--expect", "abc", code=2)


def test_the_log_may_be_asked_for_by_its_list(busy):
    assert busy.json("log", "list", "--who", "ann") == busy.json("log", "--who", "ann")
