"""A workspace in which one person stands in every place of the inventory."""

from engine.customers.events import record_event
from engine.customers.merging import merge
from engine.exports.order import Order
from engine.exports.run import export_records
from engine.privacy.consent import hold_back
from engine.redemptions.campaigns import create_campaign
from engine.segments import library, tags, versions
from engine.store.folder import SCRATCH
from engine.store.results.actions import AsyncAction, add_action
from engine.store.results.export_requests import ExportRequest, add_request
from engine.system.scratch import scratch_folder
from engine.workspace.journal import Journal
from engine.workspace.views import View, of_grid, save_view
from tests.messages.posted import post
from tests.redemptions.counter import Counter

KEY, NAME, MAIL = "zofia-90210", "Zofia Wąsik-Żółć", "Zofia.Wasik@example.pl"
PHONE, STREET, NICK = "+48 601 222 333", "Długa 7 m. 12", "Zosieńka z Pragi"
OLD_MAIL, WEB = "zosia.dawniej@example.pl", "visitor-zofia-90210"
MENTION = f"for {NAME}, {MAIL.upper()}, phone 48601222333"
ZOFIA = {
    "source_id": KEY, "name": NAME, "email": OLD_MAIL, "phone": PHONE,
    "address": {"line_1": STREET, "city": "Warsaw"}, "description": "always early",
    "metadata": {"nickname": NICK, "tier": "gold"},
}  # fmt: skip
BEN = {
    "source_id": "ben-1", "name": "Ben Stone", "email": "ben@example.pl", "referrer": KEY,
    "description": f"a neighbour of {NAME}", "metadata": {"note": MENTION, "tier": "silver"},
}  # fmt: skip
ORDERS = (
    {"id": f"ord_{KEY}", "source_id": f"o-{KEY}-1", "customer": {"source_id": KEY},
     "status": "PAID", "amount": 1500, "items": [{"product_id": f"photo-{KEY}", "quantity": 1}],
     "metadata": {"gift": MENTION, "nickname": "called Zosia at home"}},
    {"source_id": "o-2", "customer": {"source_id": "ben-1"}, "status": "PAID", "amount": 700,
     "metadata": {"gift": MENTION}},
)  # fmt: skip
ASKS = {"email": {"conditions": {"$in": [MAIL, "ben@example.pl"]}}}
CITY = {"address.city": {"conditions": {"$is": ["Warsaw"]}}}


def fill(base):
    """Fills a workspace."""
    access, counter = base.workbench, Counter(base)
    access.configure(personal_metadata="nickname")
    base.json(ZOFIA, BEN)
    base.later(seconds=1)
    base.json({"source_id": KEY, "email": MAIL}, {"source_id": "ben-1", "email": "ben@example.pl"})
    base.later(seconds=1)
    base.json({"source_id": "zofia-old-4411", "email": MAIL.lower(), "name": "Z. Wąsik-Żółć"})
    merge(access, KEY, "zofia-old-4411")
    base.later(seconds=1)
    base.json(*ORDERS, kind="orders")
    hold_back(access, "ben-1", f"a complaint about {NAME}")
    hold_back(access, KEY, "asked for it")
    _files(base)
    _events(base)
    _segments(base)
    _vouchers(base, counter)
    _exports(base)
    _work(base)


def upload(base):
    """A file that is being looked at; whoever opens the workspace removes what is not."""
    copy = scratch_folder("upload", base.folder / SCRATCH) / "customers.csv"
    copy.write_text(f"Source_id,Name\n{KEY},{NAME}\n")


def texts(base):
    """All by which the person could be found in a workspace, by the bytes."""
    profile = base.workbench.profile()
    token = profile.activity.records("redemptions")["tracking_id"].drop_nulls()[0]
    ids = [base.customer(KEY)["id"], *profile.merged["id"]]
    return (KEY, NAME, MAIL, OLD_MAIL, PHONE, "48601222333", STREET, NICK, token, "Zosia at home",
            "zofia-old-4411", "always early", *ids)  # fmt: skip


def _files(base):
    """Imports that name her beside the records."""
    header = f"note of {KEY}"
    bad = f"Source_id,Name,Birthdate,{header}\n{KEY},{NAME},as of {MAIL},x\n"
    base.bring(base.file(bad, f"{KEY}.csv"), {"columns": {header: "metadata.note"}})
    base.csv(f"Source_id,Name,City\nk9,Kay,Oslo\nExported on Monday, 5 May, 12:30, by {NAME}\n")
    base.later(seconds=1)
    base.json({"source_id": "k8", "metadata": {f"knows {NAME}": 1}, f"of {KEY}": 1})
    base.json({"source_id": "k7", "metadata": {f"knows {NAME}": "no number"}})


def _events(base):
    record_event(base.workbench, f"called {NAME}", {"source_id": KEY}, {"words": MENTION}, WEB)
    base.later(seconds=1)


def _segments(base):
    access = base.workbench
    library.create(access, f"Friends of {NAME}", ASKS)
    library.edit(access, f"Friends of {NAME}", new_name=f"Mates of {NAME}")
    library.create(access, "Poles", CITY)
    tags.tag(access, "Poles", [f"of {KEY}"])
    library.create_static(access, "List", [KEY, "ben-1"])
    versions.edit_members(access, "List", f"{MAIL} asked for it", remove=["ben-1"])
    view = View(("name",), (), {"search": MAIL})
    save_view(access, of_grid("customers"), f"Orders of {NAME}", view)


def _vouchers(base, counter):
    create_campaign(base.workbench, f"{NAME} birthday", {"discount": {
        "type": "AMOUNT", "amount_off": 100}}, personal_for="Poles")  # fmt: skip
    counter.voucher("TEN")
    counter.voucher(f"TEN-{KEY}")
    counter.validate(f"TEN-{KEY}", customer={"source_id": KEY}, amount=2000)
    counter.validate(f"NO-{KEY}", customer={"source_id": KEY}, amount=2000)
    done = counter.redeem("TEN", customer={"source_id": KEY}, amount=2000, key=f"key {KEY}",
                          metadata={"said": MENTION})  # fmt: skip
    assert done.succeeded
    counter.redeem("NONE", customer={"source_id": KEY}, tracking_id=None)
    base.later(seconds=1)


def _exports(base):
    for form in ("csv", "excel", "jsonl", "parquet"):
        export_records(
            base.workbench, Order(format=form, customers=(KEY, "ben-1"), suppressed=True)
        )
    export_records(
        base.workbench, Order(filter={"name": {"conditions": {"$is": [NAME]}}}, suppressed=True)
    )
    beside = base.folder.with_name(f"{KEY}.csv")
    export_records(base.workbench, Order(customers=("ben-1",), fields=("id",)), beside, force=True)


def _work(base):
    access, now = base.workbench, base.now
    result = {"failed": [MAIL]}
    with access.note() as connection:
        add_action(
            connection, AsyncAction("aa_1", "bulk", "DONE", 100, now, now, "r", "me", result)
        )
        filters = {"filters": ASKS}
        add_request(
            connection, ExportRequest("exp_1", now, "me", "customer", filters, "ERROR", "t")
        )
    post(base, f"Friends of {NAME}", f"400: we know no {MAIL}")
    journal = Journal(base.folder / "jobs")
    journal.begin("import", f"Import of {KEY}.csv", access.actor)
    (base.folder / "unfinished" / "f.note").write_text(f"/exports/{KEY}.csv")
    (base.folder / "backups").mkdir()
    (base.folder / "backups" / "workbench-0009.db").write_bytes(NAME.encode())
    aside = base.folder / "set-aside" / "2026-11-01"
    aside.mkdir(parents=True)
    (aside / "workbench.db").write_bytes(MAIL.encode())
