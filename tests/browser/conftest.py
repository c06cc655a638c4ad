"""The real app in a real Chromium: one server and one browser for each test process."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import launcher

COMMAND = Path(sys.executable).with_name("workbench")
REBOUND = "rebound.example"  # leads to this machine, as the owner of a name could make it
FLAGS = (
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1",
)
IDLE = "[data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
DEEP_LINK_PROBE = re.compile(r"/\w+/_stcore/")  # Streamlit looks there first for its server
expect.set_options(timeout=30_000)  # milliseconds; a busy machine is not a bug
FRESH = "() => !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')"


def settle(page: Page) -> None:
    """Waits for the page to be drawn; `expect(…)` needs it not, pictures and downloads do."""
    page.wait_for_timeout(160)  # Streamlit holds back the rerun after an edit for 150 ms
    page.locator(IDLE).wait_for()
    page.wait_for_function(FRESH)


@contextmanager
def served(workspace: Path, *options: str) -> Iterator[str]:
    """The address of `workbench serve` over a workspace, until the block is left."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    place = ["--port", str(port), "--workspace", str(workspace)]
    command = [str(COMMAND), "serve", *place, *options]
    log = workspace.with_suffix(".log")
    with (
        log.open("w") as output,
        subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True) as server,
    ):
        try:
            wait_for_health(server, f"http://127.0.0.1:{port}", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            with suppress(ProcessLookupError):  # it has ended by itself
                os.killpg(server.pid, signal.SIGTERM)


def wait_for_health(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Returns once the server answers; raises with its output when it ends or stays silent."""
    for _ in range(600):
        try:
            with urlopen(f"{address}/_stcore/health"):
                return
        except URLError:
            try:
                server.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
            break
    raise RuntimeError(f"the app did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app over a new workspace, which holds the sample shop."""
    with served(tmp_path_factory.mktemp("browser") / "workspace") as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=launcher(), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab that fails its test on an uncaught error and on a request to any other machine."""
    context = browser.new_context(
        viewport={"width": 1400, "height": 900},
        locale="en-GB",
        timezone_id="UTC",
        reduced_motion="reduce",
    )
    page = context.new_page()
    errors: list[str] = []
    hosts: set[str | None] = set()
    refused: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("response", lambda answer: refused.append(answer.url) if answer.status >= 400 else None)
    yield page
    context.close()

    assert [] == errors
    assert [] == [url for url in refused if not DEEP_LINK_PROBE.search(url)]
    assert hosts <= {"127.0.0.1", None}  # None: data and blob addresses
