"""A workspace with a row in every table of the database, made once; damages are done to copies."""

import sqlite3
from contextlib import closing

from engine.accounts.keys import create
from engine.accounts.people import add as add_person
from engine.exports.order import Order
from engine.exports.run import export_records
from engine.integrity.checks import examined
from engine.privacy.consent import hold_back
from engine.privacy.erasure import erase
from engine.redemptions.attempt import attempt
from engine.redemptions.redeem import redeem
from engine.redemptions.validation import validate
from engine.redemptions.vouchers import create_voucher
from engine.segments import library
from engine.store.results.actions import AsyncAction, add_action
from engine.store.results.export_requests import ExportRequest, add_request
from engine.store.results.sessions import StoredSession, add_session
from engine.workspace.views import View, save_view
from tests.bases import NOW
from tests.messages.posted import post

TEN = {"discount": {"type": "AMOUNT", "amount_off": 1000}, "code": "TEN"}

BOUGHT = {"customer": "1", "tracking_id": "t_1", "order": {"amount": 5000}}


def fill(base):
    """Something of everything that a workspace keeps."""
    bench = base.workbench
    people = "".join(f"{row},Ann {row},{row % 3},{row % 5}\n" for row in range(600))
    base.csv(f"Source_id,Name,size,tier\n{people},nobody,,\n")  # more than a small change takes
    base.csv("Source_id,Customer_source_id,Amount,Created_at\no,1,100,2026-11-01\n", kind="orders")
    base.csv("Source_id,Name\nzoe,Zoe\n")
    erase(bench, ["zoe"])
    hold_back(bench, "5", "asked by letter")
    base.gather()
    library.create(bench, "Sized", {"metadata.size": {"conditions": {"$is": [1]}}})
    library.create(bench, "New", {"created_at": {"conditions": {"$less_than_ago": [30]}}})
    library.create(bench, "Idle", {"metadata.size": {"conditions": {"$is": [2]}}}, "passive")
    library.create_static(bench, "Chosen", ["1", "2", "3"])
    base.later(minutes=1)
    base.csv("Source_id,size\n1,2\n2,1\n4,0\n")  # small, and some move
    create_voucher(bench, TEN)
    validate(bench, attempt(["TEN"], **BOUGHT))
    redeem(bench, attempt(["TEN"], **BOUGHT), "once")
    bench.configure(currency="PLN")
    save_view(bench, "customer views", "Mine", View(("name",)))
    export_records(bench, Order(fields=("name",)))
    create(bench, "shop")
    add_person(bench, "ann", ["view"], email="ann@example.com", without_admin=True)
    post(base, "Chosen", "500")
    with bench.note() as connection:
        add_action(connection, AsyncAction("aa_1", "X", "DONE", 100, NOW, None, "r", "me", None))
        add_request(connection, ExportRequest("exp_1", NOW, "me", "customer", {}, "DONE", "t"))
        add_session(connection, StoredSession("token 1", "ann", "s", NOW, NOW), 10)


def told(base):
    """Every damage of an open workspace, in lines; those that take nothing away are left out."""
    return lines(examined(base.workbench))


def lines(damages):
    """Those that take something away, as they are told."""
    return [str(one) for one in damages if not one.check.harmless]


def sql(folder, *statements):
    """Another hand in the database."""
    with closing(sqlite3.connect(folder / "workbench.db")) as database, database:
        database.execute("PRAGMA foreign_keys=OFF")
        return [database.execute(*([one] if isinstance(one, str) else one)).fetchall()
                for one in statements]  # fmt: skip
