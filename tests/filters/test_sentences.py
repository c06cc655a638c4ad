"""One pattern per kind of condition: what each says, and that every operator says something."""

import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.kinds.fields import catalogue
from engine.filters.describe import describe_condition, sentence
from engine.filters.expression import Condition
from engine.filters.fields import NameType
from engine.filters.kinds import BOOLEAN, DATE, NUMBER, STRING
from engine.filters.operators.table import operators_for
from engine.filters.parser import parse
from engine.filters.wording.patterns import FORMS
from engine.filters.words import EVENT_VERBS
from engine.text.formats import money
from tests import strategies

CATALOGUE = catalogue(
    metadata={
        "newsletter": NameType(BOOLEAN),
        "favourite_brands": NameType(STRING, many=True),
        "locale": NameType(STRING),
        "shoe_size": NameType(NUMBER),
        "day": NameType(DATE),
    },
    events=("cart_abandoned", "visit"),
    records={"orders": {"shop": NameType(STRING)}},
)
ORDERS, REDEMPTIONS = "summary.orders", "summary.redemptions"
ABANDONED, VISITED = "events.cart_abandoned", "events.visit"
LAST_30 = {"window": {"last_days": 30}}
OCTOBER = {"window": {"from": "2026-10-01", "to": "2026-11-01"}}
PAID = {"where": {"status": {"conditions": {"$is": "PAID"}}}}
CASES = [
    # The table of kinds.
    (f"{ABANDONED}.count", {"$more_than": 0}, LAST_30, "who abandoned a cart in the last 30 days"),
    (f"{ORDERS}.total_count", {"$is": 0}, {}, "who have never ordered"),
    (f"{ORDERS}.total_count", {"$is": 0}, {"window": {"last_days": 90}},
     "who did not order in the last 90 days"),
    (f"{ORDERS}.total_count", {"$more_than_equal": 2}, LAST_30,
     "who ordered at least twice in the last 30 days"),
    (f"{ORDERS}.total_count", {"$more_than": 0}, OCTOBER | PAID,
     "who placed a PAID order from 1 to 31 October 2026"),
    (f"{ORDERS}.total_amount", {"$more_than_equal": 100_000}, {"window": {"last_days": 365}},
     "who spent 1,000.00 EUR or more in the last 365 days"),
    (f"{ORDERS}.last_order_date", {"$more_than": 180}, {},
     "who last ordered more than 180 days ago"),
    (f"{ORDERS}.last_order_date", {"$is_unknown": True}, {}, "with no order date"),
    (f"{REDEMPTIONS}.total_failed", {"$more_than_equal": 2}, {},
     "with 2 or more failed redemptions"),
    ("birthdate", {"$this_month": True}, {}, "whose birthday is this month"),
    ("created_at", {"$less_than": 30}, {}, "created in the last 30 days"),
    ("loyalty.points", {"$more_than_equal": 900, "$less_than": 1000}, {},
     "with 900 to 999 loyalty points"),
    ("address.city", {"$is": ["Berlin", "Köln"]}, {}, "in Berlin or Köln"),
    ("email", {"$not_contain": "a b"}, {}, "with an e-mail not containing “a b”"),
    ("metadata.newsletter", {"$is": True}, {}, "with newsletter = yes"),
    ("metadata.favourite_brands", {"$intersects": ["Ecco", "Geox"]}, {},
     "whose favourite brands include Ecco or Geox"),
    ("segments", {"$is": "X"}, {}, "in segment X"),
    ("segments", {"$is_not": "X"}, {}, "not in segment X"),
    # Their neighbours.
    (f"{VISITED}.count", {"$more_than": 0}, {}, "with at least one visit event"),
    (f"{VISITED}.count", {"$is": 0}, {}, "with no visit events"),
    (f"{VISITED}.last_occurred", {"$less_than": 1}, {},
     "whose last visit event was in the last day"),
    (f"{ABANDONED}.last_occurred", {"$yesterday": True}, {}, "who last abandoned a cart yesterday"),
    (f"{ORDERS}.total_count", {"$is": 1}, {}, "who ordered exactly once"),
    (f"{ORDERS}.total_count", {"$less_than": 3}, {}, "who ordered fewer than 3 times"),
    (f"{ORDERS}.total_count", {"$more_than_equal": 2, "$less_than_equal": 5}, {},
     "who ordered 2 to 5 times"),
    (f"{ORDERS}.total_count", {"$more_than_equal": 2}, PAID, "who placed 2 or more PAID orders"),
    (f"{ORDERS}.total_count", {"$is": 0}, PAID, "who placed no PAID orders"),
    (f"{ORDERS}.total_amount", {"$less_than": 5}, {}, "who spent less than 0.05 EUR"),
    (f"{ORDERS}.total_amount", {"$more_than": 500}, PAID,
     "who spent more than 5.00 EUR (only PAID orders)"),
    (f"{ORDERS}.average_amount", {"$more_than_equal": 5_000}, {},
     "with an average order amount of 50.00 EUR or more"),
    (f"{ORDERS}.last_order_date", {"$after": "2026-11-02"}, {},
     "who last ordered after the start of 2 November 2026"),
    ("created_at", {"$before": "2026-11-02"}, {}, "created before 2 November 2026"),
    ("birthdate", {"$after": "2000-12-31"}, {}, "born after 31 December 2000"),
    (f"{REDEMPTIONS}.total_succeeded", {"$is": 0}, {}, "who have never redeemed a voucher"),
    ("birthdate", {"$is_month": 5}, {}, "born in May"),
    ("birthdate", {"$is_less_days_in_future_md": 3}, {}, "whose birthday is in at most 3 days"),
    ("loyalty.points", {"$is": [5, 1000]}, {}, "with 5 or 1,000 loyalty points"),
    ("loyalty.points", {"$is_not": 500}, {}, "whose number of loyalty points is not 500"),
    ("address.city", {"$is_not": "Rome"}, {}, "not in Rome"),
    ("address.city", {"$has_value": True}, {}, "with a city"),
    ("address.city", {"$starts_with": "B"}, {}, "with a city starting with B"),
    ("name", {"$is_not": "a"}, {"missing": "skip", "ignore_case": True},
     "whose name is not a (ignoring case) and has a value"),
    ("metadata.newsletter", {"$is_not": True}, {}, "without newsletter = yes"),
    ("metadata.favourite_brands", {"$includes": ["Ecco", "Geox", "Vans"]}, {},
     "whose favourite brands include Ecco, Geox and Vans"),
    ("metadata.favourite_brands", {"$not_contain": "x"}, {},
     "whose favourite brands do not include any containing x"),
    ("metadata.favourite_brands", {"$count_less": 2}, {}, "with fewer than 2 favourite brands"),
    ("metadata.shoe_size", {"$more_than": 40}, {}, "whose shoe size is more than 40"),
    ("metadata.day", {"$is_month": 3}, {}, "whose day falls in March"),
    ("metadata.locale", {"$is": ["pl-PL", "de-DE"]}, {}, "whose locale is pl-PL or de-DE"),
    ("segments", {"$is_unknown": True}, {}, "in no segment"),
    ("segments", {"$count_more": 2}, {}, "in more than 2 segments"),
]  # fmt: skip


def euros(cents):
    return money(cents, "EUR", "1,000.00 EUR")


def said(source):
    return sentence(parse(source, CATALOGUE, ZoneInfo("UTC")), CATALOGUE, euros)


def one(path, operator, operand):
    return {path: {"conditions": {operator: operand}}}


@pytest.mark.parametrize(
    ("path", "tests", "more", "phrase"), CASES, ids=[case[3] for case in CASES]
)
def test_a_condition_reads_as_one_would_say_it(path, tests, more, phrase):
    assert f"Customers {phrase}" == said({path: {"conditions": tests, **more}})


BERLIN, RICH = one("address.city", "$is", "Berlin"), one("loyalty.points", "$more_than", 500)
OFTEN = one(f"{ORDERS}.total_count", "$more_than", 3)


@pytest.mark.parametrize(
    ("source", "phrase"),
    [
        ({**BERLIN, **RICH}, "in Berlin, and with more than 500 loyalty points"),
        ({"junction": "or", **BERLIN, **RICH},
         "either in Berlin or with more than 500 loyalty points"),
        ({"junction": "or", **BERLIN, **RICH, **OFTEN},
         "either in Berlin, or with more than 500 loyalty points, "
         "or who ordered more than 3 times"),
        ({"junction": "or", **BERLIN}, "in Berlin"),
        ({"$not": True, **BERLIN}, "not in Berlin"),
        ({"$not": True, **OFTEN}, "excluding those who ordered more than 3 times"),
        ({"$not": True, **BERLIN, **RICH},
         "excluding those (in Berlin, and with more than 500 loyalty points)"),
        ({**BERLIN, "$groups": [{"junction": "or", **RICH, **OFTEN}]},
         "in Berlin, and (either with more than 500 loyalty points "
         "or who ordered more than 3 times)"),
        ({**BERLIN, "$groups": [RICH]}, "in Berlin, and with more than 500 loyalty points"),
        ({**BERLIN, "$groups": [{"$not": True, **OFTEN}]},
         "in Berlin, and excluding those who ordered more than 3 times"),
    ],
)  # fmt: skip
def test_groups_read_as_one_would_say_them(source, phrase):
    assert f"Customers {phrase}" == said(source)


@pytest.mark.parametrize("event", EVENT_VERBS)
def test_every_known_event_has_a_verb_in_both_forms(event):
    known = catalogue(events=(event,))
    some, none = (
        describe_condition(parse(source, known, ZoneInfo("UTC")).conditions[0], known)
        for source in (
            one(f"events.{event}.count", "$more_than", 0),
            {f"events.{event}.count": {"conditions": {"$is": 0}, **LAST_30}},
        )
    )

    assert f"who {EVENT_VERBS[event].past}" == some
    assert f"who did not {EVENT_VERBS[event].base} in the last 30 days" == none


def test_every_form_that_a_field_names_is_a_pattern():
    forms = {field.words.form for field in CATALOGUE.fields()}

    assert forms - {""} <= FORMS.keys()
    assert FORMS.keys() <= forms


BAD = re.compile(
    r"…|  |\b(True|False|None)\b|is (true|false)\b|\$|^(?!who|whose|with|in|not|born|cre|last)"
)


@pytest.mark.parametrize("field", CATALOGUE.fields(), ids=repr)
@given(data=st.data())
def test_every_operator_on_every_field_is_a_phrase(field, data):
    row = data.draw(st.sampled_from(operators_for(field)))
    drawn = data.draw(strategies.operands(row, field.kind))
    source = {field.path: {"conditions": {row.key: list(drawn) or True}}}
    condition: Condition = parse(source, CATALOGUE, ZoneInfo("UTC")).conditions[0]
    phrase = describe_condition(condition, CATALOGUE)
    without_values = re.sub("“[^”]*”", "x", phrase, flags=re.DOTALL)
    for text in (str(value) for value in drawn if str(value) in ("None", "True", "False")):
        without_values = without_values.replace(text, "x")  # a text that is just that

    assert not BAD.search(without_values), phrase
