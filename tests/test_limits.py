"""The one table of limits."""

from pathlib import Path

import pytest

from engine.limits import LIMITS

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


@pytest.mark.parametrize("key", LIMITS)
def test_the_readme_states_every_limit(key):
    limit = LIMITS[key]

    assert f"| {limit.of} | {limit} |" in README


def test_bytes_are_told_in_the_largest_unit():
    assert (str(LIMITS["inflated"]), str(LIMITS["record"])) == ("8 GB", "16 MB")
    assert str(LIMITS["sheet_text"]) == "32,767 characters"
