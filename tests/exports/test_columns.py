"""The cells of an export: each kind as text that an import reads back, and nothing that runs."""

import csv

import pytest

from engine.errors import UsageError
from engine.exports.order import Order
from engine.exports.run import export_records
from tests.bases import counts


def exported(base, **order):
    """The rows of an export, header first."""
    target = base.folder.with_name("out.csv")
    run = export_records(
        base.workbench, Order(**{"headers": "fields", **order}), target, force=True
    )
    with target.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter=order.get("delimiter", ",")))
    assert run.rows == len(rows) - 1
    return rows


def test_the_chosen_columns_come_in_the_order_they_were_chosen(base):
    base.csv("Source_id,Name,color\na,Ann,red\nb,Bob,\n")

    assert exported(base, fields=("metadata.color", "city", "source_id")) == [
        ["metadata.color", "address.city", "source_id"],
        ["red", "", "a"],
        ["", "", "b"],
    ]


def test_without_a_choice_every_stored_field_that_somebody_has_goes_out(base):
    base.csv("Source_id,Name,Referrer,color\na,Ann,,red\nb,Bob,a,\n")

    assert exported(base)[0] == [
        *("id", "source_id", "name", "created_at", "referrer", "metadata.color")
    ]


def test_an_empty_base_goes_out_as_a_header(base):
    header = exported(base)

    assert len(header) == 1
    assert {"id", "source_id", "address.city", "loyalty.points"} <= set(header[0])


def test_a_base_whose_imports_are_undone_goes_out_as_an_empty_one(base):
    header = exported(base, what="orders")
    people = exported(base)
    of_system = {"source_id": "a", "system_metadata": {"source": "web"}}
    runs = [base.json({"customer_source_id": "a", "metadata": {"n": 1}}, kind="orders"),
            base.json(of_system)]  # fmt: skip
    for run in runs:
        base.undo(run)

    assert exported(base, what="orders") == header
    assert exported(base) == people


def test_all_columns_that_are_unknown_or_doubled_are_told_at_once(base):
    with pytest.raises(UsageError) as caught:
        exported(base, fields=("nmae", "city", "address.city", "oops.x"))
    told = str(caught.value)

    assert "`nmae`: did you mean `name`?" in told
    assert "`address.city` twice" in told
    assert "oops.x" in told


def test_rows_are_sorted_by_a_field_with_missing_values_last(base):
    base.csv("Source_id,Name,size\na,Bob,2\nb,,10\nc,Ann,\n")

    def order(sort):
        return [row[0] for row in exported(base, fields=("source_id",), sort=sort)[1:]]

    assert order(None) == ["a", "b", "c"]
    assert order("name") == ["c", "a", "b"]
    assert order("-name") == ["a", "c", "b"]
    assert order("-metadata.size") == ["b", "a", "c"]
    assert order("metadata.nobody") == ["a", "b", "c"]


def test_a_list_is_nothing_to_sort_by(base):
    base.json({"source_id": "a", "metadata": {"tags": ["x"]}})

    with pytest.raises(UsageError, match="a list"):
        exported(base, sort="metadata.tags")


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+cmd|' /C calc'!A0", "-cmd", "@SUM(A1)", "\tx", "\rx", "=", "-", "+48 1=2"],
)
def test_a_cell_that_a_spreadsheet_would_run_is_quoted_unless_asked_otherwise(base, cell):
    base.json({"source_id": "a", "description": cell})

    assert exported(base, fields=("description",))[1] == ["'" + cell]
    assert exported(base, fields=("description",), guard=False)[1] == [cell]


@pytest.mark.parametrize(
    "cell", ["+48 606 388 708", "+48606388708", "-5", "-2.5", "+1 (555) 010.20", "a=b", "x@y.io"]
)
def test_a_phone_number_and_a_negative_number_stay_as_they_are(base, cell):
    base.json({"source_id": "a", "phone": cell})

    assert exported(base, fields=("phone",))[1] == [cell]


def test_every_kind_is_written_in_the_form_that_an_import_reads(base):
    base.json(
        {
            "source_id": "a",
            "birthdate": "1990-01-02",
            "created_at": "2020-01-02T03:04:05Z",
            "loyalty": {"points": -7},
            "metadata": {
                "at": "2020-01-02T03:04:05.123456+02:00",
                "half": 2.5,
                "large": 123456789012345,
                "no": False,
                "tags": ["x", "y"],
                "tiny": 1e-7,
                "years": [1.0, 2.5],
            },
        }
    )
    header, row = exported(base)

    assert dict(zip(header[2:], row[2:], strict=True)) == {
        "birthdate": "1990-01-02",
        "created_at": "2020-01-02T03:04:05.000Z",
        "loyalty.points": "-7",
        "metadata.at": "2020-01-02T01:04:05.123456Z",
        "metadata.half": "2.5",
        "metadata.large": "123456789012345",
        "metadata.no": "false",
        "metadata.tags": "x;y",
        "metadata.tiny": "1e-7",
        "metadata.years": "1;2.5",
    }


NUMBERS = {
    "whole": (0.0, -0.0, -7.0, 999_999_999_999_999.0),
    "large": (1e15, -1e15, 2.0),
    "beyond": (float(-(2**63)), 2.0**63, 1.0),
    "halves": (0.5, 2.0, -0.25),
    "tiny": (5e-324, 1.0),
}


@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)
def test_a_column_of_whole_numbers_says_what_each_of_them_says_beside_a_fraction(base, numbers):
    base.json(*({"source_id": f"{place}", "metadata": {"n": n}} for place, n in enumerate(numbers)))
    alone = exported(base, fields=("source_id", "metadata.n"))
    base.json({"source_id": "x", "metadata": {"n": 0.125}}, {"source_id": "y"})
    beside = exported(base, fields=("source_id", "metadata.n"))

    assert beside == [*alone, ["x", "0.125"], ["y", ""]]


@pytest.mark.parametrize("decimal", [".", ","])
def test_amounts_have_two_decimals_in_whatever_column(base, decimal):
    amounts = (0, 5, 100, -1, -250, 123_456_789_012_345)
    ann = {"source_id": "a"}
    base.json(*({"customer": ann, "status": "PAID", "amount": n} for n in amounts), kind="orders")
    rows = exported(base, what="orders", fields=("amount",), money="currency", decimal=decimal,
                    delimiter="|")  # fmt: skip

    assert [amount.replace(decimal, ".") for [amount] in rows[1:]] == [
        f"{n / 100:.2f}" for n in amounts
    ]


def test_the_world_comes_out_as_it_came_in_and_is_no_change_when_it_comes_again(base):
    text = (
        "source_id,name,address.city,created_at,metadata.note\n"
        "日本-1,山田 太郎,東京,2020-01-02T03:04:05.678Z,「引用」\n"
        "ar,محمد العربي,القاهرة,2020-01-02T03:04:05.000Z,\u200fمرحبا\n"
        'pl,Zażółć Gęślą,Łódź,2020-01-02T03:04:05.000Z,"jaźń, ""ego""\nnowa linia"\n'
        "emoji,👩‍👩‍👧 Ame\u0301lie,Ñuñoa,2020-01-02T03:04:05.000Z, blank \n"
    )
    base.csv(text)
    target = base.folder.with_name("out.csv")
    fields = ("source_id", "name", "address.city", "created_at", "metadata.note")
    export_records(base.workbench, Order(fields=fields, headers="fields"), target, force=True)
    out = target.read_bytes()
    export_records(base.workbench, Order(), target, force=True)

    assert out == text.encode()
    assert counts(base.bring(target)) == (0, 0, 4, 0, 0)


def test_what_an_import_dated_to_the_microsecond_is_no_change_when_it_comes_again(base):
    base.later(microseconds=123_456).csv("Source_id,Name\na,Ann\n")
    target = base.folder.with_name("out.csv")
    export_records(base.workbench, Order(), target, force=True)

    assert counts(base.bring(target)) == (0, 0, 1, 0, 0)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_another_delimiter_is_read_back(base, delimiter):
    base.csv('Source_id,Name\na,"x;y\t|,z"\n')

    assert exported(base, fields=("source_id", "name"), delimiter=delimiter)[1] == ["a", "x;y\t|,z"]


@pytest.mark.parametrize("delimiter", ["", ";;", "é", '"', "\n"])
def test_a_delimiter_that_cannot_work_is_refused(base, delimiter):
    with pytest.raises(UsageError, match="delimiter"):
        exported(base, delimiter=delimiter)
