"""A browser that stays open beside other work, and goes from page to page as an analyst does."""

import time
from threading import Thread

from playwright.sync_api import Error, Page, sync_playwright

from tests.browser.chromium import launcher
from tests.browser.conftest import FLAGS, settle, visit

PATHS = ("/", "/customers", "/segments", "/redemptions", "/exports")
REST = 2.0  # seconds that somebody looks at each
MINUTE = 60_000  # milliseconds, after which a page counts as not drawn


class OpenPage(Thread):
    """One tab: how long each page took to be drawn, and what went wrong on it."""

    def __init__(self, address: str, ends: float) -> None:
        super().__init__()
        self.address, self.ends = address, ends
        self.spent: dict[str, list[float]] = {path: [] for path in PATHS}
        self.faults: list[str] = []

    def run(self) -> None:
        """Goes round until the time is over."""
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=launcher(), args=list(FLAGS))
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.set_default_timeout(MINUTE)
            page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
            while time.monotonic() < self.ends:
                for path in PATHS:
                    self._look(page, path)
            browser.close()

    def _look(self, page: Page, path: str) -> None:
        started = time.perf_counter()
        try:
            visit(page, self.address + path)
            settle(page)
        except Error as error:
            self.faults.append(f"{path} was not drawn: {error.message.splitlines()[0]}")
        self.spent[path].append(time.perf_counter() - started)
        shown = page.locator("[data-testid=stException]")
        self.faults += [f"{path} shows {text}" for text in shown.all_inner_texts()]
        page.wait_for_timeout(REST * 1000)
