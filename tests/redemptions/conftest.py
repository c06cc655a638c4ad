"""A counter over a workspace of its own."""

import pytest

from tests.redemptions.counter import Counter


@pytest.fixture
def counter(base):
    return Counter(base)
