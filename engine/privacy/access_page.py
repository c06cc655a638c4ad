"""Subject access as one page that a person can read: no file beside it, nothing that runs."""

import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from engine.errors import UsageError
from engine.privacy.access_file import SECTIONS
from engine.text.display import quoted

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #1f2430; background: #fff }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem }
dl { display: grid; grid-template-columns: 14rem 1fr; gap: 0.1rem 1rem; margin: 0.5rem 0;
  padding: 0.6rem 0; border-top: 1px solid #dde1e8 }
dt { color: #545b6b } dd { margin: 0; overflow-wrap: anywhere }
"""
FORMATS = ("json", "html")


def to_html(found: Mapping[str, Any]) -> str:
    """What `subject_access` gives as a page."""
    body = "\n".join(_body(found))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        f"<title>What is known of a person</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def to_text(found: Mapping[str, Any], form: str) -> str:
    """
    It in one of FORMATS.

    Raises:
        UsageError: there is no such format.
    """
    if form not in FORMATS:
        raise UsageError(f"expected the format {' or '.join(FORMATS)}, got {quoted(form)}")
    return to_html(found) if form == "html" else json.dumps(found, ensure_ascii=False, indent=2)


def format_of(file: Path) -> str:
    """The format that the name of a file says; JSON where it says nothing."""
    return "html" if file.suffix.lower() in (".html", ".htm") else "json"


def _body(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h1>What is known of a person</h1>\n<p>Made at {escape(found['made_at'])}.</p>"
    yield "<h2>Known as</h2>"
    yield _list(found["person"].items())
    for section in SECTIONS:
        rows = found[section.key]
        yield f"<h2>{escape(section.title)} ({len(rows):,})</h2>"
        yield from (_list(row.items()) for row in rows) if rows else ("<p>Nothing.</p>",)


def _list(rows: Iterable[tuple[str, Any]]) -> str:
    lines = (f"<dt>{escape(name)}</dt><dd>{escape(_text(value))}</dd>" for name, value in rows)
    return f"<dl>{''.join(lines)}</dl>"


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case list() if all(isinstance(one, str) for one in value):
            return ", ".join(value) or "none"
        case bool():
            return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False)
