"""How the extension keys are read, bounded and refused."""

import pytest

from engine.filters.expression import extensions, to_json
from engine.filters.parser import warnings
from tests.filters.faults import CATALOGUE, OK, ORDERS, fault, faults, one, read


@pytest.mark.parametrize("raw", ["yes", 1, None, "true"])
def test_not_and_ignore_case_take_true_or_false(raw):
    assert fault({**OK, "$not": raw})[0] == "$.$not"
    assert fault(one("name", "$is", "x", ignore_case=raw))[0] == "$.name.ignore_case"


def test_false_extensions_are_left_out_when_written():
    plain = read({**one("name", "$is", "x", ignore_case=False, missing="match"), "$not": False})

    assert plain == read(OK)
    assert extensions(plain) == ()


@pytest.mark.parametrize("raw", ["maybe", True, None, ["skip"]])
def test_missing_is_match_or_skip(raw):
    assert fault(one("name", "$is_not", "x", missing=raw))[0] == "$.name.missing"


@pytest.mark.parametrize("raw", [[], {}, None, "x", 0])
def test_groups_are_a_list_of_at_least_one_filter(raw):
    assert fault({**OK, "$groups": raw})[0] == "$.$groups"


def test_faults_in_groups_carry_their_place():
    assert fault({"$groups": [OK, one("nme", "$is", "x")]})[0] == "$.$groups[1].nme"
    assert fault({"$groups": [{}]})[0] == "$.$groups[0]"


def nested(depth):
    source = OK
    for _ in range(depth):
        source = {"$groups": [source]}
    return source


def test_sixteen_deep_is_allowed_and_seventeen_is_not():
    read(nested(16))

    assert fault(nested(17))[0] == "$" + ".$groups[0]" * 17


def test_a_thousand_nodes_are_allowed_and_one_more_is_not():
    source = {f"metadata.k{place}": {"conditions": {"$is": "x"}} for place in range(999)}
    read(source)

    assert fault({**source, **OK}) == (
        "$",
        "expected at most 1,000 filters and conditions, got 1,001",
        None,
    )


def test_nodes_in_where_count_too():
    source = {f"metadata.k{place}": {"conditions": {"$is": "x"}} for place in range(996)}
    narrowed = one("summary.orders.total_count", "$is", 1, where=one("status", "$is", "PAID"))
    read({**source, **narrowed})

    assert fault({**source, **narrowed, **OK})[0] == "$"


@pytest.mark.parametrize(
    "window",
    [
        {"last_days": 30},
        {"from": "2024-01-01"},
        {"to": "2024-01-01T10:00Z"},
        {"from": "2024-01-01", "to": "2024-02-01"},
    ],
)
def test_windows_are_written_back(window):
    group = read(one(ORDERS, "$is", 1, window=window))

    assert to_json(group)[ORDERS]["window"] == window
    assert extensions(group) == (f'$["{ORDERS}"].window',)


@pytest.mark.parametrize(
    "window",
    [
        {},
        {"last_days": 3, "from": "2024-01-01"},
        {"last_days": -1},
        {"last_days": 1.5},
        {"from": "x"},
        {"to": 5},
        30,
        None,
        {"last_days": None},
    ],
)
def test_a_wrong_window_is_a_fault(window):
    assert faults(one(ORDERS, "$is", 1, window=window))[0][0].startswith(f'$["{ORDERS}"].window')


@pytest.mark.parametrize(
    "field", ["name", "loyalty.points", "loyalty.referred_customers", "segments", "metadata.color"]
)
@pytest.mark.parametrize(
    ("key", "body"), [("window", {"last_days": 3}), ("where", one("status", "$is", "PAID"))]
)
def test_only_activity_fields_are_narrowed(field, key, body):
    operand = {"loyalty.points": 1, "loyalty.referred_customers": 1}.get(field, "x")

    assert fault(one(field, "$is", operand, **{key: body}))[0].endswith(f".{key}")


@pytest.mark.parametrize(
    ("field", "where"),
    [
        ("summary.orders.total_amount", one("amount", "$more_than", 5)),
        ("summary.orders.total_amount", one("total_amount", "$more_than", 5)),
        ("summary.orders.last_order_date", one("status", "$is", "PAID")),
        ("summary.redemptions.total_failed", one("voucher_code", "$starts_with", "A")),
        ("summary.redemptions.gift.redeemed_amount", one("amount", "$more_than", 5)),
        ("summary.redemptions.total_failed", one("result", "$is", "x")),
        ("summary.redemptions.total_failed", one("campaign", "$is", "x")),
        ("summary.redemptions.total_failed", one("status", "$is", "x")),
    ],
)
def test_where_reads_the_fields_of_the_record(field, where):
    operand = True if field.endswith("date") else 1
    group = read(
        one(
            field,
            "$today" if operand is True else "$is",
            operand,
            where={"$groups": [where], "$not": True, **where},
        )
    )

    assert read(to_json(group)) == group


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("summary.orders.total_count", "voucher_code"),
        ("summary.orders.total_count", "name"),
        ("summary.redemptions.total_failed", "total_amount"),
        ("events.x.count", "amount"),
        ("summary.orders.total_count", "system_metadata.app"),
        ("summary.orders.total_count", "events.x.count"),
    ],
)
def test_where_knows_no_other_field(field, path):
    assert fault(one(field, "$is", 1, where=one(path, "$is", 1)))[0].startswith(
        f'$["{field}"].where'
    )


def test_where_reads_the_records_own_metadata():
    assert (
        "does not fit"
        in fault(one(ORDERS, "$is", 1, where=one("metadata.channel", "$more_than", 5)))[1]
    )
    read(one("events.x.count", "$is", 1, where=one("metadata.channel", "$more_than", 5)))


def test_where_holds_no_window_no_where_and_is_not_empty():
    inner = one("status", "$is", "PAID", window={"last_days": 3}, where=OK)

    found = faults(one(ORDERS, "$is", 1, where=inner))

    assert [path.rpartition(".")[2] for path, _, _ in found] == ["window", "where"]
    assert fault(one(ORDERS, "$is", 1, where={}))[0] == f'$["{ORDERS}"].where'


def test_warnings_reach_into_groups_and_where():
    group = read({"$groups": [one(ORDERS, "$is", 1, where=one("metadata.chanel", "$is", "x"))]})
    (issue,) = warnings(group, CATALOGUE)

    assert issue.path == f'$.$groups[0]["{ORDERS}"].where["metadata.chanel"]'
    assert issue.suggestion == "metadata.channel"


def test_every_extension_key_is_named():
    group = read(
        {
            **one("name", "$is_not", "x", missing="skip", ignore_case=True),
            "$not": True,
            "$groups": [{**OK, "$not": True}],
        }
    )

    assert extensions(group) == (
        "$.name.missing",
        "$.name.ignore_case",
        "$.$groups",
        "$.$groups[0].$not",
        "$.$not",
    )
