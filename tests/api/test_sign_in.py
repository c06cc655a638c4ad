"""The form to sign in, the cookie that it leaves, and what nobody gets without it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse

from engine.accounts import passwords, people
from engine.accounts.entrance import COOKIE, Entrance
from engine.api import inside
from engine.api.app import routes
from engine.api.guard import Guard
from engine.api.inside import RIGHTS, Inside
from engine.api.sign_in import SignInFirst, claim_of
from engine.changes.log import log
from engine.exports.order import Order
from engine.exports.run import export_records
from tests.accounts.conftest import CHEAP
from tests.bases import Base

OWN, WORD = "http://127.0.0.1:8501", "correct horse battery"
BESIDE = {"/_stcore/upload_file/session/file": "Cat", "/_stcore/metrics": "Dan"}  # who may
ROWS = '/api/customers/rows?end=5&columns=["city"]'


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", CHEAP)
        yield from filled(tmp_path_factory.mktemp("signed") / "workspace")


def filled(folder):
    made = Base.new(folder)
    made.csv("Source_id,City\na,Rome\n")
    people.add(made.workbench, "Ann", ["view"], WORD, without_admin=True)
    for name, role in (("Bob", "export"), ("Cat", "import"), ("Dan", "admin")):
        people.add(made.workbench, name, [role], WORD)
    yield made
    made.close()


def served(entrance):
    async def page(_request):
        return PlainTextResponse("the page")

    async def stream(socket):
        await socket.accept()
        await socket.receive()

    return Starlette(
        routes=[
            *(Route(path, page) for path in ("/", "/customers", *BESIDE)),
            *routes(entrance),
            WebSocketRoute("/_stcore/stream", stream),
        ],
        middleware=[
            Middleware(Guard),
            Middleware(Inside, entrance, claim_of),
            Middleware(SignInFirst, entrance, ["/", "/customers"]),
        ],
    )


@pytest.fixture(scope="module")
def entrance(base):
    return Entrance(lambda: base.workbench)


@pytest.fixture
def client(entrance):
    return browser(entrance)


def browser(entrance):
    return TestClient(
        served(entrance), base_url=OWN, follow_redirects=False, raise_server_exceptions=False
    )


def opened(client):
    """A page, as long as it is open."""
    address = OWN.replace("http", "ws") + "/_stcore/stream"
    return client.websocket_connect(address, headers={"origin": OWN})


def sign_in(client, name="ann", password=WORD, after="/", **headers):
    fields = {"name": name, "password": password, "next": after}
    return client.post("/sign-in", data=fields, headers={"origin": OWN, **headers})


def test_a_page_leads_to_the_form_and_the_form_back_to_the_page(client):
    led = client.get("/customers?segment=a+b")
    shown = client.get(led.headers["location"])
    signed = sign_in(client, after="/customers?segment=a+b")

    assert (led.status_code, led.headers["location"]) == (
        303, "/sign-in?next=/customers%3Fsegment%3Da%2Bb"
    )  # fmt: skip
    assert 'value="/customers?segment=a+b"' in shown.text
    assert (signed.status_code, signed.headers["location"]) == (303, "/customers?segment=a+b")
    assert client.get("/customers").text == "the page"


@pytest.mark.parametrize(("path", "name"), BESIDE.items(), ids=BESIDE)
def test_what_the_server_answers_beside_the_pages_is_for_who_may(client, path, name):
    outside = client.get(path)
    sign_in(client)
    without = client.get(path)
    sign_in(client, name)

    assert (outside.status_code, outside.json()["key"]) == (401, "sign_in")
    assert (without.status_code, without.json()["key"]) == (403, "forbidden")
    assert client.get(path).text == "the page"


def test_every_path_with_a_right_was_asked_for():
    assert len(RIGHTS) == len(BESIDE)
    assert all(any(path.startswith(begins) for path in BESIDE) for begins in RIGHTS)


def test_one_address_has_so_many_pages_open_as_long_as_nobody_is_signed_in(client, monkeypatch):
    monkeypatch.setattr(inside, "STRANGERS", replace(inside.STRANGERS, most=2))

    with opened(client):
        with opened(client):
            with pytest.raises(WebSocketDenialResponse) as refused, opened(client):
                pass
            sign_in(client)
            with opened(client), opened(client), opened(client):
                pass
            client.cookies.clear()
        with opened(client):
            pass

    assert (refused.value.status_code, refused.value.json()["key"]) == (400, "invalid_usage")
    assert "2 open pages" in refused.value.json()["message"]


def test_where_nobody_has_to_sign_in_pages_are_not_counted(workspace, monkeypatch):
    monkeypatch.setattr(inside, "STRANGERS", replace(inside.STRANGERS, most=0))
    alone = Base.new(workspace)
    client = browser(Entrance(lambda: alone.workbench))

    with opened(client):
        pass
    alone.close()


def test_no_script_reads_the_cookie_and_no_other_site_sends_it(client):
    cookie = sign_in(client).headers["set-cookie"]

    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Secure" not in cookie


def test_behind_tls_it_goes_nowhere_else(entrance):
    application = Starlette(routes=routes(entrance))
    client = TestClient(application, base_url="https://crm.example", follow_redirects=False)

    assert "Secure" in sign_in(client).headers["set-cookie"]


@pytest.mark.parametrize(
    "after",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "evil", "", "/a\r\nx: y"],
)
def test_the_form_leads_nowhere_else(client, after):
    assert sign_in(client, after=after).headers["location"] == "/"


def test_what_has_to_be_typed_next_has_the_focus(client):
    empty = client.get("/sign-in").text
    refused = client.post("/sign-in", data={"name": "Nobody", "password": "x"}).text

    assert 'autocomplete="username" autofocus' in empty
    assert 'autocomplete="current-password" autofocus' in refused
    assert (empty.count("autofocus"), refused.count("autofocus")) == (1, 1)


def test_what_was_typed_is_no_markup_and_the_password_is_not_repeated(client):
    answer = sign_in(client, '"><script>x</script>', "a secret of mine", '"><b>')

    assert answer.status_code == 401
    assert "&lt;script&gt;" in answer.text
    assert "<script>" not in answer.text
    assert "a secret of mine" not in answer.text
    assert "Nobody signs in with this name and this password" in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"name=ann&password=" + b"x" * 20_000])
def test_what_no_form_sends_is_refused(client, content):
    answer = client.post("/sign-in", content=content, headers={"origin": OWN})

    assert answer.status_code in (401, 429)


def test_another_site_cannot_sign_anybody_in(client):
    assert sign_in(client, origin="http://evil.example").status_code == 403


def test_too_many_tries_are_told_to_wait(base):
    client = browser(Entrance(lambda: base.workbench))
    answers = [sign_in(client, password="wrong").status_code for _ in range(4)]

    assert answers == [401, 401, 401, 429]
    assert "There were too many tries to sign in: try again in" in sign_in(client).text


def test_a_link_from_elsewhere_asks_again_as_our_own_page(client):
    answer = client.get("/customers?a=%22%3E", headers={"sec-fetch-site": "none"})
    cross = client.get(
        "/customers?a=%22%3E",
        headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate",
                 "sec-fetch-dest": "document"},
    )  # fmt: skip

    assert answer.status_code == 303
    assert cross.status_code == 200
    assert 'content="0;url=/customers?a=%22%3E"' in cross.text


def test_rows_and_files_are_for_whoever_is_signed_in_and_may(client, entrance, base):
    run = export_records(base.workbench, Order(fields=("city",)))
    paths = (ROWS, f"/api/exports/{run.id}")
    refused = [client.get(path) for path in paths]
    sign_in(client)
    ann = [client.get(path).status_code for path in paths]
    other = browser(entrance)
    sign_in(other, "bob")
    bob = [other.get(path).status_code for path in paths]

    assert [(one.status_code, one.json()["key"]) for one in refused] == [(401, "sign_in")] * 2
    assert (ann, bob) == ([200, 403], [200, 200])
    assert ("download", "Bob") in {(line.cause, line.actor) for line in log(base.workbench).lines}


def test_where_nobody_is_on_the_list_nobody_signs_in_unless_others_reach_the_pages(tmp_path):
    base = Base.new(tmp_path / "workspace")
    open_to_all = browser(Entrance(lambda: base.workbench))
    guarded = browser(Entrance(lambda: base.workbench, always=True))

    assert open_to_all.get("/customers").text == "the page"
    assert open_to_all.get(ROWS).status_code == 200
    assert guarded.get("/customers").status_code == 303
    assert guarded.get(ROWS).status_code == 401
    assert sign_in(guarded).status_code == 401
    base.close()


def test_ten_people_at_once_are_never_taken_for_each_other(base, entrance):
    roles = ("view", "build", "import", "export", "erase", "reveal", "admin")
    clients = {}
    for number in range(10):
        name, role = f"person {number}", roles[number % len(roles)]
        person = people.add(base.workbench, name, [role], WORD, without_admin=True)
        clients[name] = (sign_in(browser(entrance), name), person)
    tokens = {name: answer.cookies[COOKIE] for name, (answer, _) in clients.items()}

    def mine(name):
        return [entrance.sessions.person(base.workbench, tokens[name]) for _ in range(20)]

    with ThreadPoolExecutor(10) as pool:
        found = dict(zip(tokens, pool.map(mine, tokens), strict=True))
    for name, (_, person) in clients.items():
        assert {one.name for one in found[name]} == {name}
        assert {one.roles for one in found[name]} == {person.roles}
