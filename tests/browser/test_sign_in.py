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
from tests.browser.conftest import asked, free_port, served

WORD = "correct horse battery"
SECRETS = """\
[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "workbench"
client_secret = "0123456789abcdef"
server_metadata_url = "http://localhost:{provider}/.well-known/openid-configuration"
"""


@contextmanager
def provider():
    command = [sys.executable, str(Path(__file__).with_name("provider.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield int(process.stdout.readline())
        process.stdin.close()


@pytest.fixture
def base(workspace):
    made = Base.new(workspace)
    made.csv("Source_id,Name,City\na,Ann Lee,Rome\n")
    people.add(made.workbench, "Ann", ["view"], WORD, "ann@example.com")
    yield made
    made.close()


def told(base):
    return [(line.cause, line.actor) for line in log(base.workbench).lines[::-1]][-3:]


def test_somebody_signs_in_from_anywhere_stays_so_behind_a_reload_and_signs_out(
    base, browser, workspace
):
    keys.create(base.workbench, "guard of the API")
    with served(workspace, "--host", "0.0.0.0") as address, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/segments?part=Members")
        page.get_by_label("Name").fill("ann")
        page.get_by_label("Password").fill(WORD)
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{address}/segments?part=Members")
        expect(page.get_by_role("button", name="Ann")).to_be_visible()
        page.reload()
        page.get_by_role("button", name="Ann").click()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("link", name="Sign in").click()
        expect(page).to_have_url(re.compile("/sign-in"))
        [cookie] = [one for one in context.cookies() if one["name"] == "workbench_session"]

    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert told(base)[1:] == [("sign-in", "Ann"), ("sign-out", "Ann")]
    assert elsewhere(workspace) == []


def elsewhere(workspace):
    """Whom the server has asked for anything; it may listen at its own addresses."""
    lines = asked(workspace).read_text().splitlines()[1:]
    return [line for line in lines if "0.0.0.0" not in line and "127.0.0.1" not in line]


def test_a_provider_vouches_for_who_is_on_the_list_and_for_nobody_else(
    base, browser, workspace, tmp_path, monkeypatch
):
    port = free_port()
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".streamlit").mkdir()
    with provider() as its_port:
        secrets = SECRETS.format(port=port, provider=its_port)
        (tmp_path / ".streamlit" / "secrets.toml").write_text(secrets)
        with served(workspace, port=port) as address:
            with browser.new_context() as context:
                rows = signed_in_by(context.new_page(), address, "ann@example.com")
                assert (rows.status, "Ann Lee" in rows.text()) == (200, True)
            with browser.new_context() as context:
                rows = signed_in_by(context.new_page(), address, "eve@example.com")
                assert (rows.status, "Ann Lee" in rows.text()) == (401, False)

    assert told(base)[1:] == [("sign-in", "Ann"), ("refusal", "somebody")]


def signed_in_by(page, address, email):
    """Goes through the provider; gives what a route of ours then answers."""
    page.goto(f"{address}/customers")
    page.get_by_role("button", name="Sign in with your provider").click()
    page.locator("input[name=sub]").fill(email)
    page.get_by_role("button", name="Authorize").click()
    known = page.get_by_role("button", name="Ann")
    expect(known.or_(page.get_by_text("is not on the list of people"))).to_be_visible()
    return page.request.get(f'{address}/api/customers/rows?end=5&columns=["name"]')
