"""`backup`, `restore` and `check`: what they print, and how they end."""

import json

import pytest

from tests.integrity.shop import sql


def test_a_backup_says_what_it_is_of_and_a_restore_of_when(shell):
    file, other = shell.folder / "b.zip", shell.folder / "other"
    [made] = shell.json("backup", file)
    told = shell.out("restore", file, "--workspace", other)
    again = shell.run("restore", file, "--workspace", other, code=1).stderr
    [replaced] = shell.json("restore", file, "--workspace", other, "--replace")

    assert (made["customers"], made["change"]) == (3, 1)
    assert "restored: 3 customers at data version 1 of" in told
    assert "as it was on 2026-11-02 at 09:30 UTC" in told
    assert "say --replace" in again
    assert replaced["before"].startswith(f"{other}.before-")


@pytest.mark.parametrize("words", [("backup", "b.zip"), ("restore", "none.zip")])
def test_what_cannot_be_done_is_an_error_in_one_line(shell, words):
    shell.run("backup", shell.folder / "b.zip")
    done = shell.run(words[0], shell.folder / words[1], code=1)

    assert done.stderr.splitlines()[-1].startswith("error: expected a ")


def test_every_damage_is_a_line_with_what_to_do(shell):
    sql(shell.folder / "workspace", "UPDATE import_run SET file_name = 'other.csv'")
    shallow = shell.run("check").stdout
    deep = shell.run("check", "--deep", code=1).stderr
    as_json = json.loads(shell.run("check", "--deep", "--json", code=1).stdout)

    assert shallow.startswith("whole: ")
    assert "expected the receipts of imports that were written, got others" in deep
    assert all("@ workbench.db" in line for line in deep.splitlines()[1:])
    assert [issue["path"] for issue in as_json["error"]["issues"]] == [
        line.rpartition(" @ ")[2] for line in deep.splitlines()[1:]
    ]


def test_what_is_accepted_is_whole_and_says_so_in_the_log(shell):
    sql(shell.folder / "workspace", "DELETE FROM import_run")
    shell.run("check", "--repair", code=1)
    told = shell.run("check", "--repair", "--accept").stderr

    assert "repaired: The rows of each table of the database: taken as it is" in told
    assert shell.json("log")[-1]["after"]["accepted"] == [
        "workbench.db import_run: expected 1 receipts of imports, got 0"
    ]
    shell.run("check", "--accept", code=2)
