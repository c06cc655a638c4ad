"""What a caller has to know stands in the docstring: which errors come, and what a frame holds."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from engine import errors

ENGINE = Path(__file__).parents[1] / "engine"
ERRORS = {
    name
    for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, errors.WorkbenchError)
}
# What one row or value is of; in which columns or types it stands.
GRAIN = re.compile(
    r"\b(one (row|value|random)|each|every\w*|per|all|rows|ascending|their|true for|order)\b",
    re.IGNORECASE,
)
COLUMNS = re.compile(r"`|\b(columns?|cells?|Returns:)", re.IGNORECASE)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def public() -> list[tuple[str, Function]]:
    """Every public function and method of the engine, by the place where it is found."""
    return [
        (f"{file.relative_to(ENGINE)}:{function.name}", function)
        for file in sorted(ENGINE.rglob("*.py"))
        for function in _public(ast.parse(file.read_text("utf-8")))
    ]


def _public(scope: ast.Module | ast.ClassDef) -> Iterator[Function]:
    for node in scope.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            if isinstance(node, ast.ClassDef):
                yield from _public(node)
            elif not _is_command(node):
                yield node


def _is_command(function: Function) -> bool:
    """Of the command line: its docstring is what `--help` says, its errors are exit codes."""
    named = [one.func for one in function.decorator_list if isinstance(one, ast.Call)]
    return any(ast.unparse(one) in ("command", "click.command") for one in named)


def raised(function: Function) -> set[str]:
    """The errors for users that the function itself raises, without those of what it calls."""
    found, left = set(), list(function.body)
    while left:
        node = left.pop()
        if isinstance(node, ast.Raise) and node.exc:
            found |= {one.id for one in ast.walk(node.exc) if isinstance(one, ast.Name)}
        if not isinstance(node, Function | ast.ClassDef | ast.Lambda):
            left += ast.iter_child_nodes(node)
    return found & ERRORS


def undocumented(function: Function) -> set[str]:
    """Its errors that no `Raises:` names."""
    _, _, section = (ast.get_docstring(function) or "").partition("Raises:\n")
    return {name for name in raised(function) if f"{name}:" not in section}


def unsaid(function: Function) -> set[str]:
    """What is missing in the docstring of one that gives a frame or a series."""
    given = ast.unparse(function.returns) if function.returns else ""
    wanted = [
        *([("grain", GRAIN)] if "pl.DataFrame" in given or "pl.Series" in given else []),
        *([("columns", COLUMNS)] if "pl.DataFrame" in given else []),
    ]
    text = ast.get_docstring(function) or ""
    return {name for name, pattern in wanted if not pattern.search(text)}


def test_functions_say_which_errors_they_raise():
    assert {where: names for where, one in public() if (names := undocumented(one))} == {}


def test_frames_say_what_a_row_is_and_which_columns_there_are():
    assert {where: names for where, one in public() if (names := unsaid(one))} == {}


def test_a_docstring_says_first_what_is_done():
    begun = {where: (ast.get_docstring(one) or "").partition(":\n")[0] for where, one in public()}

    assert [where for where, word in begun.items() if word in ("Args", "Returns", "Raises")] == []


@pytest.mark.parametrize(
    ("source", "errors_missing", "missing"),
    [
        ("def f(): raise UsageError('x')", {"UsageError"}, set()),
        ("def f():\n 'Raises:\\n  UsageError: x'\n raise UsageError('x')", set(), set()),
        ("def f():\n if x: raise DiskError('x') from e", {"DiskError"}, set()),
        ("def f():\n def g(): raise UsageError('x')", set(), set()),
        ("def f(): raise KeyError('x')", set(), set()),
        ("def f() -> pl.DataFrame: 'The sums.'", set(), {"grain", "columns"}),
        ("def f() -> pl.DataFrame: 'One row per id: `id`.'", set(), set()),
        ("def f() -> pl.Series | None: 'The sums.'", set(), {"grain"}),
    ],
)
def test_what_is_left_out_is_found(source, errors_missing, missing):
    [function] = ast.parse(source).body

    assert (undocumented(function), unsaid(function)) == (errors_missing, missing)
