"""Where in a JSON text each value stands, so that a fault is found by its line and column."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace

from engine.errors import Issue
from engine.filters.expression import step

# Text, punctuation, or a number or word: all that JSON has between blanks.
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]|[^\s{}\[\],:"]+')


def located(issues: Iterable[Issue], text: str) -> tuple[Issue, ...]:
    """
    The issues with line and column, both from 1, of what their JSON path names.

    A path of what is not there, such as absent `conditions`, has the place of what should hold it.

    Args:
        text: the JSON that the issues are about; it must be one that can be read.
    """
    lines = [0, *(found.end() for found in re.finditer("\n", text))]
    at = places(text)
    return tuple(_located(issue, at, lines) for issue in issues)


def places(text: str) -> dict[str, int]:
    """
    The offset of every value of a JSON text by its path; of a member of an object, of its key.

    A key that is repeated has the place of the last one, whose value counts.
    """
    found: dict[str, int] = {}
    outer: list[tuple[str, int | None]] = []  # each open object or list: path, place in the list
    path: str | None = "$"  # of the value that comes next; None where a key comes next
    for token in TOKEN.finditer(text):
        match token[0]:
            case "}" | "]":
                path = outer.pop()[0]
            case ",":
                parent, place = outer.pop()
                outer.append((parent, None if place is None else place + 1))
                path = None if place is None else step(parent, place + 1)
            case key if path is None:
                path = step(outer[-1][0], json.loads(key))
                found[path] = token.start()
            case opening:
                found.setdefault(path, token.start())
                if opening in ("{", "["):
                    outer.append((path, 0 if opening == "[" else None))
                    path = step(path, 0) if opening == "[" else None
    return found


def _located(issue: Issue, at: dict[str, int], lines: list[int]) -> Issue:
    path = issue.path
    if path not in at:  # the last step names what is not there
        path = max((known for known in at if path.startswith(known)), key=len, default="$")
    line = bisect_right(lines, at[path])
    return replace(issue, line=line, column=at[path] - lines[line - 1] + 1)
