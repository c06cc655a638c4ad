"""`count`, `members`, `describe` and `explain`: what a filter in a file says of the base."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import click

from engine.base.answers import Answer, answer, why
from engine.cli.door import AS_OF, Door, as_filter, command, error_object, read_text, say
from engine.cli.people import FORMATS, names, printed
from engine.errors import StoreError, WorkbenchError
from engine.filters.document import load
from engine.filters.in_python import Node
from engine.lists.selection import with_visitors
from engine.segments import library
from engine.workspace.workbench import Workbench

VISITORS = click.option(
    "--with-visitors", "visitors", is_flag=True, help="Customers without a name too."
)


@command("count")
@click.argument("filter_file", metavar="FILTER.json")
@AS_OF
@VISITORS
def count(door: Door, filter_file: str, as_of: datetime | None, *, visitors: bool) -> None:
    """
    How many customers match a filter, or each of several.

    A JSON array of filters gives one JSON line each.
    """

    def tell(found: Answer) -> None:
        document = {"count": found.count, "total": found.total, "share": found.share}
        door.tell(document, f"{found.count}")

    _tell(door, filter_file, as_of, tell, visitors=visitors)


@command("members")
@click.argument("filter_file", metavar="FILTER.json")
@click.option("--format", "form", type=click.Choice(sorted(FORMATS)), default="ids")
@AS_OF
@VISITORS
def members(
    door: Door, filter_file: str, form: str, as_of: datetime | None, *, visitors: bool
) -> None:
    """
    Who matches a filter, or each of several.

    A JSON array of filters gives one JSON line each.
    """
    shape = "jsonl" if door.json else form
    _tell(door, filter_file, as_of, lambda found: printed(found, shape), visitors=visitors)


@command("describe")
@click.argument("filter_file", metavar="FILTER.json")
def describe(door: Door, filter_file: str) -> None:
    """The filter as a sentence."""
    with door.open() as workbench:
        group = library.understood(workbench, read_text(filter_file))
        told = [str(issue) for issue in library.doubts(workbench, group)]
        words = library.in_words(workbench, group)
        door.tell({"sentence": words, "warnings": told}, words)
        for warning in told:
            say(f"warning: {warning}", err=True)


@command("explain")
@click.argument("filter_file", metavar="FILTER.json")
@click.argument("customer")
def explain(door: Door, filter_file: str, customer: str) -> None:
    """Why a customer is in or out, node by node."""
    with door.open() as workbench:
        group = library.understood(workbench, read_text(filter_file))
        money = workbench.project.money
        verdict = why(workbench.profile(), group, workbench.clock(), customer, money)
        door.tell(_document(verdict), *_tree(verdict))


def _tell(
    door: Door,
    filter_file: str,
    as_of: datetime | None,
    tell: Callable[[Answer], None],
    *,
    visitors: bool,
) -> None:
    """Who fits one filter, as `tell` says it; of several a line each."""
    text = read_text(filter_file)
    with door.open() as workbench:
        if (many := _several(text)) is not None:
            _count_each(workbench, many, as_of, visitors=visitors)
        else:
            tell(_answered(workbench, text, as_of, visitors=visitors))


def _several(text: str) -> list[Any] | None:
    """The filters, where the text is a JSON array of them."""
    return load(text) if text.lstrip().startswith("[") else None


def _count_each(
    workbench: Workbench, filters: list[Any], as_of: datetime | None, *, visitors: bool
) -> None:
    for raw in filters:
        try:
            found = _answered(workbench, as_filter(raw), as_of, visitors=visitors)
            line: dict[str, Any] = {"count": found.count, "ids": names(found)}
        except StoreError:  # of the workspace, not of this filter: the command fails
            raise
        except WorkbenchError as error:
            line = {"error": error_object(error)}
        click.echo(json.dumps(line, ensure_ascii=False))


def _answered(workbench: Workbench, raw: Any, as_of: datetime | None, *, visitors: bool) -> Answer:
    profile, clock = workbench.state(as_of)
    group = library.understood(workbench, raw)
    return answer(profile, with_visitors(group) if visitors else group, clock)


def _tree(verdict: Node, depth: int = 0) -> Iterator[str]:
    mark = "in " if verdict.verdict else "out"
    value = "" if verdict.shown is None else f"  [{verdict.shown}]"
    yield f"{mark} {'  ' * depth}{verdict.sentence}{value}"
    for child in verdict.children:
        yield from _tree(child, depth + 1)


def _document(verdict: Node) -> dict[str, Any]:
    return {**vars(verdict), "children": [_document(child) for child in verdict.children]}
