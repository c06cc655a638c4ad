"""
The parts of the README files that tables and contracts write themselves.

`python -m tests.reference` writes them; with `--check` it only says whether they are current, by
its exit status.
"""

import ast
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from engine.accounts.roles import ROLES
from engine.api.routes import ROUTES
from engine.api.table import Route
from engine.base.kinds.column import Column
from engine.base.kinds.registry import KINDS
from engine.base.kinds.row import RecordKind
from engine.filters.fields import EVENT_PARTS
from engine.filters.handbook import (
    Case,
    FieldEntry,
    OperatorEntry,
    field_entries,
    operator_entries,
)
from engine.filters.operators.table import EXAMPLE_CLOCK
from engine.limits import LIMITS
from engine.memberships.happenings import EVENTS
from tests.fields import FIELDS, RECORD_ROWS

ROOT = Path(__file__).parents[1]


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The lines of a Markdown table."""
    head = tuple(head)
    for row in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(row)} |"


def operators() -> Iterator[str]:
    """One line for each wire key and label, in table order."""
    yield f"Examples are seen from {EXAMPLE_CLOCK.now:%A %d %B %Y, %H:%M} UTC."
    yield ""
    head = ("operator", "says", "on", "operand", "holds", "fails", "no value")
    yield from table(head, map(operator_line, operator_entries()))


def operator_line(entry: OperatorEntry) -> tuple[str, ...]:
    """What the rows of one key and label say."""
    return (
        f"`{entry.key}`",
        "; ".join((entry.label, *entry.notes)),
        entry.kinds,
        entry.operand,
        case(entry.holds),
        case(entry.fails),
        entry.missing,
    )


def case(example: Case) -> str:
    """An operand and a value."""
    return f"`{example.operand}` for `{example.value}`"


def fields() -> Iterator[str]:
    """One line for each field, the families whose names are data, and the fields of records."""
    head = ("field", "group", "is", "kind", "without a record", "`window`, `where`")
    yield from table(head, map(field_line, field_entries(FIELDS.values())))
    yield ""
    yield "Names that are data become fields by being stored: `metadata.<key>`,"
    parts = ", ".join(f"`events.<name>.{part}`" for part, *_ in EVENT_PARTS)
    yield f"`system_metadata.<key>` and, for each event, {parts}."
    yield ""
    yield "Inside `where` stand the fields of one record, and its `metadata.<key>`:"
    yield ""
    yield from table(head[:4], (field_line(entry)[:4] for entry in field_entries(RECORD_ROWS)))


def field_line(entry: FieldEntry) -> tuple[str, ...]:
    """What the row of a field says."""
    names = " or ".join(f"`{name}`" for name in (entry.path, *entry.aliases))
    narrowed = "yes" if entry.narrowed else "no"
    return names, entry.group, entry.doc, entry.kind, entry.absent, narrowed


def kinds() -> Iterator[str]:
    """One line for each column that a file of records can bring."""
    head = ("records", "header", "says", "kind", "inside `where`")
    yield from table(head, (line for kind in KINDS.values() for line in kind_lines(kind)))


def kind_lines(kind: RecordKind) -> Iterator[tuple[str, ...]]:
    """Its columns, then those of its parts."""
    for column in kind.columns:
        if column.stored:
            names = (column.path, *column.headers)
            yield column_line(kind, names, column)
    for column in kind.parts.columns if kind.parts else ():
        yield column_line(kind, (f"{kind.parts.name}.{column.path}",), column)


def column_line(kind: RecordKind, names: Iterable[str], column: Column) -> tuple[str, ...]:
    """What the row of a column says."""
    unit = "number (cents)" if column.money else column.kind.label.lower()
    where = f"`{column.where}`" if column.where else ""
    spelled = " or ".join(f"`{name}`" for name in dict.fromkeys(names))
    return kind.label, spelled, column.doc, unit, where


def floors() -> Iterator[str]:
    """The rooms and files of the engine, floor by floor, by the contract, with their docstrings."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = contracts["contracts"][0]["layers"]
    rows = [(f"{len(layers) + 1}", "`app.py`, `pages`", "The page list, and the pages")]
    for floor, layer in zip(range(len(layers), 0, -1), layers, strict=True):
        rows += [
            (f"{floor}", f"`{place(room).name}`", purpose(room)) for room in layer.split(" | ")
        ]
    yield from table(("floor", "room", "what lives there"), rows)


def place(room: str) -> Path:
    """The folder of a room; the file of what is none."""
    folder = ROOT / "engine" / room
    return folder if folder.is_dir() else folder.with_suffix(".py")


def purpose(room: str) -> str:
    """The first line of a room's docstring."""
    where = place(room)
    file = where / "__init__.py" if where.is_dir() else where
    said = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return said.splitlines()[0].rstrip(".")


def routes() -> Iterator[str]:
    """One line for each route of the API, in the order of its table."""
    head = ("route", "says", "keys", "role", "body", "answer")
    yield from table(head, map(route_line, ROUTES))


def route_line(route: Route) -> tuple[str, ...]:
    """What the row of a route says."""
    shape = "nothing" if route.shape is None else route.shape.__name__
    answer = f"{route.status} {shape}"
    return f"`{route.name}`", route.doc, route.guard.key, route.role, route.body, answer


def roles() -> Iterator[str]:
    """One line for each role: who can have it, and what it allows."""
    rows = ((f"`{row.key}`", ", ".join(row.holders), row.label) for row in ROLES.values())
    yield from table(("role", "of", "allows"), rows)


def limits() -> Iterator[str]:
    """One line for each limit."""
    yield from table(("of", "at most"), ((limit.of, str(limit)) for limit in LIMITS.values()))


def events() -> Iterator[str]:
    """One line for each event that goes out."""
    yield from table(("event", "says"), ((f"`{row.key}`", row.doc) for row in EVENTS.values()))


BLOCKS: dict[str, Callable[[], Iterable[str]]] = {
    "floors": floors,
    "operators": operators,
    "fields": fields,
    "kinds": kinds,
    "routes": routes,
    "roles": roles,
    "limits": limits,
    "events": events,
}
# Which of them stand where.
FILES: dict[str, tuple[str, ...]] = {
    "README.md": ("floors", "limits"),
    "engine/filters/README.md": ("operators", "fields"),
    "engine/base/README.md": ("kinds",),
    "engine/api/README.md": ("routes",),
    "engine/accounts/README.md": ("roles",),
    "engine/messages/README.md": ("events",),
}


def generated(text: str, names: Iterable[str]) -> str:
    """The text with every block between its markers written afresh."""
    for name in names:
        begin, end = f"<!-- {name}: generated by `make docs` -->", f"<!-- end of {name} -->"
        before, rest = text.split(begin)
        _, after = rest.split(end)
        text = "\n".join((before + begin, "", *BLOCKS[name](), "", end + after))
    return text


def main(arguments: list[str]) -> int:
    """0 when every file is current or has been written."""
    behind = 0
    for name, blocks in FILES.items():
        text = (ROOT / name).read_text("utf-8")
        current = generated(text, blocks)
        if text != current and arguments == ["--check"]:
            sys.stderr.write(f"{name} is behind the tables: run `make docs`.\n")
            behind = 1
        elif text != current:
            (ROOT / name).write_text(current, "utf-8")
    return behind


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
