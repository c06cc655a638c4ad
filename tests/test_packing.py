"""How the tests are dealt to processes."""

from pathlib import Path

import pytest

from tests.conftest import HEAVY, line

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("start", [start for starts in HEAVY for start in starts])
def test_what_is_heavy_is_there(start: str) -> None:
    assert [*ROOT.glob(f"{start}*")]


def test_the_first_line_that_names_a_test_is_its_line() -> None:
    nodes = ("tests/browser/test_hostile.py::test_a", "tests/browser/test_story.py::test_a",
             "tests/text/test_lists.py::test_a")  # fmt: skip

    assert [0, 1, len(HEAVY)] == list(map(line, nodes))
