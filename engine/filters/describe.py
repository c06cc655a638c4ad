"""A filter as an English sentence, and values as text with their units."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.filters.expression import Condition, Group, Window
from engine.filters.fields import Catalogue, Field
from engine.filters.kinds import BOOLEAN, NUMBER, STRING, Kind
from engine.filters.meaning import Clause, Leaf, Tree
from engine.filters.resolve import resolve, resolve_condition
from engine.text.display import shortened

ANY_ZONE = ZoneInfo("UTC")  # operands are shown as they were written, so the zone does not matter


def sentence(group: Group, catalogue: Catalogue) -> str:
    """The whole filter: "Customers whose city is Berlin or Warsaw, and whose …"."""
    return f"Customers {describe_group(group, catalogue)}"


def describe_group(group: Group, catalogue: Catalogue) -> str:
    """The filter without its subject; inner groups stand in parentheses."""
    return tree_in_words(resolve(group, catalogue, ANY_ZONE))


def describe_condition(condition: Condition, catalogue: Catalogue) -> str:
    """One condition: "whose total order amount in the last 30 days is more than 400.00"."""
    return clause_in_words(resolve_condition(condition, catalogue, ANY_ZONE))


def tree_in_words(tree: Tree) -> str:
    """A resolved filter, as `describe_group` says."""
    parts = [clause_in_words(clause) for clause in tree.clauses]
    parts += [_inner(nested) for nested in tree.groups]
    joined = f", {tree.junction} ".join(parts)
    return f"not ({joined})" if tree.negated else joined


def _inner(tree: Tree) -> str:
    written = tree_in_words(tree)
    return written if tree.negated else f"({written})"


def clause_in_words(clause: Clause) -> str:
    """A resolved condition, as `describe_condition` says."""
    condition, noun = clause.condition, _noun(clause.subject.field)
    tests = " and ".join(_test(leaf) for leaf in clause.leaves)
    case = ", in any case" if condition.ignore_case else ""
    known = ", and is known" if condition.missing == "skip" else ""
    return f"whose {noun}{_narrowed(clause)} {tests}{case}{known}"


def _narrowed(clause: Clause) -> str:
    window, where = clause.condition.window, clause.subject.where
    written = _window(window) if window else ""
    return written + (
        f" (only {clause.subject.field.table} {tree_in_words(where)})" if where else ""
    )


def _window(window: Window) -> str:
    if window.last_days is not None:
        return f" in the last {_counted(f'{window.last_days} days')}"
    start = f" from {window.start}" if window.start else ""
    return start + (f" until {window.end}" if window.end else "")


def _test(leaf: Leaf) -> str:
    row, [test] = leaf.operator, leaf.condition.tests
    joiner = " and " if row.over == "every" else " or "
    written = joiner.join(
        _operand(leaf, raw, value) for raw, value in zip(test.operand, leaf.values, strict=True)
    )
    if not leaf.field.many or row.over != "element" or row.on == "list":
        return _counted(row.label.replace("…", written))
    positive = leaf.positive.label.replace("…", written)
    return f"have {'no' if leaf.negated else 'a'} value that {positive}"


def _operand(leaf: Leaf, raw: Any, value: Any) -> str:
    operand = leaf.operator.operand
    if operand.names:
        return operand.names[int(value) - 1]
    if operand.widget is not None:  # days, months, counts: numbers without the field's unit
        return str(value)
    return _value(leaf.kind, leaf.field.unit, value) if leaf.kind in _SHOWN else str(raw)


def shown(field: Field, value: Any) -> str:
    """The value of a customer as text, with its unit; "no value" when it is missing."""
    if value is None:
        return "no value"
    if isinstance(value, list | tuple):
        elements = [_value(field.kind, field.unit, one) for one in value if one is not None]
        return f"[{', '.join(elements)}]"
    return _value(field.kind, field.unit, value)


def _value(kind: Kind, unit: str | None, value: Any) -> str:
    if kind is NUMBER:
        return _amount(value) if unit == "cents" else str(kind.show(value))
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return _quoted(value) if isinstance(value, str) else str(value).lower()  # a date, true or false


def _amount(cents: float) -> str:
    """Currency with two decimals, more only for a fraction of a cent."""
    amount = Decimal(repr(cents)) / 100
    return f"{amount:,.2f}" if cents == int(cents) else f"{amount:,f}"


def _quoted(text: str) -> str:
    """One word stands as it is; anything else, and the words that join, in quotation marks."""
    plain = re.fullmatch(r"[\w.@+/-]+", text) and text not in ("and", "or", "not")
    return shortened(text) if plain else f"“{shortened(text)}”"


def _noun(field: Field) -> str:
    """The label within a sentence; a name that is data keeps its case, as `ID` does."""
    as_is = field.named or field.label.split()[0].isupper()
    return field.label if as_is else field.label[:1].lower() + field.label[1:]


def _counted(phrase: str) -> str:
    return re.sub(r"(?<!or )\b1 (day|year|value)s\b", r"1 \1", phrase)


_SHOWN = (STRING, NUMBER, BOOLEAN)
