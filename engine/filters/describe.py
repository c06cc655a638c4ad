"""A filter as an English sentence."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from engine.filters.expression import Condition, Group
from engine.filters.fields import Catalogue
from engine.filters.kinds import NUMBER
from engine.filters.meaning import Clause, Leaf, Tree
from engine.filters.resolve import resolve, resolve_condition
from engine.filters.wording import english
from engine.filters.wording.patterns import BETWEEN, Said, phrase
from engine.filters.wording.values import Money, amount, operands
from engine.filters.wording.values import shown as shown  # for whoever tells a value

ANY_ZONE = ZoneInfo("UTC")  # operands are shown as they were written, so the zone does not matter
# What a phrase that begins so needs before it where it is denied.
PLAIN = ("in ", "with ", "created ", "born ", "last changed ")
ADJECTIVES = ("status", "result")  # of records, whose values stand before what they are
WHOLE = ("times", "number")  # forms of counts: fewer than 1,000 are 999 at most


def sentence(group: Group, catalogue: Catalogue, money: Money = amount) -> str:
    """
    The whole filter: "Customers in Berlin or Warsaw, and who ordered at least twice".

    Args:
        money: writes an amount of cents; without a currency unless given.
    """
    return f"Customers {describe_group(group, catalogue, money)}"


def describe_group(group: Group, catalogue: Catalogue, money: Money = amount) -> str:
    """The filter without its subject; inner groups of several stand in parentheses."""
    return tree_in_words(resolve(group, catalogue, ANY_ZONE), money)


def describe_condition(condition: Condition, catalogue: Catalogue, money: Money = amount) -> str:
    """One condition: "who spent more than 400.00 in the last 30 days"."""
    return clause_in_words(resolve_condition(condition, catalogue, ANY_ZONE), money)


def tree_in_words(tree: Tree, money: Money = amount) -> str:
    """A resolved filter, as `describe_group` says."""
    either = tree.junction == "or"
    parts = [_part(clause, money, alone=not either) for clause in tree.clauses]
    parts += [_inner(nested, money) for nested in tree.groups]
    joined = f", {tree.junction} ".join(parts)
    if either and len(parts) > 1:
        joined = "either " + (" or ".join(parts) if len(parts) == 2 else joined)
    return _denied(joined, several=len(parts) > 1) if tree.negated else joined


def _part(clause: Clause, money: Money, *, alone: bool) -> str:
    """A condition within a group; one of several tests stands apart where it is a choice."""
    written = clause_in_words(clause, money)
    return written if alone or len(clause.leaves) == 1 else f"({written})"


def _inner(tree: Tree, money: Money) -> str:
    written = tree_in_words(tree, money)
    alone = len(tree.clauses) + len(tree.groups) == 1
    return written if tree.negated or alone else f"({written})"


def _denied(written: str, *, several: bool) -> str:
    if several:
        return f"excluding those ({written})"
    return f"not {written}" if written.startswith(PLAIN) else f"excluding those {written}"


def clause_in_words(clause: Clause, money: Money = amount) -> str:
    """A resolved condition, as `describe_condition` says."""
    condition, said = clause.condition, _said(clause, money)
    written = " and ".join(map(phrase, said))
    case = " (ignoring case)" if condition.ignore_case else ""
    if condition.missing != "skip":
        return written + case
    known = " and has a value" if written.startswith("whose") else ", and with a value there"
    return f"{written}{case}{known}"


def _said(clause: Clause, money: Money) -> list[Said]:
    """What each test says; a least and a most value are one."""
    condition, where = clause.condition, clause.subject.where
    window = english.window(condition.window)
    adjective, which = ("", "") if where is None else _which(where, money)
    between = _between(clause, money)
    if between is not None:
        leaf, texts = between
        return [Said(leaf, BETWEEN, texts, window, adjective, which)]
    return [
        Said(leaf, leaf.operator.key, tuple(operands(leaf, money)), window, adjective, which)
        for leaf in clause.leaves
    ]


def _which(where: Tree, money: Money) -> tuple[str, str]:
    """Which records count: by an adjective before them, or in words behind them."""
    if len(where.leaves) == 1 and not (where.groups or where.negated):
        [leaf] = where.leaves
        if leaf.field.path in ADJECTIVES and leaf.operator.key == "$is" and len(leaf.values) == 1:
            return f"{operands(leaf, money)[0]} ", ""
    return "", f" {tree_in_words(where, money)}"


def _between(clause: Clause, money: Money) -> tuple[Leaf, tuple[str, str]] | None:
    """A least and a most value of one number, the most as it is said."""
    leaves = {leaf.operator.key: leaf for leaf in clause.leaves}
    least, most = leaves.get("$more_than_equal"), leaves.get("$less_than_equal")
    form = clause.subject.field.words.form
    below = leaves.get("$less_than")
    if below is not None and form in WHOLE and float(below.values[0]).is_integer():
        most = replace(below, values=(below.values[0] - 1,))
    if least is None or most is None or len(leaves) != 2 or least.kind is not NUMBER:
        return None
    low, high = least.values[0], most.values[0]
    if low >= high:
        return None
    write = money if clause.subject.field.unit == "cents" else english.number
    return replace(least, values=(low, high)), (write(low), write(high))
