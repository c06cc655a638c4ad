"""Which requests are answered, over HTTP and websockets, and with which headers."""

import base64
import hashlib
import json
import re
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import pytest
import streamlit
from anyio.from_thread import start_blocking_portal
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse

from engine.accounts.entrance import Entrance
from engine.api.app import routes
from engine.api.guard import Guard, refusal
from engine.api.headers import INLINE
from engine.exports.order import Order
from engine.exports.run import export_records
from engine.workspace.access import further_sites, loopback_sites
from tests.api.conftest import assert_error

HOST = "127.0.0.1:8501"
OWN = f"http://{HOST}"
PROXY = "https://crm.example, http://intra.example:8080"
STREAM = f"ws://{HOST}/_stcore/stream"
LINK = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


async def page(scope, receive, send):
    """What stands for Streamlit: says which paths got to it, and lets any site read and keep it."""
    leave = {"Access-Control-Allow-Origin": "*", "X-Frame-Options": "ALLOWALL",
             "Cache-Control": "public"}  # fmt: skip
    await PlainTextResponse("reached", headers=leave)(scope, receive, send)


async def stream(websocket):
    await websocket.accept(subprotocol="streamlit")
    await websocket.close()


@pytest.fixture(scope="module")
def application():
    everything = [WebSocketRoute("/_stcore/stream", stream), Mount("/", page)]
    return Starlette(routes=everything, middleware=[Middleware(Guard, further_sites(PROXY))])


@pytest.fixture(scope="module")
def loop():
    """A loop of its own, in a thread of its own: a browser of the same process has left one."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture
def client(application):
    with TestClient(application, base_url=OWN) as made:
        yield made  # one event loop for all requests of a test


async def answers(application, requests, headers):
    """
    The status and the key of each answer to pairs of a path and a method.

    Asked as a server does; a client takes 3 ms for each.
    """
    return [await answer(application, path, method, headers) for path, method in requests]


async def answer(application, path, method, headers):
    scope = {"type": "http", "method": method, "path": path, "scheme": "http", "query_string": b"",
             "server": ("127.0.0.1", 8501),
             "headers": [(name.encode(), value) for name, value in headers.items()]}  # fmt: skip
    came = []

    async def send(message):
        came.append(message)

    await application(scope, None, send)
    return came[0]["status"], json.loads(came[1]["body"])["key"]


# host, origin, site (Sec-Fetch-Site)
OURS = [
    (HOST, None, None),
    (HOST, None, "same-origin"),
    (HOST, None, "none"),
    (HOST, OWN, "same-origin"),
    ("localhost:8501", "http://localhost:8501", None),
    ("[::1]:8501", "http://[::1]:8501", None),
    ("crm.example", "https://crm.example", "same-origin"),
    ("intra.example:8080", "http://intra.example:8080", None),
]
FOREIGN_HOSTS = [
    *("evil.example", "evil.example:8501", "127.0.0.1.evil.example:8501", "localhost.evil:8501"),
    *("127.0.0.1", "127.0.0.1:80", "127.0.0.1:9999", "localhost", "0.0.0.0:8501", "127.1:8501"),
    *("127.0.0.1.:8501", "localhost.:8501", "127.0.0.2:8501", "2130706433:8501", "0x7f.1:8501"),
    *("[::1", "::1:8501", "[::1]", "[::ffff:127.0.0.1]:8501", "[]:8501", "[localhost]:8501"),
    *("", ":8501", " ", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:08501", "127.0.0.1:8501:8501"),
    *("user@127.0.0.1:8501", "127.0.0.1:8501/", "127.0.0.1:8501,evil", "a\\b", "%00", "\xff"),
    *("LocalHost:8501", "CRM.example", "crm.example:443", "crm.example:80"),
    *("crm.example:8501", "crm.example.", "www.crm.example", "intra.example", "*"),
]
FOREIGN_ORIGINS = [
    *("http://evil.example", "https://evil.example", f"http://evil.example@{HOST}", "null", ""),
    *("file://", "chrome-extension://abc", "moz-extension://abc", "about:blank", "data:", "*"),
    *("http://127.0.0.1:9999", "http://127.0.0.1", "http://127.0.0.1:85010", f"https://{HOST}"),
    *("http://localhost:8501", "http://[::1]:8501", "http://[::1", f"ws://{HOST}", HOST),
    *(
        f"{OWN}/",
        f"{OWN}.evil.example",
        f"{OWN} {OWN}",
        "http://0.0.0.0:8501",
        "https://crm.example",
    ),
]
FOREIGN_SITES = ["cross-site", "same-site", "Same-Origin", "", "self", "none, none"]
FOREIGN = [
    *((host, None, None) for host in FOREIGN_HOSTS),
    *((host, f"http://{host}", "same-origin") for host in FOREIGN_HOSTS),
    *((HOST, origin, None) for origin in FOREIGN_ORIGINS),
    *((HOST, origin, "same-origin") for origin in FOREIGN_ORIGINS),
    *((HOST, None, site) for site in FOREIGN_SITES),
    *((HOST, OWN, site) for site in FOREIGN_SITES),
    ("crm.example", "http://crm.example", None),  # the proxy speaks https
    ("crm.example", OWN, None),
]
PATHS = [
    *("/", "/imports", "/healthz", "/api/customers/rows", "/assets/icon.png", "/_stcore/health"),
    *("/_stcore/upload_file/a/b", "/media/x.csv", "/component/a/index.html", "/static/js/a.js"),
]


def sent(host, origin, site):
    """The headers of a request, their values as bytes, so that any can be sent."""
    rows = (("host", host), ("origin", origin), ("sec-fetch-site", site))
    return {name: value.encode("latin-1") for name, value in rows if value is not None}


@pytest.mark.parametrize(("host", "origin", "site"), OURS)
def test_our_own_pages_and_programs_reach_everything(client, host, origin, site):
    headers = sent(host, origin, site)
    reached = {path: client.get(path, headers=headers).text for path in PATHS}

    assert set(reached.values()) == {"reached"}
    with client.websocket_connect(STREAM, ["streamlit"], headers=headers) as socket:
        assert socket.accepted_subprotocol == "streamlit"


@pytest.mark.parametrize(("host", "origin", "site"), FOREIGN)
def test_nobody_else_reaches_anything(application, client, loop, host, origin, site):
    headers = sent(host, origin, site)
    requests = [*product(PATHS, ("GET", "PUT", "OPTIONS"))]
    got = loop.call(answers, application, requests, headers)

    refusals = dict.fromkeys(requests, (403, "forbidden"))
    assert refusals == dict(zip(requests, got, strict=True))
    assert_error(client.get("/v1/customers", headers=headers), 403, "forbidden")
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        client.websocket_connect(STREAM, headers=headers),
    ):
        pass
    assert refused.value.status_code == 403


@pytest.mark.parametrize("name", ["host", "origin", "sec-fetch-site"])
def test_a_header_that_comes_twice_is_nobodys(client, name):
    own = {"host": HOST, "origin": OWN, "sec-fetch-site": "same-origin"}

    assert client.get("/", headers=[*own.items(), (name, own[name])]).status_code == 403


def test_a_request_without_a_host_is_refused():
    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}

    assert refusal(scope, loopback_sites(8501)).endswith("got one to None")


@pytest.mark.parametrize(
    ("path", "changed", "status"),
    [
        ("/", {}, 200),
        ("/segments?draft=x", {"sec-fetch-site": "same-site"}, 200),
        ("/", {"sec-fetch-dest": "iframe"}, 403),
        ("/", {"sec-fetch-dest": "object"}, 403),
        ("/", {"sec-fetch-mode": "no-cors"}, 403),
        ("/", {"origin": "https://mail.example"}, 403),
        ("/", {"host": "evil.example:8501"}, 403),
        ("/api/customers/rows", {}, 403),
        ("/api/exports/exp_1", {}, 403),
        ("/_stcore/health", {}, 403),
        ("/media/x.csv", {}, 403),
    ],
)
def test_a_link_from_elsewhere_opens_a_page_and_nothing_else(client, path, changed, status):
    assert client.get(path, headers=LINK | changed).status_code == status


def test_a_form_of_another_site_opens_no_page(client):
    assert client.post("/", headers=LINK).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_uploads_say_where_they_come_from(client, method):
    path = "/_stcore/upload_file/a/b"

    assert client.request(method, path).status_code == 403
    assert client.request(method, path, headers={"origin": OWN}).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"host": "evil.example"}], ids=["answered", "refused"])
@pytest.mark.parametrize(
    ("path", "ancestors", "frames"),
    [("/", "'none'", "DENY"), ("/component/grid/index.html", "'self'", "SAMEORIGIN")],
)
def test_every_answer_says_what_browsers_may_do_with_it(client, headers, path, ancestors, frames):
    answer = client.get(path, headers=headers).headers
    policy = dict(part.split(" ", 1) for part in answer["content-security-policy"].split("; "))

    assert (policy["frame-ancestors"], answer.get_list("x-frame-options")) == (ancestors, [frames])
    assert policy["default-src"] == policy["connect-src"] == "'self'"
    assert policy["img-src"] == "'self' data: blob:"
    assert answer["x-content-type-options"] == "nosniff"
    assert answer["referrer-policy"] == "same-origin"
    assert "access-control-allow-origin" not in answer


def test_a_grid_is_fetched_once(client):
    grid = Path(find_spec("st_aggrid").origin).parent / "frontend" / "build"
    read = [file for file in grid.glob("static/*/*") if file.suffix in (".js", ".css", ".woff2")]
    files = ["index.html", *(str(file.relative_to(grid)) for file in read)]
    paths = [f"/component/st_aggrid.AgGrid.agGrid/{file}" for file in files]
    kept = [client.get(path).headers.get_list("cache-control") for path in paths]

    assert kept[0] == ["public"]  # as Streamlit says: the name stays when its content does not
    assert kept[1:] == [["public, max-age=31536000, immutable"]] * len(read) != []
    assert (
        client.get(paths[1], headers={"host": "evil.example"}).headers.get("cache-control") is None
    )


def test_the_one_script_that_may_stand_in_a_page_is_streamlits():
    content = (Path(streamlit.__file__).parent / "static" / "index.html").read_text()
    scripts = re.findall(r"<script>(.*?)</script>", content, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]

    assert [f"'sha256-{each}'" for each in hashes] == [INLINE]


@pytest.fixture
def shop(base):
    base.csv("Source_id,Name\na,Ann\n")
    everything = [*routes(Entrance(lambda: base.workbench)), Route("/{rest:path}", page)]
    application = Starlette(routes=everything, middleware=[Middleware(Guard)])
    return TestClient(application, base_url=OWN, raise_server_exceptions=False)


def test_the_guard_stands_before_rows_and_exports(shop, base):
    run = export_records(base.workbench, Order(fields=("name",)))
    for path in ('/api/customers/rows?end=5&columns=["name"]', f"/api/exports/{run.id}"):
        assert "Ann" in shop.get(path).text
        refused = shop.get(path, headers={"origin": "null"})
        assert (refused.status_code, "Ann" in refused.text) == (403, False)
