"""The command as a whole: what it lists, and that listing costs nothing."""

import json
import subprocess
import sys
from importlib.metadata import version

import click
import pytest

from engine.cli.main import PARTS, main

HEAVY = {"polars", "sqlalchemy", "deltalake", "pyarrow", "numpy", "alembic", "duckdb", "narwhals",
         "plotly", "streamlit", "pyroaring", "orjson", "xlsxwriter", "filelock"}  # fmt: skip
# What a count is made with; another library, or a part for writing, would cost every start.
COUNTED = {"polars", "sqlalchemy", "deltalake", "pyarrow", "numpy", "pyroaring", "orjson",
           "filelock"}  # fmt: skip
UNASKED = ("engine.imports", "engine.samples", "engine.store.upgrade", "engine.exports.formats",
           "engine.evaluation.oddities", "pyarrow.compute", "pyarrow.parquet", "sqlalchemy.orm",
           "sqlalchemy.ext", "sqlalchemy.dialects.postgresql")  # fmt: skip
LOADED = """
import json, sys
from engine.cli.main import main
try:
    main()
except SystemExit:
    print(json.dumps(sorted(sys.modules)))
"""


def loaded(*words):
    """The lines that a command of a new process prints, and the modules that it loads."""
    command = [sys.executable, "-c", LOADED, *map(str, words)]
    done = subprocess.run(command, capture_output=True, check=True)
    *told, modules = done.stdout.decode().splitlines()
    return told, json.loads(modules)


def heavy(modules):
    """Which of the libraries are among the modules."""
    return HEAVY & {name.partition(".")[0] for name in modules}


def test_the_help_loads_no_library_but_its_own():
    told, modules = loaded("--help")

    lines = [" ".join(line.split()) for line in told]
    assert "count How many customers match a filter, or each of several." in lines
    assert heavy(modules) == set()


def test_a_count_loads_what_it_reads_with_and_nothing_to_write_with(shell):
    rome = shell.filter(address__city={"$is": ["Rome"]})
    told, modules = loaded("count", rome, "--workspace", shell.folder / "workspace")

    assert told == ["2"]
    assert heavy(modules) == COUNTED
    assert [name for name in modules if name.startswith(UNASKED)] == []


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_listed_with_its_own_name_and_line(name):
    with click.Context(main, info_name="workbench") as context:
        part = main.get_command(context, name)

        assert part.name == name
        assert part.get_short_help_str(limit=200) == PARTS[name].help
        assert f"  {name} " in main.get_help(context)


def test_every_command_of_the_package_is_a_part():
    with click.Context(main) as context:
        loaded = [main.get_command(context, name) for name in PARTS]
    groups = [part for part in loaded if isinstance(part, click.Group)]
    inside = {id(command) for group in groups for command in group.commands.values()}
    defined = {
        id(value)
        for name, module in sys.modules.items()
        if name.startswith("engine.cli.") and name != "engine.cli.main"
        for value in vars(module).values()
        if isinstance(value, click.Command)
    }

    assert defined == inside | {id(part) for part in loaded}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("cuont",), "No such command 'cuont'. Did you mean 'count'?"),
        (("keys", "add"), "No such command 'add': there are create, list, revoke, rotate."),
    ],
)
def test_an_unknown_command_is_wrong_use_and_told_what_there_is(shell, words, told):
    assert told in shell.run(*words, now=None, code=2).stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--json", "segments", "list"),
        ("segments", "--json", "list"),
        ("--json", "log"),
        ("log", "--json", "list"),
    ],
)
def test_what_every_command_takes_may_stand_before_its_name(shell, words):
    rome = shell.filter(address__city={"$is": ["Rome"]})
    shell.run("segments", "create", "Romans", rome)
    behind = [word for word in words if word != "--json"]

    assert shell.out(*words) == shell.out(*behind, "--json")


def test_of_two_workspaces_that_nearest_to_the_command_counts(shell, tmp_path):
    words = ("--workspace", tmp_path / "other", "log", "--workspace", shell.folder / "workspace")
    before = shell.out("--workspace", tmp_path / "another", "segments", "list")

    assert before == ""
    assert shell.out(*words, "verify").startswith("whole: 1 line")


def test_help_tells_whole_sentences_of_all_commands():
    with click.Context(main, info_name="workbench") as context:
        people = main.get_command(context, "people")
        told = " ".join(people.get_help(context).split())

    assert "Put somebody on the list, who is an administrator (--role admin) if they" in told
    assert "..." not in told.partition("Commands:")[2]


def test_the_version_is_that_of_the_project():
    told, _ = loaded("--version")

    assert told == [version("segment-workbench")]
