"""Signing in, in a real browser: by the form, and through a real provider of OIDC."""

import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from engine.accounts import keys, people
from engine.changes.log import log
from tests.bases import Base
from tests.browser.conftest import asked, free_port, served, settle

WORD = "correct horse battery"
SECRETS = """\
[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "workbench"
client_secret = "0123456789abcdef"
server_metadata_url = "http://localhost:{provider}/.well-known/openid-configuration"
"""
ROWS = '/api/customers/rows?end=5&columns=["name","address.city"]'


@contextmanager
def provider():
    command = [sys.executable, str(Path(__file__).with_name("provider.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield int(process.stdout.readline())
        process.stdin.close()


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    made = Base.new(tmp_path_factory.mktemp("signed") / "workspace")
    made.csv("Source_id,Name,City\na,Ann Lee,Rome\n")
    people.add(made.workbench, "Ann", ["view"], WORD, "ann@example.com", without_admin=True)
    keys.create(made.workbench, "guard of the API")
    yield made
    made.close()


@pytest.fixture(scope="module")
def address(base, tmp_path_factory):
    """One server for all, which other machines reach and which a provider signs people in to."""
    port, home = free_port(), tmp_path_factory.mktemp("home")
    (home / ".streamlit").mkdir()
    with provider() as its_port, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        secrets = SECRETS.format(port=port, provider=its_port)
        (home / ".streamlit" / "secrets.toml").write_text(secrets)
        with served(base.folder, "--host", "0.0.0.0", port=port) as address:
            yield address


@pytest.fixture
def told(base):
    """What the log has of the people who came in since the test began."""
    before = len(log(base.workbench).lines)
    return lambda: [(one.cause, one.actor) for one in log(base.workbench).lines[::-1][before:]]


def sign_in(page, form):
    """Sends the form of an address as Ann."""
    page.goto(form)
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill(WORD)
    page.keyboard.press("Enter")


def test_somebody_signs_in_by_the_form_stays_so_behind_a_reload_and_signs_out(
    address, browser, told
):
    with browser.new_context() as context:
        page = context.new_page()
        sign_in(page, f"{address}/sign-in?next=/segments%3Fpart%3DMembers")
        expect(page).to_have_url(f"{address}/segments?part=Members")
        expect(page.get_by_role("button", name="Ann")).to_be_visible()
        page.reload()
        page.get_by_role("button", name="Ann").click()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("link", name="Sign in").click()
        expect(page).to_have_url(re.compile("/sign-in"))
        [cookie] = [one for one in context.cookies() if one["name"] == "workbench_session"]

    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert told() == [("sign-in", "Ann"), ("sign-out", "Ann")]


def test_a_part_of_a_page_that_is_drawn_alone_is_for_who_is_still_signed_in(address, base, browser):
    with browser.new_context() as context:
        page = context.new_page()
        sign_in(page, f"{address}/sign-in?next=/segments%3Fsegment%3Dnew")
        another = page.get_by_role("button", name="Condition")
        expect(another).to_be_visible()
        settle(page)
        people.set_password(base.workbench, "Ann", WORD)  # ends her sessions
        another.click()
        expect(page.get_by_text("or your session has ended")).to_be_visible()
        expect(another).to_have_count(0)


def test_a_provider_vouches_for_who_is_on_the_list_and_for_nobody_else(
    address, base, browser, told
):
    rows = []
    for email in ("ann@example.com", "eve@example.com"):
        with browser.new_context() as context:
            rows.append(signed_in_by(context.new_page(), address, email))

    assert [status for status, _ in rows] == [200, 401]
    assert ("Rome" in rows[0][1], "Ann Lee" in rows[0][1]) == (True, False)  # who is masked
    assert told() == [("sign-in", "Ann"), ("refusal", "somebody")]
    assert elsewhere(base.folder) == []


def signed_in_by(page, address, email):
    """Goes through the provider; gives what a route of ours then answers."""
    page.goto(f"{address}/customers")
    page.get_by_role("button", name="Sign in with your provider").click()
    page.locator("input[name=sub]").fill(email)
    page.get_by_role("button", name="Authorize").click()
    known = page.get_by_role("button", name="Ann")
    expect(known.or_(page.get_by_text("is not on the list of people"))).to_be_visible()
    answer = page.request.get(f"{address}{ROWS}")
    return answer.status, answer.text()


def elsewhere(workspace):
    """What the server has asked of other machines; it may listen at its own addresses."""
    own = ("0.0.0.0", "127.0.0.1", "localhost", "::1")
    lines = asked(workspace).read_text().splitlines()[1:]
    return [line for line in lines if not any(name in line for name in own)]
