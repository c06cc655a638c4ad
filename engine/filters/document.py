"""The text of a filter as JSON objects that remember their repeated keys."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from engine.errors import FilterError, Issue


class Repeating(dict[str, Any]):
    """An object in which `repeated` keys stood more than once; the last value counts."""

    repeated: tuple[str, ...] = ()


def load(source: str | bytes | Mapping[str, Any]) -> Any:
    """The document; FilterError when it is not JSON."""
    if isinstance(source, Mapping):
        return source
    try:
        return json.loads(
            source, object_pairs_hook=_object, parse_constant=float, parse_int=_integer
        )
    except json.JSONDecodeError as fault:
        raise _no_json(fault.msg, fault.lineno, fault.colno) from None
    except UnicodeDecodeError as fault:
        raise _no_json(str(fault)) from None
    except RecursionError:
        raise _no_json("it is nested too deeply") from None


def _no_json(reason: str, line: int | None = None, column: int | None = None) -> FilterError:
    issue = Issue("$", f"expected JSON: {reason}", line=line, column=column)
    return FilterError("the filter is not JSON", [issue])


def _object(pairs: list[tuple[str, Any]]) -> Repeating:
    found = Repeating(pairs)
    if len(found) == len(pairs):
        return found
    times = Counter(key for key, _ in pairs)
    found.repeated = tuple(key for key, count in times.items() if count > 1)
    return found


def _integer(digits: str) -> int | float:
    """
    Python refuses to read more than 4,300 digits; past 300 the double is infinite, as NaN no
    number, and whoever reads the value refuses it at its place.
    """
    return int(digits) if len(digits) <= 300 else float(digits)
