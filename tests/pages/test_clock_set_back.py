"""Where the clock is behind the last change, every door says so, and nothing is written."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.accounts import keys, passwords, people
from engine.accounts.sessions import Sessions
from engine.changes.chain import chain_report
from engine.changes.log import log
from engine.customers.editing import upsert
from engine.errors import ClockError, SignInError
from engine.integrity.backups import back_up
from engine.messages import targets
from engine.privacy.consent import hold_back
from engine.privacy.masks import reveal
from engine.privacy.retention_rules import RetentionRule, set_rule
from engine.segments import library
from engine.store.results.causes import CAUSES
from engine.workspace.clockwork import BEHIND, turn
from engine.workspace.downloads import note_download
from engine.workspace.views import View, save_view
from tests.accounts.conftest import CHEAP
from tests.api.conftest import Http
from tests.cli.conftest import Shell
from tests.pages.conftest import SEEDED, button, drawn, opened, seed, words

AHEAD = datetime.now(UTC) + timedelta(days=2)  # of the machine's clock, which the pages read
TOLD = "an instant at or after the last change, {:%FT%T}"
REMEDY = "set the clock of this machine right"
NEW = {"name": "New", "filter": {"junction": "and", "name": {"conditions": {"$is": ["x"]}}}}
WORD = "correct horse battery"
YOUNG = {"created_at": {"conditions": {"$less_than": [3_000]}}}


@pytest.fixture
def behind(empty):
    """A base whose last change lies ahead of every clock, and who asks it over HTTP."""
    base = empty.filled(ahead)
    base.now = SEEDED
    return base, Http(base)


def ahead(base):
    seed(base)
    library.create(base.workbench, "Young", YOUNG)
    base.now = AHEAD
    base.csv("Source_id\nlast\n")


def page_looked_at(*_):
    return words(opened("overview"))


def page_written(*_):
    at = drawn(button(opened("customers"), "Create a customer").click().run())
    at.text_input(key="field-new-customer-source_id").set_value("n-1")
    return words(drawn(button(drawn(at.run()), "Create customer").click().run()))


def command(*words):
    def run(base, *_):
        base.file("Source_id\nnew\n")
        return Shell(base.folder.parent).run(*words, now=None, code=1).stderr

    return run


def asked(method, path, **body):
    def ask(_base, http, _caplog):
        answer = http.ask(method, path, **body)
        assert (answer.status_code, answer.json()["key"]) == (503, "unavailable")
        return answer.json()["message"]

    return ask


def long_work(_base, http, _caplog):
    begun = http.post("/v1/customers/bulk/async", [{"source_id": "new"}], 202)
    http.done()
    found = http.get(f"/v1/async-actions/{begun['async_action_id']}")
    assert found["status"] == "FAILED"
    return found["result"]["error"]["message"]


def clock(base, _http, caplog):
    asked = []
    turn(base.workbench, lambda span: bool(asked.append(span)))
    assert asked == [BEHIND]
    return caplog.text


def use_case(deed):
    def call(base, *_):
        with pytest.raises(ClockError) as told:
            deed(base.workbench)
        return str(told.value)

    return call


DOORS = {
    "a page that is looked at": page_looked_at,
    "a page that would write": page_written,
    "an import by command": command("import", "customers", "customers.csv"),
    "an edit by command": command("customers", "edit", "w-1", "--set", "name=New"),
    "a refresh by command": command("segments", "refresh"),
    "a setting by command": command("settings", "set", "currency", "PLN"),
    "an upsert over HTTP": asked("POST", "/v1/customers", json={"source_id": "new"}),
    "a segment over HTTP": asked("POST", "/v1/segments", json=NEW),
    "a deletion over HTTP": asked("DELETE", "/v1/customers/w-1"),
    "long work over HTTP": long_work,
    "the clock's own thread": clock,
    "an export by command": command("export", "customers", "--to", "out.csv"),
    "an export over HTTP": asked("POST", "/v1/exports", json={"exported_object": "customer"}),
    "codes tried over HTTP": asked("POST", "/v1/vouchers/TEN/validate", json={}),
    "whoever calls the engine": use_case(lambda access: upsert(access, {"source_id": "new"})),
    "a view": use_case(lambda access: save_view(access, "customer views", "V", View(("name",)))),
    "a webhook": use_case(lambda access: targets.create(access, "w", "https://crm.example")),
    "the suppression list": use_case(lambda access: hold_back(access, "w-1", "asked for it")),
    "a rule of retention": use_case(lambda access: set_rule(access, RetentionRule("history", 9))),
}


@pytest.mark.parametrize("door", DOORS)
def test_every_door_says_that_the_clock_is_behind_and_writes_nothing(
    behind, door, caplog, monkeypatch
):
    base, http = behind
    monkeypatch.chdir(base.folder.parent)
    before = kept(base)
    told = DOORS[door](base, http, caplog)

    assert TOLD.format(AHEAD) in told
    assert REMEDY in told
    assert kept(base) == before
    assert http.get("/v1/customers")["total"] == len(base.rows("id")) == 5


def signed_in(access):
    people.add(access, "Ann", ["view"], WORD, without_admin=True)
    sessions = Sessions(lambda: 0.0)
    with pytest.raises(SignInError):
        sessions.sign_in(access, "Ann", "wrong", "127.0.0.1")
    token = sessions.sign_in(access, "Ann", WORD, "127.0.0.1")
    assert sessions.person(access, token).name == "Ann"
    sessions.sign_out(access, token)


def keyed(access):
    keys.create(access, "new")
    keys.rotate(access, "new")
    keys.revoke(access, "new")


def rescued(access):
    back_up(access, access.store.folder.with_name("backup.zip"))
    with access.write("repair") as (_, act):
        act.touched["indexes"] = 1


WHENEVER = {
    "sign-in refusal sign-out person": signed_in,
    "key": keyed,
    "reveal": lambda access: reveal(access, "customers", "w-1"),
    "download": lambda access: note_download(access, "exports", ["exp_1"]),
    "backup repair": rescued,
}


@pytest.mark.parametrize("causes", WHENEVER)
def test_who_comes_in_looks_or_rescues_is_kept_out_by_no_clock_and_told_as_of_the_last_change(
    behind, causes, monkeypatch
):
    monkeypatch.setattr(passwords, "HASHER", CHEAP)
    base, _http = behind
    before = len(log(base.workbench).lines)
    WHENEVER[causes](base.workbench)
    lines = log(base.workbench).lines[:-before]

    assert {line.cause for line in lines} == {*causes.split()}
    assert {line.at for line in lines} == {AHEAD}
    assert chain_report(base.workbench).faults == []


def test_each_cause_that_waits_for_no_clock_was_tried():
    waiting = {key for key, row in CAUSES.items() if row.whenever}

    assert waiting - {"tracking", "restore"} == {key for row in WHENEVER for key in row.split()}


def kept(base):
    """What a write would change."""
    with base.workbench.store.read() as connection:
        lines = connection.exec_driver_sql("SELECT number, cause FROM change_log").all()
    segments = [(row.name, row.version) for row in library.saved(base.workbench)]
    return base.workbench.store.last_change(), lines, segments, base.rows("source_id", "name")
