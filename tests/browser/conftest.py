"""The real app in a real Chromium: one server and one person for each test process."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from shutil import copytree
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

from tests.browser.chromium import launcher
from tests.forks import Fork, preload_server

AUDIT = Path(__file__).parent / "audit"
COMMAND = Path(sys.executable).with_name("workbench")
# A process group of its own and a log, before anything of the app is run; a pipe would fill.
COMMANDED = """
import os, sys
from runpy import run_path
from engine.cli.main import main
log, audit, *words = sys.argv[1:]
os.setsid()
print("ready", flush=True)
output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
os.dup2(output, 1)
os.dup2(output, 2)
run_path(audit)
main(words)
"""
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
LEFT: list[int] = []  # ports at which servers of this process have listened
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
def served(workspace: Path, *options: str, port: int = 0, **how: bool) -> Iterator[str]:
    """The address of `workbench serve` over a workspace, until the block is left; see `started`."""
    with started(workspace, *options, port=port, **how) as wait:
        yield wait()


def free_port() -> int:
    """
    One at which nobody listens; first those of servers that have ended.

    A browser keeps what it fetched by the address: at another port 10 MB are sent and read again.
    """
    while True:
        with (
            suppress(OSError),  # somebody else has taken it meanwhile
            socket.create_server(("127.0.0.1", LEFT.pop() if LEFT else 0)) as free,
        ):
            port: int = free.getsockname()[1]
            return port


@contextmanager
def started(
    workspace: Path, *options: str, port: int = 0, cold: bool = False
) -> Iterator[Callable[[], str]]:
    """
    `served` that does not wait: what it gives waits for the server and gives the address.

    A command that is started takes 2.5 s of CPU until it listens, a fork of a process that has
    loaded what it needs 0.5 s; only `cold` it is the command as everybody starts it.
    """
    port, log = port or free_port(), workspace.with_suffix(".log")
    words = ["serve", "--port", str(port), "--workspace", str(workspace), *options]
    with (command if cold else fork)(words, log, audited(workspace)) as (group, over):
        try:
            yield lambda: wait_for_health(over, f"http://127.0.0.1:{port}", log)
        finally:
            with suppress(ProcessLookupError):  # it has ended by itself
                os.killpg(group, signal.SIGTERM)
    LEFT.append(port)


Ended = Callable[[float], bool]  # waits for a server to end, so many seconds at most
Running = Iterator[tuple[int, Ended]]  # its process group as well


@contextmanager
def command(words: list[str], log: Path, env: dict[str, str]) -> Running:
    """The command in an interpreter of its own."""
    with (
        log.open("w") as output,
        subprocess.Popen(
            [str(COMMAND), *words], env=env, stdout=output, stderr=output, start_new_session=True
        ) as server,
    ):
        yield server.pid, partial(ended, server)


def ended(server: subprocess.Popen[bytes], within: float) -> bool:
    with suppress(subprocess.TimeoutExpired):
        server.wait(within)
    return server.returncode is not None


@contextmanager
def fork(words: list[str], log: Path, env: dict[str, str]) -> Running:
    """The command in a fork, which finds the same words, environment and outputs."""
    preload_server()
    with Fork(COMMANDED, log, AUDIT / "sitecustomize.py", *words, env=env) as server:
        assert "ready" == server.stdout.readline().strip()
        yield server.pid, server.ended


def audited(workspace: Path) -> dict[str, str]:
    """The environment of a server that writes down whom it asks for anything."""
    paths = [str(AUDIT), *filter(None, [os.environ.get("PYTHONPATH")])]
    noted = {"PYTHONPATH": os.pathsep.join(paths), "WORKBENCH_TEST_AUDIT": str(asked(workspace))}
    return {**os.environ, **noted}


def asked(workspace: Path) -> Path:
    """Where the server over a workspace writes that."""
    return workspace.with_suffix(".asked")


def wait_for_health(ended: Ended, address: str, log: Path) -> str:
    """The address, once the server answers; raises with its output when it ends or is silent."""
    for _ in range(600):
        try:
            with urlopen(f"{address}/_stcore/health"):
                return address
        except URLError:
            if ended(0.1):
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
