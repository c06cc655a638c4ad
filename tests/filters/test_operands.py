"""Which operands an operator takes on which field, and what is said of the others."""

import pytest

from engine.filters.expression import to_json
from tests.filters.faults import fault, faults, one, read


@pytest.mark.parametrize(
    ("operator", "operand"),
    [("$is", []), ("$more_than", []), ("$includes", []), ("$count", [])],
)
def test_an_empty_list_is_a_fault(operator, operand):
    field = {"$more_than": "metadata.age"}.get(operator, "metadata.tags")

    assert (
        fault(one(field, operator, operand))[1] == "expected at least one value, got an empty list"
    )


def test_an_operator_of_another_kind_says_which_ones_fit():
    path, message, _ = fault(one("metadata.vip", "$more_than", 3))

    assert path == '$["metadata.vip"].conditions.$more_than'
    assert message == (
        "`$more_than` does not fit `metadata.vip` (yes or no); these do: "
        "`$is`, `$is_not`, `$in`, `$not_in`, `$has_value`, `$is_unknown`"
    )


@pytest.mark.parametrize(
    ("field", "operator"),
    [
        ("name", "$more_than"),
        ("name", "$count"),
        ("metadata.tags", "$more_than"),
        ("metadata.tags", "$today"),
        ("metadata.sizes", "$starts_with"),
        ("metadata.sizes", "$more_than"),
        ("metadata.age", "$contains"),
        ("metadata.age", "$after"),
        ("metadata.day", "$more_than_equal"),
        ("name", "$includes"),
        ("created_at", "$starts_with"),
    ],
)
def test_operators_of_another_kind_or_shape_are_faults(field, operator):
    assert "does not fit" in fault(one(field, operator, 1))[1]


@pytest.mark.parametrize(
    ("field", "operator", "operand"),
    [
        ("name", "$is", 5),
        ("name", "$is", True),
        ("metadata.age", "$is", "x"),
        ("metadata.age", "$is", True),
        ("metadata.age", "$is", ""),
        ("metadata.age", "$is", " 1"),
        ("metadata.age", "$is", "+1"),
        ("metadata.age", "$is", "1,5"),
        ("metadata.age", "$is", "1."),
        ("metadata.age", "$is", ".5"),
        ("metadata.age", "$is", "1_0"),
        ("metadata.age", "$is", "٣"),
        ("metadata.age", "$is", "0x1"),
        ("metadata.age", "$is", "nan"),
        ("metadata.age", "$is", "1\n"),
        ("metadata.age", "$is", "1e999"),
        ("metadata.age", "$is", "1234567890123456"),
        ("metadata.age", "$is", 1234567890123456),
        ("metadata.age", "$is", -1234567890123456),
        ("metadata.vip", "$is", 1),
        ("metadata.vip", "$is", "TRUE"),
        ("metadata.vip", "$is", ""),
        ("metadata.day", "$is", 5),
        ("metadata.day", "$is", "2024-1-1"),
        ("metadata.day", "$is", "2024-02-30"),
        ("metadata.day", "$is", "20240101"),
        ("metadata.day", "$is", "2024-01-01\n"),
        ("metadata.at", "$is", "2024-01-01 10:00"),
        ("metadata.at", "$is", "2024-01-01T10"),
        ("metadata.at", "$is", "2024-01-01T25:00"),
        ("metadata.at", "$is", "2024-01-01T10:00:60"),
        ("metadata.at", "$is", "2024-01-01T10:00z"),
        ("metadata.at", "$is", "2024-01-01Z"),
        ("metadata.at", "$is", "2024-01-01T10:00+1"),
        ("metadata.at", "$is", "2024-01-01T10:00+01:75"),
        ("metadata.at", "$is", "2024-W01-1"),
        ("metadata.at", "$is", "2024-01-01T10:00.5Z"),
        ("metadata.at", "$is", "0001-01-01"),
        ("metadata.at", "$is", "0000-01-01"),
        ("metadata.at", "$more_than", 3.5),
        ("metadata.at", "$more_than", -1),
        ("metadata.at", "$more_than", 36_501),
        ("metadata.at", "$more_than", "2024-01-01"),
        ("metadata.day", "$is_days_ago", "x"),
        ("metadata.day", "$is_days_ago", True),
        ("metadata.day", "$is_days_ago_md", 366),
        ("metadata.day", "$is_less_days_in_future_md", 366),
        ("metadata.day", "$is_day", 0),
        ("metadata.day", "$is_day", 8),
        ("metadata.day", "$is_day", "Mon"),
        ("metadata.day", "$is_day", "Montag"),
        ("metadata.day", "$is_month", 0),
        ("metadata.day", "$is_month", 13),
        ("metadata.day", "$is_month", "Mar"),
        ("metadata.day", "$is_day_of_month", 32),
        ("metadata.day", "$is_day_of_month", 0),
        ("metadata.day", "$is_year", 0),
        ("metadata.tags", "$count", -1),
        ("metadata.tags", "$count", 1.5),
        ("metadata.tags", "$is", 5),
        ("name", "$is", "\ud800"),
        ("name", "$is", {"a": 1}),
        ("name", "$is", None),
        ("metadata.age", "$is", None),
        ("metadata.vip", "$is", None),
        ("metadata.day", "$is_month", None),
        ("segments", "$is", 5),
    ],
    ids=repr,
)
@pytest.mark.parametrize("wrapped", [True, False], ids=["in a list", "bare"])
def test_an_operand_of_the_wrong_type_is_a_fault_at_its_place(field, operator, operand, wrapped):
    path, message, _ = fault(one(field, operator, [operand] if wrapped else operand))

    assert path.endswith(f"{operator}[0]" if wrapped else operator)
    assert message.startswith("expected ")


def test_every_value_of_an_operand_is_checked():
    found = faults(one("name", "$is", ["x", 5, ["y"], None, {}]))

    assert [path[-3:] for path, _, _ in found] == ["[1]", "[2]", "[3]", "[4]"]


@pytest.mark.parametrize(
    ("field", "operator", "operand"),
    [
        ("metadata.age", "$more_than", [1, 2]),
        ("metadata.day", "$before", ["2024-01-01", "2024-01-02"]),
        ("metadata.day", "$more_than", [1, 2]),
        ("metadata.at", "$less_than_ago", [1, 2]),
        ("metadata.at", "$more_than_future", [1, 2]),
        ("metadata.day", "$is_more_days_ago_md", [1, 2]),
        ("metadata.tags", "$count_more", [1, 2]),
        ("metadata.tags", "$count_less", [1, 2]),
    ],
)
def test_operators_that_compare_order_take_exactly_one_value(field, operator, operand):
    assert (
        fault(one(field, operator, operand))[1] == f"`{operator}` expects exactly one value, got 2"
    )


@pytest.mark.parametrize("operator", ["$has_value", "$is_unknown", "$today", "$last_week_md"])
@pytest.mark.parametrize("operand", [True, [True], ""], ids=repr)
def test_presence_and_calendar_take_true_a_list_of_true_and_empty_text(operator, operand):
    written = to_json(read(one("birthdate", operator, operand)))

    assert written["birthdate"]["conditions"] == {operator: True}


@pytest.mark.parametrize("operator", ["$has_value", "$today"])
@pytest.mark.parametrize(
    "operand", ["true", 1, [""], [], [True, True], None, [1], {}, ["true"]], ids=repr
)
def test_nothing_else_is_true(operator, operand):
    assert fault(one("birthdate", operator, operand))[1].startswith(
        f"`{operator}` expects true, got "
    )


@pytest.mark.parametrize(
    ("operator", "other"),
    [("$has_value", "$is_unknown"), ("$is_unknown", "$has_value"), ("$today", "$not")],
)
@pytest.mark.parametrize("operand", [False, [False]])
def test_false_names_the_opposite(operator, other, operand):
    assert f"`{other}`" in fault(one("birthdate", operator, operand))[1]


def test_scalars_are_kept_as_they_were_given():
    tests = read(one("metadata.age", "$is", ["1", 1, 1.0])).conditions[0].tests

    assert repr(tests) == "(Test(operator='$is', operand=('1', 1, 1.0)),)"


def test_a_bare_scalar_is_a_list_of_one():
    assert read(one("name", "$is", "x")) == read(one("name", "$is", ["x"]))


@pytest.mark.parametrize("operand", ["x", 5, True, "2024-01-01"])
def test_an_unknown_name_reads_its_operand_by_the_first_kind_that_fits(operand):
    read(one("metadata.nobody", "$is", operand))


@pytest.mark.parametrize("operand", [5, "5", "2024-01-01"], ids=repr)
def test_an_unknown_name_allows_an_operator_of_any_kind(operand):
    read(one("metadata.nobody", "$before" if operand == "2024-01-01" else "$more_than", operand))


def test_an_unknown_name_still_refuses_what_no_kind_reads():
    assert fault(one("metadata.nobody", "$more_than", "x"))[1].startswith("expected ")
    assert fault(one("metadata.nobody", "$is", ["x", 5]))[1].startswith("expected ")
