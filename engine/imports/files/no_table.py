"""Texts that are no table, though their name says so: a web page, a log, a program."""

import re

from engine.errors import ImportFileError

BEGINNINGS = (
    (r"(<!doctype html|<html|<head|<body|<table|<meta|<script)\b", "a web page"),
    (r"<\?xml\b|<[a-z][\w:.-]*(\s[^<>]*)?>\s*<", "XML"),
    (r"\{\\rtf", "a text document (RTF)"),
    (r"begin:(vcard|vcalendar)\b", "address cards or a calendar"),
    (r"(--[^\n]*\n|/\*[^\n]*\n|\s)*(insert into|create table|drop table|begin transaction)\b",
     "a program for a database (SQL)"),
    (r"(from|received|return-path|mime-version|delivered-to): .*\n[\w-]+:", "an e-mail"),
    (r"version https://git-lfs", "the place of a file in Git LFS, without its content"),
    (r"%!ps", "a PostScript document"),
    (r"#!.*\n|import \w+\n|from \w+ import ", "a program"),
)  # fmt: skip
LOG_LINE = re.compile(
    r"\[?\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d(:\d\d)?([.,]\d+)?(Z|[+-]\d\d:?\d\d)?\]?[ \t:]+\S"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S|\S+ \S+ \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:"
    r"|(DEBUG|INFO|WARN|WARNING|ERROR|FATAL|TRACE)\b[ :\]]"
)
PROSE = 8  # words of a first line that is no header of one column


def check_is_table(start: str) -> None:
    """
    Refuse the text of which this is the first part, unless it can be a table or JSON.

    Raises:
        ImportFileError: with what it is instead.
    """
    text = start.lstrip("\ufeff \t\r\n")
    for pattern, what in BEGINNINGS:
        if re.match(pattern, text, re.IGNORECASE):
            raise _refused(what)
    lines = [line for line in text.splitlines() if line.strip()][:50]
    logged = [line for line in lines if LOG_LINE.match(line)]
    if lines[:1] == logged[:1] and len(logged) > 0.8 * len(lines):
        raise _refused("a log")


def check_has_columns(names: tuple[str, ...]) -> None:
    """
    Refuse a text whose first line would be one long name.

    Raises:
        ImportFileError: it is a text, as people write it.
    """
    if len(names) == 1 and len(names[0].split()) > PROSE:
        raise _refused("a text without columns")


def _refused(what: str) -> ImportFileError:
    return ImportFileError(
        f"expected a table or JSON, got {what}: export the records as CSV and import that file"
    )
