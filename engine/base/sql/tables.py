"""
Where the values of fields stand in the record tables, as SQL over their columns alone.

A table holds one row per living record, with the columns of the store's schema; `members` holds one
row for each segment that a customer is in. What records come to for a customer is here in SQL once
more: the tests hold it equal to `summaries`, which sums the same in memory.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.base.kinds.registry import KINDS, RECORD_TABLES
from engine.base.kinds.terms import GIFT_TYPES
from engine.base.stored_fields import metadata_columns
from engine.evaluation.sql import COMPARISON, Sql, literal, name, word
from engine.filters.fields import Field
from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, STRING, Kind
from engine.store.records.metadata import MetadataColumn
from engine.store.records.tables import OWNER, RecordTable
from engine.store.snapshot import Snapshot

TYPES: Mapping[Kind, str] = {
    STRING: "VARCHAR",
    NUMBER: "DOUBLE",
    BOOLEAN: "BOOLEAN",
    DATE: "DATE",
    INSTANT: "TIMESTAMPTZ",
}

ITEM = "coalesce(item.amount, CAST(round_even(item.quantity * item.price, 0) AS BIGINT))"
ITEMS = f'list_transform("items", lambda item: {ITEM})'
# As `kinds/orders.py` derives them: of items of which one says nothing there is no sum.
AMOUNT = (
    f'coalesce("amount", CASE WHEN len(list_filter({ITEMS}, lambda cents: cents IS NOT NULL)) '
    f'= len("items") THEN coalesce(list_sum({ITEMS}), 0) END)'
)
TOTAL = f'coalesce("total_amount", {AMOUNT} - coalesce("discount_amount", 0))'
RESULT = (
    "coalesce(\"result\", CASE \"status\" WHEN 'SUCCEEDED' THEN 'SUCCESS' "
    "WHEN 'ROLLED_BACK' THEN 'SUCCESS' WHEN 'FAILED' THEN 'FAILURE' END)"
)
DERIVED: Mapping[tuple[str, str | None], str] = MappingProxyType(
    {
        ("orders", "amount"): AMOUNT,
        ("orders", "total_amount"): TOTAL,
        ("redemptions", "result"): RESULT,
    }
)

ATTEMPT = "\"object\" IS DISTINCT FROM 'redemption_rollback'"
ROLLBACK = "\"object\" = 'redemption_rollback'"
KEPT = "\"status\" IS DISTINCT FROM 'ROLLED_BACK'"
GIFT = f"{ATTEMPT} AND {RESULT} = 'SUCCESS' AND \"gift_amount\" IS NOT NULL"
CARDS = (
    'SELECT "id" AS card, "value" - coalesce(spent.amount, 0) AS balance FROM vouchers '
    'LEFT JOIN (SELECT "voucher_code", sum("gift_amount") AS amount FROM redemptions '
    f'WHERE {GIFT} AND {KEPT} GROUP BY ALL) AS spent ON spent."voucher_code" = vouchers."id" '
    f'WHERE "type" IN ({", ".join(map(literal, GIFT_TYPES))})'
)


@dataclass(frozen=True)
class Aggregate:
    """What a field makes of the records that count: an aggregate over those of one customer."""

    which: str
    value: str
    cards: bool = False  # of the gift cards behind them, each once


def _results(which: str, *results: str) -> Aggregate:
    chosen = ", ".join(map(literal, results))
    return Aggregate(which, f"count(*) FILTER (WHERE {RESULT} IN ({chosen}))")


PAID = "\"status\" IN ('PAID', 'FULFILLED')"
ORDERS, REDEMPTIONS = "summary.orders", "summary.redemptions"
TWICE = f"(2 * coalesce(sum({TOTAL}), 0) + count(*))"
COUNTED: Mapping[str, Aggregate] = MappingProxyType(
    {
        f"{ORDERS}.total_amount": Aggregate(PAID, f"coalesce(sum({TOTAL}), 0)"),
        f"{ORDERS}.total_count": Aggregate(PAID, "count(*)"),
        # Half up, in whole numbers: the rest of a division takes the sign of what is divided.
        f"{ORDERS}.average_amount": Aggregate(
            PAID,
            f"({TWICE} - ({TWICE} % (2 * count(*)) + 2 * count(*)) % (2 * count(*)))"
            " // (2 * count(*))",
        ),
        f"{ORDERS}.last_order_amount": Aggregate(
            PAID, f'arg_max_null({TOTAL}, row("created_at", "id"))'
        ),
        f"{ORDERS}.last_order_date": Aggregate(PAID, 'max("created_at")'),
        f"{ORDERS}.first_order_date": Aggregate(PAID, 'min("created_at")'),
        f"{REDEMPTIONS}.total_redeemed": _results(ATTEMPT, "SUCCESS", "FAILURE"),
        f"{REDEMPTIONS}.total_succeeded": _results(ATTEMPT, "SUCCESS"),
        f"{REDEMPTIONS}.total_failed": _results(ATTEMPT, "FAILURE"),
        f"{REDEMPTIONS}.last_redemption_date": Aggregate(ATTEMPT, 'max("date")'),
        f"{REDEMPTIONS}.total_rolled_back": _results(ROLLBACK, "SUCCESS", "FAILURE"),
        f"{REDEMPTIONS}.total_rollback_succeeded": _results(ROLLBACK, "SUCCESS"),
        f"{REDEMPTIONS}.total_rollback_failed": _results(ROLLBACK, "FAILURE"),
        f"{REDEMPTIONS}.gift.redeemed_amount": Aggregate(
            GIFT, f'coalesce(sum("gift_amount") FILTER (WHERE {KEPT}), 0)'
        ),
        f"{REDEMPTIONS}.gift.amount_to_go": Aggregate(
            f'{GIFT} AND "voucher_code" IS NOT NULL', "coalesce(sum(balance), 0)", cards=True
        ),
    }
)
EVENTS = {
    "count": "count(*)",
    "first_occurred": 'min("created_at")',
    "last_occurred": 'max("created_at")',
}
# What is no sum over a customer's records, as a query of `customer_row` and `value`.
OTHERS: Mapping[str, str] = MappingProxyType(
    {
        "segments": f'SELECT "{OWNER}", list("segment") AS value FROM members GROUP BY ALL',
        "referrals": f'SELECT customers."row" AS "{OWNER}", others.value FROM customers JOIN '
        '(SELECT "referrer", count(*) AS value FROM customers '
        'WHERE "referrer" IS DISTINCT FROM "source_id" GROUP BY ALL) AS others '
        'ON others."referrer" = customers."source_id"',
    }
)


def stored(field: Field, table: RecordTable, snapshot: Snapshot) -> Sql | None:
    """A field over the records of a table, text in NFC; None where no column holds any."""
    if field.column is not None:
        derived = DERIVED.get((table.name, field.column))
        value = name(field.column) if derived is None else Sql(derived)
    else:
        columns = metadata_columns(field, table, snapshot) if field.known else ()
        if not columns:
            return None
        value = _by_key(columns, snapshot.names[columns[0].name])
    if field.kind is not STRING:
        return value
    return word("all normal" if field.many else "normal", value)


def counted(field: Field, inside: Iterable[Sql]) -> str:
    """
    What the records behind a field come to: a query of `customer_row` and `value`.

    Args:
        inside: what has to hold of a record beside, such as that it lies in a window.
    """
    if field.table in OTHERS:
        return OTHERS[field.table]
    each = COUNTED.get(field.path) or _event(field)
    rules = " AND ".join([each.which, *(one.within(COMPARISON) for one in inside)])
    if each.cards:
        used = f'SELECT DISTINCT "{OWNER}", "voucher_code" FROM {field.table} WHERE {rules}'
        source = f'({used}) AS used LEFT JOIN ({CARDS}) AS cards ON card = "voucher_code"'
        return f'SELECT "{OWNER}", {each.value} AS value FROM {source} GROUP BY "{OWNER}"'
    return (
        f'SELECT "{OWNER}", {each.value} AS value FROM {field.table} WHERE {rules} '
        f'GROUP BY "{OWNER}"'
    )


def instant_of(field: Field) -> Sql:
    """When a record behind an activity field happened."""
    return name(str(KINDS[field.table].instant))


def nothing(kind: Kind, *, many: bool) -> Sql:
    """A value that is missing for everybody."""
    return Sql(f"CAST(NULL AS {TYPES.get(kind, 'VARCHAR')}{'[]' * many})")


def table_of(field: Field) -> RecordTable:
    """The table in whose records a field is stored."""
    return RECORD_TABLES[field.table]


def _event(field: Field) -> Aggregate:
    event, _, part = field.path.removeprefix("events.").rpartition(".")
    return Aggregate(f'"event" = {literal(event)}', EVENTS[part])


def _by_key(columns: Iterable[MetadataColumn], settled: tuple[str, bool]) -> Sql:
    """The value of a dotted name, as `columns._by_key` says: the longest key that is there."""
    found = "NULL"
    for path in sorted({row.path for row in columns}, key=len, reverse=True):
        of_key = [row for row in columns if row.path == path]
        there = " OR ".join(f"{name(row.column).text} IS NOT NULL" for row in of_key)
        fitting = [row for row in of_key if (row.kind, row.many) == settled]
        value = name(fitting[0].column).text if fitting else "NULL"
        alone = found == "NULL" and of_key == fitting
        found = value if alone else f"CASE WHEN {there} THEN {value} ELSE {found} END"
    return Sql(found)


def living(versions: str) -> str:
    """A query of the living records of a table from its stored versions, as Delta keeps them."""
    numbered = (
        'SELECT *, row_number() OVER (PARTITION BY "row" ORDER BY "change" DESC) AS newest '
        f"FROM {versions}"
    )
    return f'SELECT * FROM ({numbered}) AS numbered WHERE newest = 1 AND NOT "deleted"'
