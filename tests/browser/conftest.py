"""The real app in a real Chromium: one server and one person for each test process."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copytree
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

from tests.browser.chromium import launcher

AUDIT = Path(__file__).parent / "audit"
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
    "--js-flags=--no-opt",  # pages live for seconds: machine code made for them costs 10% more
    f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1",
)
BUSY = "[data-test-script-state=running]"
IDLE = "[data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
DEEP_LINK_PROBE = re.compile(r"/\w+/_stcore/")  # Streamlit looks there first for its server
# Until the server has begun to draw; it is not told where nothing would change.
STEP = """url => new Promise(begun => {
    new MutationObserver((_, watch) => { watch.disconnect(); begun() }).observe(
        document.body, {subtree: true, attributeFilter: ['data-test-script-state']});
    setTimeout(begun, 2000);
    history.pushState({}, '', url);
    dispatchEvent(new PopStateEvent('popstate'));
})"""
expect.set_options(timeout=30_000)  # milliseconds; a busy machine is not a bug
SPARKLINE = "[data-testid=stMetricChart]"
SPARKLINES = "of => [...document.querySelectorAll(of)].every(each => each.querySelector('svg'))"
FRESH = "() => !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')"


def settle(*pages: Page) -> None:
    """Waits for pages to be drawn; `expect(…)` needs it not, pictures and downloads do."""
    pages[0].wait_for_timeout(160)  # Streamlit holds back the rerun after an edit for 150 ms
    for page in pages:
        page.locator(IDLE).wait_for()
        page.wait_for_function(FRESH)
        if page.locator(SPARKLINE).count():
            page.bring_to_front()  # a tab behind another one may leave its sparklines for later
            page.wait_for_function(SPARKLINES, arg=SPARKLINE)


def visit(page: Page, url: str) -> None:
    """
    Goes to an address of the app; within it as links and *Back* do, without loading it anew.

    A load costs 2.7 s of CPU, a step within the app what its page costs. Ends when the server has
    begun to draw.
    """
    old, new = urlsplit(page.url), urlsplit(url)
    if old[:2] != new[:2]:
        page.goto(url, wait_until="commit")
    else:
        page.evaluate(STEP, url)


@contextmanager
def served(workspace: Path, *options: str, port: int = 0) -> Iterator[str]:
    """The address of `workbench serve` over a workspace, until the block is left."""
    with started(workspace, *options, port=port) as wait:
        yield wait()


def free_port() -> int:
    """One at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def started(workspace: Path, *options: str, port: int = 0) -> Iterator[Callable[[], str]]:
    """`served` that does not wait: what it gives waits for the server and gives the address."""
    port = port or free_port()
    place = ["--port", str(port), "--workspace", str(workspace)]
    command = [str(COMMAND), "serve", *place, *options]
    log = workspace.with_suffix(".log")
    with (
        log.open("w") as output,
        subprocess.Popen(
            command,
            env=audited(workspace),
            stdout=output,
            stderr=output,
            start_new_session=True,
        ) as server,
    ):
        try:
            yield lambda: wait_for_health(server, f"http://127.0.0.1:{port}", log)
        finally:
            with suppress(ProcessLookupError):  # it has ended by itself
                os.killpg(server.pid, signal.SIGTERM)


def audited(workspace: Path) -> dict[str, str]:
    """The environment of a server that writes down whom it asks for anything."""
    paths = [str(AUDIT), *filter(None, [os.environ.get("PYTHONPATH")])]
    noted = {"PYTHONPATH": os.pathsep.join(paths), "WORKBENCH_TEST_AUDIT": str(asked(workspace))}
    return {**os.environ, **noted}


def asked(workspace: Path) -> Path:
    """Where the server over a workspace writes that."""
    return workspace.with_suffix(".asked")


def wait_for_health(server: subprocess.Popen[bytes], address: str, log: Path) -> str:
    """The address, once the server answers; raises with its output when it ends or is silent."""
    for _ in range(600):
        try:
            with urlopen(f"{address}/_stcore/health"):
                return address
        except URLError:
            try:
                server.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
            break
    raise RuntimeError(f"the app did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def address(sample_of_today: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app over the sample shop, to which tests add, but take nothing from it."""
    with served(
        copytree(sample_of_today, tmp_path_factory.mktemp("browser") / "workspace")
    ) as address:
        yield address


@pytest.fixture
def shop(sample_of_today: Path, workspace: Path) -> Iterator[str]:
    """The app over the sample shop, in a workspace of its own."""
    with served(copytree(sample_of_today, workspace)) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=launcher(), args=list(FLAGS))
        yield browser
        browser.close()


class Watched:
    """
    Tabs of one person, and what goes wrong in any of them.

    One tab stays open behind them: with the last one a browser forgets what it has fetched and
    compiled, and the next page costs 4.7 s of CPU instead of 2.7.
    """

    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context(
            viewport={"width": 1400, "height": 900},
            locale="en-GB",
            timezone_id="UTC",
            reduced_motion="reduce",
        )
        self._behind = self.context.new_page()
        self._errors: list[str] = []
        self._hosts: set[str | None] = set()
        self._refused: list[str] = []
        self.context.on("weberror", lambda error: self._errors.append(str(error.error)))
        self.context.on("request", lambda one: self._hosts.add(urlsplit(one.url).hostname))
        self.context.on("response", self._answered)

    def tab(self) -> Page:
        """
        A new one, in which nothing is clicked or filled while a page is being drawn.

        What is drawn next may take the place of what a click was meant for.
        """
        tab = self.context.new_page()
        tab.add_locator_handler(
            tab.locator(BUSY), lambda: tab.locator(IDLE).wait_for(), no_wait_after=True
        )
        return tab

    def _answered(self, answer: Response) -> None:
        if answer.status >= 400:
            self._refused.append(answer.url)

    def leave(self) -> None:
        """Closes the tabs, and takes away what their pages have kept in the browser."""
        for tab in set(self.context.pages) - {self._behind}:
            if tab.url.startswith("http"):
                tab.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
            tab.close()
        self.context.clear_cookies()

    def check(self) -> None:
        """Fails on an uncaught error and on a request to any other machine, since the last one."""
        errors, refused, hosts = self._errors[:], self._refused[:], self._hosts.copy()
        for seen in (self._errors, self._refused, self._hosts):
            seen.clear()

        assert [] == errors
        assert [] == [url for url in refused if not DEEP_LINK_PROBE.search(url)]
        assert hosts <= {"127.0.0.1", None}  # None: data and blob addresses


@pytest.fixture(scope="session")
def watched(browser: Browser) -> Iterator[Watched]:
    """One person for all tests, whose browser has the app's scripts from the first one on."""
    watched = Watched(browser)
    yield watched
    watched.context.close()


@pytest.fixture
def page(watched: Watched) -> Iterator[Page]:
    """A tab that fails its test on an uncaught error and on a request to any other machine."""
    yield watched.tab()
    watched.leave()
    watched.check()
