"""Uses of vouchers, kept from state to state: the same as a count of everything afresh."""

from collections import Counter

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from engine.base import uses as module
from engine.base.kinds.registry import RECORD_TABLES
from engine.base.uses import Use, Uses
from engine.store.records.latest import latest, overlaid
from engine.store.records.storage import to_storage

SCHEMA = RECORD_TABLES["redemptions"].schema
CODES, CUSTOMERS = ("A", "B", "c"), (0, 1, None)
versions = st.fixed_dictionaries(
    {
        "row": st.integers(0, 6),
        "deleted": st.booleans(),
        "customer_row": st.sampled_from(CUSTOMERS),
        "voucher_code": st.sampled_from([*CODES, None]),
        "result": st.sampled_from(["SUCCESS", "FAILURE", None]),
        "status": st.sampled_from(["SUCCEEDED", "ROLLED_BACK", "FAILED", None]),
        "object": st.sampled_from(["redemption", "redemption_rollback", None]),
        "gift_amount": st.sampled_from([None, 10, 20]),
    }
)
changes = st.lists(st.lists(versions, max_size=4, unique_by=lambda row: row["row"]), max_size=12)


def counted(records):
    """The uses by code and customer, of each code by everybody under None; and what was spent."""
    times, spent = Counter(), Counter()
    for one in records.iter_rows(named=True):
        result = one["result"] or (
            "SUCCESS" if one["status"] in ("SUCCEEDED", "ROLLED_BACK") else None
        )
        if (
            one["object"] != "redemption_rollback"
            and one["status"] != "ROLLED_BACK"
            and result == "SUCCESS"
        ):
            times[one["voucher_code"], one["customer_row"]] += 1
            times[one["voucher_code"], "everybody"] += 1
            spent[one["voucher_code"]] += one["gift_amount"] or 0
    return times, spent


def check(uses, records):
    times, spent = counted(records)
    for code in CODES:
        assert uses.of_code(code) == Use(times[code, "everybody"], spent[code])
        for row in (0, 1):
            assert uses.of_customer(code, row) == times[code, row]
    for some in (CODES[::-1], (*CODES[1:], "never used"), ()):
        each = uses.of_each(pl.Series(some, dtype=pl.String))
        assert [(code, Use(*use)) for code, *use in each.iter_rows()] == [
            (code, uses.of_code(code)) for code in some
        ]


def frame(rows, change):
    numbered = [{**row, "change": change} for row in rows]
    return to_storage(pl.DataFrame(numbered, infer_schema_length=None), SCHEMA)


@given(changes)
def test_they_follow_every_state_and_nobody_sees_another(steps):
    records = pl.DataFrame(schema=SCHEMA)
    states = [(Uses.of(records), records)]
    for number, rows in enumerate(steps, 1):
        if rows:
            newer = frame(rows, number)
            uses = states[-1][0].following(records, newer)
            records = overlaid(records, newer).records if records.height else latest(newer)
            states.append((uses, records))
    for uses, of in states:
        check(uses, of)
        check(Uses.of(of), of)


def test_many_layers_become_one(monkeypatch):
    monkeypatch.setattr(module, "LAYERS", 3)
    used = {"deleted": False, "voucher_code": "A", "result": "SUCCESS", "customer_row": 1}
    records, uses = pl.DataFrame(schema=SCHEMA), Uses.of(pl.DataFrame(schema=SCHEMA))
    for row in range(20):
        newer = frame([{"row": row, **used, "gift_amount": row}], row + 1)
        uses = uses.following(records, newer)
        records = pl.concat([records, newer])

    assert uses.of_code("A") == Use(20, sum(range(20)))
    assert len(uses._layers) <= 3
    assert uses.of_customer("A", 1) == 20
    assert uses.of_code("never used") == Use()


def test_a_workspace_keeps_them_through_imports_and_undo(base):
    base.csv("Id,Customer_source_id,Voucher_code,Result,Gift_amount\nr1,a,card,SUCCESS,5\n",
             kind="redemptions")  # fmt: skip
    first = base.workbench.profile().activity.uses().of_code("card")
    run = base.csv(
        "Id,Customer_source_id,Voucher_code,Status,Gift_amount\n"
        "r2,a,card,SUCCEEDED,7\nr1,a,card,ROLLED_BACK,5\nr3,b,card,FAILED,7\n",
        kind="redemptions",
    )
    second = base.workbench.profile().activity.uses().of_code("card")
    base.undo(run)
    third = base.workbench.profile().activity.uses().of_code("card")

    assert (first, second, third) == (Use(1, 5), Use(1, 7), Use(1, 5))
