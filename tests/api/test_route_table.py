"""Every route of the server, ours and Streamlit's, stands behind the guard: the table is walked."""

import re
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient, WebSocketDenialResponse
from streamlit import config
from streamlit.runtime import Runtime
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.pages_manager import PagesManager

from engine.accounts.entrance import Entrance
from engine.api.app import ASSETS, routes
from engine.api.guard import Guard
from tests.api.test_guard import page, stream

HOST = "127.0.0.1:8501"
FOREIGN = [
    {"host": "evil.example:8501"},
    {"host": HOST, "origin": "http://evil.example"},
    {"host": HOST, "sec-fetch-site": "cross-site"},
]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@pytest.fixture
def server(monkeypatch):
    """What app.py serves, not started; what its import changes in Streamlit is put back."""
    monkeypatch.setattr(PagesManager, "uses_pages_directory", False)
    defaults = MemorySessionStorage.__init__.__defaults__
    monkeypatch.setattr(MemorySessionStorage.__init__, "__defaults__", defaults)
    monkeypatch.setattr(config, "_main_script_path", None)
    monkeypatch.setattr(Runtime, "_instance", None)
    from app import app  # only now may it change them

    return app._build_starlette_app()  # Streamlit gives its table to nobody


def leaves(table: list[BaseRoute], before: str = "") -> Iterator[tuple[type[BaseRoute], str]]:
    """Each route with an address that it answers to, those of mounts too."""
    for route in table:
        address = before + re.sub(r"{\w+(:\w+)?}", "x", route.path)
        if isinstance(route, Mount) and route.routes:
            yield from leaves(route.routes, address)
        else:
            yield type(route), f"{address}/x" if isinstance(route, Mount) else address


def unguarded(server: Starlette) -> set[str]:
    """The addresses at which a stranger gets anything but the refusal, with our headers."""
    client = TestClient(server, raise_server_exceptions=False)
    return {
        address
        for kind, address in leaves(server.routes)
        for headers in FOREIGN
        for answer in answers(client, kind, address, headers)
        if answer.status_code != 403 or "content-security-policy" not in answer.headers
    }


def answers(client, kind, address, headers):
    """What somebody with these headers gets from a route, by every method."""
    if kind is not WebSocketRoute:
        return [client.request(name, address, headers=headers) for name in METHODS]
    try:
        with client.websocket_connect(address, headers=headers):
            return [Response(status_code=101)]
    except WebSocketDenialResponse as refused:
        return [refused]


def test_the_table_has_our_routes_and_streamlits(server):
    addresses = {address for _kind, address in leaves(server.routes)}
    ours = {address for _kind, address in leaves(routes(Entrance(lambda: None)))}

    assert (
        {*("/healthz", "/healthz/", "/sign-in", "/api/x/rows", "/api/exports/x", "/assets/x")}
        == ours
        <= addresses
    )
    assert {"/_stcore/health", "/_stcore/stream", "/media/x", "/component/x"} <= addresses
    assert (WebSocketRoute, "/_stcore/stream") in set(leaves(server.routes))


def test_no_route_answers_a_stranger(server):
    assert unguarded(server) == set()


def test_a_route_that_stands_beside_the_guard_is_found():
    within = Starlette(routes=[Route("/inside", page)], middleware=[Middleware(Guard)])
    beside = [
        Route("/page", page),
        Mount("/below", routes=[Route("/{name:path}", page)]),
        Mount("/files", StaticFiles(directory=ASSETS)),
        WebSocketRoute("/stream", stream),
    ]

    assert unguarded(within) == set()
    assert unguarded(Starlette(routes=[*beside, Mount("/guarded", within)])) == {
        *("/page", "/below/x", "/files/x", "/stream")
    }
