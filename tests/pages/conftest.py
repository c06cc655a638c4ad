"""Pages run in one process here, and Streamlit's caches are one per process."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import enumerate as running_threads
from typing import Any, ClassVar

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.source_util import PageInfo
from streamlit.testing.v1 import AppTest, app_test, local_script_runner

from engine.workspace.jobs import Runner
from pages._components.shell.session import entrance, runner, workbench, workspace_in
from tests.bases import Base

APP = Path(__file__).parents[2] / "app.py"
# The pages read the clock of the machine, and no change set may be before the last.
SEEDED = datetime(2020, 5, 4, 9, 30, tzinfo=UTC)
# A server looks once through all that is installed for components; a test page would for itself.
components = cache(manifest_scanner.scan_component_manifests)
scripts = cache(ScriptCache)  # and compiles each page once, which is a seventh of a run
CUSTOMERS = """\
Source_id,Name,Email,City,Birthdate,Loyalty_points,Created_at,brands,size,vip
w-1,Zażółć Gęślą,zaz@example.com,Warsaw,1990-02-28,700,2019-12-31T23:30:00Z,Armani;Vicini,38,true
w-2,山田 太郎,taro@example.jp,Berlin,1985-05-05,100,2020-01-06T10:00:00Z,Vicini,40,false
w-3,<b>*x*_ $a$ :material/x:,layla@example.eg,Berlin,,900,2020-02-01T00:00:00Z,,41.5,
w-4,Ann Lee,ann@example.com,Berlin,2001-11-30,1200,2020-03-01T12:00:00Z,Armani,,true
"""
SPLIT = {"columns": {"brands": {"field": "metadata.brands", "list": ";"}}}


class Manager(PagesManager):
    """
    Keeps the pages between the runs of a test, as the server does between those of a session.

    It also takes the reset of `uses_pages_directory` that AppTest does on the class it knows.
    """

    declared: ClassVar[dict[str, PageInfo]] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.declared:
            self._set_pages(self.declared)

    def set_pages_and_resolve(self, pages: dict[str, PageInfo], **more: Any) -> PageInfo | None:
        """Remembers what `st.navigation` declares."""
        Manager.declared = pages
        return super().set_pages_and_resolve(pages, **more)


def joined(runner: local_script_runner.LocalScriptRunner, timeout: float = 3) -> None:
    """Waits for a page to be drawn; AppTest looks a thousand times a second whether it is."""
    thread = runner._script_thread
    assert thread is not None
    thread.join(timeout)
    assert not thread.is_alive(), f"the page was not drawn in {timeout} s"


@pytest.fixture(autouse=True)
def navigated(monkeypatch: pytest.MonkeyPatch) -> None:
    """app.py runs around every page, as on the server, though there is a folder pages/."""
    monkeypatch.setattr(PagesManager, "uses_pages_directory", False)
    monkeypatch.setattr(app_test, "PagesManager", Manager)
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", components)
    monkeypatch.setattr(local_script_runner, "require_widgets_deltas", joined)
    for module in (app_test, local_script_runner):
        monkeypatch.setattr(module, "ScriptCache", scripts)


@pytest.fixture(autouse=True)
def place(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The pages serve this test's workspace, and no page sees what another test has cached."""
    monkeypatch.setenv("WORKBENCH_WORKSPACE", str(workspace))
    monkeypatch.setenv("WORKBENCH_IMPORT_FOLDERS", str(workspace.parent))
    yield
    if workspace.exists():  # else nobody has opened one, and to make it would take 0.15 s
        finish_jobs()
        workbench().close()
    for shared in (entrance, workspace_in, runner):
        shared.clear()


@pytest.fixture
def empty(workspace: Path) -> Iterator[Base]:
    """The workspace of the pages without a record."""
    base = Base.new(workspace, SEEDED)
    yield base
    base.close()


@pytest.fixture
def seeded(empty: Base) -> Base:
    """The workspace of the pages with four customers."""
    return empty.filled(seed)


def seed(base: Base) -> None:
    base.csv(CUSTOMERS, SPLIT)


def opened(page: str, **query: str) -> AppTest:
    """A page, drawn without an exception."""
    at = AppTest.from_file(str(APP), default_timeout=60)
    if not Manager.declared:  # the first page of a process says which pages there are
        at.run()
    at.switch_page(f"pages/{page}.py")
    for name, value in query.items():
        at.query_params[name] = value
    return drawn(at.run())


def drawn(at: AppTest) -> AppTest:
    """The page again, after it is checked for exceptions."""
    assert [] == [element.value for element in at.exception]
    return at


def finish_jobs() -> Runner:
    """Waits for every job of this process."""
    for thread in running_threads():
        if thread.name.startswith("job "):
            thread.join()
    return runner()


def words(at: AppTest) -> str:
    """Everything that the page says, as it is read: without the signs that keep data literal."""
    said = (at.title, at.header, at.markdown, at.caption, at.info, at.success, at.warning)
    texts = [element.value for kind in said for element in kind]
    return "\n".join([*map(literal, texts), *errors(at)])


def told_of(table: Any, column: str) -> tuple[str, str]:
    """The zone and the format in which a browser is told to show the instants of a column."""
    kind = json.loads(table.proto.columns)[column]["type_config"]
    return kind.get("timezone"), kind["format"]


def errors(at: AppTest) -> list[str]:
    """The faults that the page shows."""
    return [literal(element.value) for element in at.error]


def literal(markdown: str) -> str:
    """What Markdown shows of escaped signs, and of signs in a text of their own."""
    return re.sub(r"\\(.)", r"\1", re.sub(r":color\[(\\.)\]", r"\1", markdown))


def button(at: AppTest, label: str):
    """The first button of a label."""
    return next(each for each in at.button if each.label == label)
