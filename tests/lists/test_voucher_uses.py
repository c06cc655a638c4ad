"""What each voucher gives in words, and what was made of it, held to plain arithmetic."""

from json import dumps, loads

import pytest

from engine.lists.rows import read_query, rows
from engine.lists.voucher_uses import USED, voucher_records
from engine.redemptions.attempt import attempt
from engine.redemptions.redeem import redeem
from engine.redemptions.rollback import roll_back
from engine.redemptions.vouchers import create_voucher


def values(base, code, *paths):
    records = voucher_records(base.workbench.profile(), base.workbench.project.money)
    at = records.find(code)
    return tuple(records.values(records.catalogue.field(path))[at] for path in paths)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"discount": {"type": "AMOUNT", "amount_off": 1005}}, "10.05 EUR off"),
        ({"discount": {"type": "AMOUNT", "amount_off": 5, "effect": "APPLY_TO_ITEMS"}},
         "0.05 EUR off each item"),
        ({"discount": {"type": "AMOUNT", "amount_off": 500,
                       "effect": "APPLY_TO_ITEMS_BY_QUANTITY"}}, "5.00 EUR off each unit"),
        ({"discount": {"type": "AMOUNT", "amount_off": 500,
                       "effect": "APPLY_TO_ITEMS_PROPORTIONALLY"}},
         "5.00 EUR off, divided by price"),
        ({"discount": {"type": "AMOUNT", "amount_off": 500,
                       "effect": "APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY"}},
         "5.00 EUR off, divided by quantity"),
        ({"discount": {"type": "PERCENT", "percent_off": 10}}, "10% off"),
        ({"discount": {"type": "PERCENT", "percent_off": 2.5, "amount_limit": 100,
                       "effect": "APPLY_TO_ITEMS"}}, "2.5% off each item, at most 1.00 EUR"),
        ({"discount": {"type": "FIXED", "fixed_amount": 2000}}, "20.00 EUR for the order"),
        ({"discount": {"type": "FIXED", "fixed_amount": 2000, "effect": "APPLY_TO_ITEMS"}},
         "20.00 EUR for each unit"),
        ({"discount": {"type": "UNIT", "unit_off": 2, "unit_type": "shoe"}}, "2 × shoe free"),
        ({"discount": {"type": "UNIT", "unit_off": 1, "unit_type": "shoe",
                       "effect": "ADD_NEW_ITEMS"}}, "1 × shoe free, added"),
        ({"discount": {"type": "UNIT", "unit_off": 1, "unit_type": "shoe",
                       "effect": "ADD_SAME_ITEMS"}},
         "1 × shoe free, added to those that are there"),
        ({"discount": {"type": "UNIT", "units": [{"unit_off": 1, "unit_type": "shoe"},
                                                 {"unit_off": 2.5, "unit_type": "hat"}]}},
         "1 × shoe, 2.5 × hat free"),
        ({"gift": {"amount": 5000}}, "Gift card of 50.00 EUR"),
    ],
)  # fmt: skip
def test_what_it_gives_is_told(base, terms, words):
    create_voucher(base.workbench, {**terms, "code": "A"})

    assert (words,) == values(base, "A", "gives")


def test_an_amount_in_what_it_gives_is_written_as_the_project_writes_it(base):
    create_voucher(base.workbench, {"gift": {"amount": 123_450}, "code": "A"})
    assert ("Gift card of 1,234.50 EUR",) == values(base, "A", "gives")

    base.workbench.configure(currency="PLN", money_format="1 000,00 EUR")

    told = "Gift card of 1\u202f234,50 PLN"
    assert (told,) == values(base, "A", "gives")
    asked = {"columns": '["gives"]', "search": "", "end": "9",
             "filter": dumps({"gives": {"type": "contains", "filter": "50 PLN"}})}  # fmt: skip
    shown = loads(rows(base.workbench, "vouchers", read_query(asked)))
    assert {"rows": [{"id": "A", "gives": told}], "total": 1} == shown


def test_a_value_as_files_bring_it_is_told_too(base):
    base.csv("Code,Discount type,Value\nA,AMOUNT,1000\nB,,\n", kind="vouchers")

    assert ("10.00 EUR off",) == values(base, "A", "gives")
    assert (None,) == values(base, "B", "gives")


def test_uses_count_each_order_once_and_nothing_that_was_rolled_back(base):
    create_voucher(base.workbench, {"code": "A", "discount": {"type": "AMOUNT", "amount_off": 100}})
    create_voucher(base.workbench, {"code": "G", "gift": {"amount": 5000}})
    assert (0, 0, 0, 0) == values(base, "A", *USED)
    for cents in (1000, 2000, 4000):
        order = {"amount": cents, "source_id": f"o-{cents}"}
        last = redeem(base.later(seconds=1).workbench, attempt(["A", "G"], order=order))
    again = {"source_id": "o-1000"}  # with nothing left to pay
    redeem(base.later(seconds=1).workbench, attempt(["A"], order=again))
    roll_back(base.later(seconds=1).workbench, last.parent)

    assert (3, 2, 200, 0) == values(base, "A", *USED)
    assert (2, 2, 2800, 0, 2200) == values(base, "G", *USED, "balance")


def test_what_no_record_says_is_no_number(base):
    create_voucher(base.workbench, {"code": "A", "discount": {"type": "AMOUNT", "amount_off": 100}})
    base.csv("Source_id\nw-1\n")
    base.csv("Id,Voucher_code,Customer_source_id,Result\nr1,A,w-1,SUCCESS\n", kind="redemptions")

    assert (1, None, None, None) == values(base, "A", *USED)
