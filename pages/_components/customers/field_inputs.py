"""One field of a customer as an input of its type, and what it says as text."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from engine.filters.fields import Field
from engine.filters.kinds import NUMBER
from engine.text.display import visible
from pages._components.shell.form_faults import begin
from pages._components.shell.session import date_format, workbench
from pages._components.shell.text import spoken

Text = str | list[str] | None
FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)
YES, NO = "true", "false"
WORDS = {YES: "Yes", NO: "No"}


def field_input(field: Field, key: str, value: Any) -> Text:
    """
    Draws the input; gives its text as `field_texts.written_document` reads it, None for no value.

    Args:
        value: what it begins with, in the type of the field.
    """
    draw = _list if field.many else DRAWN.get(field.kind.key, _text)
    return draw(spoken(field.label), key, value)


def as_text(field: Field, value: Any) -> Text:
    """A stored value as its input gives it."""
    if value is None:
        return None
    if field.many:
        return [str(as_text_of(field.kind.key, one)) for one in value]
    return as_text_of(field.kind.key, value)


def as_text_of(kind: str, value: Any) -> str:
    """One element."""
    if kind == "boolean":
        return YES if value else NO
    if kind == "number":
        return str(NUMBER.show(value))
    if isinstance(value, datetime):
        return _local(value).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _local(value: datetime) -> datetime:
    return value.astimezone(workbench().zone).replace(tzinfo=None, second=0, microsecond=0)


def _text(label: str, key: str, value: Any) -> Text:
    return st.text_input(label, "" if value is None else str(value), key=key).strip() or None


def _number(label: str, key: str, value: Any) -> Text:
    begin(key, None if value is None else float(value))
    typed = st.number_input(label, value=None, step=1.0, format="%g", key=key)
    return None if typed is None else str(NUMBER.show(typed))


def _boolean(label: str, key: str, value: Any) -> Text:
    begin(key, None if value is None else as_text_of("boolean", value))
    chosen: str | None = st.selectbox(
        label, list(WORDS), None, format_func=WORDS.__getitem__, key=key, placeholder="No value"
    )
    return chosen


def _date(label: str, key: str, value: Any) -> Text:
    begin(key, value)
    chosen: date | None = st.date_input(
        label, None, FIRST, LAST, key=key, format=date_format().widget
    )
    return chosen.isoformat() if chosen else None


def _instant(label: str, key: str, value: Any) -> Text:
    begin(key, _local(value) if value else None)
    chosen: datetime | None = st.datetime_input(
        label,
        None,
        datetime(1, 1, 1, tzinfo=UTC).replace(tzinfo=None),
        datetime(9999, 12, 31, tzinfo=UTC).replace(tzinfo=None),
        key=key,
        format=date_format().widget,
    )
    return chosen.isoformat() if chosen else None


def _list(label: str, key: str, value: Any) -> Text:
    known = [str(one) for one in value or ()]
    chosen = st.multiselect(
        label,
        list(dict.fromkeys(known)),
        known,
        format_func=visible,
        key=key,
        accept_new_options=True,
        placeholder="Type a value and press Enter",
    )
    return chosen or None


Draw = Callable[[str, str, Any], Text]
DRAWN: Mapping[str, Draw] = {
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "instant": _instant,
}
