"""Each page as each role: what may not be done is absent or says why, and nothing breaks."""

import ast
import json
import re
from pathlib import Path
from threading import Event

import pytest
from streamlit import config
from streamlit.runtime.context import ContextProxy
from streamlit.runtime.secrets import secrets_singleton
from streamlit.testing.v1 import AppTest

from app import PAGES
from engine.accounts import people
from engine.accounts.passwords import fits
from engine.accounts.roles import PEOPLE, rights_of, roles_for
from engine.actors import PAGE, Actor
from engine.changes.log import log
from engine.errors import SignInError
from engine.exports.order import Order
from engine.exports.run import export_records
from engine.privacy.consent import hold_back
from engine.privacy.masks import MASK
from engine.redemptions.vouchers import create_voucher
from engine.rights import ADMIN, BUILD, ERASE, EXPORT, REVEAL, VIEW
from engine.segments import library
from pages._components.shell.session import entrance, runner
from tests.pages.conftest import APP, button, drawn, finish_jobs, opened, words

# What each button takes; one that is in no line fails the test.
BUTTONS = {
    "All customers": VIEW,
    "All vouchers": VIEW,
    "All fields": EXPORT,
    "All segments": VIEW,
    "Add": BUILD,
    "Add person": ADMIN,
    "Add values": VIEW,
    "Add webhook": ADMIN,
    "Back up": ADMIN,
    "Begin with a template": VIEW,
    "Change": BUILD,
    "Change type": ADMIN,
    "Compare segments": VIEW,
    "Condition": VIEW,
    "Contact list": EXPORT,
    "Create a campaign": BUILD,
    "Create a customer": BUILD,
    "Create a voucher": BUILD,
    "Create key": ADMIN,
    "Create static segment": BUILD,
    "Data of the customer": REVEAL,
    "Default": EXPORT,
    "Delete": BUILD,
    "Disable": BUILD,
    "Dismiss": ADMIN,
    "Edit": BUILD,
    "Erase": ERASE,
    "Earlier": EXPORT,
    "Export all 1": EXPORT,
    "Export all 4": EXPORT,
    "Export to CSV": EXPORT,
    "Group": VIEW,
    "Later": EXPORT,
    "Merge": BUILD,
    "New segment": VIEW,
    "Possible duplicates": VIEW,
    "Record an event": BUILD,
    "Remove now": ADMIN,
    "Rename": BUILD,
    "Replay": EXPORT,
    "Reveal": REVEAL,
    "Preview": ADMIN,
    "Record a redemption": BUILD,
    "Revoke now": ADMIN,
    "Rotate now": ADMIN,
    "Save": BUILD,
    "Save changes": BUILD,
    "Save person": ADMIN,
    "Save these columns": BUILD,
    "Save this view": BUILD,
    "Set rule": ADMIN,
    "Sign out": VIEW,
    "Use this filter": VIEW,
    "Validate": VIEW,
    "Verify": VIEW,
}
ROLES = roles_for(PEOPLE)
ROOT = Path(__file__).parents[2]
TABS = ("Metadata", "Privacy", "People", "API", "Backup", "Change log")
PLACES = [
    *((entry.name, {}) for entry in PAGES),
    *(("settings", {"part": part}) for part in TABS),
    ("customers", {"customer": "w-1"}),
    ("vouchers", {"voucher": "GIFT"}),
    ("segments", {"segment": "Berlin"}),
]
SECRETS = """\
[auth]
redirect_uri = "http://127.0.0.1:8501/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "workbench"
client_secret = "0123456789abcdef"
server_metadata_url = "http://127.0.0.1:1/.well-known/openid-configuration"
"""


@pytest.fixture
def signed(seeded, tmp_path, monkeypatch):
    """Pages that a provider signs people in to: one for each role, at `ROLE@example.com`."""
    monkeypatch.setattr(ContextProxy, "cookies", {})  # AppTest has no browser that sends any
    file = tmp_path / "secrets.toml"
    file.write_text(SECRETS)
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(file)])
    secrets_singleton._reset()
    entrance.clear()  # importing app.py has made one
    for role in ROLES:
        people.add(seeded.workbench, role, [role], email=f"{role}@example.com", without_admin=True)
    yield seeded
    config.set_option("secrets.files", before)
    secrets_singleton._reset()


def seen_by(role, page, **query):
    """A page as somebody sees it who has one role."""
    at = AppTest.from_file(str(APP), default_timeout=60)
    at.user = {"is_logged_in": True, "email": f"{role}@example.com", "iat": 1}
    at.run()
    return turned(at, page, **query)


def turned(at, page, **query):
    at.switch_page(f"pages/{page}.py")
    at.query_params.clear()
    for name, value in query.items():
        at.query_params[name] = value
    return drawn(at.run())


@pytest.mark.parametrize("role", ROLES)
def test_no_page_offers_a_button_to_whoever_may_not(signed, role):
    library.create(signed.workbench, "Berlin", {"city": {"conditions": {"$is": ["Berlin"]}}})
    create_voucher(signed.workbench, {"code": "GIFT", "type": "GIFT_VOUCHER",
                                      "gift": {"amount": 100}})  # fmt: skip
    export_records(signed.workbench, Order(fields=("city",)))
    at, rights, offered = seen_by(role, "overview"), rights_of([role]), set()
    for page, query in PLACES:
        turned(at, page, **query)
        offered |= {each.label for each in at.button if each.label and not each.disabled}

    assert offered - BUTTONS.keys() == set()
    assert [label for label in sorted(offered) if BUTTONS[label] not in rights] == []
    assert offered >= {"Sign out", "New segment", "Verify"}
    assert role != "admin" or offered >= {"Create key", "Erase", "Export all 4", "Edit"}


def test_people_get_other_roles_another_password_and_go(signed):
    at = turned(seen_by("admin", "overview"), "settings", part="People")
    drawn(at.selectbox(key="person-chosen").set_value("view").run())
    at.multiselect(key="person-roles-view").set_value(["export"])
    at.text_input(key="person-password-view").set_value("a long password")
    drawn(button(at, "Save person").click().run())
    changed = people.person_named(signed.workbench, "view")
    assert changed.roles == ("export",)
    assert fits("a long password", changed.password)
    drawn(button(at, "Remove now").click().run())

    assert people.person_named(signed.workbench, "view") is None
    drawn(at.selectbox(key="person-chosen").set_value("admin").run())
    button(at, "Remove now").click().run()
    assert "with the role admin, got nobody" in words(at)
    assert people.person_named(signed.workbench, "admin")
    assert {line.cause for line in log(signed.workbench).lines[:3]} == {"person"}


BORN = "(?<![0-9a-f])2001(?![0-9a-f])"  # an id drawn by chance may have these digits, too
# Everything of the four customers that says who they are; no sign in it is escaped.
NAMES = ("Ann Lee", "taro", "w-2", "layla", "zaz", BORN, "山田", "broken")
DEEDS = ("edit", "merge", "access", "erase")
SEEN = [
    *PLACES,
    ("customers", {"customer": "w-4", "part": "Timeline"}),
    ("customers", {"customer": "w-4", "part": "Segments"}),
    *(("customers", {"customer": "w-4", "do": deed}) for deed in DEEDS),
    ("customers", {"do": "duplicates"}),
]


def sent(at):
    """All that a run has sent to the browser."""
    found, waiting = b"", [at._tree]
    while waiting:
        node = waiting.pop()
        waiting += getattr(node, "children", {}).values()
        proto = getattr(node, "proto", None)
        found += proto.SerializeToString() if proto is not None else b""
    return found


def named(content):
    return [name for name in NAMES if re.search(name.encode(), content)]


def test_nothing_that_is_sent_to_a_browser_names_anybody_until_it_is_asked_for(signed):
    hold_back(signed.workbench, "w-2", "asked for it")
    run = signed.csv("Source_id,Birthdate\nw-9,broken\n")
    assert run.rejected == 1
    export_records(signed.workbench, Order())
    at = seen_by("admin", "overview")
    for page, query in [*SEEN, ("imports", {"import": run.id})]:
        turned(at, page, **query)
        assert named(sent(at)) == [], (page, query)

    turned(at, "customers", customer="w-4")
    drawn(next(each for each in at.button if each.label == "Reveal").click().run())
    line = log(signed.workbench).lines[0]

    assert named(sent(at)) == ["Ann Lee", BORN]
    assert (line.cause, line.actor) == ("reveal", "admin")
    turned(at, "customers", customer="w-3")
    assert named(sent(at)) == []


def test_whoever_is_on_no_list_or_was_removed_sees_no_page(signed):
    stranger = seen_by("stranger", "customers")
    viewer = seen_by("view", "customers")
    people.remove(signed.workbench, "view")
    drawn(viewer.run())

    for at in (stranger, viewer):
        assert [each.label for each in at.button] == ["Sign out"]
        assert "is not on the list of people" in words(at)


@pytest.mark.usefixtures("seeded")
def test_nothing_is_masked_where_nobody_has_to_sign_in():
    at = opened("customers", customer="w-4")

    assert "Ann Lee" in named(sent(at))
    assert "Sign out" not in [each.label for each in at.button]


@pytest.mark.usefixtures("signed")
def test_ten_people_in_one_process_are_never_taken_for_each_other():
    roles = [ROLES[number % len(ROLES)] for number in range(10)]
    sessions = [seen_by(role, "settings", part="API") for role in roles]
    for role, at in zip(roles, sessions, strict=True):
        drawn(at.run())
        assert ("Create key" in [each.label for each in at.button]) is (role == "admin")


def labels(at):
    """What is written on the buttons that somebody sees."""
    return [each.label for each in at.button]


@pytest.mark.usefixtures("signed")
def test_work_is_followed_by_who_asked_for_it_and_cancelled_by_them_or_an_admin():
    go = Event()
    job = runner().start("import", "Import", lambda _tell: go.wait(), Actor("import", PAGE))
    seen = {role: seen_by(role, "imports") for role in ROLES}
    cancelling = [
        role for role, at in seen.items() if "Cancel" in [each.label for each in at.button]
    ]
    following = [role for role, at in seen.items() if "is at work" in words(at)]
    go.set()
    assert job.ended.wait(60)

    assert (cancelling, following) == (["import", "admin"], ["import"])


def test_interrupted_work_is_dismissed_by_who_asked_for_it_or_an_admin(signed):
    note = {"kind": "import", "label": "Import of people.csv", "by": "import (page)"}
    for number, content in enumerate([note, {**note, "by": ""}]):
        path = signed.folder / "jobs" / f"0123456789abcdef-0000000{number}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content))
    seen = {role: seen_by(role, "reference") for role in ROLES}
    offered = {role: labels(at).count("Dismiss") for role, at in seen.items()}

    assert {role: count for role, count in offered.items() if count} == {"import": 1, "admin": 2}


@pytest.mark.usefixtures("signed")
def test_no_file_asks_what_is_kept_of_somebody():
    """By their keys anybody can be named in a file, whose check shows before and after."""
    file = "".join(f"w-{number},x,x@example.com\n" for number in range(1, 5))
    at = seen_by("import", "imports")
    at.file_uploader(key="upload").upload("probe.csv", f"Source_id,Name,Email\n{file}".encode())
    drawn(at.run())
    finish_jobs()
    shown = sent(drawn(at.run()))

    assert b"Fields that would change" in shown
    assert MASK.encode() in shown
    assert named(shown) == ["w-2"]  # of the file itself


def conflicting():
    import streamlit as st

    from engine.changes import undo
    from pages._components.shell.session import workbench
    from pages._components.shell.take_back import _choices

    _choices(undo.preview(workbench(), int(st.query_params["number"])))


def test_no_undo_tells_what_is_kept_of_somebody(signed):
    signed.csv("Source_id,Name,City\nw-4,One Name,Lyon\n")
    number = log(signed.workbench).lines[0].number
    signed.later(minutes=1)
    signed.csv("Source_id,Name,City\nw-4,Other Name,Nice\n")
    at = AppTest.from_function(conflicting, default_timeout=60)
    at.user = {"is_logged_in": True, "email": "import@example.com", "iat": 1}
    at.query_params["number"] = str(number)
    shown = sent(drawn(at.run()))

    assert b"not Nice" in shown
    assert MASK.encode() in shown
    assert [text for text in (b"w-4", b"One Name", b"Other Name", b"layla") if text in shown] == []


def downloading():
    import streamlit as st

    from pages._components.shell.downloads import by_who_clicks

    made = by_who_clicks(lambda access, more: (access.actor.name, access.may("export"), more), 5)
    st.session_state["made"] = made


def test_a_file_is_made_by_who_is_there_when_it_is_asked_for(signed):
    at = AppTest.from_function(downloading, default_timeout=60)
    at.user = {"is_logged_in": True, "email": "export@example.com", "iat": 1}
    made = drawn(at.run()).session_state["made"]
    assert made() == ("export", True, 5)
    people.remove(signed.workbench, "export")

    with pytest.raises(SignInError):
        made()


def test_no_download_keeps_the_rights_of_when_its_page_was_drawn():
    for module in (ROOT / "pages").rglob("*.py"):
        calls = [each for each in ast.walk(ast.parse(module.read_text())) if type(each) is ast.Call]
        buttons = [each for each in calls if ast.unparse(each.func) == "st.download_button"]

        assert not [each for each in buttons if "acting()" in ast.unparse(each)], module


@pytest.mark.usefixtures("signed")
def test_an_admin_sees_who_may_sign_in_and_nobody_else_does():
    seen, hidden = (seen_by(role, "settings", part="People") for role in ("admin", "build"))

    assert [*seen.dataframe[0].value["Name"]] == sorted(ROLES)
    assert not hidden.dataframe
    assert "takes the role *admin*" in words(hidden)
