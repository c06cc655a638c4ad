"""Pages of other sites in the same browser, against a real server: they read and move nothing."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import REBOUND, settle, visit

ATTEMPT = """async ours => {
  const opened = new Promise(done => {
    const socket = new WebSocket(ours.replace('http', 'ws') + '/_stcore/stream', ['streamlit']);
    socket.onopen = () => done('open');
    socket.onerror = () => done('refused');
  });
  const asked = (path, how) => fetch(ours + path, how).then(answer => answer.text(), () => '');
  const frame = document.createElement('iframe');
  frame.src = ours;
  const framed = new Promise(done => { frame.onload = done; });
  document.body.append(frame);
  await framed;
  return {socket: await opened, rows: await asked('/api/customers/rows?end=5'),
    blind: (await fetch(ours + '/_stcore/upload_file/a/b', {method: 'POST', mode: 'no-cors'})
      .catch(() => ({type: 'failed'}))).type};
}"""
HANDSHAKE = (
    "GET /_stcore/stream HTTP/1.1\r\n{}Connection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


@pytest.fixture(scope="module")
def other() -> Iterator[int]:
    """The port of another server on this machine, which gives out an empty page."""

    class Empty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>other</title>")

        def log_message(self, *_words: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Empty) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def elsewhere(browser: Browser) -> Iterator[Page]:
    """A tab that may be refused."""
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", REBOUND])
def test_a_page_of_another_port_reads_and_moves_nothing(elsewhere, address, other, host):
    elsewhere.goto(f"http://{host}:{other}/")
    got = elsewhere.evaluate(ATTEMPT, address)
    inside = [frame for frame in elsewhere.frames if frame != elsewhere.main_frame]

    assert got == {"socket": "refused", "rows": "", "blind": "failed"}
    assert [frame.locator("[data-testid=stApp]").count() for frame in inside] == [0]


def test_a_name_that_points_here_gets_no_page_and_no_rows(elsewhere, address):
    ours = address.replace("127.0.0.1", REBOUND)
    answer = elsewhere.goto(f"{ours}/customers")
    rows = elsewhere.evaluate("() => fetch('/api/customers/rows').then(answer => answer.status)")

    assert (answer.status, rows) == (403, 403)
    expect(elsewhere.locator("[data-testid=stApp]")).to_have_count(0)


def test_a_link_from_elsewhere_opens_the_page(elsewhere, address, other):
    elsewhere.goto(f"http://{REBOUND}:{other}/")
    elsewhere.evaluate("ours => { location.href = ours }", f"{address}/exports")

    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Exports")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("Host: {own}\r\n", 101),
        ("Host: {own}\r\nOrigin: http://{own}\r\n", 101),
        ("Host: {own}\r\nOrigin: http://evil.example\r\n", 403),
        ("Host: {own}\r\nOrigin: null\r\n", 403),
        ("Host: evil.example\r\n", 403),
        ("Host: [::1\r\n", 403),
        ("Host: \xff\r\n", 403),
        ("Host:\r\n", 403),
        ("Host: {own}\r\nHost: {own}\r\n", 400),  # by the server itself, as it is no HTTP
        ("", 400),
    ],
)
def test_a_handshake_is_answered_at_once(address, headers, status):
    own = urlsplit(address).netloc
    with socket.create_connection(("127.0.0.1", urlsplit(address).port), timeout=5) as line:
        line.sendall(HANDSHAKE.format(headers.format(own=own)).encode("latin-1"))
        first = line.recv(4096)

    assert int(first.split(b" ", 2)[1]) == status


def test_a_header_that_never_ends_is_not_read_into_memory(address):
    with socket.create_connection(("127.0.0.1", urlsplit(address).port), timeout=5) as line:
        line.sendall(b"GET / HTTP/1.1\r\nX-Long: ")
        with pytest.raises(ConnectionError):
            line.sendall(b"a" * (64 << 20))


def test_an_upload_and_a_download_pass_the_guard(page: Page, address: str) -> None:
    page.goto(f"{address}/imports")
    settle(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": b"Source_id\nguard-1\n"}
    )
    expect(page.get_by_text("about 1 row")).to_be_visible()

    visit(page, f"{address}/exports")
    page.get_by_role("button", name="Export to CSV").click()
    with page.expect_download() as loaded:
        page.get_by_role("link", name="Download").first.click()
    assert loaded.value.failure() is None


def test_a_picture_of_a_chart_passes_the_policy(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    for form in ("png", "svg"):
        with page.expect_download() as loaded:
            page.get_by_role("button", name=form.upper()).first.click()
        assert loaded.value.suggested_filename.endswith(f".{form}")
