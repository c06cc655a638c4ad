"""The table of causes: nobody writes another string, and no row is without its writer."""

import ast
from importlib import import_module
from pathlib import Path

from engine.store.results.causes import CAUSES

ROOT = Path(__file__).parents[2]
METHODS = dict.fromkeys(
    ("change_set", "rehearse", "write", "write_small", "definitions", "settings"), 0
)
CLASSES = {"Act": 1, "Cause": 0, "once": 1}  # at which place each takes the cause
HOLDERS = {"access", "self"}  # who has such methods: files are written too


def written():
    """Each cause that the engine writes, with the modules that do."""
    found = {}
    for path in sorted((ROOT / "engine").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (cause := caused(node, module)):
                found.setdefault(cause, set()).add(module)
    return found


def caused(call, module):
    """The cause that a call gives as a string or as a constant of its module, if it gives one."""
    match call.func:
        case ast.Attribute(ast.Name(holder), name) if holder in HOLDERS:
            place = METHODS.get(name)
        case ast.Name(name):
            place = CLASSES.get(name)
        case _:
            place = None
    match call.args[place : place + 1] if place is not None else []:
        case [ast.Constant(str(cause))]:
            return cause
        case [ast.Name(name)]:
            value = getattr(import_module(module), name, None)
            return value if isinstance(value, str) else None
    return None


def test_every_cause_that_is_written_is_a_row_and_every_row_is_written():
    assert written().keys() == CAUSES.keys()


def test_every_row_names_a_module_that_writes_it():
    found = written()

    assert [row.key for row in CAUSES.values() if row.writer not in found[row.key]] == []


def test_the_labels_tell_the_causes_apart():
    labels = [row.label for row in CAUSES.values()]

    assert len(labels) == len({*labels})
