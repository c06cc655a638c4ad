"""The items of orders: a list in JSON, a row each in CSV, one value of the order in between."""

import csv
import json

import openpyxl
import polars as pl
import pytest

from engine.base.kinds.orders import KIND
from engine.changes.undo import number_of_import, preview
from engine.customers.timeline import timeline
from engine.errors import ImportFileError, UsageError
from engine.exports import formats
from engine.exports.order import Order
from engine.exports.run import export_records
from engine.imports.checks.check import check_file
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import TABLES
from engine.lists.listings import LISTINGS
from engine.lists.objects import to_objects
from engine.lists.rows import Query, rows
from engine.lists.selection import Selection
from engine.lists.texts import field_values
from tests.bases import counts, reasons, value

SHIRT = {"product_id": "shirt", "sku_id": "shirt-m", "quantity": 2, "price": 500, "amount": 1000}
SOCKS = {"product_id": "socks", "quantity": 1, "price": 250}
ORDER = {"id": "o1", "customer_source_id": "a", "status": "PAID", "items": [SHIRT, SOCKS]}
BARE = {"id": "o2", "customer_source_id": "a", "status": "PAID", "amount": 7}
HEADER = "Id,Customer_source_id,Status,Items.Product_id,Item_Quantity,items price,Item.Amount\n"


@pytest.fixture
def shop(base):
    return base.filled(fill)


def fill(base):
    base.json(ORDER, BARE, kind="orders")


def objects(base, *paths):
    """Every order as an object, by its id."""
    listed = LISTINGS["orders"].of(base.workbench.profile())
    fields = [listed.catalogue.field(path) for path in ("id", *paths)]
    found = to_objects(listed, fields, pl.int_range(listed.total, eager=True))
    return {row.pop("id"): row for row in found}


def items(base):
    """The items of every order that has any, by its id."""
    paths = [path for path in KIND.fields if KIND.part(path)]
    return {key: row["items"] for key, row in objects(base, *paths).items() if row}


def exported(base, form, **order):
    target = base.folder.with_name(f"out{formats.FORMATS[form].suffix}")
    asked = {"what": "orders", "format": form, "headers": "fields", **order}
    run = export_records(base.workbench, Order(**asked), target)
    return target, run


def test_json_brings_items_as_a_list_and_gives_them_back(shop):
    target, run = exported(shop, "jsonl")
    lines = [json.loads(line) for line in target.read_text("utf-8").splitlines()]

    assert items(shop) == {"o1": [SHIRT, SOCKS]}
    assert [line.get("items") for line in lines] == [[SHIRT, SOCKS], None]
    assert run.rows == 2


def test_the_amount_of_an_order_is_as_given_or_the_sum_of_its_items(base):
    unknown = {"product_id": "gift"}
    base.json(
        {**ORDER, "discount_amount": 50},
        {**ORDER, "id": "given", "amount": 3},
        {**ORDER, "id": "unknown", "items": [SHIRT, unknown]},
        kind="orders",
    )

    assert objects(base, "amount", "total_amount") == {
        "o1": {"amount": 1250, "total_amount": 1200},
        "given": {"amount": 3, "total_amount": 3},
        "unknown": {},  # the sum of the others would be too little
    }
    assert value(base, "a", "summary.orders.total_amount") == 1203


def test_rows_of_one_key_are_the_items_of_one_order(base):
    text = HEADER + "o1,a,PAID,shirt,2,500,1000\no1,,,socks,1,250,\no2,a,CREATED,,,,\n"
    run = base.csv(text, kind="orders")
    again = base.later(minutes=1).csv(text, kind="orders")

    assert counts(run) == (2, 0, 0, 0, 0)
    assert counts(again) == (0, 0, 2, 0, 0)
    shirt = {key: each for key, each in SHIRT.items() if key != "sku_id"}
    assert items(base) == {"o1": [shirt, SOCKS]}


def test_a_cell_of_a_csv_may_hold_the_whole_list_as_json(base):
    text = (
        'Id,Customer_source_id,Items\no1,a,"[{""product_id"": ""hat"", ""quantity"": 2}]"\no2,a,\n'
    )
    run = base.csv(text + "o3,a,[1]\n", kind="orders")

    assert items(base) == {"o1": [{"product_id": "hat", "quantity": 2}]}
    assert reasons(base, run) == ["items: number 1: expected an object, got 1"]


def test_a_further_row_without_an_item_is_a_repeat(base):
    run = base.csv(HEADER + "o1,a,PAID,shirt,2,,\no1,,FULFILLED,,,,\n", kind="orders")

    assert counts(run) == (1, 0, 0, 1, 0)
    assert objects(base, "status") == {"o1": {"status": "FULFILLED"}}


def test_a_csv_says_an_order_once_and_each_item_in_a_row(shop):
    target, run = exported(
        shop,
        "csv",
        fields=("id", "customer.source_id", "amount", "items.product_id", "items.price"),
    )
    with target.open(newline="", encoding="utf-8") as lines:
        cells = list(csv.reader(lines))

    assert cells == [
        ["id", "customer.source_id", "amount", "items.product_id", "items.price"],
        ["o1", "a", "1250", "shirt", "500"],
        ["o1", "", "", "socks", "250"],
        ["o2", "a", "7", "", ""],
    ]
    assert run.rows == 2


def test_excel_has_numbers_in_a_row_for_each_item(shop):
    target, _ = exported(shop, "excel", fields=("id", "items.quantity", "items.sku_id"))
    sheet = openpyxl.load_workbook(target)["orders"]

    cells = [tuple(cell.value for cell in row) for row in sheet.iter_rows()][1:]
    assert cells == [("o1", 2, "shirt-m"), ("o1", 1, None), ("o2", None, None)]


def test_the_rows_of_items_count_where_a_sheet_ends(shop, monkeypatch):
    few = dict(formats.FORMATS) | {
        "excel": formats.Format(**{**vars(formats.FORMATS["excel"]), "most_rows": 2})
    }
    monkeypatch.setattr(formats, "FORMATS", few)

    with pytest.raises(UsageError, match="at most 2 orders in a file of Excel, got 3"):
        exported(shop, "excel", fields=("id", "items.sku_id"))


def test_parquet_has_a_list_of_objects(shop):
    target, _ = exported(shop, "parquet", fields=("items.price", "id", "items.product_id"))

    assert pl.read_parquet(target).to_dicts() == [
        {"items": [{"price": 500, "product_id": "shirt"}, {"price": 250, "product_id": "socks"}],
         "id": "o1"},
        {"items": None, "id": "o2"},
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("replace", [False, True])
def test_what_goes_out_and_comes_in_again_is_no_change(shop, form, replace):
    target, _ = exported(shop, form)
    run = shop.later(minutes=1).bring(target, {"replace": replace}, kind="orders")

    assert counts(run) == (0, 0, 2, 0, 0)


def test_another_list_takes_the_place_of_all_items_and_undo_brings_them_back(shop):
    run = shop.later(minutes=1).json({"id": "o1", "items": [SOCKS]}, kind="orders")
    assert items(shop) == {"o1": [SOCKS]}

    shop.later(minutes=1).undo(run)
    assert items(shop) == {"o1": [SHIRT, SOCKS]}


def test_items_written_again_since_are_one_conflict(shop):
    first = shop.later(minutes=1).json({"id": "o1", "items": [SOCKS]}, kind="orders")
    shop.later(minutes=1).json({"id": "o1", "items": [SHIRT]}, kind="orders")

    [conflict] = preview(shop.workbench, number_of_import(shop.workbench, first.id)).conflicts
    assert (conflict.path, len(conflict.later), len(conflict.earlier)) == ("items", 1, 2)


@pytest.mark.parametrize("nothing", [None, []])
def test_nothing_in_place_of_the_list_clears_it(shop, nothing):
    shop.later(minutes=1).json({"id": "o1", "items": nothing}, kind="orders")

    assert items(shop) == {}
    assert objects(shop, "amount")["o1"] == {}


def test_replacing_clears_items_whose_cells_are_empty(shop):
    text = "Id,Customer_source_id,items.product_id\no1,a,\n"
    shop.later(minutes=1).csv(text, {"replace": True}, kind="orders")

    assert items(shop) == {}


def test_the_check_names_the_items_before_and_after(shop):
    file = shop.file('{"id": "o1", "items": [{"product_id": "hat", "amount": 5}]}', "o.jsonl")
    check = check_file(shop.later(minutes=1).workbench, TABLES["orders"], file, ImportMapping())
    [record] = check.changes.records

    assert [str(difference) for difference in record.differences] == [
        "Amount: 12.50 → 0.05",  # which follows from the items, as what is due does
        "Total amount: 12.50 → 0.05",
        "Items: [“2 × shirt · 10.00”, “1 × socks · 2.50”] → [“hat · 0.05”]",
    ]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("shirt", 'items: expected a list of objects, got "shirt"'),
        (["shirt"], 'items: number 1: expected an object, got "shirt"'),
        ([{}, {"Quantity": "2"}], 'items: number 2, Quantity: expected a number, got "2"'),
        ([{"price": 1.5}], "items: number 1, price: expected whole cents without a decimal mark"),
        ([{"product_id": 7}], "items: number 1, product_id: expected text in quotes, got 7"),
    ],
)
def test_an_item_that_does_not_fit_rejects_the_order_and_says_which(base, given, reason):
    run = base.json({**ORDER, "items": given}, kind="orders")

    assert reason in reasons(base, run)[0]


@pytest.mark.parametrize(
    "bad",
    ["o1,,,socks,many,,\n", "o1,,,socks,1,,,x\n", "o1,nobody's id,,socks,1,,\n"],
    ids=["value", "ragged", "customer"],
)
def test_an_order_goes_in_with_all_of_its_rows_or_not_at_all(base, bad):
    header = HEADER.replace("Customer_source_id", "Customer_id")
    base.json({"id": "a", "source_id": "a"})
    good = "o2,a,PAID,hat,1,,\n"
    run = base.csv(header + "o1,a,PAID,shirt,2,,\n" + bad + good, kind="orders")

    assert counts(run) == (1, 0, 0, 0, 2)
    assert list(items(base)) == ["o2"]
    assert sum("another row of the same one" in reason for reason in reasons(base, run)) == 1


def test_all_items_at_once_and_one_by_one_are_too_many(base):
    with pytest.raises(ImportFileError, match="header") as caught:
        base.csv("Id,Customer_source_id,items,items.price\no,a,[],5\n", kind="orders")

    assert caught.value.issues[0].path == "items"


def test_an_item_spelled_flat_in_json_says_what_is_expected(base):
    run = base.json({**BARE, "items.price": 5}, kind="orders")

    assert reasons(base, run) == ["items.price: expected `items` as a list of objects"]


def test_a_record_is_described_with_its_items_in_one_line(shop):
    orders = LISTINGS["orders"].of(shop.workbench.profile())
    told = {field.label: text for field, text in field_values(orders, orders.find("o1"))}

    assert told["Items"] == "2 × shirt · 10.00; 1 × socks · 2.50"
    assert "Item product" not in told


def test_the_grid_shows_amounts_of_items_in_currency(shop):
    query = Query(("items.price", "items.product_id"), (), {}, Selection(), 0, 9)
    found = json.loads(rows(shop.workbench, "orders", query))["rows"]

    assert [row["items.price"] for row in found] == ["5.0, 2.5", None]


def test_the_timeline_tells_each_item(shop):
    moments = timeline(shop.workbench, shop.workbench.profile(), 0)
    told = {moment.record: (moment.what, moment.details) for moment in moments if moment.record}

    assert told["o1"] == (
        "Order o1 · 12.50 EUR · PAID",
        ("2 × shirt · 10.00 EUR", "1 × socks · 2.50 EUR"),
    )
    assert told["o2"] == ("Order o2 · 0.07 EUR · PAID", ())


def test_an_export_of_no_order_has_its_columns_and_no_row(shop):
    nothing = {"fields": ("id", "items.price"), "limit": 0}
    sheet = openpyxl.load_workbook(exported(shop, "excel", **nothing)[0])["orders"]
    table = pl.read_parquet(exported(shop, "parquet", **nothing)[0])

    assert exported(shop, "csv", **nothing)[0].read_text("utf-8") == "id,items.price\n"
    assert exported(shop, "jsonl", **nothing)[0].read_bytes() == b""
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["id", "items.price"]]
    assert table.schema["items"] == pl.List(pl.Struct({"price": pl.Int64}))
    assert (table.height, table.columns) == (0, ["id", "items"])
