"""
How long records are kept: rules as rows, of which each names a kind of record, an age and by which
date it is counted. Privacy rules 22 and 23.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from engine.base.kinds.customers import ANONYMOUS
from engine.base.kinds.registry import CUSTOMERS, KINDS, owned_kinds
from engine.base.profiles import Profile
from engine.base.stored_fields import expression
from engine.errors import Issue, NotFoundError, UsageError
from engine.filters.clock import Clock
from engine.filters.fields import Field
from engine.filters.kinds import DATE, INSTANT
from engine.limits import DAY_SPAN
from engine.store.database import Transaction
from engine.store.records.tables import OWNER
from engine.store.results.change_log import Act
from engine.store.results.settings import delete_setting, save_setting, settings
from engine.text.display import quoted
from engine.workspace.workbench import Access, Workbench

GROUP = "retention"  # of the settings
HISTORY = "history"  # in the place of a kind: older versions of all records
REMOVED = ("customers", *(kind.name for kind in owned_kinds()))
WHOLE = (*REMOVED, HISTORY)  # what a rule may be of


@dataclass(frozen=True)
class RetentionRule:
    """One rule: what is older than that goes."""

    kind: str  # one of WHOLE
    days: int
    by: str = ""  # the path of a date of the record; a version is as old as the one after it
    only: str = ""  # a key of CONDITIONS

    @property
    def key(self) -> str:
        """What it is known by: of the same records there is one rule."""
        return f"{self.kind} {self.only}".strip()

    def before(self, clock: Clock) -> datetime:
        """What is older than that instant goes."""
        return clock.instant - timedelta(days=self.days)


@dataclass(frozen=True, eq=False)
class RetentionCondition:
    """Which of the records of a kind a rule is about."""

    key: str
    label: str
    kinds: tuple[str, ...]
    test: Callable[[Profile, str], pl.Expr]  # of the living records of that kind


def _everything(_profile: Profile, _kind: str) -> pl.Expr:
    return pl.lit(value=True)


def _without(*names: str) -> Callable[[Profile, str], pl.Expr]:
    def test(profile: Profile, _kind: str) -> pl.Expr:
        owners = pl.concat(profile.activity.records(name)[OWNER] for name in names).drop_nulls()
        return ~pl.col("row").is_in(owners.unique().implode())

    return test


def _visitor(_profile: Profile, _kind: str) -> pl.Expr:
    return pl.col(ANONYMOUS).fill_null(value=False)


def _nobodys(profile: Profile, _kind: str) -> pl.Expr:
    return ~pl.col(OWNER).is_in(profile.customers["row"].implode()).fill_null(value=False)


CONDITIONS: Mapping[str, RetentionCondition] = {
    row.key: row
    for row in (
        RetentionCondition("", "all of them", REMOVED, _everything),
        RetentionCondition(
            "without-orders", "without any order", ("customers",), _without("orders")
        ),
        RetentionCondition(
            "without-activity",
            "without any order, redemption or event",
            ("customers",),
            _without(*(kind.name for kind in owned_kinds())),
        ),
        RetentionCondition("anonymous", "visitors without a name", ("customers",), _visitor),
        RetentionCondition("of-nobody", "of no customer any more", REMOVED[1:], _nobodys),
    )
}


def dates_of(profile: Profile, kind: str) -> dict[str, Field]:
    """By which dates the age of a record of a kind can be counted."""
    if kind == HISTORY:
        return {}
    known = profile.catalogue.fields() if kind == CUSTOMERS.name else KINDS[kind].fields.values()
    return {each.path: each for each in known if each.kind in (INSTANT, DATE) and not each.many}


def usual_date(kind: str) -> str:
    """By which date the age of records of a kind is counted where nobody says another."""
    return "" if kind == HISTORY else str(KINDS[kind].instant)


def conditions_of(kind: str) -> list[RetentionCondition]:
    """Which records of a kind a rule may be about."""
    return [row for row in CONDITIONS.values() if kind in row.kinds]


def aged(profile: Profile, rule: RetentionRule, clock: Clock) -> pl.DataFrame:
    """The living records that go by a rule, one row each, all columns; those without date stay."""
    table, field = KINDS[rule.kind].table, dates_of(profile, rule.kind)[rule.by]
    records, dates = profile.records(table), _dates(profile, rule, field)
    if dates is None:
        return records.clear()
    before = rule.before(clock)
    limit = before.astimezone(clock.zone).date() if field.kind is DATE else before
    old = (dates < limit).fill_null(value=False)
    return records.filter(old, CONDITIONS[rule.only].test(profile, rule.kind))


def _dates(profile: Profile, rule: RetentionRule, field: Field) -> pl.Series | None:
    if rule.kind == CUSTOMERS.name:
        return profile.values(field)
    table = KINDS[rule.kind].table
    stored = expression(field, table, profile.snapshot)
    return None if stored is None else profile.records(table).select(stored).to_series()


def rules(workbench: Workbench) -> list[RetentionRule]:
    """Every rule, in the order of their keys."""
    with workbench.store.read() as connection:
        return [RetentionRule(**row) for row in stored_rules(connection).values()]


def stored_rules(connection: Transaction) -> dict[str, Any]:
    """The same as JSON, by key."""
    return settings(connection, GROUP)


def set_rule(access: Access, rule: RetentionRule) -> None:
    """
    Sets a rule in place of the one of the same records, if there is one.

    Raises:
        UsageError: a part of it does not fit; all faults at once.
    """
    check_rule(access.profile(), rule)
    _save(access, rule.key, vars(rule))


def check_rule(profile: Profile, rule: RetentionRule) -> None:
    """
    Looks whether a rule can be set.

    Raises:
        UsageError: a part of it does not fit; all faults at once.
    """
    if faults := list(_faults(profile, rule)):
        raise UsageError("the rule cannot be used", faults)


def remove_rule(access: Access, key: str) -> None:
    """
    Removes a rule.

    Raises:
        NotFoundError: there is none of that key.
    """
    with access.store.read() as connection:
        known = list(stored_rules(connection))
    if key not in known:
        there = ", ".join(map(quoted, known)) or "none"
        raise NotFoundError(f"no rule is called {quoted(key)}; there are: {there}")
    _save(access, key, None)


def _save(access: Access, key: str, rule: Mapping[str, str | int] | None) -> None:
    with access.write("retention rule") as (connection, act):
        write_rule(connection, act, key, rule)
    access.memberships.changed.set()  # wakes the thread that applies rules


def write_rule(
    connection: Transaction, act: Act, key: str, rule: Mapping[str, str | int] | None
) -> None:
    """Keeps a rule as JSON, or none, under its key; what is so already is nothing to write."""
    before = stored_rules(connection).get(key)
    after = None if rule is None else json.loads(json.dumps(rule))
    if before == after:
        return
    act.touched["retention rules"], act.before, act.after = [key], before, after
    delete_setting(connection, GROUP, key)
    if after is not None:
        save_setting(connection, GROUP, key, after)


def _faults(profile: Profile, rule: RetentionRule) -> Iterator[Issue]:
    if not 1 <= rule.days <= DAY_SPAN.most:
        yield Issue("$.days", f"expected from 1 to {DAY_SPAN.most:,} days, got {rule.days:,}")
    if rule.kind not in WHOLE:
        yield Issue("$.kind", f"expected one of {', '.join(WHOLE)}, got {quoted(rule.kind)}")
        return
    dates = dates_of(profile, rule.kind)
    if rule.by not in (dates or [""]):
        wanted = f"one of {', '.join(dates)}" if dates else f"no date for the {HISTORY}"
        yield Issue("$.by", f"expected {wanted}, got {quoted(rule.by)}")
    fitting = [row.key for row in conditions_of(rule.kind)] or [""]
    if rule.only not in fitting:
        wanted = ", ".join(filter(None, fitting)) or "no condition"
        yield Issue("$.only", f"expected {wanted}, got {quoted(rule.only)}")
