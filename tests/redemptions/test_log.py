"""The redemption log: what its filters leave, what that comes to, and its course over time."""

from datetime import date

import orjson
import polars as pl
import pytest

from engine.base.kinds.registry import CUSTOMERS
from engine.base.records import records_of
from engine.errors import FilterError, NotFoundError
from engine.lists.rows import read_query, rows
from engine.lists.selection import Selection, selected
from engine.redemptions.log import RedemptionFilter, Totals, course, suggestions, totals
from engine.segments import library

PEOPLE = "Source_id,Name,City\na,Ann,Rome\nb,Bob,Oslo\n"
LOG = """\
Id,Date,Voucher_code,Campaign,Customer_source_id,Result,Status,Failure_code,Object,Order_amount,Gift_amount
r1,2026-01-01T10:00:00Z,WELCOME,Spring,a,SUCCESS,,,,1000,
r2,2026-01-01T23:30:00Z,WELCOME,Spring,a,,FAILED,quantity_exceeded,,9900,
r3,2026-01-15T10:00:00Z,GIFT-1,,b,SUCCESS,,,redemption,,250
r4,2026-02-20T10:00:00Z,WELCOME,Spring,b,,ROLLED_BACK,,redemption,7000,
rr4,2026-02-21T10:00:00Z,WELCOME,Spring,b,SUCCESS,,,redemption_rollback,,
r5,2026-03-01T10:00:00Z,OTHER,Autumn,c,,,,,,
"""


@pytest.fixture
def shop(base):
    return base.filled(told)


def told(base):
    base.csv(PEOPLE)
    base.csv(LOG, kind="redemptions")


def found(base, asked=RedemptionFilter(), **narrowed):  # noqa: B008 - frozen, and nothing is asked
    return selected(
        base.workbench, Selection(filter=asked.to_filter(), **narrowed), table="redemptions"
    )


def ids(base, asked=RedemptionFilter(), **narrowed):  # noqa: B008 - as above
    chosen = found(base, asked, **narrowed)
    log = records_of(chosen.profile, "redemptions")
    return " ".join(log.frame["id"].gather(chosen.positions))


def block(base, **parameters):
    """The rows and their number as the route gives them."""
    window = {"start": "0", "end": "100"}
    given = {name: orjson.dumps(value).decode() for name, value in parameters.items()}
    return orjson.loads(rows(base.workbench, "redemptions", read_query({**window, **given})))


def test_totals_tell_redemptions_by_outcome_and_a_rollback_is_none_of_its_own(shop):
    assert totals(found(shop)) == Totals(
        redemptions=5,
        succeeded=2,
        failed=1,
        rolled_back=1,
        customers=3,
        order_amount=1000,
        gift_amount=250,
    )


def test_amounts_that_no_record_states_are_unknown_and_not_nothing(shop):
    sums = totals(found(shop, RedemptionFilter(outcomes=("Failed",))))

    assert (sums.order_amount, sums.gift_amount) == (None, None)
    assert totals(found(shop, RedemptionFilter(vouchers=("nobody has it",)))).redemptions == 0


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        (RedemptionFilter(outcomes=("Succeeded",)), "r1 r3"),
        (RedemptionFilter(outcomes=("Failed", "Rolled back")), "r2 r4"),
        (RedemptionFilter(outcomes=("Rollback",)), "rr4"),
        (RedemptionFilter(failures=("quantity_exceeded",)), "r2"),
        (RedemptionFilter(vouchers=("WELCOME",), campaigns=("Spring", "Autumn")), "r1 r2 r4 rr4"),
        (RedemptionFilter(first=date(2026, 1, 15)), "r3 r4 rr4 r5"),
        (RedemptionFilter(last=date(2026, 1, 15)), "r1 r2 r3"),
        (RedemptionFilter(first=date(2026, 1, 1), last=date(2026, 1, 1)), "r1 r2"),
        (RedemptionFilter(), "r1 r2 r3 r4 rr4 r5"),
    ],
    ids=str,
)
def test_each_filter_narrows_the_log(shop, asked, left):
    assert ids(shop, asked) == left


def test_days_are_those_of_the_project_zone(shop):
    shop.workbench.configure(time_zone="Europe/Warsaw")  # 23:30 UTC is the next day
    zone = shop.workbench.zone

    assert ids(shop, RedemptionFilter(last=date(2026, 1, 1))) == "r1"
    days = course(found(shop, RedemptionFilter(last=date(2026, 1, 31))), zone).counts
    assert days["period"].to_list() == [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 15)]


def test_a_segment_or_a_customer_narrows_by_whose_they_are(shop):
    rome = library.create(shop.workbench, "Rome", {"city": {"conditions": {"$is": ["Rome"]}}})

    assert ids(shop, segment=rome.id) == "r1 r2"
    assert ids(shop, RedemptionFilter(outcomes=("Failed",)), segment="Rome") == "r2"
    assert ids(shop, customers=("b",)) == "r3 r4 rr4"
    with pytest.raises(NotFoundError):
        ids(shop, segment="nobody")


def test_the_course_has_the_shortest_period_that_stays_readable(shop):
    zone = shop.workbench.zone
    shop.csv("Id,Date,Customer_source_id,Result\nold,2020-01-09T00:00:00Z,a,SUCCESS\n",
             kind="redemptions")  # fmt: skip

    def periods(asked):
        over = course(found(shop, asked), zone)
        return over.period, over.counts.rows()

    assert periods(RedemptionFilter(vouchers=("GIFT-1",))) == (
        "day",
        [(date(2026, 1, 15), "Succeeded", 1)],
    )
    assert periods(RedemptionFilter(first=date(2026, 1, 1), vouchers=("WELCOME",)))[0] == "day"
    assert (
        periods(RedemptionFilter(first=date(2025, 1, 1), outcomes=("Succeeded", "Rolled back")))[0]
        == "day"
    )
    period, weeks = periods(
        RedemptionFilter(first=date(2026, 1, 15), outcomes=("Rolled back", "Succeeded"))
    )
    assert (period, len(weeks)) == ("day", 2)
    assert periods(RedemptionFilter(outcomes=("Succeeded",))) == (
        "month",
        [(date(2020, 1, 1), "Succeeded", 1), (date(2026, 1, 1), "Succeeded", 2)],
    )
    assert periods(RedemptionFilter(vouchers=("nobody has it",))) == ("day", [])


def test_suggestions_come_with_the_most_frequent_first(shop):
    log = records_of(shop.workbench.profile(), "redemptions")

    assert suggestions(log, "voucher.code") == {"WELCOME": 4, "GIFT-1": 1, "OTHER": 1}
    assert suggestions(log, "failure_code") == {"quantity_exceeded": 1}


def test_rows_show_the_customer_and_amounts_in_the_currency(shop):
    columns = ["date", "outcome", "customer.name", "order.amount"]
    newest = [{"colId": "date", "sort": "desc"}]
    answer = block(shop, columns=columns, sort=newest)

    assert answer["total"] == 6
    assert answer["rows"][0] == {
        "id": "r5",
        "date": "2026-03-01 10:00",
        "outcome": None,
        "customer.name": None,
        "order.amount": None,
    }
    assert answer["rows"][-1]["order.amount"] == 10.0
    assert answer["rows"][-1]["customer.name"] == "Ann"


def test_column_filters_and_page_filters_hold_together(shop):
    def left(**parameters):
        return " ".join(row["id"] for row in block(shop, columns=[], **parameters)["rows"])

    ten = {"order.amount": {"type": "greaterThanOrEqual", "filter": 70}}
    assert left(filter=ten) == "r2 r4"
    assert left(filter=ten, where=RedemptionFilter(outcomes=("Failed",)).to_filter()) == "r2"
    assert left(filter={"customer.name": {"type": "equals", "filter": "bob"}}) == "r3 r4 rr4"
    assert left(customers=["a"]) == "r1 r2"
    with pytest.raises(FilterError):
        left(filter={"order.amount": {"type": "equals", "filter": "many"}})
    with pytest.raises(FilterError):
        left(where={"nme": {"conditions": {"$is": ["x"]}}})


def test_a_record_is_found_by_its_id_alone(shop):
    log = records_of(shop.workbench.profile(), "redemptions")

    assert log.find("r3") == 2
    with pytest.raises(NotFoundError, match="`nobody`"):
        log.find("nobody")


def test_the_log_follows_the_next_import(shop):
    before = totals(found(shop)).redemptions
    shop.csv("Id,Status\nr1,ROLLED_BACK\n", kind="redemptions")
    after = totals(found(shop))

    assert (before, after.redemptions, after.succeeded, after.rolled_back) == (5, 5, 1, 2)


def test_what_a_customer_left_behind_belongs_to_nobody_else(shop):
    with shop.workbench.change_set("deletion") as (change, profile):
        gone = profile.customers.filter(pl.col("source_id") == "a").with_columns(deleted=True)
        before = change.before
        change.append(CUSTOMERS, gone, before.schema(CUSTOMERS), before.next_rows["customers"])
    everybody = library.create(shop.workbench, "All", {"id": {"conditions": {"$has_value": True}}})
    named = block(shop, columns=["customer.source_id"])["rows"]

    assert [row["customer.source_id"] for row in named] == [None, None, "b", "b", "b", "c"]
    assert ids(shop, segment=everybody.id) == "r3 r4 rr4 r5"
