"""What every test may use: a workspace of its own."""

import gc
import os
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from engine.samples import sample_shop
from tests.bases import NOW, Base

Once = Callable[[str, Callable[[Path], object]], Path]

# No deadline: a busy machine is not a bug. In CI every run draws the same cases; `make fuzz` more.
settings.register_profile("house", deadline=None, max_examples=20, derandomize="CI" in os.environ)
settings.register_profile("fuzz", deadline=None, max_examples=2_000)
settings.load_profile("house")
gc.disable()  # until all tests are collected: what they load stays

# What takes longest comes first, so that no process is left with it when the others are done:
# a folder or a module; what stands in one line shares what is dear to make, and one process.
HEAVY = (
    (
        "tests/browser/test_accessibility",
        "tests/browser/test_hostile",
        "tests/browser/test_tracking",
    ),
    ("tests/browser",),
    ("tests/memberships/test_fields",),
    ("tests/integrity/test_damages",),
    ("tests/filters/test_laws",),
    ("tests/samples",),
    ("tests/exports/test_round_trip",),
    ("tests/pages/test_imports",),
    ("tests/pages/test_builder",),
    ("tests/imports/test_batches",),
    ("tests/imports/test_undo",),
    ("tests/customers/test_histories_law",),
    ("tests/store/test_compaction",),
    ("tests/pages",),
    ("tests/memberships", "tests/store"),
    ("tests/api", "tests/privacy", "tests/base"),
)


def line(nodeid: str) -> int:
    """Of HEAVY, that a test stands in first; behind it when in none."""
    lines = (at for at, starts in enumerate(HEAVY) if nodeid.startswith(starts))
    return next(lines, len(HEAVY))


class Packing(LoadScopeScheduling):
    """A module is run by one process, and so are the browser's of one line."""

    def _split_scope(self, nodeid: str) -> str:
        at = line(nodeid)
        shared = nodeid.startswith("tests/browser")
        return f"browser {at}" if shared else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Packing:
    """Instead of the one that begins with the modules of most tests."""
    config.option.loadscopereorder = False
    return Packing(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Behind the shuffle, which stays within the lines."""
    items.sort(key=lambda item: line(item.nodeid))


def pytest_collection_finish() -> None:
    """Looks for cycles rarely, and not in what was loaded: that took a fifth of the whole run."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 10, 10)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The folder of a workspace that does not exist yet."""
    return tmp_path / "workspace"


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Makes a folder of a name for all processes of a run; who changes it, takes a copy."""
    own = tmp_path_factory.getbasetemp()
    place = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(name: str, make: Callable[[Path], object]) -> Path:
        with FileLock(place / f"{name}.lock"):
            if not (place / name).exists():
                make(place / "unfinished" / name)
                (place / "unfinished" / name).rename(place / name)
        return place / name

    return made


@pytest.fixture(scope="session")
def sample(once: Once) -> Path:
    """A workspace with the sample shop, to copy; `NOW` is its today. It takes 6 s to make."""
    return once("sample", partial(shop_on, NOW))


@pytest.fixture(scope="session")
def sample_of_today(once: Once) -> Path:
    """As `sample`, for servers and pages, whose clock is that of the machine."""
    return once("sample of today", partial(shop_on, datetime.now(UTC)))


def shop_on(now: datetime, folder: Path) -> None:
    base = Base.new(folder, now)
    sample_shop.load(base.workbench)
    base.close()


@pytest.fixture
def base(workspace: Path) -> Iterator[Base]:
    """An empty workspace."""
    made = Base.new(workspace)
    yield made
    made.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test fails: what is not run proves nothing."""
    report = yield
    if report.skipped:
        report.outcome = "failed"
    return report
