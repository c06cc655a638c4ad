"""Filter JSON to a tree: all faults at once, each at its JSON path, with the nearest right word.

Paths are written as `expression.step` says: `$["address.city"].conditions.$is[0]`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import FilterError, Issue
from engine.filters.document import Repeating, load
from engine.filters.expression import (
    DEEPEST,
    Condition,
    Group,
    Test,
    Window,
    conditions_of,
    step,
)
from engine.filters.fields import UNFIT, Catalogue, Field
from engine.filters.kinds import INSTANT, NUMBER
from engine.filters.operators import operands
from engine.filters.operators.row import Operator
from engine.filters.operators.table import KEYS, NOT_SERVED, operators_for, rows_of
from engine.filters.places import located
from engine.filters.reading import mistaken, short, spell
from engine.filters.understanding import read
from engine.limits import CONDITIONS, FAULTS
from engine.text.counts import counted
from engine.text.display import quoted

GROUP_KEYS = ("junction", "$groups", "$not")
CONDITION_KEYS = ("conditions", "missing", "ignore_case", "window", "where")
WINDOW_KEYS = ("last_days", "from", "to")


def parse(
    source: str | bytes | Mapping[str, Any],
    catalogue: Catalogue,
    zone: ZoneInfo,
    *,
    saved: bool = False,
) -> Group:
    """
    The filter as a tree.

    Args:
        source: JSON text, or the object already read.
        catalogue: the fields that can be named.
        zone: the project zone, in which operands without an offset are read.
        saved: it was accepted before. A metadata key that nobody had may have come since with a
            type that a test does not fit: then it stays missing for that condition (filters
            rule 4.4: no import ever breaks a saved filter).

    Raises:
        FilterError: with one issue per fault, each with its line and column in JSON text.
    """
    parser = _Parser(zone, saved)
    group = parser.group(load(source), "$", catalogue, 0)
    if parser.nodes > CONDITIONS.most:
        parser.too_many_nodes()
    if parser.issues:
        issues = located(parser.issues, source) if isinstance(source, str) else parser.issues
        raise FilterError(_counted(parser.faults), issues)
    return group


def _counted(faults: int) -> str:
    told = f"the filter has {counted(faults, 'faults')}"
    more = f"; the first {FAULTS.most} are told" if faults > FAULTS.most else ""
    return told + more


def warnings(group: Group, catalogue: Catalogue, path: str = "$") -> tuple[Issue, ...]:
    """Names that nobody has yet, each with the nearest stored name; no fault."""
    return tuple(_warnings(group, catalogue, path))


def _warnings(group: Group, catalogue: Catalogue, path: str) -> Iterator[Issue]:
    for place, condition in conditions_of(group, path):
        named = catalogue.field(condition.field)
        if not named.known:
            message = f"nobody has {quoted(named.path)} yet, so it is missing for everybody"
            yield Issue(place, message, catalogue.nearest(named.path))
        if condition.where:
            records = catalogue.of_records(named.table)
            yield from _warnings(condition.where, records, step(place, "where"))


@dataclass
class _Parser:
    """Reads on after a fault; what it returns is right only when no issue was found."""

    zone: ZoneInfo
    saved: bool = False
    issues: list[Issue] = field(default_factory=list)  # the first FAULTS of them
    faults: int = 0
    nodes: int = 0

    @property
    def full(self) -> bool:
        """Whether further faults are only counted; then none is worth a suggestion."""
        return len(self.issues) >= FAULTS.most

    def fault(self, path: str, message: str, suggestion: str | None = None) -> None:
        self.faults += 1
        if not self.full:
            self.issues.append(Issue(path, message, suggestion))

    def unknown(self, path: str, message: str, word: str, words: tuple[str, ...]) -> None:
        """A fault with the word that is most like the one that came."""
        suggestion = None if self.full else _nearest(word, words)
        self.fault(path, f"{message} {quoted(word)}", suggestion)

    def too_many_nodes(self) -> None:
        """Told first: it concerns the whole, and would be cut behind many others."""
        expected = f"expected at most {CONDITIONS}"
        self.faults += 1
        self.issues = [Issue("$", f"{expected}, got {self.nodes:,}"), *self.issues][: FAULTS.most]

    def object(self, raw: Any, path: str, expected: str) -> Mapping[str, Any]:
        """The raw value as an object; anything else is a fault and reads as empty."""
        if not isinstance(raw, Mapping):
            self.fault(path, str(mistaken(expected, raw)))
            return {}
        for key in raw.repeated if isinstance(raw, Repeating) else ():
            self.fault(
                step(path, key), f"expected the key {quoted(key)} once, got it several times"
            )
        return raw

    def group(self, raw: Any, path: str, catalogue: Catalogue, depth: int) -> Group:
        self.nodes += 1
        if depth > DEEPEST:
            self.fault(path, f"expected groups nested at most {DEEPEST} deep")
            return Group()
        body = self.object(raw, path, "a filter, an object of fields")
        names = [key for key in body if key not in GROUP_KEYS]
        if isinstance(raw, Mapping) and not names and "$groups" not in body:
            self.fault(path, "expected at least one field, got an empty filter")
        first = {catalogue.unaliased(name): name for name in reversed(names)}  # of each field
        once = frozenset(first.values())
        conditions = [
            self.named(name, body[name], path, catalogue) for name in names if name in once
        ]
        found = tuple(condition for condition in conditions if condition)
        groups = self.groups(body, step(path, "$groups"), catalogue, depth)
        # An alias beside its field would be one key twice, so it stands in a group of its own.
        groups += tuple(
            self.group({name: body[name]}, path, catalogue, depth + 1)
            for name in names
            if name not in once
        )
        return Group(self.junction(body, path), found, groups, self.flag(body, "$not", path))

    def junction(self, body: Mapping[str, Any], path: str) -> str:
        raw = body.get("junction", "and")
        word = raw.lower() if isinstance(raw, str) else ""
        if word not in ("and", "or"):
            self.fault(step(path, "junction"), str(mistaken('"and" or "or"', raw)))
        return word

    def groups(
        self, body: Mapping[str, Any], path: str, catalogue: Catalogue, depth: int
    ) -> tuple[Group, ...]:
        raw = body.get("$groups", ())
        if "$groups" in body and (not isinstance(raw, list | tuple) or not raw):
            self.fault(path, str(mistaken("a list of at least one filter", raw)))
            return ()
        return tuple(
            self.group(inner, step(path, place), catalogue, depth + 1)
            for place, inner in enumerate(raw)
        )

    def flag(self, body: Mapping[str, Any], key: str, path: str) -> bool:
        raw = body.get(key, False)
        if not isinstance(raw, bool):
            self.fault(step(path, key), str(mistaken("true or false", raw)))
        return raw is True

    def named(self, name: str, raw: Any, path: str, catalogue: Catalogue) -> Condition | None:
        """The condition on one field; None when there is no such field."""
        self.nodes += 1
        place = step(path, name)
        if name.startswith("$"):
            self.unknown(place, "unknown key", name, GROUP_KEYS)
            return None
        found = catalogue.find(name)
        if found is None:
            self.unknown_field(name, place, catalogue)
            return None
        body = self.object(raw, place, "an object with `conditions`")
        if not isinstance(raw, Mapping):
            return None
        if self.saved and catalogue.is_metadata(found) and not self.fits(body, place, found):
            found = catalogue.field(f"{found.path}{UNFIT}")
        return self.condition(body, place, catalogue, found)

    def unknown_field(self, name: str, path: str, catalogue: Catalogue) -> None:
        if self.full:
            self.faults += 1
            return
        try:
            catalogue.field(name)
        except FilterError as fault:
            for issue in fault.issues:
                self.fault(path, issue.message, issue.suggestion or _nearest(name, GROUP_KEYS))

    def fits(self, body: Mapping[str, Any], path: str, field: Field) -> bool:
        """Whether the type of a field allows all tests of a condition."""
        trial = _Parser(self.zone)
        trial.tests(body, path, field)
        return not trial.issues

    def condition(
        self, body: Mapping[str, Any], path: str, catalogue: Catalogue, field: Field
    ) -> Condition:
        self.known(body, CONDITION_KEYS, path)
        return Condition(
            field.path,
            self.tests(body, step(path, "conditions"), field),
            self.missing(body, path),
            self.flag(body, "ignore_case", path),
            self.window(body, path, catalogue, field),
            self.where(body, path, catalogue, field),
        )

    def known(self, body: Mapping[str, Any], keys: tuple[str, ...], path: str) -> None:
        for key in body:
            if key in KEYS:
                self.fault(step(path, key), f"expected {quoted(key)} inside `conditions`")
            elif key not in keys:
                self.unknown(step(path, key), "unknown key", key, keys)

    def missing(self, body: Mapping[str, Any], path: str) -> str:
        raw = body.get("missing", "match")
        if raw not in ("match", "skip"):
            self.fault(step(path, "missing"), str(mistaken('"match" or "skip"', raw)))
        return str(raw)

    def tests(self, body: Mapping[str, Any], path: str, field: Field) -> tuple[Test, ...]:
        if "conditions" not in body:
            self.fault(path, "expected `conditions`, an object of operators, got nothing")
            return ()
        operators = self.object(body["conditions"], path, "an object of operators")
        if not operators and isinstance(body["conditions"], Mapping):
            self.fault(path, "expected at least one operator, got none")
        return tuple(self.test(key, raw, step(path, key), field) for key, raw in operators.items())

    def test(self, key: str, raw: Any, path: str, field: Field) -> Test:
        rows = rows_of(key)
        fitting = [row for row in rows if row.fits(field)]
        if not rows:
            self.unknown_operator(key, path)
        elif not fitting:
            self.unfit(key, path, field)
        else:
            return Test(key, self.operand(fitting[0], raw, path, field))
        return Test(key)

    def unknown_operator(self, key: str, path: str) -> None:
        if key in NOT_SERVED:
            self.fault(
                path, f"the operator {quoted(key)} is known to Voucherify but not served here"
            )
        else:
            self.unknown(path, "unknown operator", key, KEYS)

    def unfit(self, key: str, path: str, field: Field) -> None:
        what = f"{'a list of ' if field.many else ''}{field.kind.label.lower()}"
        fitting = ", ".join(f"`{row.key}`" for row in operators_for(field))
        self.fault(
            path, f"{quoted(key)} does not fit {quoted(field.path)} ({what}); these do: {fitting}"
        )

    def operand(self, row: Operator, raw: Any, path: str, field: Field) -> tuple[Any, ...]:
        if row.operand.arity == "none":
            self.presence(row, raw, path)
            return ()
        given = tuple(raw) if isinstance(raw, list | tuple) else (raw,)
        if not given:
            self.fault(path, "expected at least one value, got an empty list")
        if len(given) > row.operand.most.most:
            self.fault(path, f"`{row.key}` expects at most {row.operand.most}, got {len(given):,}")
            return ()
        if row.operand.arity == "one" and len(given) > 1:
            self.fault(path, f"`{row.key}` expects exactly one value, got {len(given)}")
        places = [
            step(path, place) if given is not raw and isinstance(raw, list | tuple) else path
            for place in range(len(given))
        ]
        self.values(row, given, places, field)
        return given

    def values(
        self, row: Operator, given: tuple[Any, ...], places: list[str], field: Field
    ) -> None:
        reading = read(field, row.key, given, self.zone)
        for place, message in reading.faults if reading else ():
            self.fault(places[place], message)

    def presence(self, row: Operator, raw: Any, path: str) -> None:
        """`true`, `[true]` or empty text; `false` is answered with the operator that means it."""
        alone = raw[0] if isinstance(raw, list | tuple) and len(raw) == 1 else raw
        if alone is True or raw == "":
            return
        other = f"`{row.opposite}`" if row.opposite else f"`$not` around a group with `{row.key}`"
        advice = f"; for the opposite use {other}" if alone is False else ""
        self.fault(path, f"`{row.key}` expects true, got {spell(alone)}{advice}")

    def window(
        self, body: Mapping[str, Any], path: str, catalogue: Catalogue, field: Field
    ) -> Window | None:
        if not self.narrows(body, "window", path, catalogue, field):
            return None
        place = step(path, "window")
        raw = self.object(body["window"], place, 'an object such as {"last_days": 30}')
        for key in raw:
            if key not in WINDOW_KEYS:
                self.unknown(step(place, key), "unknown key", key, WINDOW_KEYS)
        given = {key for key in WINDOW_KEYS if key in raw}
        empty = isinstance(body["window"], Mapping) and not raw
        if empty or {"last_days"} < given:
            self.fault(place, "expected either `last_days`, or `from`, `to` or both")
        last_days, start, end = (self.bound(raw, key, place) for key in WINDOW_KEYS)
        return Window(last_days, start, end)

    def bound(self, raw: Mapping[str, Any], key: str, path: str) -> Any:
        """One end of a window: days as a number, `from` and `to` as they were written."""
        if key not in raw:
            return None
        try:
            if key == "last_days":
                return operands.SPAN.read(raw[key], NUMBER, self.zone)
            INSTANT.read_json(raw[key], self.zone)
        except ValueError as fault:
            self.fault(step(path, key), str(fault))
        return raw[key]

    def where(
        self, body: Mapping[str, Any], path: str, catalogue: Catalogue, field: Field
    ) -> Group | None:
        if not self.narrows(body, "where", path, catalogue, field):
            return None
        return self.group(body["where"], step(path, "where"), catalogue.of_records(field.table), 0)

    def narrows(
        self, body: Mapping[str, Any], key: str, path: str, catalogue: Catalogue, field: Field
    ) -> bool:
        """Whether the key is there and may be: on activity fields, and not inside `where`."""
        allowed = field.activity and catalogue.table == "customers"
        if key in body and not allowed:
            place = (
                "inside `where`" if catalogue.table != "customers" else f"on {quoted(field.path)}"
            )
            self.fault(
                step(path, key),
                f"{quoted(key)} is for activity fields (`summary.*`, `events.*`), not {place}",
            )
        return key in body and allowed


def _nearest(word: str, words: tuple[str, ...]) -> str | None:
    word = short(word)
    same_case = {known.casefold(): known for known in words}
    close = get_close_matches(word.casefold(), same_case, n=1)
    return same_case[close[0]] if close else None
