"""What comes of long work over HTTP is written by the transaction of its change."""

import re
from pathlib import Path

import pytest

from engine.api import endpoints
from tests.api.conftest import AMOUNT, ANN

# A database that takes everything but the note that work is done.
REFUSING = """CREATE TRIGGER refusing BEFORE UPDATE ON async_action WHEN new.status = 'DONE'
              BEGIN SELECT raise(ABORT, 'not this one'); END"""
SUMMER = "/v1/campaigns/Summer"
# What begins long work of each kind.
BEGINS = {
    "CUSTOMERS.IMPORT_CSV": lambda http: http.ask(
        "POST", "/v1/customers/importCSV", files={"file": ("x.csv", "Source_id\nbob\n")}
    ),
    "CUSTOMERS.BULK_UPDATE": lambda http: http.ask(
        "POST", "/v1/customers/bulk/async", json=[{"source_id": "bob"}]
    ),
    "CUSTOMERS.METADATA_UPDATE": lambda http: http.ask(
        "POST",
        "/v1/customers/metadata/async",
        json={"source_ids": [ANN["source_id"]], "metadata": {"size": 7}},
    ),
    "CAMPAIGNS.VOUCHERS_CREATE": lambda http: http.ask(
        "POST", f"{SUMMER}/vouchers?vouchers_count=2"
    ),
    "CAMPAIGNS.DELETE": lambda http: http.ask("DELETE", SUMMER),
}


@pytest.mark.parametrize("kind", BEGINS)
def test_where_the_result_cannot_be_written_nothing_of_the_work_is(http, kind):
    http.post("/v1/customers", ANN)
    voucher = {"discount": AMOUNT["discount"]}
    http.post("/v1/campaigns", {"name": "Summer", "vouchers_count": 1, "voucher": voucher})
    store = http.base.workbench.store
    before = store.last_change()
    with http.base.workbench.note() as connection:
        connection.exec_driver_sql(REFUSING)
    refused = ended(http, kind)
    kept = store.last_change()
    with http.base.workbench.note() as connection:
        connection.exec_driver_sql("DROP TRIGGER refusing")
    done = ended(http, kind)

    assert (refused["type"], refused["status"], kept) == (kind, "FAILED", before)
    assert "not this one" in refused["result"]["error"]["message"]
    assert (done["status"], done["progress"], store.last_change()) == ("DONE", 100, before + 1)
    assert done["result"]["failed_count"] == 0


def ended(http, kind):
    """The async action of a piece of work that has ended."""
    begun = BEGINS[kind](http)
    http.done()
    assert begun.status_code == 202, begun.text
    return http.get(f"/v1/async-actions/{begun.json()['async_action_id']}")


def test_every_kind_of_long_work_has_a_case():
    sources = [file.read_text() for file in Path(endpoints.__file__).parent.glob("*.py")]
    kinds = {kind for source in sources for kind in re.findall(r'"([A-Z]+\.[A-Z_]+)"', source)}

    assert {*BEGINS} == kinds
