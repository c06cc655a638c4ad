"""How many of what, as everybody says it."""

import pytest

from engine.text.counts import counted


@pytest.mark.parametrize(
    ("number", "kind", "said"),
    [
        (0, "customers", "0 customers"),
        (1, "customers", "1 customer"),
        (1_000, "customers", "1,000 customers"),
        (1, "entries and exits", "1 entry or exit"),
        (2, "entries and exits", "2 entries and exits"),
    ],
)
def test_one_is_no_plural(number, kind, said):
    assert counted(number, kind) == said
