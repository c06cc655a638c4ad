"""The input of an operand: one function for each widget that a kind or an operand shape names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from engine.base.answers import frequent_record_values, frequent_values
from engine.base.kinds.fields import where_fields
from engine.base.profiles import Profile
from engine.filters.drafts.draft import Row
from engine.filters.fields import Field
from engine.filters.kinds import STRING
from engine.filters.operators.row import Operator
from engine.filters.operators.table import asks_equality
from engine.segments import library
from engine.text.display import visible
from pages._components.builder.pasting import found_note, paste_list
from pages._components.shell.masks import mask
from pages._components.shell.session import date_format, workbench
from pages._components.shell.text import spoken

UTC = ZoneInfo("UTC")
Change = Callable[[tuple[Any, ...]], None]


@dataclass(frozen=True, eq=False)
class Slot:
    """Where an operand is typed in, and what to do with what was typed."""

    row: Row
    field: Field
    operator: Operator
    profile: Profile
    change: Change
    name: str  # of the row's value in this draft

    @property
    def key(self) -> str:
        """Of the widget: another field or operator makes another widget."""
        return f"{self.name}.{self.field.path}.{self.operator.key}"

    @property
    def label(self) -> str:
        """For who cannot see the row; Markdown is read in a hidden label too."""
        return spoken(f"Value of {self.field.label}")

    def take(self, read: Callable[[Any], tuple[Any, ...]]) -> None:
        """Reads the widget and passes the operand on."""
        self.change(read(st.session_state[self.key]))


def operand_input(slot: Slot) -> None:
    """Draws the input that the operator's operand asks for; room instead for a flag."""
    operand = slot.operator.operand
    if operand.arity == "none":
        st.space("stretch")
        return
    widget = operand.widget or slot.field.kind.widget
    draw = INPUTS.get((operand.arity, widget), _chips)
    draw(slot)


def operand_note(slot: Slot) -> None:
    """How many of several values somebody has; for the line below the row."""
    values, typed = slot.row.operand, _suggestions(slot.field) is _frequent
    if len(values) > 1 and typed and asks_equality(slot.operator) and slot.field.kind is STRING:
        found_note(slot.profile, slot.field, values, ignore_case=slot.row.ignore_case)


def _chips(slot: Slot) -> None:
    """Several values: typed, pasted, or picked from those that are stored most often."""
    given = {_text(slot, value): value for value in slot.row.operand}
    # A browser keeps what its widgets show, so that after each paste there are other ones.
    counter = f"{slot.key}.pastes"
    pastes = st.session_state.get(counter, 0)
    key = f"{slot.key}.{pastes}" if pastes else slot.key

    def take(texts: list[str]) -> None:
        slot.change(tuple(given.get(text, _typed(slot, text)) for text in texts))

    def take_in(texts: list[str]) -> None:
        st.session_state[counter] = pastes + 1
        take(list(dict.fromkeys([*given, *texts])))

    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        _multiselect(slot, list(given), key, take)
        if slot.operator.operand.arity == "many":
            paste_list(f"{key}.paste", take_in)


def _multiselect(slot: Slot, given: list[str], key: str, take: Callable[[list[str]], None]) -> None:
    said = _suggestions(slot.field)(slot)
    st.multiselect(
        slot.label,
        [*given, *(value for value in said if value not in given)],
        given,
        format_func=lambda value: visible(said.get(value) or value),
        accept_new_options=True,
        placeholder="Type or pick values",
        wrap=False,  # a box that grows under the pointer swallows the next click below it
        key=key,
        on_change=lambda: take(st.session_state[key]),
        label_visibility="collapsed",
    )


def _frequent(slot: Slot) -> dict[str, str]:
    """The values that most customers have, and what a reader sees of each."""
    counts = frequent_values(slot.profile, slot.field)
    return _counted(slot, counts)


def _of_records(slot: Slot) -> dict[str, str]:
    """The values that most records have, inside `where`."""
    return _counted(slot, frequent_record_values(slot.profile, slot.field.table, slot.field))


def _counted(slot: Slot, counts: Mapping[str, int]) -> dict[str, str]:
    texts = {_text(slot, value): count for value, count in counts.items()}
    return {text: f"{text} · {count:,}" for text, count in texts.items()}


def _segments(slot: Slot) -> dict[str, str]:
    """Every saved segment by its name and size; the filter holds its id."""
    bench = workbench()
    sizes = bench.memberships.sizes(slot.profile, bench.clock())
    return {
        segment.id: f"{segment.name} · {sizes[segment.id]:,}" for segment in library.saved(bench)
    }


def _suggestions(field: Field) -> Callable[[Slot], dict[str, str]]:
    """Where the values come from that are offered for a field."""
    if field.table == "segments":
        return _segments
    if mask().hides(field):
        return lambda _slot: {}
    return _of_records if field.table in where_fields() else _frequent


def _names_of(slot: Slot) -> None:
    """Months or weekdays by their names."""
    names = slot.operator.operand.names
    given = [slot.operator.operand.read(value, slot.field.kind, UTC) for value in slot.row.operand]
    st.multiselect(
        slot.label,
        names,
        [names[number - 1] for number in given],
        placeholder="Pick",
        key=slot.key,
        on_change=slot.take,
        args=(tuple,),
        label_visibility="collapsed",
    )


def _number(slot: Slot) -> None:
    given = _float(slot.row.operand)
    if len(slot.row.operand) > 1 or (slot.row.operand and given is None):
        _chips(slot)
        return
    form = _form(slot)
    st.number_input(
        slot.label,
        value=None if given is None else form.cast(given / form.scale),
        step=form.step,
        format=form.format,
        placeholder=form.placeholder,
        key=slot.key,
        on_change=slot.take,
        args=(lambda value: () if value is None else (form.stored(value),),),
        label_visibility="collapsed",
    )


@dataclass(frozen=True)
class NumberForm:
    """How a number is typed in: in units of which the filter holds `scale` times as many."""

    placeholder: str
    cast: Callable[[float], float] = float
    step: float | None = None
    format: str | None = "%g"
    scale: int = 1

    def stored(self, value: float) -> int | float:
        """The typed number as the filter holds it; amounts in cents."""
        # Of a binary fraction times a hundred, the digits that nobody typed are cut away.
        return _short(round(value * self.scale, 6) if self.scale > 1 else value)


def _form(slot: Slot) -> NumberForm:
    widget = slot.operator.operand.widget
    if widget is not None:  # days, months, counts: numbers without the field's unit
        return NumberForm(PLACEHOLDERS.get(widget, "A number"), int, 1, None)
    if _is_amount(slot):
        return NumberForm(f"Amount, {workbench().project.currency}", float, 1.0, "%.2f", 100)
    return NumberForm("A number")


def _boolean(slot: Slot) -> None:
    given = {"true": 0, "false": 1}
    first = next(iter(slot.row.operand), None)
    st.selectbox(
        slot.label,
        [True, False],
        index=None if first is None else given.get(str(first).lower()),
        format_func=lambda value: "true" if value else "false",
        placeholder="Pick",
        key=slot.key,
        on_change=slot.take,
        args=(lambda value: () if value is None else (value,),),
        label_visibility="collapsed",
    )


def _date(slot: Slot) -> None:
    """A day; what a calendar cannot show (an hour, several days) stays text."""
    first = next(iter(slot.row.operand), None)
    try:
        given = None if first is None else date.fromisoformat(str(first))
    except ValueError:
        given = None
    if len(slot.row.operand) > 1 or (first is not None and given is None):
        _chips(slot)
        return
    st.date_input(
        slot.label,
        given,
        min_value=date(1900, 1, 1),
        max_value=date(2100, 12, 31),
        format=date_format().widget,
        key=slot.key,
        on_change=slot.take,
        args=(lambda value: () if value is None else (value.isoformat(),),),
        label_visibility="collapsed",
    )


INPUTS: Mapping[tuple[str, str], Callable[[Slot], None]] = {
    ("one", "number"): _number,
    ("one", "days"): _number,
    ("many", "days"): _number,
    ("many", "boolean"): _boolean,
    ("one", "date"): _date,
    ("many", "date"): _date,
    ("one", "instant"): _date,
    ("many", "instant"): _date,
    ("many", "month"): _names_of,
    ("many", "weekday"): _names_of,
}
PLACEHOLDERS = {"days": "Days", "number": "A number"}


def _typed(slot: Slot, text: str) -> Any:
    """What was typed as the JSON value of the kind; as it is where it does not fit."""
    try:
        if _is_amount(slot):
            return _form(slot).stored(float(text.replace(",", "")))
        return slot.field.kind.show(slot.field.kind.read_json(text, UTC))
    except (OverflowError, ValueError):
        return text


def _text(slot: Slot, value: Any) -> str:
    """A value as a reader sees it: amounts in the currency, with two decimals."""
    amount = _float((value,)) if _is_amount(slot) else None
    if amount is not None:
        return f"{amount / _form(slot).scale:,.2f}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_amount(slot: Slot) -> bool:
    """Whether its values are cents, and not such as days or months."""
    return slot.field.unit == "cents" and slot.operator.operand.widget is None


def _float(operand: tuple[Any, ...]) -> float | None:
    try:
        return float(operand[0])
    except (IndexError, TypeError, ValueError):
        return None


def _short(number: float) -> int | float:
    return int(number) if number == int(number) else number
