"""
A draft as text for an address, and back: the whole of it, unfinished rows too.

A draft of 30 conditions, half of them with a window and a `where`, takes 700 characters, one with
a pasted list of 1,000 customer ids 4,700; a request line holds 64 KiB. None is refused.
"""

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import MISSING, asdict, fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from engine.errors import FilterError
from engine.filters.drafts.draft import Branch, nodes, rows_of
from engine.filters.expression import Condition, conditions_of
from engine.filters.fields import Catalogue
from engine.filters.operators.table import rows_of as operator_rows
from engine.limits import ADDRESS, CONDITIONS
from engine.text.display import quoted

MOST = ADDRESS.most  # a request line of 64 KiB can blow up to a thousandfold
# Of a filter as large as may be, with two operators each. An address has room for 50,000 groups,
# whose widgets take a page minutes.
PARTS = 2 * CONDITIONS.most
CHOICES = {"junction": ("and", "or"), "missing": ("match", "skip")}
SCALARS = (str, int, float, bool)


def packed(branch: Branch) -> str:
    """The draft in letters, digits, `-` and `_`."""
    written = json.dumps(asdict(branch), separators=(",", ":"))
    return urlsafe_b64encode(zlib.compress(written.encode(), 9)).decode().rstrip("=")


def unpacked(text: str, catalogue: Catalogue) -> Branch:
    """
    The draft that was packed, with the ids it had.

    Raises:
        FilterError: the text is cut off, or is no draft, or names what the catalogue does not know.
    """
    try:
        draft = _draft(json.loads(_inflated(text)))
    except (ValueError, Base64Error, zlib.error, RecursionError) as fault:
        raise FilterError(
            f"the address does not hold a whole draft ({fault}): ask for the link again"
        ) from None
    for row in rows_of(draft):
        _check(row.condition, catalogue)
    return draft


def _inflated(text: str) -> bytes:
    reader = zlib.decompressobj()
    written = reader.decompress(urlsafe_b64decode(text + "=" * (-len(text) % 4)), MOST)
    if not reader.eof:
        raise ValueError(f"it is cut off, or longer than {ADDRESS}")
    return written


def _draft(raw: Any) -> Branch:
    draft: Branch = _object(Branch, raw)
    ids = [node.id for node in nodes(draft)]
    if len(set(ids)) < len(ids):
        raise ValueError("two parts have one id")
    if len(ids) > PARTS:
        raise ValueError(f"it has more than {PARTS:,} conditions and groups")
    return draft


def _check(condition: Condition, catalogue: Catalogue) -> None:
    """What a page looks up at once: the field, and the operator where one is chosen."""
    field = catalogue.field(condition.field)
    for test in condition.tests:
        if test.operator and not any(row.fits(field) for row in operator_rows(test.operator)):
            raise FilterError(f"{quoted(test.operator)} does not fit {quoted(field.path)}")
    if condition.where and field.activity and catalogue.table == "customers":
        for _, inner in conditions_of(condition.where):
            _check(inner, catalogue.of_records(field.table))


@cache
def _hints(of: type) -> dict[str, Any]:
    return get_type_hints(of)


def _object(of: Any, raw: Any) -> Any:
    """An object of JSON as the dataclass whose fields it holds; those with defaults may lack."""
    needed = {each.name for each in fields(of) if each.default is each.default_factory is MISSING}
    if not isinstance(raw, dict) or not needed <= raw.keys() <= _hints(of).keys():
        raise ValueError(f"expected a {of.__name__.lower()}")
    for name, words in CHOICES.items():
        if raw.get(name, words[0]) not in words:
            raise ValueError(f"expected {' or '.join(words)} as {name}")
    return of(**{name: _read(_hints(of)[name], value) for name, value in raw.items()})


def _read(hint: Any, raw: Any) -> Any:
    """Raw JSON as a value of an annotated type; ValueError where it is none."""
    if is_dataclass(hint):
        return _object(hint, raw)
    if get_origin(hint) is tuple and isinstance(raw, list):
        return tuple(_read(get_args(hint)[0], one) for one in raw)
    if get_origin(hint) is not tuple and get_args(hint):
        return _first(get_args(hint), raw)
    if type(raw) not in (SCALARS if hint is Any else (hint,)):
        raise ValueError("a value of another type")
    return raw


def _first(hints: Iterable[Any], raw: Any) -> Any:
    """As the first of several types that the value has."""
    fault = ValueError()
    for hint in hints:
        try:
            return _read(hint, raw)
        except ValueError as found:
            fault = found
    raise fault
