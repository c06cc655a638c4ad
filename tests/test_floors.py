"""What may know what: the contracts of pyproject.toml, and what they cannot say."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from app import PAGES

ROOT = Path(__file__).parents[1]
PACKAGE_ROOTS = sorted((ROOT / "engine").rglob("__init__.py"))
MODULES = [ROOT / "app.py", *(ROOT / "engine").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]


def test_every_import_contract_is_kept() -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert status == EXIT_STATUS_SUCCESS


KNOWN = {"engine.filters": {"polars"}, "engine.errors": set()}  # libraries beside the standard one


@pytest.mark.parametrize(("package", "known"), KNOWN.items(), ids=KNOWN)
def test_a_package_knows_no_library_but_its_own(package: str, known: set[str]) -> None:
    graph = grimp.build_graph("engine", include_external_packages=True, cache_dir=None)
    modules = {package, *graph.find_descendants(package)}
    imported = set().union(*map(graph.find_modules_directly_imported_by, modules))
    roots = {name.split(".")[0] for name in imported}

    assert roots - sys.stdlib_module_names - {"engine"} <= known


def test_the_rooms_are_few_and_each_says_what_lives_there() -> None:
    rooms = [root.parent for root in PACKAGE_ROOTS if root.parent.parent == ROOT / "engine"]
    rooms.append(ROOT / "pages")

    assert len(rooms) <= 24
    assert [room.name for room in rooms if not (room / "README.md").is_file()] == []


@pytest.mark.parametrize("root", PACKAGE_ROOTS, ids=lambda path: path.parent.name)
def test_a_package_root_imports_nothing(root: Path) -> None:
    body = ast.parse(root.read_text("utf-8")).body

    assert [ast.Expr] == [type(statement) for statement in body]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_one_concept_of_at_most_400_lines(module: Path) -> None:
    assert len(module.read_text("utf-8").splitlines()) <= 400


@cache
def parsed(module: Path) -> ast.Module:
    return ast.parse(module.read_text("utf-8"))


def defined(*kinds: type[ast.AST]) -> Iterator[tuple[str, str]]:
    """The name of each definition of these kinds, however deep, and its module."""
    for module in MODULES:
        for node in ast.walk(parsed(module)):
            if isinstance(node, kinds):
                yield node.name, str(module.relative_to(ROOT))


def test_a_class_has_its_name_for_itself() -> None:
    homes: dict[str, list[str]] = {}
    for name, module in defined(ast.ClassDef):
        homes.setdefault(name, []).append(module)

    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}


# A function may be called by what it gives, as `sorted` is; a module or a class is a thing.
IRREGULAR = re.compile(
    r"(?:un|re|for|with)?(?:told|held|met|found|kept|made|given|shown|known|drawn|written|sent|"
    r"brought|seen|taken|done|gone|left|lost|built|spent|meant|hidden|chosen|understood|begun|spelt)"
)
PARTICIPLES = {"described", "held", "listed", "met", "owned", "tested", "told"}  # of what, not what


def is_participle(name: str) -> bool:
    """Whether a name says only what was done, and not to what."""
    word = name.strip("_").lower()
    return bool(re.fullmatch(r"[a-z]+[^e]ed", word) or IRREGULAR.fullmatch(word))


def test_no_definition_is_called_by_a_participle_alone() -> None:
    functions = defined(ast.FunctionDef, ast.AsyncFunctionDef)

    assert [row for row in functions if row[0].strip("_") in PARTICIPLES] == []
    assert [row for row in defined(ast.ClassDef) if is_participle(row[0])] == []
    assert [path for path in MODULES if is_participle(path.stem)] == []


@pytest.mark.parametrize(
    ("name", "found"),
    [("Saved", True), ("_Seen", True), ("undone", True), ("erased", True), ("compiled", True),
     ("SavedSegments", False), ("feed", False), ("seed", False), ("Speed", False)],
)  # fmt: skip
def test_a_participle_is_known(name: str, *, found: bool) -> None:
    assert is_participle(name) is found


def test_every_page_is_registered_once() -> None:
    files = {path.stem for path in (ROOT / "pages").glob("*.py")}
    registered = [entry.name for entry in PAGES]

    assert files == set(registered)
    assert len(files) == len(registered)


WRITERS = {
    "engine/workspace/workbench.py",
    "engine/memberships/current.py",
}  # beside the store itself
ONLY = {
    "getuser": {"engine/actors.py"},
    "local_person": {
        "engine/accounts/entrance.py",  # the pages, where nobody has to sign in
        "engine/cli/door.py",
    },
    "st.cache_data": set(),  # any browser can clear it, one that is not signed in as well
    "st.cache_resource": set(),
    "st.fragment": {"pages/_components/shell/fragments.py"},  # it looks who is there
    "memberships.refresh": {"engine/workspace/workbench.py"},
    "memberships.writing": {"engine/workspace/workbench.py"},
    "store.change_set": set(),  # one change alone, for who tests the store by itself
    "store.group": {"engine/workspace/writes.py"},
    "store.write": WRITERS,
}


@cache
def called(module: Path) -> frozenset[str]:
    """What a module calls, as it is spelled there; a decorator is called too."""
    nodes = [*ast.walk(parsed(module))]
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    above = [
        one for node in nodes if isinstance(node, ast.FunctionDef) for one in node.decorator_list
    ]
    return frozenset(map(ast.unparse, [*calls, *above]))


@pytest.mark.parametrize("name", ONLY)
def test_nobody_acts_but_through_the_workbench_and_only_doors_know_who(name: str) -> None:
    own = [module for module in MODULES if (ROOT / "engine" / "store") not in module.parents]
    callers = {
        module.relative_to(ROOT).as_posix()
        for module in own
        if any(spelled.endswith(name) for spelled in called(module))
    }

    assert callers == ONLY[name]
