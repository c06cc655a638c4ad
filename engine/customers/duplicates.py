"""
Customers who may be the same: by e-mail, by phone, by name and birthdate. Customers rule 20.

Nothing is decided here: each group is a candidate, to be merged or left.
"""

from dataclasses import dataclass

import polars as pl

from engine.base.profiles import Profile

MARK = "@mark"
DIGITS = 5  # in a phone at least: an extension says nothing


@dataclass(frozen=True, eq=False)
class Likeness:
    """One reason why customers may be the same."""

    key: str
    label: str
    columns: tuple[str, ...]
    mark: pl.Expr  # what is equal; null says nothing


def _spaced(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars().str.replace_all(r"\s+", " ").str.to_lowercase()


_digits = pl.col("phone").str.replace_all(r"[^0-9]", "").str.strip_prefix("00")
_email = pl.col("email").str.strip_chars().str.to_lowercase()
_name = _spaced(pl.col("name"))

LIKENESSES = (
    Likeness("email", "Same e-mail", ("email",), pl.when(_email != "").then(_email)),
    Likeness(
        "phone", "Same phone", ("phone",), pl.when(_digits.str.len_chars() >= DIGITS).then(_digits)
    ),
    Likeness(
        "name",
        "Same name and birthdate",
        ("name", "birthdate"),
        pl.when(_name != "").then(pl.concat_str(_name, "birthdate", separator=", ")),
    ),
)


@dataclass(frozen=True)
class DuplicateGroup:
    """Customers who have the same value."""

    value: str
    positions: tuple[int, ...]  # in the profile's customers, oldest first


@dataclass(frozen=True)
class Duplicates:
    """The groups that one likeness makes."""

    likeness: Likeness
    count: int  # of groups
    customers: int  # in all of them
    groups: tuple[DuplicateGroup, ...]  # the largest first, some of them


def duplicates(profile: Profile, most: int = 100) -> tuple[Duplicates, ...]:
    """
    Who may be the same customer, by each likeness; visitors without a name aside.

    Args:
        most: groups of each likeness; the counts are of all.
    """
    return profile.once(f"duplicates {most}", lambda: _found(profile, most))


def _found(profile: Profile, most: int) -> tuple[Duplicates, ...]:
    return tuple(_alike(profile, likeness, most) for likeness in LIKENESSES)


def _alike(profile: Profile, likeness: Likeness, most: int) -> Duplicates:
    marked = profile.customers.select(position=pl.int_range(pl.len()), mark=likeness.mark).rename(
        {"mark": MARK}
    )
    if profile.named is not None:
        marked = marked.filter(profile.named)
    several = marked.drop_nulls(MARK)
    # Two texts of one hash are told apart below; sorting numbers is five times as fast.
    several = several.filter(several[MARK].hash().is_duplicated())
    groups = several.group_by(MARK).agg("position", count=pl.len()).filter(pl.col("count") > 1)
    shown = groups.sort("count", MARK, descending=[True, False]).head(most)
    found = (DuplicateGroup(row[MARK], tuple(row["position"])) for row in shown.to_dicts())
    return Duplicates(likeness, groups.height, int(groups["count"].sum()), tuple(found))
