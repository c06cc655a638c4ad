"""Who may be the same customer."""

from engine.customers.duplicates import LIKENESSES, duplicates

AT = "@"
ROWS = (
    ("a", f"Ann{AT}Shop.pl", "+48 600 100 200", "Ann Lee", "1980-01-31"),
    ("b", f" ann{AT}shop.pl", "0048600100200", "ann  lee", "1980-01-31"),
    ("c", "", "12", "Ann Lee", "1981-01-31"),
    ("d", "", "12", "Ann Lee", ""),
    ("e", f"eve{AT}shop.pl", "(48) 600-100-200", "Eve", "1980-01-31"),
)


def found(base, most=100):
    profile = base.workbench.profile()
    sources = profile.customers["source_id"]
    return {
        each.likeness.key: (
            each.count, each.customers,
            [[sources[at] for at in group.positions] for group in each.groups],
        )
        for each in duplicates(profile, most)
    }  # fmt: skip


def test_groups_are_told_by_what_is_the_same(base):
    rows = "".join(",".join(row) + "\n" for row in ROWS)
    base.csv(f"Source_id,Email,Phone,Name,Birthdate\n{rows}")

    assert found(base) == {
        "email": (1, 2, [["a", "b"]]),
        "phone": (1, 3, [["a", "b", "e"]]),
        "name": (1, 2, [["a", "b"]]),
    }


def test_the_counts_are_of_all_groups_and_the_largest_come_first(base):
    rows = "".join(f"{n},{n % 3 if n else 1} mail\n" for n in range(10))
    base.csv(f"Source_id,Email\n{rows}")

    count, customers, groups = found(base, 1)["email"]
    assert (count, customers, len(groups), len(groups[0])) == (3, 10, 1, 4)


def test_an_empty_base_has_none(base):
    assert found(base) == {each.key: (0, 0, []) for each in LIKENESSES}


def test_visitors_without_a_name_are_nobodys_double(people):
    for trail in ("t1", "t2"):
        people.event(tracking_id=trail, metadata={"phone": "600100200"})

    assert all(count == 0 for count, *_ in found(people.base).values())
