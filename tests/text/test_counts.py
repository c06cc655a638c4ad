"""How many of what, as everybody says it."""

import pytest

from engine.text.counts import counted, share, signed


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


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (0, "0.0%"),
        (17 / 1_000_000, "<0.1%"),
        (0.001, "0.1%"),
        (0.3333, "33.3%"),
        (999_999 / 1_000_000, ">99.9%"),
        (1, "100.0%"),
    ],
)
def test_a_share_says_none_or_all_only_where_it_is(part, said):
    assert share(part) == said


@pytest.mark.parametrize(("number", "said"), [(0, "±0"), (1_200, "+1,200"), (-3, "−3")])
def test_a_change_has_a_sign(number, said):
    assert signed(number) == said
