"""What is set for the workspace as a whole: how times and money are read and shown, and a cap."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import available_timezones

from engine.errors import Issue, StoreError, UsageError
from engine.limits import NAME, STATIC
from engine.store.database import Transaction
from engine.store.results.change_log import Act
from engine.store.results.settings import save_setting, settings
from engine.store.store import Store
from engine.text import formats
from engine.text.currencies import CURRENCIES
from engine.text.display import quoted
from engine.text.formats import DATES, MONEY

GROUP = "project"
MOST = STATIC.most
ACTIVITY = {
    "kept": "their orders, redemptions and events stay as nobody's, so that totals stay true",
    "removed": "their orders, redemptions and events go with them; totals are smaller by those",
}
CODE = re.compile("[A-Z]{3}")  # of a currency, also of one that has gone out of use


@dataclass(frozen=True)
class Project:
    """The settings, with what counts until somebody sets them."""

    time_zone: str = "UTC"  # of "today", weeks and naive instants (filters rule 4.5)
    currency: str = "EUR"  # of every amount; amounts are kept in cents
    static_cap: int = 20_000  # customers in a static segment at most (the guide, Static: Limit)
    date_format: str = "2026-11-02"  # a key of DATES; how pages write days
    money_format: str = "1,000.00 EUR"  # a key of MONEY; how pages write amounts
    secure_redemption: bool = False  # only the visitor who validated a code redeems it
    erased_activity: str = "kept"  # what erasure does with orders and the like: a key of ACTIVITY
    personal_metadata: str = ""  # keys of metadata that name people, with commas between them
    # The field of customers that says yes where somebody wants no more messages.
    unsubscribed_field: str = "system_metadata.consents.unsubscribed"
    tour: bool = True  # whether the overview points at what there is to find

    @property
    def personal_keys(self) -> frozenset[str]:
        """The keys of metadata whose values are sought wherever they stand."""
        return frozenset(filter(None, map(str.strip, self.personal_metadata.split(","))))

    def money(self, cents: float) -> str:
        """An amount of cents as the project writes it."""
        return formats.money(cents, self.currency, self.money_format)


@cache
def _zones() -> set[object]:
    return {*available_timezones()}


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST


def _yes_or_no(value: Any) -> bool:
    return isinstance(value, bool)


def _names(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable() and len(value) <= NAME.most


class ProjectSetting(NamedTuple):
    """What a setting is called, what it may be, and how a value of it is told."""

    label: str
    fits: Callable[[Any], bool]
    expected: str
    told: Callable[[Any], str] = str


def _said(text: str) -> str:
    return text or "nothing"


def _answer(value: bool) -> str:  # noqa: FBT001
    return "yes" if value else "no"


SETTINGS: Mapping[str, ProjectSetting] = {
    "time_zone": ProjectSetting(
        "Time zone", lambda value: value in _zones(), "a zone such as Europe/Warsaw"
    ),
    "currency": ProjectSetting(
        "Currency", lambda value: bool(CODE.fullmatch(str(value))), "a code such as EUR"
    ),
    "static_cap": ProjectSetting(
        "Most customers in a static segment",
        _whole,
        f"a whole number from 1 to {MOST:,}",
        "{:,}".format,
    ),
    "date_format": ProjectSetting("Dates", DATES.__contains__, f"one of {', '.join(DATES)}"),
    "money_format": ProjectSetting("Amounts", MONEY.__contains__, f"one of {'; '.join(MONEY)}"),
    "secure_redemption": ProjectSetting(
        "Redeemed by who validated alone", _yes_or_no, "true or false", _answer
    ),
    "erased_activity": ProjectSetting(
        "When a customer is erased, orders are",
        ACTIVITY.__contains__,
        f"one of {', '.join(ACTIVITY)}",
    ),
    "personal_metadata": ProjectSetting(
        "Personal metadata keys", _names, "keys of metadata with commas between them", _said
    ),
    "unsubscribed_field": ProjectSetting(
        "Unsubscribed field", _names, "the path of a field", _said
    ),
    "tour": ProjectSetting("Show the tour", _yes_or_no, "true or false", _answer),
}
# The same of what is set from now on: a workspace may have a currency that went out of use.
IN_USE = ProjectSetting(
    "Currency",
    lambda value: str(value) in CURRENCIES,
    "the code of a currency in use, such as EUR",
)
SETS: Mapping[str, ProjectSetting] = {**SETTINGS, "currency": IN_USE}


def in_words(name: str, value: Any) -> str:
    """A value of a setting as pages tell it; one of a setting that is no more as it was kept."""
    return SETTINGS[name].told(value) if name in SETTINGS else str(value)


def label(name: str) -> str:
    """What a setting is called; the name of one that is no more."""
    return SETTINGS[name].label if name in SETTINGS else name


def project(store: Store) -> Project:
    """
    The settings as they are now, whichever process wrote them; well under a millisecond.

    Raises:
        StoreError: one is none that anybody can have set.
    """
    names = {field.name for field in fields(Project)}
    kept = store.kept.of(settings, GROUP)
    found = {name: value for name, value in kept.items() if name in names}
    if wrong := [name for name, value in found.items() if not SETTINGS[name].fits(value)]:
        raise StoreError(
            f"the workspace is damaged: expected {SETTINGS[wrong[0]].expected} as the setting "
            f"{wrong[0]}, got {quoted(found[wrong[0]])}: restore a backup"
        )
    return Project(**found)


def check(values: Mapping[str, Any]) -> None:
    """
    Sees that there are such settings, and that they can have these values.

    Raises:
        UsageError: a value does not fit, or there is no such setting; all faults at once.
    """
    issues = [
        Issue(f"$.{name}", f"expected {SETS[name].expected}, got {quoted(value)}")
        if name in SETS
        else Issue(f"$.{name}", f"unknown setting; there are {', '.join(SETS)}")
        for name, value in values.items()
        if name not in SETS or not SETS[name].fits(value)
    ]
    if issues:
        raise UsageError("the settings cannot be used", issues)


def change(connection: Transaction, act: Act, now: Project, values: Mapping[str, Any]) -> None:
    """Writes the settings that get another value; the act says what they were and are."""
    before = {name: getattr(now, name) for name in values if getattr(now, name) != values[name]}
    after = {name: values[name] for name in before}
    for name, value in after.items():
        save_setting(connection, GROUP, name, value)
    if before:
        act.touched["settings"], act.before, act.after = list(before), before, after
