"""How segments grew: who entered and left since, but for their first members."""

from datetime import timedelta

from engine.segments import history, library, versions
from engine.segments.growth import Growth, growth

BERLIN = {"junction": "and", "address.city": {"conditions": {"$is": ["Berlin"]}}}
SINCE = timedelta(days=30)


def test_growth_counts_who_entered_and_left_since(base):
    base.csv("Source_id,City\na,Berlin\nb,Berlin\nc,Rome\n")
    made = library.create(base.workbench, "Berlin", BERLIN)
    base.later(days=40).csv("Source_id,City\na,Rome\n")
    base.later(days=40).csv("Source_id,City\nb,Rome\nc,Berlin\nd,Berlin\n")
    now = base.workbench.now()

    assert growth(base.workbench, [made], now - SINCE) == {made.id: Growth(2, 1)}
    assert growth(base.workbench, [made], now - 3 * SINCE) == {made.id: Growth(2, 2, 2)}
    assert growth(base.workbench, [made], now - SINCE)[made.id].net == 1


def test_a_new_segment_has_not_grown_and_says_with_whom_it_began(base):
    base.csv("Source_id,City\na,Berlin\n")
    made = library.create(base.workbench, "Berlin", BERLIN)

    found = growth(base.workbench, [made], base.workbench.now() - SINCE)
    assert found == {made.id: Growth(0, 0, first=1)}
    assert [size.first for _, size in history.latest(base.workbench, 9)] == [True]


def test_who_enters_an_empty_new_segment_is_growth(base):
    base.csv("Source_id,City\na,Rome\n")
    made = library.create(base.workbench, "Berlin", BERLIN)
    base.later(days=1).csv("Source_id,City\na,Berlin\n")

    assert growth(base.workbench, [made], made.created_at) == {made.id: Growth(1, 0)}


def test_nobody_knows_how_a_passive_segment_or_a_list_grew(base):
    base.csv("Source_id\na\nb\n")
    made = library.create(base.workbench, "Berlin", BERLIN, "passive")
    fixed = library.create_static(base.workbench, "Picked", ["a"])
    fixed = versions.edit_members(base.workbench, fixed.id, "one more", add=["b"])

    assert growth(base.workbench, [made, fixed], base.workbench.now() - SINCE) == {}
