"""An edit in the builder over a million customers, until its numbers stand on the screen."""

import os
import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from engine.filters.drafts.address import packed
from engine.filters.drafts.draft import drafted
from engine.filters.parser import parse
from engine.samples import sample_shop
from engine.workspace.workbench import Workbench
from tests.bases import ME, NOW
from tests.browser.chromium import launcher
from tests.browser.conftest import FLAGS, served, settle
from tests.measuring.machine_readable import main, size

CUSTOMERS, EDITS = size("customers", 1_000_000), size("edits", 12)
FIVE: dict[str, Any] = {
    "junction": "and",
    "address.city": {"conditions": {"$in": ["Berlin", "Potsdam", "Warsaw"]}},
    "summary.orders.total_count": {"conditions": {"$more_than": [0]}},
    "email": {"conditions": {"$not_contain": ["poczta"]}},
    "metadata.newsletter": {"conditions": {"$is": [True]}},
    "loyalty.points": {"conditions": {"$more_than": [100]}},
}
GROUPS = [
    {
        "junction": "or",
        "address.city": {"conditions": {"$in": ["Berlin", "Hamburg"]}},
        "name": {"conditions": {"$contains": [part]}},
        "birthdate": {"conditions": {"$more_than": [days]}},
        "metadata.newsletter": {"conditions": {"$is_not": [True]}},
        "summary.orders.total_amount": {"conditions": {"$less_than": [100_000]}},
    }
    for days, part in enumerate(["an", "er", "e", "a", "in"])
]
DRAFTS = {5: (FIVE, "300 ms"), 30: ({**FIVE, "$groups": GROUPS}, "600 ms")}
# When the Enter key was pressed, and when the total and the last of the nodes' numbers changed.
WATCH = """() => {
  const texts = (name, part) => [...document.querySelectorAll(`[data-testid=${name}]`)]
    .map(element => element.textContent).filter(text => text.includes(part)).join('|')
  const seen = {total: () => texts('stMetricValue', ''), nodes: () => texts('stCaptionContainer', ' match ')}
  document.addEventListener('keydown', event => {
    if (event.key !== 'Enter') return
    window.edit = {begun: performance.now(), at: {}}
    window.before = Object.fromEntries(Object.entries(seen).map(([name, read]) => [name, read()]))
  }, true)
  new MutationObserver(() => {
    if (!window.edit) return
    for (const [name, read] of Object.entries(seen)) {
      const now = read()
      if (now !== window.before[name]) {
        window.before[name] = now
        window.edit.at[name] = performance.now() - window.edit.begun
      }
    }
  }).observe(document.body, {subtree: true, childList: true, characterData: true})
}"""  # noqa: E501 - JavaScript


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of a million customers, or the workspace that BENCH_WORKSPACE names."""
    if known := os.environ.get("BENCH_WORKSPACE"):
        return Path(known)
    folder = tmp_path_factory.mktemp("bench") / "workspace"
    workbench = Workbench.open(folder, lambda: NOW).acting(ME)
    sample_shop.demo(workbench, CUSTOMERS)
    workbench.close()
    return folder


@pytest.fixture(scope="module")
def page(workspace: Path) -> Iterator[tuple[Page, str]]:
    """A tab, and the address of the app over the shop."""
    with sync_playwright() as playwright, served(workspace) as address:
        browser = playwright.chromium.launch(executable_path=launcher(), args=list(FLAGS))
        size = {"width": 1500, "height": 1200}
        yield browser.new_context(viewport=size, reduced_motion="reduce").new_page(), address
        browser.close()


@pytest.mark.parametrize("conditions", DRAFTS)
def test_an_edit_reaches_the_screen(
    page: tuple[Page, str],
    workspace: Path,
    conditions: int,
    capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> None:
    tab, address = page
    filter_, goal = DRAFTS[conditions]
    workbench = Workbench.open(workspace, lambda: NOW).acting(ME)
    shared = packed(drafted(parse(filter_, workbench.profile().catalogue, workbench.zone)))
    workbench.close()
    tab.goto(f"{address}/segments?segment=new&draft={shared}")
    box = tab.get_by_role("spinbutton", name="Value of Loyalty points")
    box.wait_for(timeout=120_000)
    settle(tab)
    tab.evaluate(WATCH)
    times = [_edited(tab, str(150 + 37 * number)) for number in range(EDITS)]

    found = {
        name: round(statistics.median(one[name] for one in times)) for name in ("total", "nodes")
    }
    record_property(f"{conditions} conditions, edit to screen, ms", found)
    told = ", ".join(f"{name} {spent} ms" for name, spent in found.items())
    with capsys.disabled():
        sys.stdout.write(f"\n{conditions} conditions, edit to screen: {told} (goal {goal})\n")


def _edited(tab: Page, points: str) -> dict[str, float]:
    box = tab.get_by_role("spinbutton", name="Value of Loyalty points")
    box.fill(points)
    box.press("Enter")
    tab.wait_for_function("() => window.edit && window.edit.at.total && window.edit.at.nodes")
    settle(tab)
    tab.wait_for_timeout(500)  # milliseconds; an analyst looks before the next edit
    found: dict[str, float] = tab.evaluate("() => window.edit.at")
    return found


if __name__ == "__main__":
    main(__file__)
