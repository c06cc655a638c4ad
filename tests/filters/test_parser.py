"""Every class of fault: what is said, at which path, with which suggestion."""

import json
from pathlib import Path

import pytest

from engine.base.kinds.fields import catalogue
from engine.filters.expression import Condition, Group, Test, extensions, fields_of, to_json
from engine.filters.fields import NOT_SERVED, NameType
from engine.filters.kinds import STRING
from engine.filters.operators.table import NOT_SERVED as OPERATORS_NOT_SERVED
from engine.filters.parser import parse, warnings
from engine.text.display import quoted
from tests.fields import EMPTY_CATALOGUE
from tests.filters.faults import BERLIN, CATALOGUE, OK, fault, faults, one, read

CASES = Path(__file__).parents[1] / "cases"


@pytest.mark.parametrize("name", ["berlin", "modifiers", "reference"])
def test_the_guides_filters_are_accepted_and_written_back_byte_for_byte(name):
    text = (CASES / f"guide_{name}.json").read_text()
    compact = json.dumps(json.loads(text))
    group = read(text, EMPTY_CATALOGUE)

    assert json.dumps(to_json(group)) == compact
    assert parse(to_json(group), EMPTY_CATALOGUE, BERLIN) == group
    assert extensions(group) == ()


@pytest.mark.parametrize("junction", ["and", "OR", "And"])
def test_a_junction_is_read_in_any_case(junction):
    assert read({"junction": junction, **OK}).junction == junction.lower()


def test_an_absent_junction_is_and():
    assert to_json(read(OK)) == {"junction": "and", "name": {"conditions": {"$is": ["x"]}}}


@pytest.mark.parametrize("junction", ["xor", None, 1, ["and"]])
def test_any_other_junction_is_a_fault(junction):
    path, message, _ = fault({"junction": junction, **OK})

    assert path == "$.junction"
    assert message.startswith('expected "and" or "or", got ')


@pytest.mark.parametrize("source", ["{", "", b"\xff", "[1", "nope", "[" * 100_000])
def test_text_that_is_not_json_is_a_fault(source):
    path, message, _ = fault(source)

    assert path == "$"
    assert message.startswith("expected JSON")


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000])
def test_what_is_no_finite_number_is_a_fault_at_its_place(word):
    text = f'{{"loyalty.points": {{"conditions": {{"$is": [1, {word}]}}}}}}'

    assert fault(text)[0] == '$["loyalty.points"].conditions.$is[1]'
    assert fault(f'{{"name": {word}}}')[0] == "$.name"


@pytest.mark.parametrize("source", ["[]", "null", "3", '"x"', "true"])
def test_a_filter_is_an_object(source):
    assert fault(source)[1].startswith("expected a filter, an object of fields, got ")


def test_bytes_and_a_byte_order_mark_are_read():
    assert read(b"\xef\xbb\xbf" + json.dumps(OK).encode()) == read(OK)


@pytest.mark.parametrize("source", [{}, {"junction": "and"}, {"$not": True}])
def test_an_empty_filter_is_a_fault(source):
    assert fault(source) == ("$", "expected at least one field, got an empty filter", None)


def test_empty_conditions_are_a_fault():
    assert fault({"name": {"conditions": {}}})[0] == "$.name.conditions"
    assert fault({"name": {}})[0] == "$.name.conditions"


@pytest.mark.parametrize("body", [5, "x", None, ["x"]])
def test_a_condition_is_an_object(body):
    path, message, _ = fault({"name": body})

    assert path == "$.name"
    assert message.startswith("expected an object with `conditions`, got ")


@pytest.mark.parametrize("body", [5, "x", None, ["x"]])
def test_conditions_are_an_object(body):
    path, message, _ = fault({"name": {"conditions": body}})

    assert path == "$.name.conditions"
    assert message.startswith("expected an object of operators, got ")


def test_an_unknown_field_names_the_nearest():
    assert fault(one("adress.city", "$is", "x")) == (
        '$["adress.city"]',
        "unknown field `adress.city`",
        "address.city",
    )


@pytest.mark.parametrize(
    "field",
    [
        "metadata",
        "metadata.",
        "events.count",
        "events.x",
        "events..count",
        "system_metadata.",
        "",
        "Name",
        "segment",
    ],
)
def test_names_outside_the_families_are_unknown(field):
    assert fault(one(field, "$is", "x"))[1] == f"unknown field {quoted(field)}"


def test_a_misspelt_event_part_is_suggested():
    assert fault(one("events.x.counts", "$is", 1))[2] == "events.x.count"


@pytest.mark.parametrize("field", [f"{prefix}x" for prefix in NOT_SERVED])
def test_known_fields_that_are_not_served_say_so(field):
    assert (
        fault(one(field, "$is", "x"))[1]
        == f"the field `{field}` is known to Voucherify but not served here"
    )


def test_an_unknown_operator_names_the_nearest():
    assert fault(one("name", "$start_with", "x")) == (
        "$.name.conditions.$start_with",
        "unknown operator `$start_with`",
        "$starts_with",
    )


@pytest.mark.parametrize("operator", sorted(OPERATORS_NOT_SERVED))
def test_known_operators_that_are_not_served_say_so(operator):
    assert "known to Voucherify but not served" in fault(one("name", operator, "x"))[1]


@pytest.mark.parametrize("operator", ["$this_year_md", "$last_year_md", "$next_year_md"])
def test_there_is_no_anniversary_of_a_year(operator):
    assert fault(one("birthdate", operator, True))[1] == f"unknown operator `{operator}`"


def test_all_faults_are_reported_at_once():
    source = {
        "junction": "x",
        **one("nme", "$is", 1),
        **one("name", "$iss", 1),
        **one("email", "$is", [1, 2]),
        "$grups": [],
    }

    assert [path for path, _, _ in faults(source)] == [
        "$.nme",
        "$.name.conditions.$iss",
        "$.email.conditions.$is[0]",
        "$.email.conditions.$is[1]",
        "$.$grups",
        "$.junction",
    ]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"name": 1, "name": 2}', "$.name"),
        ('{"name": {"conditions": {"$is": "a", "$is": "b"}}}', "$.name.conditions.$is"),
        ('{"$not": true, "$not": true, "name": {"conditions": {"$is": "a"}}}', "$.$not"),
        ('{"name": {"conditions": {"$is": "a"}, "conditions": {"$is": "a"}}}', "$.name.conditions"),
    ],
)
def test_a_repeated_key_is_a_fault(text, path):
    assert (path, "several times") in [(place, message[-13:]) for place, message, _ in faults(text)]


@pytest.mark.parametrize("junction", ["and", "or"])
def test_an_alias_beside_its_field_is_a_condition_of_its_own(junction):
    both = {**one("city", "$is", "Rome"), **one("address.city", "$is_not", "Oslo")}
    group = read({"junction": junction, **both})

    assert to_json(group) == {
        "junction": junction,
        "address.city": {"conditions": {"$is": ["Rome"]}},
        "$groups": [{"junction": "and", "address.city": {"conditions": {"$is_not": ["Oslo"]}}}],
    }
    assert fault({**both, **one("address.city", "$is", 5)})[0] == '$["address.city"].conditions.$is'


@pytest.mark.parametrize(("alias", "path"), [("birthday", "birthdate"), ("city", "address.city")])
def test_an_alias_is_written_back_as_its_field(alias, path):
    assert read(one(alias, "$is", "2024-01-01")).conditions[0].field == path


def test_an_operator_beside_conditions_says_where_it_belongs():
    found = faults({"name": {"$is": "x"}})

    assert ("$.name.$is", "expected `$is` inside `conditions`", None) in found


def test_words_in_another_case_are_near():
    assert fault({"Junction": "or", **OK})[2] == "junction"
    assert fault(one("name", "$IS", "x"))[2] == "$is"
    assert fault({**OK, "$Not": True})[2] == "$not"


def test_unknown_keys_are_faults_with_the_nearest_key():
    assert fault({**OK, "$group": []}) == ("$.$group", "unknown key `$group`", "$groups")
    assert fault(one("name", "$is", "x", ignorecase=True)) == (
        "$.name.ignorecase",
        "unknown key `ignorecase`",
        "ignore_case",
    )
    assert (
        fault(one("summary.orders.total_count", "$is", 1, window={"lastdays": 3}))[2] == "last_days"
    )


def test_names_nobody_has_yet_are_accepted_with_a_warning_that_names_the_nearest():
    group = read(
        {
            **one("metadata.colour", "$more_than", 5),
            **one("events.cart_abandoned.count", "$is", "1"),
            **OK,
        }
    )
    found = warnings(group, CATALOGUE)

    assert [(issue.path, issue.suggestion) for issue in found] == [
        ('$["metadata.colour"]', "metadata.color"),
        ('$["events.cart_abandoned.count"]', "events.cart.abandoned now.count"),
    ]


def test_event_names_may_hold_dots_and_blanks():
    group = read(one("events.cart.abandoned now.count", "$more_than", 1))

    assert warnings(group, CATALOGUE) == ()
    assert (
        CATALOGUE.field("events.cart.abandoned now.count").label == "number of cart.abandoned now"
    )


def test_a_dotted_metadata_key_is_a_field():
    assert CATALOGUE.field("metadata.a.b").known


def test_fields_of_names_every_field_once():
    group = read({**OK, "$groups": [OK, one("city", "$is", "x")]})

    assert fields_of(group) == {"name", "address.city"}


def test_a_tree_is_frozen_and_hashable():
    group = Group(conditions=(Condition("name", (Test("$is", ("x",)),)),))

    assert hash(group) == hash(read(OK))


@pytest.mark.parametrize("path", ["metadata.{}", "events.{}.count", "system_metadata.{}.x"])
def test_a_stored_name_is_found_in_any_unicode_form(path):
    nfd, nfc = "cafe\u0301", "caf\u00e9"
    stored = catalogue({nfd: NameType(STRING)}, {f"{nfd}.x": NameType(STRING)}, (nfd,))
    both = catalogue({nfd: NameType(STRING), nfc: NameType(STRING)}, {}, (nfd, nfc))

    assert stored.field(path.format(nfc)).path == path.format(nfd)
    assert stored.field(path.format(nfc)).known
    assert both.field(path.format(nfc)).path == path.format(nfc)
