"""
One pattern per kind of condition: a phrase that stands behind "Customers".

Each takes what is said of one test, and gives None where another pattern has to say it; the last
one says everything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.filters.fields import Field
from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER
from engine.filters.meaning import Leaf
from engine.filters.wording.english import a, either, number, times
from engine.filters.words import FieldWords

BETWEEN = "between"  # stands for two tests, of a least and of a most value
EQUAL, UNEQUAL = ("$is", "$in"), ("$is_not", "$not_in")


def label_of(field: Field) -> str:
    """The label of a field within a sentence; a name that is data keeps its case."""
    if field.named:
        return field.label.replace("_", " ")
    as_is = field.label.split()[0].isupper()
    return field.label if as_is else field.label[:1].lower() + field.label[1:]


@dataclass(frozen=True, eq=False)
class Said:
    """One test, and what of it is in words already."""

    leaf: Leaf
    key: str  # of the operator, or BETWEEN
    operands: tuple[str, ...]
    window: str  # with a blank before it, as `which`
    adjective: str  # of the records that count, with a blank behind it: "PAID "
    which: str

    @property
    def words(self) -> FieldWords:
        """The words of the field."""
        return self.leaf.field.words

    @property
    def noun(self) -> str:
        """What the field is called within a sentence."""
        return self.words.noun or label_of(self.leaf.field)

    @property
    def test(self) -> str:
        """The label of the operator with its operand: is more than 3 days ago."""
        label = self.leaf.operator.label
        if self.operands == ("1",):
            label = label.replace("… days", "… day").replace("… years", "… year")
        return label.replace("…", either(self.operands)) if self.operands else label

    @property
    def only(self) -> str:
        """Which records count, behind what is said of them."""
        if not (self.adjective or self.which):
            return self.window
        records = self.words.nouns or self.leaf.field.table
        return f"{self.window} (only {self.adjective}{records}{self.which})"


Pattern = Callable[[Said], str | None]
# By the operator: how a count compares, a frequency, an amount.
COUNTS = {"$more_than": "more than {}", "$less_than": "fewer than {}", "$is": "exactly {}",
          "$more_than_equal": "{} or more", "$less_than_equal": "at most {}"}  # fmt: skip
TIMES = {**COUNTS, "$more_than_equal": "at least {}"}
AMOUNTS = {**COUNTS, "$less_than": "less than {}"}
TEXTS = {"$contains": "containing {}", "$not_contain": "not containing {}",
         "$starts_with": "starting with {}", "$ends_with": "ending with {}"}  # fmt: skip
PRESENCE = {"$has_value": "any", "$is_unknown": "no"}


def _often(said: Said) -> str | None:
    """Something that customers do: who ordered at least twice."""
    if said.adjective or said.which:
        return _counted(said)
    if (some := _some(said)) is not None:
        if some:
            return f"who {said.words.verb}{said.window}"
        if said.window:
            return f"who did not {said.words.never}{said.window}"
        return f"who have never {said.words.verb}"
    if said.key == BETWEEN:
        low, high = said.leaf.values
        return f"who {said.words.verb} {number(low)} to {times(high)}{said.window}"
    if said.key in TIMES and len(said.operands) == 1:
        often = TIMES[said.key].format(times(said.leaf.values[0]))
        return f"who {said.words.verb} {often}{said.window}"
    return _counted(said)


def _counted(said: Said) -> str | None:
    """Something that customers have: with 2 or more failed redemptions."""
    noun, nouns = (f"{said.adjective}{word}" for word in (said.noun, said.words.nouns))
    made = bool(said.words.act and (said.adjective or said.which))
    lead, rest = f"who {said.words.act}" if made else "with", f"{said.which}{said.window}"
    if said.key in PRESENCE:
        return f"with {PRESENCE[said.key]} {nouns} on record{rest}"
    if said.leaf.kind is not NUMBER:
        return None
    if (some := _some(said)) is not None:
        if some:
            return f"{lead} {a(noun) if made else f'at least one {noun}'}{rest}"
        return f"{lead} no {nouns}{rest}"
    if said.key == BETWEEN:
        return f"{lead} {' to '.join(said.operands)} {nouns}{rest}"
    if said.key in UNEQUAL:
        return f"whose number of {nouns}{rest} is not {either(said.operands)}"
    if said.key in EQUAL and len(said.operands) > 1:
        return f"{lead} {either(said.operands)} {nouns}{rest}"
    compared = COUNTS.get("$is" if said.key == "$in" else said.key)
    if compared is None:
        return None
    one = said.operands == ("1",)
    return f"{lead} {compared.format(said.operands[0])} {noun if one else nouns}{rest}"


def _some(said: Said) -> bool | None:
    """Whether it asks for any, or for none; None: for how many."""
    if said.leaf.kind is not NUMBER or len(said.leaf.values) != 1 or said.key == BETWEEN:
        return None
    key, value = said.key, said.leaf.values[0]
    none = (value == 0 and key in (*EQUAL, "$less_than_equal"), value == 1 and key == "$less_than")
    some = (
        value == 0 and key in (*UNEQUAL, "$more_than"),
        value == 1 and key == "$more_than_equal",
    )
    return None if not any((*none, *some)) else any(some)


SOME = {
    **dict.fromkeys((("$is", 0.0), ("$in", 0.0), ("$less_than_equal", 0.0)), False),
    ("$less_than", 1.0): False,
    **dict.fromkeys((("$is_not", 0.0), ("$not_in", 0.0), ("$more_than", 0.0)), True),
    ("$more_than_equal", 1.0): True,
}


def _spent(said: Said) -> str | None:
    """An amount by what was done: who spent 1,000.00 EUR or more."""
    compared = _compared(said)
    return compared and f"who {said.words.verb} {compared}{said.only}"


def _amounting(said: Said) -> str | None:
    """An amount by its name: with an average order amount of 50.00 EUR or more."""
    compared = _compared(said)
    return compared and f"with {a(said.noun)} of {compared}{said.only}"


def _compared(said: Said) -> str | None:
    if said.leaf.kind is not NUMBER:
        return None
    if said.key == BETWEEN:
        return " to ".join(said.operands)
    if said.key in EQUAL:
        return f"exactly {either(said.operands)}"
    return AMOUNTS[said.key].format(said.operands[0]) if said.key in AMOUNTS else None


def _when(said: Said) -> str | None:
    """A day by what happened on it: who last ordered more than 180 days ago."""
    when = _at(said)
    if when is None:
        return None
    if said.words.verb:
        return f"who {said.words.verb} {when}{said.only}"
    return f"whose {said.noun} was {when}{said.only}"


def _on(said: Said) -> str | None:
    """A day that everybody has: created in the last 30 days, born in May."""
    when = _at(said)
    if when is None:
        return None
    for had, has in (("had its anniversary", "was"), ("has its anniversary", "is")):
        if when.startswith(had):
            return f"whose {said.noun} {has}{when.removeprefix(had)}"
    return f"{said.words.verb} {when}"


def _at(said: Said) -> str | None:
    """When: more than 3 days ago, in the last 30 days, on 2 November 2026, in May."""
    if said.leaf.kind not in (DATE, INSTANT) or said.leaf.over == "presence" or said.leaf.negated:
        return None
    if said.key in EQUAL:
        return f"on {either(said.operands)}"
    if said.key in SPANS:
        [span] = said.operands
        return SPANS[said.key].format("day" if span == "1" else f"{span} days")
    return said.test.removeprefix("is ").removeprefix("falls ")


SPANS = {
    **dict.fromkeys(("$less_than", "$less_than_ago"), "in the last {}"),
    "$less_than_future": "in the next {}",
}


def _place(said: Said) -> str | None:
    """Where: in Berlin or Köln."""
    if said.key not in (*EQUAL, *UNEQUAL):
        return None
    return f"{'not ' if said.key in UNEQUAL else ''}in {either(said.operands)}"


def _member(said: Said) -> str | None:
    """Of segments: in segment Lapsed."""
    if said.key in PRESENCE:
        return "in at least one segment" if said.key == "$has_value" else "in no segment"
    if said.key in (*EQUAL, "$intersects"):
        return f"in segment {either(said.operands)}"
    if said.key in UNEQUAL:
        return f"not in segment {either(said.operands)}"
    if said.key == "$includes":
        several = "s" if len(said.operands) > 1 else ""
        return f"in segment{several} {either(said.operands, 'and')}"
    if said.leaf.over == "list":
        return f"in {_values(said)} segments"
    return None


def _values(said: Said) -> str:
    """How many values a list has: more than 2."""
    return said.test.removeprefix("has ").removesuffix(" values")


def _known(said: Said) -> str | None:
    """Whether there is a value: with an e-mail, with no order date."""
    if said.key not in PRESENCE:
        return None
    some = f"with {said.noun if said.leaf.many else a(said.noun)}"
    return (some if said.key == "$has_value" else f"with no {said.noun}") + said.only


def _list_phrase(said: Said) -> str | None:
    """A list: whose favourite brands include Ecco or Geox."""
    if not said.leaf.many:
        return None
    several = said.noun.endswith("s")
    if said.leaf.over == "list":
        return f"with {_values(said)} {said.noun if several else f'values of {said.noun}'}"
    includes, not_ = ("include", "do not include") if several else ("includes", "does not include")
    verb = not_ if said.leaf.negated else includes
    lead = f"whose {said.noun} {verb}"
    if said.key == "$includes":
        return f"{lead} {either(said.operands, 'and')}"
    if said.key in (*EQUAL, *UNEQUAL, "$intersects"):
        return f"{lead} {either(said.operands)}"
    if said.key in TEXTS:
        test = TEXTS[said.leaf.positive.key].format(either(said.operands))
        return f"{lead} {'any' if said.leaf.negated else 'one'} {test}"
    value = "a value that" if not said.leaf.negated else "any value that"
    return f"{lead} {value} {said.leaf.positive.label.replace('…', either(said.operands))}"


def _yes_or_no(said: Said) -> str | None:
    if said.leaf.kind is not BOOLEAN or said.key not in (*EQUAL, *UNEQUAL):
        return None
    return f"with{'out' if said.key in UNEQUAL else ''} {said.noun} = {either(said.operands)}"


def _text(said: Said) -> str | None:
    """Parts of a text: with an e-mail not containing “x”."""
    if said.key not in TEXTS:
        return None
    return f"with {a(said.noun)} {TEXTS[said.key].format(either(said.operands))}"


def _anything(said: Said) -> str:
    """What no other pattern says: whose shoe size is more than 40."""
    if said.key == BETWEEN:
        return f"whose {said.noun}{said.only} is {' to '.join(said.operands)}"
    operands = either(said.operands) if said.operands else ""
    label = said.leaf.operator.label
    one = label.replace("… days", "… day").replace("… years", "… year")
    return (
        f"whose {said.noun}{said.only} {(one if operands == '1' else label).replace('…', operands)}"
    )


FORMS: Mapping[str, Pattern] = {
    "times": _often,
    "number": _counted,
    "spent": _spent,
    "amount": _amounting,
    "when": _when,
    "on": _on,
    "place": _place,
    "member": _member,
}
KINDS: tuple[Pattern, ...] = (_known, _list_phrase, _yes_or_no, _text)


def phrase(said: Said) -> str:
    """A test in words, by the first pattern that can say it."""
    form = FORMS.get(said.words.form)
    patterns: tuple[Pattern, ...] = (form, *KINDS) if form else KINDS
    for pattern in patterns:
        found = pattern(said)
        if found is not None:
            return found
    return _anything(said)
