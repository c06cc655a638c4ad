"""What an export writes, an import reads back the same: every table, texts of any script."""

import csv
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import orjson
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine.base.kinds.registry import KINDS
from engine.exports.formats import FORMATS
from engine.exports.layout import HEADERS, MONEY
from engine.exports.order import Order
from engine.exports.run import export_records
from engine.lists.listings import LISTINGS
from engine.lists.objects import to_objects
from engine.text.blanks import EDGES
from tests.bases import Base, counts
from tests.strategies import examples, instants

NAMES = ("山田 太郎", "さくら", "محمد العربي", "ليلى", "Zażółć Gęślą", "Łucja", 'a "b"; c', "x\ny")
EMAILS = ("Zaz@Example.COM", "TARO@example.jp", "Layla.M@example.eg", "ł@poczta.example")
PHONES = ("+48 606 388 708", "+819012345678", "0048606", "007")
PEOPLE = [
    {"source_id": f"s{place}", "name": name, "email": EMAILS[place % 4], "phone": PHONES[place % 4]}
    for place, name in enumerate(NAMES)
]

# A cell of blanks and invisible marks alone is empty (imports rule 34).
texts = st.sampled_from(NAMES) | st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=6
).filter(lambda text: text.strip(EDGES))
# What names a thing has no blanks and no invisible marks around it (imports rule 34).
names = texts.filter(lambda text: text == text.strip(EDGES))
moments = instants(st.dates(date(2001, 1, 1), date(2026, 1, 1))).map(
    lambda moment: moment.isoformat().replace("+00:00", "Z")
)
KEYS = {
    "note": texts,
    "SKU": texts,  # a name for a label, whose text is text all the same
    "size": st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6, width=32),
    "serial no": st.sampled_from([1e15, -1.5e15, 1234567890123456.0, 1e16, 1.7e308, 12.5, 7]),
    "vip": st.booleans(),
    "since": st.dates(date(1950, 1, 1), date(2030, 1, 1)).map(date.isoformat),
    "seen": moments,
    "tags": st.lists(names.filter(lambda text: ";" not in text), min_size=1, max_size=3),
}
TYPES = {
    "note": "string",
    "SKU": "string",
    "size": "number",
    "serial no": "number",
    "vip": "boolean",
    "since": "date",
    "seen": "instant",
}
metadata = st.fixed_dictionaries({}, optional=KEYS)
cents = st.integers(0, 10**9)
sources = st.sampled_from([row["source_id"] for row in PEOPLE])


def records(count, **optional):
    """Up to so many records, each with an id of its own, an owner and some of these values."""
    row = st.fixed_dictionaries({"customer_source_id": sources}, optional=optional)
    return st.lists(row, max_size=count).map(
        lambda rows: [{"id": f"x{place}", **row} for place, row in enumerate(rows)]
    )


TERMS = {
    "type": st.sampled_from(["GIFT_VOUCHER", "DISCOUNT_VOUCHER"]),
    "active": st.booleans(),
    "start_date": moments,
    "discount": st.fixed_dictionaries(
        {"type": st.sampled_from(["AMOUNT", "PERCENT", "UNIT", "FIXED"])},
        optional={
            "effect": st.sampled_from(["APPLY_TO_ORDER", "ADD_NEW_ITEMS"]),
            "amount_off": cents,
            "percent_off": st.integers(0, 100) | st.sampled_from([12.5, 0.25]),
            "amount_limit": cents,
            "unit_off": st.integers(1, 9),
            "unit_type": names,
            "fixed_amount": cents,
        },
    ),
    "value": cents,
    "redemption_limit": st.integers(0, 9),
    "customer_limit": st.integers(1, 9),
    "segments": st.lists(names, min_size=1, max_size=3),
    "minimum_amount": cents,
    "metadata": metadata,
}
vouchers = st.fixed_dictionaries(
    {"code": st.sampled_from(["A", "B", "c-3", "Ł"])}, optional={**TERMS, "holder": names}
)
campaigns = st.fixed_dictionaries(
    {"id": st.sampled_from(["camp_1", "camp_2"]), "name": names},
    optional={
        **TERMS,
        "code": st.fixed_dictionaries({"pattern": names, "length": st.integers(1, 20)}),
        "personal_for": names,
    },
)

items = st.fixed_dictionaries(
    {"product_id": names},
    optional={
        "sku_id": names,
        "quantity": st.integers(0, 99) | st.sampled_from([0.5, 2.25]),
        "price": cents,
        "amount": cents,
    },
)

# An example is two workspaces, a second each; shrinking one took minutes.
BRIEF = settings(
    max_examples=examples(4, fuzzed=100), phases=[Phase.explicit, Phase.reuse, Phase.generate]
)
shops = st.fixed_dictionaries(
    {
        "customers": st.lists(metadata, min_size=len(PEOPLE), max_size=len(PEOPLE)).map(
            lambda drawn: [
                {**person, "metadata": more} for person, more in zip(PEOPLE, drawn, strict=True)
            ]
        ),
        "orders": records(
            4,
            status=st.sampled_from(["PAID", "CREATED"]),
            amount=cents,
            discount_amount=cents,
            total_amount=cents,
            items=st.lists(items, min_size=1, max_size=3),
            created_at=moments,
            metadata=metadata,
        ),
        "redemptions": records(
            4,
            date=moments,
            result=st.sampled_from(["SUCCESS", "FAILURE"]),
            status=st.sampled_from(["SUCCEEDED", "FAILED", "ROLLED_BACK"]),
            voucher_code=names,
            order_id=names,
            gift_amount=cents,
            failure_message=texts,
            discount=st.fixed_dictionaries({"amount": cents}),
            redemption=names,
            reason=names,
            channel=names,
            metadata=metadata,
        ),
        "events": records(4, created_at=moments, metadata=metadata).map(
            lambda rows: [{**row, "event": "cart"} for row in rows]
        ),
        "vouchers": st.lists(vouchers, max_size=4, unique_by=lambda row: row["code"]),
        "campaigns": st.lists(campaigns, max_size=2, unique_by=lambda row: row["id"]),
    }
)


def filled(folder, shop):
    """A workspace with the records of a shop, which has some of every kind."""
    assert shop.keys() == KINDS.keys()
    base = Base.new(Path(folder) / "first" / "workspace")
    for table in KINDS:
        if shop[table]:
            run = base.json(*shop[table], kind=table)
            assert (run.created, run.rejected) == (len(shop[table]), 0)
    return base


@contextmanager
def both(shop):
    """A workspace with the records of a shop, and an empty one."""
    with TemporaryDirectory() as folder, closing(filled(folder, shop)) as first:
        second = Path(folder) / "second" / "workspace"
        with closing(Base.new(second)) as other:
            yield first, other


def contents(base, table):
    """Everything that an import can bring, as objects."""
    listing, profile = LISTINGS[table], base.workbench.profile()
    listed = listing.of(profile)
    fields = [row for row in listing.catalogue(profile).fields() if listing.imported(row)]
    return to_objects(listed, fields, pl.int_range(listed.total, eager=True))


def exported(base, table, suffix, **order):
    """The file of an export without the guard, which would change texts."""
    target = base.folder.with_name(f"{table}{suffix}")
    asked = Order(**{"what": table, "guard": False, "money": "cents", **order})
    export_records(base.workbench, asked, target, force=True)
    return target


@BRIEF
@given(shops)
def test_json_lines_bring_every_table_into_a_new_workspace_as_it_was(shop):
    with both(shop) as (first, second):
        for table in KINDS:
            if shop[table]:
                file = exported(first, table, ".jsonl", format="jsonl")
                second.bring(file, kind=table)

            assert contents(second, table) == contents(first, table)


@BRIEF
@given(shops, st.sampled_from(HEADERS))
def test_csv_brings_every_table_into_a_new_workspace_as_it_was(shop, headers):
    with both(shop) as (first, second):
        for table in KINDS:
            if shop[table]:
                file = exported(first, table, ".csv", delimiter="|", bom=True, headers=headers)
                second.bring(file, declared(file, delimiter="|"), kind=table)

            assert contents(second, table) == contents(first, table)


@BRIEF
@given(
    shops,
    st.sampled_from([("csv", ".csv"), ("jsonl", ".jsonl")]),
    st.sampled_from(HEADERS),
    st.sampled_from(MONEY),
)
def test_what_goes_out_and_comes_in_again_is_no_change(shop, form, headers, money):
    with TemporaryDirectory() as folder, closing(filled(folder, shop)) as base:
        for table in filter(shop.get, KINDS):
            written = {"headers": headers, "money": money} if form[0] == "csv" else {}
            file = exported(base, table, form[1], format=form[0], **written)
            lists = declared(file, kinds={}) if form[0] == "csv" else {}
            run = base.bring(file, lists, kind=table)

            assert counts(run) == (0, 0, len(shop[table]), 0, 0)


@BRIEF
@given(shops, st.sampled_from(["UTC", "America/New_York", "Europe/Rome"]), st.sampled_from(HEADERS))
def test_a_workbook_in_any_time_zone_is_no_change(shop, zone, headers):
    with TemporaryDirectory() as folder, closing(filled(folder, shop)) as base:
        for table in filter(shop.get, KINDS):
            order = {"format": "excel", "time_zone": zone, "headers": headers, "money": None}
            run = base.bring(exported(base, table, ".xlsx", **order), kind=table)

            assert counts(run) == (0, 0, len(shop[table]), 0, 0)


@BRIEF
@given(shops)
def test_parquet_that_goes_out_and_comes_in_again_is_no_change(shop):
    with TemporaryDirectory() as folder, closing(filled(folder, shop)) as base:
        for table in filter(shop.get, KINDS):
            run = base.bring(exported(base, table, ".parquet", format="parquet"), kind=table)

            assert counts(run) == (0, 0, len(shop[table]), 0, 0)


def test_an_empty_text_in_a_list_comes_back_from_parquet(base):
    base.json({"source_id": "a", "metadata": {"tags": ["", "x"]}}, {"source_id": "b"})

    assert counts(base.bring(exported(base, "customers", ".parquet", format="parquet"))) == (
        0, 0, 2, 0, 0,
    )  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "excel", "parquet"])
@pytest.mark.parametrize("headers", HEADERS)
def test_what_lies_inside_an_object_comes_back_into_it(base, form, headers):
    sizes = {"eu": 41, "uk": {"whole": "7"}}
    base.json({"source_id": "a", "metadata": {"size": sizes, "a.b": 1}}, {"source_id": "b"})
    asked = {"format": form, "headers": headers, "money": None}

    run = base.bring(exported(base, "customers", FORMATS[form].suffix, **asked))

    assert counts(run) == (0, 0, 2, 0, 0)
    part = base.csv("Source_id,size.uk.whole\na,8\n")
    assert counts(part) == (0, 1, 0, 0, 0)
    [one, _] = contents(base, "customers")
    assert one["metadata"] == {"size": {"eu": 41, "uk": {"whole": "8"}}, "a.b": 1}


@pytest.mark.parametrize(
    ("stored", "table", "after"),
    [
        ({"size": "M"}, "Source_id,size.eu\nb,42\n", {"size": "M", "size.eu": 42}),
        ({}, "Source_id,size,size.eu\na,L,\nb,,42\n", {"size.eu": 42}),
        ({}, "Source_id,size,size.eu\nb,L,42\n", {"size": "L", "size.eu": 42}),
        ({"size": {"eu": {"x": 1}}}, "Source_id,size.eu\nb,42\n",
         {"size": {"eu": {"x": 1}}, "size.eu": 42}),
    ],
)  # fmt: skip
def test_nothing_comes_to_lie_inside_a_value(base, stored, table, after):
    base.json({"source_id": "a", "metadata": {"size": {"eu": 41}}}, {"source_id": "b",
              "metadata": stored})  # fmt: skip

    base.csv(table)

    assert contents(base, "customers")[1]["metadata"] == after


def test_numbers_with_a_decimal_comma_come_back_from_lists_and_with_powers(base):
    base.json(
        {"source_id": "a", "metadata": {"n": 1.5e-7, "l": [1.5, -2e20], "big": 3e20}},
        {"source_id": "b", "metadata": {"n": -1.5, "l": [2.25], "big": 1}},
    )
    file = exported(base, "customers", ".csv", decimal=",", headers="fields")

    assert counts(base.bring(file)) == (0, 0, 2, 0, 0)


def declared(file, kinds=TYPES, delimiter=","):
    """A mapping that says what a CSV cannot: the type of each key, and what separates lists."""
    with file.open(newline="", encoding="utf-8-sig") as lines:
        header = next(csv.reader(lines, delimiter=delimiter))
    said = {name: {"type": kind} for name, kind in kinds.items()}
    said["tags"] = {"type": "string", "list": ";"}
    keys = {name: name.removeprefix("metadata.") for name in header}
    columns = {
        name: {"field": f"metadata.{key}", **said[key]} for name, key in keys.items() if key in said
    }
    return {"columns": columns, "delimiter": delimiter}


def cells(file, form):
    """The rows of a file without its header, as a program that is not ours reads them."""
    fields = ("source_id", "name", "email", "phone")
    if form == "csv":
        with file.open(newline="", encoding="utf-8") as lines:
            return [tuple(row.values()) for row in csv.DictReader(lines)]
    if form == "excel":
        sheet = openpyxl.load_workbook(file)["customers"]
        return [tuple(cell.value for cell in row) for row in list(sheet.iter_rows())[1:]]
    if form == "parquet":
        return pl.read_parquet(file).rows()
    objects = map(orjson.loads, file.read_bytes().splitlines())
    return [tuple(each[field] for field in fields) for each in objects]


@pytest.mark.parametrize("form", ["csv", "excel", "parquet", "jsonl"])
def test_every_format_keeps_scripts_mixed_case_and_leading_plus(base, form):
    base.json(*PEOPLE)
    target = base.folder.with_name(f"out{FORMATS[form].suffix}")
    fields = ("source_id", "name", "email", "phone")
    export_records(base.workbench, Order(fields=fields, format=form), target, force=True)

    assert cells(target, form) == [tuple(row.values()) for row in PEOPLE]
