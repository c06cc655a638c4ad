"""`export`, `exports`, `check`, `clear`, `serve`; the shared options; the command as a process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.cli.serve import reach
from engine.store.records.small_writes import MOST_ROWS
from engine.workspace.access import FOLDERS

COMMAND = Path(sys.executable).with_name("workbench")


def test_customers_go_out_with_a_receipt(shell):
    target = shell.folder / "out.csv"
    [run] = shell.json(
        *("export", "customers", "--to", target, "--fields", "source_id, metadata.size"),
        *("--order", "-metadata.size", "--delimiter", ";"),
    )

    assert target.read_text() == "Source ID;size\nc;3\nb;2\na;1\n"
    assert (run["rows"], run["at"]) == (3, "2026-11-02T09:30:00+00:00")
    assert shell.json("exports", "list") == [run]
    assert run["id"] in shell.out("exports", "list")


def test_the_formula_guard_can_be_left_out(shell):
    target = shell.folder / "out.csv"
    command = ("export", "customers", "--to", target, "--force", "--fields", "name")
    shell.run(*command)
    guarded = target.read_text().split()
    shell.run(*command, "--no-formula-guard")

    assert guarded == ["Name", "Ann", "Bob", "'=Cid"]
    assert target.read_text().split() == ["Name", "Ann", "Bob", "=Cid"]


def test_a_segment_is_exported(shell):
    shell.run("segments", "create", "Bobs", shell.filter(name={"$is": ["Bob"]}))
    target = shell.folder / "out.csv"
    told = shell.run("export", "customers", "--to", target, "--segment", "Bobs")

    assert told.stdout.startswith("1 customer of Bobs, ")
    assert "customers: 100 %" in told.stderr


def test_an_export_that_cannot_be_made_fails_with_the_reason(shell):
    target = shell.folder / "nowhere" / "out.csv"
    [unwritable] = shell.json("export", "customers", "--to", target, code=1)
    [unknown] = shell.json(
        *("export", "customers", "--to", shell.folder / "x.csv", "--fields", "nmae,oops"), code=1
    )

    assert unwritable["error"]["key"] == "invalid_usage"
    assert [issue["path"] for issue in unknown["error"]["issues"]] == ["nmae", "oops"]
    shell.run("export", "invoices", "--to", target, code=2)


def test_a_file_without_a_name_is_named_by_what_it_holds_and_the_day(shell, monkeypatch):
    monkeypatch.chdir(shell.folder)
    shell.run("export", "customers")
    shell.run("export", "orders", "--to", shell.folder)

    assert {path.name for path in shell.folder.glob("* 2026-*")} == {
        "Customers 2026-11-02.csv", "Orders 2026-11-02.csv"
    }  # fmt: skip


def test_a_whole_workspace_is_told_and_a_damaged_one_fails(shell):
    many = shell.folder / "many.csv"
    many.write_text("Source_id\n" + "".join(f"{row}\n" for row in range(MOST_ROWS + 1)))
    shell.run("import", "customers", many)
    whole = shell.json("check")
    for file in (shell.folder / "workspace" / "tables" / "customers").glob("*.parquet"):
        file.unlink()
    [damaged] = shell.json("check", code=1)

    assert whole == [{"whole": True, "customers": 3 + MOST_ROWS + 1, "change": 2}]
    assert damaged["error"]["key"] == "store"


def test_clearing_asks_first(shell):
    refused = shell.run("clear", stdin="n\n", code=1)
    still = shell.json("check")[0]["customers"]
    shell.run("export", "customers", "--to", shell.folder / "x.csv")
    [cleared] = shell.json("clear", "--yes")

    assert "Empty the workspace" in refused.stdout
    assert still == 3
    assert cleared == {"cleared": True}
    assert shell.json("check")[0]["customers"] == 0
    assert shell.json("exports", "list") == shell.json("imports", "list") == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "example.com"])
def test_no_other_machine_is_served(empty, host):
    told = empty.run("serve", "--host", host, code=1).stderr

    assert "expected a loopback host" in told
    assert not (empty.folder / "workspace").exists()


@pytest.mark.parametrize(
    ("option", "value"), [("--allowed-hosts", "*"), ("--import-folders", "/nowhere/at/all")]
)
def test_a_server_with_a_setting_that_is_none_does_not_start(empty, option, value):
    assert f"`{value}`" in empty.run("serve", option, value, code=1).stderr.replace("'", "`")
    assert not (empty.folder / "workspace").exists()


def test_the_workspace_is_an_option_a_variable_or_the_default(shell):
    other = shell.folder / "other"
    elsewhere = shell.json("check", "--workspace", other)

    assert elsewhere[0]["customers"] == 0
    assert shell.json("check")[0]["customers"] == 3
    assert other.is_dir()


def test_what_cannot_be_a_workspace_or_an_instant_is_wrong_use(shell):
    shell.run("check", "--workspace", shell.folder / "shop.csv", code=2)
    for instant in ("yesterday", "2026-13-01", "1"):
        shell.run("check", now=instant, code=2)


def test_a_folder_below_a_file_fails_with_the_reason(shell):
    below = shell.folder / "shop.csv" / "below"
    [refused] = shell.json("check", "--workspace", below, code=1)

    assert refused["error"]["key"] == "store"


def test_the_installed_command_pipes_filters_in_and_answers_out(shell, processes):
    done = subprocess.run(
        [COMMAND, "count", "-", "--workspace", shell.folder / "workspace"],
        input=json.dumps([{"name": {"conditions": {"$contains": ["ß", "n"]}}}]).encode(),
        capture_output=True,
        check=True,
        env=processes | {"LC_ALL": "C"},
    )

    assert json.loads(done.stdout) == {"count": 1, "ids": ["a"]}
    assert done.stderr == b""


def test_the_installed_command_ends_with_one_and_the_reason_on_standard_error(shell, processes):
    done = subprocess.run(
        [COMMAND, "segments", "show", "nobody", "--workspace", shell.folder / "workspace"],
        capture_output=True,
        env=processes,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"error: no segment has the id or name `nobody`")


@pytest.mark.parametrize(
    ("hosts", "host", "closed"),
    [("", "127.0.0.1", False), ("", "0.0.0.0", True), ("crm.example", "127.0.0.1", True)],
)
def test_pages_that_others_reach_import_by_path_from_nowhere(hosts, host, closed, tmp_path):
    assert (reach(hosts, None, host)[FOLDERS] == "") is closed
    assert reach(hosts, str(tmp_path), host)[FOLDERS] == str(tmp_path)
