"""Objects of JSON that do not stand one a line: of a list, of an answer with one, indented ones."""

import re
from collections.abc import Iterator

import orjson

from engine.errors import ImportFileError
from engine.limits import RECORD

BRACE = re.compile(rb'[^"{}]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"{}]*+)*+([{}])', re.DOTALL)
NEXT = re.compile(rb"[\s,]*+([{\]])")
ELEMENT = re.compile(
    rb'[\s,]*+("[^"\\]*+(?:\\.[^"\\]*+)*+"|\[[^\[\]{}"]*+\]|[^\s,\[\]{}"]++)', re.DOTALL
)
SAMPLE = 64 << 10
SPACES = re.compile(rb"\s*\n\s*")
LISTS = (
    *("customers", "orders", "redemptions", "events", "vouchers", "campaigns"),
    *("contacts", "members", "profiles", "subscribers", "people", "users"),
    *("data", "batch", "records", "results", "rows", "value", "entries", "list", "result"),
    *("items", "persons", "deals", "leads", "attendees", "accounts", "payments", "transactions"),
    *("invoices", "subscriptions", "responses", "activities", "transaction_details", "sales"),
    *("objects", "elements", "content", "documents", "edges", "nodes"),
    *("customer", "sale", "order", "contact"),  # of Lightspeed, a list of them all the same
)
HOLDERS = ("_embedded", "data", "response", "result", "results", "body", "payload")  # of a list
LINES = re.compile(rb'"(?:product_id|sku|sku_id|quantity|qty|price)"\s*:')  # those of an order
KEYS = ("id", "source_id", "code")  # of a record, which may hold lists
FIELD = re.compile(rb'\s*[{,]\s*"([^"\\]*)"\s*:\s*')
# A list of GraphQL, `{"edges": [{`, which stands below its own name, with its pages before it.
CONNECTION = re.compile(
    rb'\{\s*(?:"pageInfo"\s*:\s*\{[^{}]*\}\s*,\s*)?"(?:edges|nodes)"\s*:\s*\[\s*\{'
)
SCALAR = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[-\w.+]++')
BRACKET = re.compile(
    rb'[^"\[\]{}]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"\[\]{}]*+)*+([\[\]{}])', re.DOTALL
)
OF_OBJECTS = re.compile(rb"\[\s*\{")
INNER = re.compile(rb"\[[^\[\]{}]*\]|\{[^\[\]{}]*\}")
RPC = re.compile(rb'\s*\{\s*"jsonrpc"\s*:')
LIST = re.compile(rb"\s*(?=\[)")


def beginning(start: bytes) -> int | None:
    """
    Where the objects of a file begin, from its first part; None for one object a line.

    Of a list and of an answer with a list it is the bracket.
    """
    if found := LIST.match(start):
        return found.end()
    first, *others = [line.strip() for line in start[:SAMPLE].split(b"\n") if line.strip()] or [b""]
    if others and _is_json(first):
        return None
    if (listed := _wrapped(start)) is not None:
        return listed
    return 0 if others and not others[0].startswith(b"{") else None


def _wrapped(start: bytes, place: int = 0, *, inside: bool = False) -> int | None:
    """
    Where the list of an answer begins, whatever stands before it; None for a record.

    Args:
        inside: the object at this place stands in one that holds lists.
    """
    called = RPC.match(start) is not None  # its `id` is of the call
    while found := FIELD.match(start, place):
        name, place = found[1].decode(errors="replace").casefold(), found.end()
        if name in KEYS and not called:
            return None
        if name in LISTS and (found := OF_OBJECTS.match(start, place)):
            element = start[found.end() - 1 : _behind(start, found.end() - 1)]
            return None if name == "items" and LINES.search(_bare(element)) else place
        connected = inside and CONNECTION.match(start, place)
        held = connected or (name in HOLDERS and start.startswith(b"{", place))
        if held and (inner := _wrapped(start, place, inside=True)) is not None:
            return inner
        place = _behind(start, place)
    return None


def _bare(element: bytes) -> bytes:
    """An object without what its lists and objects hold."""
    inner = element[1:-1]
    while (shorter := INNER.sub(b"", inner)) != inner:
        inner = shorter
    return inner


def _behind(text: bytes, place: int) -> int:
    """Where a value ends; the end of the text where it does not."""
    if scalar := SCALAR.match(text, place):
        return scalar.end()
    depth = 0
    while found := BRACKET.match(text, place):
        place = found.end()
        depth += 1 if found[1] in b"[{" else -1
        if depth <= 0:
            return place
    return len(text)


def objects(parts: Iterator[bytes], begins: int) -> Iterator[tuple[int, bytes]]:
    """
    Each object, and whatever else is in the list, with the line on which it begins.

    An object of several lines is given in one.

    Raises:
        ImportFileError: the list is not closed, something follows it, or an object is too long.
    """
    text = next(parts, b"")
    line = 1 + text.count(b"\n", 0, begins)
    depth = _depth(text[:begins])
    listed = text[begins : begins + 1] == b"["
    place = begins + listed
    last = False
    while not last:
        part = next(parts, None)
        last = part is None
        text, place = text[place:] + (part or b""), 0
        while (found := _next(text, place, last=last)) is not None:
            start, end = found
            line += text.count(b"\n", place, start)
            if text[start:end] == b"]":
                _check_end(text[end:], parts, line, depth if listed else None)
                return
            yield line, SPACES.sub(b" ", text[start:end])
            line += text.count(b"\n", start, end)
            place = end
        _check_length(line, len(text) - place)
    if listed:
        raise ImportFileError(
            f"line {line}: the list is not closed by a bracket ]: is the file cut off?"
        )


def _check_length(line: int, length: int) -> None:
    if length > RECORD.most:
        raise ImportFileError(
            f"line {line}: expected an object of at most {RECORD}, got a longer one"
        )


def _next(text: bytes, place: int, *, last: bool) -> tuple[int, int] | None:
    """Where the next element begins and ends; None where more text is needed."""
    begins = NEXT.match(text, place)
    if begins is None:
        element = ELEMENT.match(text, place)
        if element and (last or element.end() < len(text)):
            return element.span(1)
        rest = text[place:].strip(b" \t\r\n,")
        return (text.index(rest, place), len(text)) if last and rest else None
    start = begins.start(1)
    if begins[1] == b"]":
        return begins.span(1)
    end, depth = start, 0
    while found := BRACE.match(text, end):
        depth += 1 if found[1] == b"{" else -1
        end = found.end()
        if depth == 0:
            return start, end
    return (start, len(text)) if last else None


def _depth(before: bytes) -> int:
    """How many objects are open around the list of an answer, by what stands before it."""
    marks = [found[1] for found in BRACE.finditer(before)]
    return marks.count(b"{") - marks.count(b"}")


def _check_end(rest: bytes, parts: Iterator[bytes], line: int, depth: int | None) -> None:
    """
    Behind the list stands nothing, or the rest of the answer that holds it.

    Args:
        depth: of the list in objects; None where it is none.
    """
    while len(rest) <= RECORD.most and (part := next(parts, b"")):
        rest += part
    tail = rest.strip()
    if depth is None or not (_is_json(b'{"":' * depth + b"0" + tail) if depth else not tail):
        raise ImportFileError(
            f"line {line}: expected one list of objects, got more behind its bracket ]"
        )


def _is_json(text: bytes) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True
