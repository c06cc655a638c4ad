"""What every test may use: a workspace of its own."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.bases import Base

# No deadline: a busy machine is not a bug. In CI every run draws the same cases.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.register_profile("fuzz", deadline=None, max_examples=2_000)
settings.load_profile("house")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The folder of a workspace that does not exist yet."""
    return tmp_path / "workspace"


@pytest.fixture
def base(workspace: Path) -> Iterator[Base]:
    """An empty workspace, open."""
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
