"""What people may ask of their own data, from the command line."""

import json

import pytest

ANN = "ann-4711"
PEOPLE = f"Source_id,Name,Email\n{ANN},Ann Lee,ann.lee@example.com\nben-1,Ben Stone,\n"


@pytest.fixture
def people(shell):
    shell.run("import", "customers", shell.file("c.csv", PEOPLE))
    return shell


def who(people):
    """The source ids of everybody who is not of the shell's own."""
    everybody = people.filter(source_id={"$contains": ["-"]})
    return people.out("members", everybody, "--format", "ids").split()


def test_an_erasure_says_what_goes_and_is_done_when_it_is_meant(people):
    told = people.out("erase", ANN)
    before = who(people)
    done = people.json("erase", ANN, "--yes")[0]
    after = who(people)

    assert "would erase 1 customer in 1 profile" in told
    assert "it cannot be undone: say --yes to do it" in told
    assert (before, after) == ([ANN, "ben-1"], ["ben-1"])
    assert people.json("erasures", "show", done["id"])[0] == done
    assert done["id"] in people.out("erasures", "list")


def test_a_file_names_many_one_a_line(people):
    file = people.file("gone.txt", f"{ANN}\n\nben-1\n")
    people.run("erase", "--file", file, "--yes")

    assert who(people) == []


def test_the_file_of_before_leaves_the_person_out_in_check_and_receipt(people):
    people.run("erase", ANN, "--yes")
    file = people.file("again.csv", PEOPLE)
    checked = people.json("import", "customers", file, "--dry-run")[0]
    told = people.out("import", "customers", file)

    assert checked["suppressed"] == 1
    assert "1 suppressed: of people who were erased" in told
    assert who(people) == ["ben-1"]


def test_whoever_asks_comes_back(people):
    people.run("erase", ANN, "--yes")

    assert "may come back: 3 identities" in people.out("erasures", "lift", "ann.lee@example.com")
    assert "nobody was erased who had" in people.run("erasures", "lift", ANN, code=1).stderr


def test_nobody_is_back_where_nobody_was_erased(people):
    assert people.out("erase", "--again").strip() == "nobody who was erased is back"
    people.run("erase", code=2)
    people.run("erase", ANN, "--again", code=2)


def test_whom_nobody_knows_is_an_error(people):
    assert "no customer has the id" in people.run("erase", "zed-9", "--yes", code=1).stderr


def test_subject_access_is_a_file_of_either_form(people, tmp_path):
    page, data = tmp_path / "ann.html", tmp_path / "ann.json"
    people.run("subject-access", ANN, "--to", page)
    people.run("subject-access", ANN, "--to", data)

    assert "Ann Lee" in page.read_text("utf-8")
    assert json.loads(data.read_text("utf-8"))["person"]["source_ids"] == [ANN]
    assert (
        "expected a file"
        in people.run("subject-access", ANN, "--to", tmp_path / "no" / "x.json", code=1).stderr
    )


def test_who_is_on_the_suppression_list_stays_out_of_exports(people, tmp_path):
    people.run("suppressions", "add", ANN, "--reason", "a complaint")
    people.run("export", "customers", "--to", tmp_path / "a.csv", "--fields", "source_id")
    people.run("export", "customers", "--to", tmp_path / "b.csv", "--fields", "source_id",
               "--with-suppressed")  # fmt: skip

    assert ANN not in (tmp_path / "a.csv").read_text()
    assert ANN in (tmp_path / "b.csv").read_text()
    assert "a complaint" in people.out("suppressions", "list")
    people.run("suppressions", "remove", ANN)
    assert people.out("suppressions", "list").strip().startswith("0 customers unsubscribed")
