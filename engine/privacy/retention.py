"""
Rules of retention are applied: what is older goes from the records, the history and the disk.

All of it is one change set. Customers go as an erasure takes them, but nobody remembers them; of
other records their versions go, and a number stays. Privacy rules 22 to 26.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from engine.actors import CLOCK
from engine.base.kinds.registry import CUSTOMERS
from engine.base.profiles import Profile
from engine.filters.clock import Clock
from engine.privacy import texts
from engine.privacy.erasure import write_erasure
from engine.privacy.erasure_plan import Plan, brought_up, plan_of
from engine.privacy.history_fold import HistoryFold
from engine.privacy.people import people_of_rows
from engine.privacy.records import TableErasure, both, erase_records, removals
from engine.privacy.retention_rules import HISTORY, RetentionRule, aged, check_rule, rules
from engine.store.changes import ChangeSet
from engine.store.database import Transaction
from engine.store.purge import note_purge
from engine.store.results.idempotency import forget_answers
from engine.store.results.moves import Move
from engine.store.results.settings import save_setting, settings
from engine.workspace.workbench import Access, Workbench

EVERY = timedelta(days=1)  # between two times that the clock applies the rules
RUN, LAST = "retention run", "last"  # where the settings say when that was


@dataclass(frozen=True)
class RuleCount:
    """What one rule comes to."""

    rule: RetentionRule
    before: datetime  # what is older than that goes
    count: int  # records, or versions of them
    staying: int  # redemptions that are as old, by which their vouchers' limits are counted


@dataclass(frozen=True)
class RetentionPreview:
    """What applying the rules would do; nothing is written."""

    rules: tuple[RuleCount, ...]
    people: int
    activity: str  # a key of ACTIVITY: what becomes of the orders and the like of customers who go
    counts: Mapping[str, int]  # records, values or files that go or change; keys as in PLACES
    versions: Mapping[str, int]  # older ones that go, by record table
    left: Mapping[str, int]  # members that segments lose, by their names
    entered: Mapping[str, int]  # and win, as who has no orders any more
    told_since: Mapping[str, datetime]  # by record table: what was before cannot be told any more


@dataclass(frozen=True, eq=False)
class RetentionRun:
    """What was done."""

    change: int
    at: datetime
    rules: tuple[RuleCount, ...]


@dataclass(frozen=True, eq=False)
class RetentionPlan:
    """What is to be done, before anything is written."""

    rules: tuple[RuleCount, ...]
    customers: Sequence[int]  # the `row` of those who are too old
    removed: Mapping[str, Sequence[int]]  # the `row` of records that go by their own age
    answers: Sequence[str]  # ids of records of which a kept answer to a call may tell
    erasure: Plan  # of the customers who go
    fold: HistoryFold

    @property
    def records(self) -> list[TableErasure]:
        """What becomes of each record table."""
        return both(self.erasure.records, removals(self.removed))

    @property
    def lessened(self) -> list[str]:
        """The record tables of which records go."""
        return [one.table.name for one in self.records if one.gone]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be done."""
        return not self.lessened and not self.fold.counts


def preview(access: Access) -> RetentionPreview:
    """
    What applying all rules now would do, counted by doing it and taking it back.

    Raises:
        ClockError: the clock is before the last change.
    """
    plan = _plan(access, access.profile(), access.clock())
    moves: Sequence[Move] = ()
    counts = {one.table.name: len(one.rows) for one in plan.records if one.rows}
    if not plan.is_empty:
        moves = access.rehearse(
            "retention", lambda change, profile: _apply(access, change, profile, plan)
        ).moves
    if plan.erasure.people:
        with access.store.read() as connection:
            counts |= texts.counts(connection, plan.erasure.traces)
        counts |= {key: len(files) for key, files in plan.erasure.files.items()}
    names = {one.id: one.name for one in access.memberships.segments()}
    return RetentionPreview(
        plan.rules,
        len(plan.erasure.people),
        plan.erasure.activity,
        counts,
        plan.fold.counts,
        _sums((names[move.segment_id], len(move.left)) for move in moves),
        _sums((names[move.segment_id], len(move.entered)) for move in moves),
        _told_since(access, plan),
    )


def rule_count(workbench: Workbench, rule: RetentionRule) -> RuleCount:
    """
    What one rule would come to now, which nobody may have set yet.

    Raises:
        UsageError: it cannot be set.
    """
    profile, clock = workbench.profile(), workbench.clock()
    check_rule(profile, rule)
    if rule.kind == HISTORY:
        versions = sum(_fold(workbench, profile, clock, [rule]).counts.values())
        return RuleCount(rule, rule.before(clock), versions, 0)
    records = aged(profile, rule, clock)
    staying = len(_counted(profile, rule, records))
    return RuleCount(rule, rule.before(clock), records.height - staying, staying)


def run(access: Access) -> RetentionRun | None:
    """
    Applies all rules; None: there was nothing to do.

    What goes is sought before the lock is taken.

    Raises:
        ClockError: the clock is before the last change; or all is done but for what a reader of
            another program still holds.
    """
    plan = _plan(access, access.profile(), access.clock())
    if plan.is_empty:
        with access.note() as connection:
            _note_run(connection, access.now())
        return None
    with access.change_set("retention", gathered=True) as (change, profile):
        clock = Clock(change.now, access.zone)
        plan = _plan(access, profile, clock, plan)
        _apply(access, change, profile, plan)
        change.record(lambda connection: _note_run(connection, change.now))
    access.purge()
    return RetentionRun(change.number, change.now, plan.rules)


def apply_when_due(workbench: Workbench) -> datetime:
    """Applies the rules as the clock if a day is over since they were; gives when to look again."""
    now = workbench.now()
    due = next_run(workbench)
    if due is None:
        return now + EVERY
    if due <= now:
        run(workbench.acting(CLOCK))
        due = now + EVERY
    return due


def next_run(workbench: Workbench) -> datetime | None:
    """When the clock applies the rules next, no later; None: there are none."""
    last = last_run(workbench)
    if not rules(workbench):
        return None
    return workbench.now() if last is None else last + EVERY


def last_run(workbench: Workbench) -> datetime | None:
    """When the rules were applied last, by whomever."""
    with workbench.store.read() as connection:
        noted = settings(connection, RUN).get(LAST)
    return None if noted is None else datetime.fromisoformat(noted["at"])


def _note_run(connection: Transaction, at: datetime) -> None:
    save_setting(connection, RUN, LAST, {"at": at.isoformat()})


def _plan(
    workbench: Workbench, profile: Profile, clock: Clock, known: RetentionPlan | None = None
) -> RetentionPlan:
    """
    What all rules come to.

    Args:
        known: what was found before; of the customers who go it is looked at what has come since.
    """
    wanted = rules(workbench)
    found = {rule: aged(profile, rule, clock) for rule in wanted if rule.kind != HISTORY}
    staying = {rule: _counted(profile, rule, records) for rule, records in found.items()}
    going = {
        rule: records.filter(~pl.col("row").is_in(staying[rule].implode()))
        for rule, records in found.items()
    }
    rows: dict[str, set[int]] = {}
    for rule, records in going.items():
        rows.setdefault(rule.kind, set()).update(records["row"])
    customers = sorted(rows.pop(CUSTOMERS.name, ()))
    erasure = _erasure(workbench, profile, customers, known)
    fold = _fold(workbench, profile, clock, wanted)
    counts = tuple(
        RuleCount(
            rule,
            rule.before(clock),
            sum(fold.counts.values()) if rule.kind == HISTORY else going[rule].height,
            0 if rule.kind == HISTORY else len(staying[rule]),
        )
        for rule in wanted
    )
    answers = [key for records in going.values() for key in records["id"]]
    return RetentionPlan(
        *(counts, customers, {name: sorted(some) for name, some in rows.items()}),
        *(answers, erasure, fold),
    )


def _erasure(
    workbench: Workbench, profile: Profile, customers: Sequence[int], known: RetentionPlan | None
) -> Plan:
    """What becomes of the customers who go; of the same ones only what has come since is sought."""
    same = known is not None and known.customers == customers
    if known and same and known.erasure.change == profile.change:
        return known.erasure
    people = people_of_rows(workbench, profile, customers)
    if known and same:
        return brought_up(workbench, known.erasure, profile, people)
    return plan_of(workbench, profile, people, None)


def _counted(profile: Profile, rule: RetentionRule, records: pl.DataFrame) -> pl.Series:
    """The `row` of redemptions of vouchers that are still there: they count for its limits."""
    if rule.kind != "redemptions":
        return records["row"].clear()
    codes = profile.activity.records("vouchers")["id"]
    return records.filter(pl.col("voucher_code").is_in(codes.implode()))["row"]


def _fold(
    workbench: Workbench, profile: Profile, clock: Clock, wanted: Iterable[RetentionRule]
) -> HistoryFold:
    rule = next((rule for rule in wanted if rule.kind == HISTORY), None)
    if rule is None:
        return HistoryFold(workbench, profile, 0)
    last = workbench.store.snapshot_at(rule.before(clock))
    fold = HistoryFold(workbench, profile, last.change, last.at)
    fold.find()
    return fold


def _apply(access: Access, change: ChangeSet, profile: Profile, plan: RetentionPlan) -> None:
    """Writes what is to be done, as part of one change set."""
    if plan.is_empty:
        return
    erase_records(access, profile, change, plan.records, plan.erasure.traces, plan.fold.of)
    for name in plan.lessened:
        change.forget_before(change.tables[name], change.number)
    plan.fold.note(change)
    if plan.erasure.people:
        erasure_id = write_erasure(access, change, plan.erasure, remembered=False)
        change.act.touched["erasures"] = [erasure_id]
    change.record(lambda connection: forget_answers(connection, plan.answers))
    change.record(note_purge)
    change.act.touched["retention rules"] = [one.rule.key for one in plan.rules if one.count]
    if plan.fold.counts:
        change.act.touched["older versions"] = sum(plan.fold.counts.values())


def _sums(found: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for name, count in found:
        if count:
            sums[name] = sums.get(name, 0) + count
    return sums


def _told_since(workbench: Workbench, plan: RetentionPlan) -> dict[str, datetime]:
    """Since when each record table will be able to tell what it was."""
    at = plan.fold.at or workbench.now()
    return dict.fromkeys(plan.fold.counts, at) | dict.fromkeys(plan.lessened, workbench.now())
