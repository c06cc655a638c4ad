"""Which pasted values somebody has: as the filter itself would find them, one by one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.answers import known
from tests.bases import Base
from tests.strategies import WORDS

PATHS = ("name", "metadata.word", "metadata.words", "metadata.number", "summary.orders.total_count")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    base = Base.new(tmp_path_factory.mktemp("known") / "workspace")
    some = [word for word in WORDS if word][::2]
    base.json(
        *(
            {
                "source_id": f"c{number}",
                "name": some[number % len(some)] + "x" * (number > 20),
                "metadata": {
                    "word": some[number % 3],
                    "words": some[number % 4 : number % 4 + 2],
                    "number": number / 2,
                },
            }
            for number in range(40)
        )
    )
    yield base
    base.close()


values = st.sampled_from(WORDS) | st.text(max_size=2) | st.integers(0, 4).map(str)


@settings(max_examples=30)
@given(st.data(), st.sampled_from(PATHS), st.booleans())
def test_a_value_is_known_where_a_filter_on_it_alone_finds_somebody(base, data, path, ignore_case):
    profile = base.workbench.profile()
    field = profile.catalogue.field(path)
    wanted = values if field.kind.key == "string" else st.sampled_from(["0", "1", "2.5", "99"])
    pasted = data.draw(st.lists(wanted, max_size=5))
    found = [
        base.answer({path: {"conditions": {"$in": [value]}, "ignore_case": ignore_case}}).count > 0
        for value in pasted
    ]

    clock = base.workbench.clock()
    assert found == known(profile, field, pasted, clock, ignore_case=ignore_case)


def test_a_value_that_the_field_cannot_hold_is_nobodys(base):
    profile, clock = base.workbench.profile(), base.workbench.clock()
    field = profile.catalogue.field("metadata.number")

    assert [True, False] == known(profile, field, ["1.5", "one"], clock)


def test_nobody_has_a_name_that_is_not_stored(base):
    profile, clock = base.workbench.profile(), base.workbench.clock()
    field = profile.catalogue.field("metadata.nobody")

    assert [False] == known(profile, field, ["a"], clock)
