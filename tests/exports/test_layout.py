"""Headers, amounts, marks and cells as an order asks for them, in every kind of file."""

import csv
import json
from decimal import Decimal
from itertools import product

import openpyxl
import polars as pl
import pytest

from engine.errors import UsageError
from engine.exports.about import Requester, download_name, words
from engine.exports.contents import contents, settled
from engine.exports.formats import FORMATS
from engine.exports.headers import readable_headers
from engine.exports.layout import HEADERS
from engine.exports.order import Order
from engine.exports.preview import first_lines, first_rows
from engine.exports.replay import order_of, replay
from engine.exports.run import export_records, receipt, stored_file
from engine.imports.columns.proposals import proposed
from engine.imports.columns.table import TABLES
from engine.imports.columns.words import bare
from engine.lists.listings import LISTINGS
from engine.segments import library
from tests.bases import counts

ORDER = "Id,Customer_source_id,Amount,Total_amount,metadata.shop\n"
ORDERS = ORDER + "o1,a,1200,1150,Rome\no2,a,-5,1234567,=x\n"
FIELDS = ("id", "amount", "total_amount", "customer.source_id")
UNITS = {
    "columns": {
        "Amount (EUR)": {"field": "amount", "unit": "currency"},
        "Total amount (EUR)": {"field": "total_amount", "unit": "currency"},
    }
}


@pytest.fixture
def shop(base):
    return base.filled(sell)


def sell(base):
    base.csv("Source_id,Name,Loyalty_points,color\na,Ann,7,red\nb,Bob,,\n")
    base.csv(ORDERS, kind="orders")


def file_of(base, **order):
    """The file of an export."""
    return stored_file(base.workbench, export_records(base.workbench, Order(**order)).id)


def lines(base, **order):
    """The cells of a CSV, header first."""
    delimiter = settled(base.workbench, Order(**order)).delimiter
    with file_of(base, **order).open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file, delimiter=delimiter))


def sheet(base, name="orders", **order):
    """The cells of a sheet."""
    book = openpyxl.load_workbook(file_of(base, format="excel", **order))
    return [[cell.value for cell in row] for row in book[name].iter_rows()]


READABLE = ["ID", "Amount (EUR)", "Total amount (EUR)", "Customer source ID"]
HEADED = {
    ("csv", None): READABLE,
    ("csv", "readable"): READABLE,
    ("csv", "fields"): list(FIELDS),
    ("excel", None): READABLE,
    ("excel", "fields"): list(FIELDS),
    ("parquet", None): list(FIELDS),
    ("parquet", "readable"): ["ID", "Amount", "Total amount", "Customer source ID"],
    ("jsonl", "readable"): ["ID", "Amount", "Total amount", "Customer source ID"],
    ("jsonl", None): ["id", "amount", "total_amount", "customer"],
}


def headers_of(base, form, **order):
    """What stands above the columns of a file, or before the values of its first object."""
    order = {"what": "orders", "fields": FIELDS, **order}
    if form == "csv":
        return lines(base, **order)[0]
    if form == "excel":
        return sheet(base, **order)[0]
    file = file_of(base, format=form, **order)
    return (
        pl.read_parquet(file).columns
        if form == "parquet"
        else list(json.loads(file.read_bytes().splitlines()[0]))
    )


@pytest.mark.parametrize(("form", "headers"), HEADED)
def test_each_format_has_its_own_headers_unless_others_are_asked_for(shop, form, headers):
    assert headers_of(shop, form, headers=headers) == HEADED[form, headers]


def test_what_a_format_decides_stands_in_the_receipt(shop):
    run = export_records(shop.workbench, Order(what="orders"))
    written = {name: run.parameters[name] for name in ("headers", "money", "decimal", "delimiter")}

    assert written == {"headers": "readable", "money": "currency", "decimal": ".", "delimiter": ","}
    assert receipt(shop.workbench, run.id) == run
    assert replay(shop.workbench, run.id).identical


def test_a_receipt_from_before_there_was_a_choice_means_paths_and_cents(shop):
    run = export_records(shop.workbench, Order(headers="fields"))
    for name in ("headers", "money", "decimal", "cut_texts", "since"):
        del run.parameters[name]
    asked = order_of(run)

    assert (asked.headers, asked.money, asked.time_zone) == ("fields", "cents", "UTC")


def test_metadata_has_its_own_name_and_gives_way_to_a_label(base):
    base.json({"source_id": "a", "metadata": {"color": "red", "First order date": 1}})
    own = ("metadata.color", "metadata.First order date")
    header, _ = lines(base, fields=(*own, "summary.orders.first_order_date"))
    alone, _ = lines(base, fields=own)

    assert header[::2] == ["color", "First order date"]
    assert header[1] == "metadata.First order date"
    assert alone == ["color", "First order date"]


def test_a_header_is_readable_only_where_an_import_takes_it_for_the_same_field(shop):
    for what, listing in LISTINGS.items():
        profile = shop.workbench.profile()
        fields = [each for each in listing.catalogue(profile).fields() if listing.imported(each)]
        for unit in (None, "EUR", "PLN"):
            headers = readable_headers(fields, listing, unit)
            taken = {path: proposed(header, TABLES[what]).field for path, header in headers.items()}

            assert taken == {path: path for path in taken}
            assert len({bare(header) for header in headers.values()}) == len(headers)


@pytest.mark.parametrize("key", ["Phone", "E-mail", "source_id", "birthday", "City", "postal code"])
def test_metadata_that_is_called_like_a_known_column_keeps_its_path(base, key):
    base.json({"source_id": "a", "name": "Ann", "metadata": {key: "x"}})
    header, _ = lines(base, fields=("source_id", f"metadata.{key}"))

    assert header == ["Source ID", f"metadata.{key}"]


@pytest.mark.parametrize("headers", ["readable", "fields"])
def test_customers_that_come_in_again_are_unchanged_below_either_header(shop, headers):
    file = file_of(shop, headers=headers)

    assert counts(shop.bring(file)) == (0, 0, 2, 0, 0)


@pytest.mark.parametrize("decimal", [".", ","])
def test_amounts_in_currency_are_the_same_cents_again(shop, decimal):
    file = file_of(shop, what="orders", fields=FIELDS, decimal=decimal)
    run = shop.bring(file, UNITS, kind="orders")

    assert counts(run) == (0, 0, 2, 0, 0)


def test_whole_amounts_have_two_decimals_too(shop):
    assert lines(shop, what="orders", fields=("amount", "total_amount"))[1:] == [
        ["12.00", "11.50"],
        ["-0.05", "12345.67"],
    ]
    assert lines(shop, what="orders", fields=("amount",), money="cents") == [
        ["Amount"],
        ["1200"],
        ["-5"],
    ]


def test_the_value_of_a_voucher_is_in_currency_unless_it_is_per_cent_or_units(base):
    values = {"AMOUNT": 500, "PERCENT": 10, "UNIT": 2, "FIXED": 1250}
    base.json(
        {"code": "g", "type": "GIFT_VOUCHER", "value": 5000},
        *(
            {"code": kind, "value": value, "discount": {"type": kind}}
            for kind, value in values.items()
        ),
        kind="vouchers",
    )
    fields = ("code", "discount.type", "value", "minimum_amount")
    header, *rows = lines(base, what="vouchers", fields=fields)

    assert header[2] == "Value (EUR)"
    assert {row[0]: row[2] for row in rows} == {
        "g": "50.00",
        "AMOUNT": "5.00",
        "PERCENT": "10.00",
        "UNIT": "2.00",
        "FIXED": "12.50",
    }
    for kind in ("csv", "excel", "parquet"):
        file = file_of(base, what="vouchers", fields=fields, format=kind, money="currency")

        assert counts(base.bring(file, kind="vouchers")) == (0, 0, 5, 0, 0)


@pytest.mark.parametrize("form", FORMATS)
def test_a_value_without_the_type_that_tells_it_stays_as_it_is_and_says_so(base, form):
    base.json(
        {"code": "a", "value": 500, "minimum_amount": 2000, "discount": {"type": "AMOUNT"}},
        {"code": "p", "value": 10, "minimum_amount": 2000, "discount": {"type": "PERCENT"}},
        {"code": "u", "value": 2, "minimum_amount": 2000, "discount": {"type": "UNIT"}},
        kind="vouchers",
    )
    order = {"what": "vouchers", "fields": ("code", "value", "minimum_amount"), "format": form}
    headers = readable_headers(
        contents(base.workbench, settled(base.workbench, Order(**order))).fields,
        LISTINGS["vouchers"],
        "EUR",
    )

    assert headers["value"] == "Value (cents or per cent)"
    for above in HEADERS:
        file = file_of(base, **order, headers=above, money="currency")

        assert counts(base.bring(file, kind="vouchers")) == (0, 0, 3, 0, 0)


@pytest.mark.parametrize("form", FORMATS)
def test_amounts_that_are_all_whole_come_back_as_currency(base, form):
    items = [{"product_id": "p", "price": 500}, {"product_id": "q"}]
    base.json({"source_id": "o", "customer": {"source_id": "c"}, "amount": 5000,
               "total_amount": 3000, "items": items}, kind="orders")  # fmt: skip
    base.json({"code": "a", "value": 500, "discount": {"type": "AMOUNT"}},
              {"code": "p", "value": 10, "discount": {"type": "PERCENT"}},
              kind="vouchers")  # fmt: skip
    for what, above in product(("orders", "vouchers"), HEADERS):
        file = file_of(base, what=what, format=form, headers=above, money="currency")
        run = base.bring(file, kind=what)

        assert (run.updated, run.unchanged, run.rejected) == (0, run.unchanged, 0)
        assert run.unchanged


def test_a_decimal_comma_brings_its_delimiter_and_is_no_formula(base):
    base.json({"source_id": "a", "name": "x,y", "metadata": {"size": -1.5, "years": [1.5, 2]}})
    file = file_of(base, fields=("name", "metadata.size", "metadata.years"), decimal=",")

    assert file.read_text().splitlines() == ["Name;size;years", '"x,y";"-1,5";"1.5;2"']


@pytest.mark.parametrize(
    "order",
    [
        {"headers": "pretty"},
        {"money": "euros"},
        {"decimal": "'"},
        {"decimal": ",", "delimiter": ","},
        {"delimiter": ""},
    ],
    ids=str,
)
def test_a_layout_that_cannot_be_is_told_before_there_is_a_file(shop, order):
    with pytest.raises(UsageError, match="expected"):
        export_records(shop.workbench, Order(**order))

    assert list((shop.folder / "exports").iterdir()) == []


def test_amounts_in_parquet_are_decimals_and_in_objects_text_when_asked_for(shop):
    order = {"what": "orders", "fields": ("amount",), "money": "currency"}
    assert pl.read_parquet(file_of(shop, format="parquet", **order))["amount"].to_list() == [
        Decimal("12.00"), Decimal("-0.05")
    ]  # fmt: skip
    objects = file_of(shop, format="jsonl", **order).read_text().splitlines()
    assert objects == ['{"amount":"12.00"}', '{"amount":"-0.05"}']


@pytest.mark.parametrize("form", ["csv", "excel"])
def test_the_preview_is_what_the_file_shows(shop, form):
    order = settled(
        shop.workbench, Order(what="orders", fields=(*FIELDS, "metadata.shop"), format=form)
    )
    shown = first_rows(contents(shop.workbench, order), 10)
    amount, shop_name = {"csv": ("12345.67", "'=x"), "excel": ("12,345.67", "=x")}[form]

    assert shown.columns[:4] == READABLE
    assert shown.row(1)[2:5:2] == (amount, shop_name)


def test_the_preview_of_objects_is_their_lines(shop):
    order = settled(shop.workbench, Order(what="orders", fields=("id", "amount"), format="jsonl"))

    assert first_lines(contents(shop.workbench, order), 1) == ['{"id":"o1","amount":1200}']


@pytest.mark.parametrize(
    ("name", "what", "form", "called"),
    [
        ("Lapsed VIPs", "customers", "csv", "Lapsed VIPs 2026-11-02.csv"),
        ("a/b: *c*?", "customers", "excel", "a b c 2026-11-02.xlsx"),
        ("Łódź", "orders", "jsonl", "Łódź orders 2026-11-02.jsonl"),
        ("x" * 190, "customers", "parquet", f"{'x' * 120} 2026-11-02.parquet"),
        (None, "customers", "csv", "Customers 2026-11-02.csv"),
    ],
)
def test_a_file_is_called_by_segment_and_date_in_safe_signs(shop, name, what, form, called):
    made = name and library.create(
        shop.workbench, name, {"name": {"conditions": {"$has_value": True}}}
    )
    run = export_records(shop.workbench, Order(made and made.id, what=what, format=form))

    assert download_name(run, shop.workbench.zone) == called


def test_the_receipt_is_a_sentence(shop):
    made = library.create(shop.workbench, "Anns", {"name": {"conditions": {"$is": ["Ann"]}}})
    run = export_records(shop.workbench, Order(made.id, ("id", "name")))

    assert words(run, shop.workbench.zone) == (
        "1 customer of Anns, as of 2026-11-02 09:30 UTC, 2 columns, CSV"
    )
    assert "as of 02.11.2026 09:30 UTC" in words(run, shop.workbench.zone, "%d.%m.%Y")
    assert Requester("me", shop.now).name == run.actor
