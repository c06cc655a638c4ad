"""The command as a whole: what it lists, and that listing costs nothing."""

import json
import subprocess
import sys

import click
import pytest

from engine.cli.main import PARTS, main

HEAVY = {"polars", "sqlalchemy", "deltalake", "pyarrow", "numpy", "alembic", "duckdb", "narwhals",
         "plotly", "streamlit", "pyroaring", "orjson", "xlsxwriter", "filelock"}  # fmt: skip
LISTED = """
import json, sys
from engine.cli.main import main
try:
    main(["--help"])
except SystemExit:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_the_help_loads_no_library_but_its_own():
    done = subprocess.run([sys.executable, "-c", LISTED], capture_output=True, check=True)
    *told, modules = done.stdout.decode().splitlines()

    assert "  count     How many customers match a filter, or each of several." in told
    assert HEAVY & set(json.loads(modules)) == set()


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


def test_an_unknown_command_is_wrong_use(shell):
    assert "No such command 'cuont'" in shell.run("cuont", now=None, code=2).stderr
