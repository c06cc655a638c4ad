"""The lines of a JSON Lines file, each read with its exact types and without equal keys."""

import json
import re
import secrets
from collections.abc import Iterator, Sequence
from itertools import chain, compress, repeat
from operator import is_
from typing import Any

import orjson

from engine.errors import ImportFileError
from engine.filters.reading import mistaken
from engine.imports.files.archives import BLOCK
from engine.imports.files.broken_bytes import count_marks, spelled
from engine.imports.files.json_objects import beginning, objects
from engine.imports.files.source import Progress, SourceFile, blocks
from engine.limits import NESTING, RECORD
from engine.text.display import quoted

BLANKS = b" \t\r\n"  # of JSON; without them `":` stands behind each key of a line
MARKS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]')  # text as a whole, or a bracket
DIGITS = bytes(48 if 48 <= byte <= 57 else 0 for byte in range(256))  # every digit as "0"
LONG = b"0" * 19  # beyond 64 bits orjson reads an integer as a double


def lines(source: SourceFile, progress: Progress | None = None) -> Iterator[tuple[int, bytes]]:
    """Each object of the file as one line, with the number of the line it begins on, from 1."""
    if in_lines(source):
        for first, block in line_blocks(source, progress):
            yield from lines_of(first, block)
        return
    parts = blocks(source, progress)
    start = next(parts)
    yield from objects(chain((start,), parts), beginning(start) or 0)


def in_lines(source: SourceFile) -> bool:
    """Whether a file has one object a line; else they stand in a list, or over several lines."""
    return beginning(next(blocks(source), b"")) is None


def line_blocks(
    source: SourceFile, progress: Progress | None = None
) -> Iterator[tuple[int, bytes]]:
    """
    Whole lines, many at a time, with the number of the first of them.

    Raises:
        ImportFileError: a line is too long.
    """
    rest, line = b"", 1
    for block in blocks(source, progress):
        whole, end, rest = (rest + block).rpartition(b"\n")
        if end:
            yield line, whole + end
            line += whole.count(b"\n") + 1
        _check_size(line, rest)
    if rest.strip():
        yield line, rest


def lines_of(first: int, block: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines of a block that are not blank, with their numbers."""
    for line, text in enumerate(block.split(b"\n"), first):
        _check_size(line, text)
        if text.strip():
            yield line, text


def _check_size(line: int, text: bytes) -> None:
    if len(text) > RECORD.most:
        raise ImportFileError(
            f"line {line}: expected at most {RECORD}, got a longer one: is it one JSON "
            "object a line?"
        )


def parse(text: bytes, *, marks: bool = False) -> dict[str, Any]:
    """
    One line; raises ValueError: no text, no JSON, no object, a key given twice.

    Args:
        marks: bytes that are no text may be marked in it.
    """
    if marks and count_marks(text):
        raise ValueError(_broken(text.decode()))
    try:
        if text.count(b"{") + text.count(b"[") > NESTING.most:
            _check_nesting(text)
        record: dict[str, Any] = orjson.loads(text)
        if not isinstance(record, dict):
            raise mistaken("one JSON object a line", record)
        if not _is_exact(text, [record]):
            record = json.loads(text, object_pairs_hook=_without_twins)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"expected a JSON object: {error.msg} at column {error.colno}") from None
    return record


def parse_together(texts: Sequence[bytes], *, marks: bool = False) -> list[dict[str, Any]] | None:
    """
    Several lines, as `parse` reads each, in a third of its time; None where one needs its own look.

    Between them stands a number that nobody knows: where it is every other element, and there are
    no others, each line is one value.
    """
    if sum(map(len, texts)) > BLOCK:  # all of them stand here twice
        return None
    number = secrets.randbits(50)
    text = b"[" + (b",%d," % number).join(texts) + b"]"
    if marks and count_marks(text):
        return None
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    records = found[::2]
    apart = found[1::2] == [number] * (len(texts) - 1) and len(records) == len(texts)
    alike = apart and {*map(type, records)} == {dict}
    return records if alike and _is_exact(text, records) else None


def _is_exact(text: bytes, records: list[dict[str, Any]]) -> bool:
    """
    Whether orjson has kept all that a text says, within the limits of one.

    It keeps the last of equal keys silently; there are as many `":` as keys only where none are.
    """
    keys, depth = _keys(records)
    marks = text.translate(None, BLANKS).count(b'":')
    return marks == keys and depth <= NESTING.most and LONG not in text.translate(DIGITS)


def _broken(text: str) -> str:
    """Which words of a line hold bytes that are no text."""
    words = (spelled(word) for word in re.split(r'[\s"]+', text) if count_marks(word.encode()))
    return f"{', '.join(map(quoted, words))} holds bytes that are not in the file's encoding"


def _check_nesting(text: bytes) -> None:
    """ValueError where objects and lists stand too deep in each other; text in quotes is none."""
    depth = 0
    for mark in MARKS.findall(text):
        depth += (mark in b"[{") - (mark in b"]}")
        if depth > NESTING.most:
            raise ValueError(f"expected a record of at most {NESTING}, got more inside each other")


def _keys(records: list[dict[str, Any]]) -> tuple[int, int]:
    """How many keys objects have with those inside them, and how deep they go, level by level."""
    keys = depth = 0
    objects, lists = records, list[list[Any]]()
    while objects or lists:
        depth += 1
        keys += sum(map(len, objects))
        values = [*chain(*map(dict.values, objects), *lists)]
        types = [*map(type, values)]
        objects, lists = (
            [*compress(values, map(is_, types, repeat(kind)))] if kind in types else []
            for kind in (dict, list)
        )
    return keys, depth


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"expected each key once, got {quoted(twin)} twice")
    return record
