"""A base of its own for every test."""

import pytest

from tests.bases import Base


@pytest.fixture
def base(workspace):
    """An empty workspace, open."""
    made = Base(workspace)
    yield made
    made.close()
