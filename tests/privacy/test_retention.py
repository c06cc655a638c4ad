"""What is older than the rules say is gone, from the disk too; what is left equals a rebuild."""

import random
from datetime import timedelta

import polars as pl
import pytest

from engine.changes.log import in_words, log
from engine.changes.undo import undo
from engine.errors import ConflictError, NotFoundError, UsageError
from engine.privacy import erasure, retention
from engine.privacy.retention_rules import (
    CONDITIONS,
    REMOVED,
    RetentionRule,
    aged,
    conditions_of,
    dates_of,
    remove_rule,
    rules,
    set_rule,
)
from engine.segments import library
from engine.segments.history import entries
from engine.workspace.clockwork import turn
from tests.bases import Base
from tests.privacy.aged import (
    BUYERS,
    HISTORY_RULE,
    IDLE_RULE,
    LAPSED,
    ORDER_RULE,
    PEOPLE,
    kept,
    shop,
    whole,
)
from tests.privacy.bytes import found


@pytest.fixture
def filled(base):
    return base.filled(shop)


class Lessened:
    """A shop before and behind the removal of old orders, and of old customers without any."""

    def __init__(self, base):
        shop(base)
        self.base, self.access = base, base.workbench
        self.before = base.workbench.profile().change
        for rule in (ORDER_RULE, IDLE_RULE):
            set_rule(self.access, rule)
        self.foreseen = retention.preview(self.access)
        self.done = retention.run(self.access)

    def members(self, name):
        return library.members(self.access, library.find(self.access, name)).count


@pytest.fixture(scope="module")
def lessened(tmp_path_factory):
    made = Lessened(Base.new(tmp_path_factory.mktemp("lessened") / "workspace"))
    yield made
    made.base.close()


def test_old_records_go_with_their_bytes_and_those_of_their_customers(lessened):
    orders = lessened.access.profile().activity.records("orders")
    gone = ["order-from-2021", "a photo of 2021", "order-of-2022", "old-idle", "Ida Bez-Zakupu"]

    assert orders["source_id"].to_list() == ["order-from-2026"]
    assert lessened.base.column("source_id") == ["old-buyer", "new-idle", "undated"]
    assert found(lessened.base.folder, [*gone, "ida@idle.example"]) == []


def test_summaries_and_members_equal_a_rebuild(lessened):
    assert lessened.base.customer("old-buyer")["summary"]["orders"]["total_count"] == 1
    assert {name: lessened.members(name) for name in ("Buyers", "Lapsed", "Invited")} == {
        "Buyers": 1, "Lapsed": 2, "Invited": 1
    }  # fmt: skip
    whole(lessened.base)


def test_whoever_goes_leaves_because_of_retention_and_is_nobody_by_name(lessened):
    moved = entries(lessened.access, library.find(lessened.access, "Lapsed"))

    assert [(one.name, one.cause) for one in moved if one.direction == "left"] == [
        (None, "retention")
    ]


def test_the_preview_counts_what_the_run_then_does(lessened):
    told, done, now = lessened.foreseen, lessened.done, lessened.base.now
    certificate = erasure.index(lessened.access)[0].certificate

    assert (told.rules, lessened.before + 1) == (done.rules, done.change)
    assert [(one.rule, one.count) for one in done.rules] == [(IDLE_RULE, 1), (ORDER_RULE, 2)]
    assert (told.people, told.left, told.entered) == (
        1, {"Buyers": 1, "Lapsed": 1, "Invited": 1}, {"Lapsed": 1}
    )  # fmt: skip
    assert (told.counts["orders"], told.counts["customers"]) == (2, 1)
    assert told.told_since == {"customers": now, "orders": now}
    assert (certificate["because"], certificate["people"], certificate["tombstones"]) == (
        "retention", 1, []
    )  # fmt: skip


def test_the_line_of_the_log_names_the_rules_and_nobody_and_cannot_be_undone(lessened):
    line = next(one for one in log(lessened.access).lines if one.cause == "retention")

    assert line.actor == "me"
    assert "retention rule customers without-orders, orders" in in_words(line)
    with pytest.raises(ConflictError, match="of a kind that cannot be undone"):
        undo(lessened.access, line.number)


def test_as_of_before_records_went_is_refused_where_they_are_read(base):
    shop(base)
    kept(base, ORDER_RULE)
    profile, clock = base.workbench.state(base.now - timedelta(hours=1))

    assert profile.total == 4  # customers are all there
    with pytest.raises(ConflictError, match="the orders as they were before 2026-11-03T"):
        profile.matching(library.understood(base.workbench, BUYERS), clock)


def test_who_went_by_age_may_come_back_as_somebody_new(base):
    base.csv(PEOPLE)
    kept(base, RetentionRule("customers", 365, "created_at"))
    run = base.later(seconds=1).csv(PEOPLE)

    assert (run.created, run.unchanged, run.suppressed) == (2, 2, 0)


def test_a_preview_changes_nothing(filled):
    set_rule(filled.workbench, ORDER_RULE)
    lines = log(filled.workbench).total
    retention.preview(filled.workbench)

    assert filled.workbench.profile().activity.records("orders").height == 3
    assert log(filled.workbench).total == lines


def test_where_nothing_is_old_nothing_is_written(filled):
    before, lines = filled.workbench.profile().change, log(filled.workbench).total
    set_rule(filled.workbench, RetentionRule("orders", 36_500, "created_at"))

    assert retention.run(filled.workbench) is None
    assert filled.workbench.profile().change == before
    assert log(filled.workbench).total == lines + 1
    assert retention.last_run(filled.workbench) == filled.now


def test_redemptions_stay_as_long_as_their_voucher_counts_them(base):
    base.csv("Code,Discount_type,Discount_amount\nTEN,AMOUNT,1000\n", kind="vouchers")
    base.csv("Source_id\na\n")
    redemptions = "Id,Customer_source_id,Voucher_code,Result,Date\nr1,a,{},SUCCESS,2020-01-01\n"
    base.csv(redemptions.format("TEN"), kind="redemptions")
    base.csv(redemptions.format("GONE").replace("r1", "r2"), kind="redemptions")
    base.later(seconds=1)
    done = kept(base, RetentionRule("redemptions", 365, "date"))

    assert [(one.count, one.staying) for one in done.rules] == [(1, 1)]
    assert base.workbench.profile().activity.records("redemptions")["id"].to_list() == ["r1"]


@pytest.fixture(scope="module")
def various(tmp_path_factory):
    """Old records of which each condition fits others."""
    base = Base.new(tmp_path_factory.mktemp("various") / "workspace")
    names = ("idle", "buyer", "caller", "left")
    base.csv("Source_id,Created_at\n" + "".join(f"{name},2020-01-01\n" for name in names))
    base.json({"anonymous": True, "source_id": "visitor", "created_at": "2020-01-01T00:00:00Z"})
    orders = "o1,buyer,CREATED,2020-01-01\no2,left,PAID,2020-01-01\n"
    base.csv(f"Source_id,Customer_source_id,Status,Created_at\n{orders}", kind="orders")
    base.csv("Event,Customer_source_id,Created_at\ncalled,caller,2020-01-01\n", kind="events")
    base.later(seconds=1)
    erasure.erase(base.workbench, ["left"])
    yield base
    base.close()


@pytest.mark.parametrize(
    ("key", "going"),
    [
        ("", ["buyer", "caller", "idle", "visitor"]),
        ("without-orders", ["caller", "idle", "visitor"]),
        ("without-activity", ["idle", "visitor"]),
        ("anonymous", ["visitor"]),
        ("of-nobody", ["o2"]),
    ],
)
def test_a_condition_is_about_those_that_it_names(various, key, going):
    rule = RetentionRule(CONDITIONS[key].kinds[0], 365, "created_at", key)
    found_now = aged(various.workbench.profile(), rule, various.workbench.clock())

    assert sorted(found_now["source_id"]) == going


def test_no_condition_is_without_a_case(various):
    profile = various.workbench.profile()

    assert [*CONDITIONS] == ["", "without-orders", "without-activity", "anonymous", "of-nobody"]
    assert {kind for row in CONDITIONS.values() for kind in row.kinds} == {*REMOVED}
    assert "summary.orders.last_order_date" in dates_of(profile, "customers")
    assert {*dates_of(profile, "orders")} == {"created_at", "updated_at"}
    assert conditions_of("history") == []


@pytest.mark.parametrize(
    ("field", "going"),
    [("birthdate", ["a"]), ("metadata.seen", ["b"]), ("summary.orders.last_order_date", [])],
)
def test_age_is_counted_by_the_date_that_the_rule_names(base, field, going):
    base.json(
        {"source_id": "a", "birthdate": "2026-11-01", "metadata": {"seen": "2026-11-02T08:00:00Z"}},
        {"source_id": "b", "birthdate": "2026-11-02", "metadata": {"seen": "2026-10-01T00:00:00Z"}},
    )
    rule = RetentionRule("customers", 1, field)
    clock = base.later(hours=15).workbench.clock()

    assert aged(base.workbench.profile(), rule, clock)["source_id"].to_list() == going


@pytest.mark.parametrize(
    ("rule", "paths"),
    [
        (RetentionRule("orders", 0, "created_at"), ["$.days"]),
        (RetentionRule("wishes", 5, "created_at"), ["$.kind"]),
        (RetentionRule("orders", 40_000, "amount", "anonymous"), ["$.days", "$.by", "$.only"]),
        (RetentionRule("history", 5, "created_at"), ["$.by"]),
        (RetentionRule("history", 5, "", "anonymous"), ["$.only"]),
    ],
    ids=str,
)
def test_a_rule_that_does_not_fit_is_told_with_all_its_faults(base, rule, paths):
    with pytest.raises(UsageError) as told:
        set_rule(base.workbench, rule)

    assert [issue.path for issue in told.value.issues] == paths
    assert rules(base.workbench) == []


def test_a_rule_is_replaced_removed_and_brought_back_by_an_undo(base):
    set_rule(base.workbench, ORDER_RULE)
    later = RetentionRule("orders", 10, "updated_at")
    set_rule(base.workbench, later)
    line = log(base.workbench).lines[0]
    remove_rule(base.workbench, "orders")
    gone = log(base.workbench).lines[0]

    assert (line.before["days"], line.after["days"]) == (3 * 365, 10)
    assert in_words(gone) == "retention rule orders removed"
    assert rules(base.workbench) == []
    undo(base.workbench, gone.number)
    assert rules(base.workbench) == [later]
    with pytest.raises(NotFoundError, match="there are: `orders`"):
        remove_rule(base.workbench, "customers")


def test_the_clock_applies_the_rules_once_a_day(filled):
    set_rule(filled.workbench, ORDER_RULE)
    looks = []

    def wait(span):
        looks.append((filled.now, filled.workbench.profile().activity.records("orders").height))
        filled.later(seconds=span.total_seconds())
        return len(looks) < 3

    turn(filled.workbench, wait, [retention.apply_when_due])
    line = next(one for one in log(filled.workbench).lines if one.cause == "retention")

    assert [count for _, count in looks] == [1, 1, 1]
    assert looks[1][0] - looks[0][0] == timedelta(days=1)
    assert (line.actor, line.door) == ("clock", "clock")


def test_a_duty_that_fails_is_tried_again_in_an_hour(base):
    spans = []

    def fails(_workbench):
        raise ConflictError("another door is at it")

    def wait(span):
        spans.append(span)
        return False

    turn(base.workbench, wait, [fails])

    assert spans == [timedelta(hours=1)]


def test_writes_that_come_while_is_sought_are_counted_too(filled, monkeypatch):
    sought = erasure.plan_of

    def meanwhile(*arguments):
        found_now = sought(*arguments)
        filled.csv("Source_id,Description\nnew-idle,a friend of Ida Bez-Zakupu\n")
        return found_now

    monkeypatch.setattr(retention, "plan_of", meanwhile)
    filled.later(seconds=1)
    kept(filled, IDLE_RULE)

    assert found(filled.folder, ["Ida Bez-Zakupu"]) == []


def test_whatever_was_written_before_retention_leaves_what_a_rebuild_finds(base):
    drawn = random.Random(17)
    library.create(base.workbench, "Buyers", BUYERS)
    library.create(base.workbench, "Lapsed", LAPSED)
    for turn_number in range(6):
        base.later(days=drawn.randrange(1, 40))
        rows = "".join(
            f"c{drawn.randrange(9)},N{turn_number},{2019 + drawn.randrange(8)}-01-01\n"
            for _ in range(4)
        )
        base.csv(f"Source_id,Name,Created_at\n{rows}")
        numbers = [(drawn.randrange(12), drawn.randrange(9), drawn.randrange(8)) for _ in range(4)]
        orders = "".join(f"o{a},c{b},PAID,5,{2019 + year}-02-01\n" for a, b, year in numbers)
        base.csv(f"Source_id,Customer_source_id,Status,Amount,Created_at\n{orders}", kind="orders")
    living = base.workbench.profile()
    old = living.customers.filter(pl.col("created_at") < base.now - timedelta(days=730)).height
    done = kept(base, RetentionRule("customers", 730, "created_at"), ORDER_RULE, HISTORY_RULE)

    assert done.rules[0].count == old > 0
    assert base.workbench.profile().total == living.total - old
    whole(base)
