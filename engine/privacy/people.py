"""
Who is meant, whole: every profile that is or was one person, with all they have said of themselves.

Privacy rules 1 to 3: a person is the living profile, those merged into it, and those deleted before
under the same source id or e-mail.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from engine.base.answers import find
from engine.base.kinds.customers import MERGED
from engine.base.kinds.registry import CUSTOMERS, owned_kinds
from engine.base.profiles import Profile
from engine.errors import NotFoundError
from engine.privacy.traces import Traces, bare, folded
from engine.store.records.tables import OWNER
from engine.store.results.tombstones import digits
from engine.text.display import quoted
from engine.workspace.tracking import kept
from engine.workspace.workbench import Workbench

KEYS = ("id", "source_id")  # nobody else can have them
# What may be another person's as well; then it is not sought where it is that one's.
SHARED = ("email", "phone", "name", "address_line_1")
ALONE = ("row", "deleted", MERGED, *KEYS, "email")  # columns by which profiles belong together


@dataclass(frozen=True, eq=False)
class Person:
    """One person."""

    rows: tuple[int, ...]  # of every profile; the living one first
    ids: tuple[str, ...]
    source_ids: tuple[str, ...]
    emails: tuple[str, ...]
    phones: tuple[str, ...]  # as they were written
    tracking_ids: tuple[str, ...]
    others: tuple[str, ...]  # names, address lines and values marked as personal
    shared: tuple[str, ...]  # of all these what another customer has as well

    @property
    def identities(self) -> list[str]:
        """By what the person would be known again."""
        known = (*self.ids, *self.source_ids, *self.emails, *self.tracking_ids)
        numbers = (digits(phone) for phone in self.phones)
        shared = {folded(one) for one in self.shared}
        alone = [one for one in known if folded(one) not in shared]
        free = {digits(one) for one in self.shared}
        return [*alone, *(number for number in numbers if number and number not in free)]


def find_people(workbench: Workbench, profile: Profile, names: Iterable[str]) -> list[Person]:
    """
    The people of some names, each once: an id, a source id, an e-mail or a phone.

    Raises:
        NotFoundError: nobody, or several living customers, go by one of them.
    """
    names = list(names)
    keys = _keys(workbench, profile)
    rows = dict.fromkeys(_row(profile, keys, name) for name in names)
    return [_person(workbench, profile, keys, row) for row in rows]


def people_of_rows(workbench: Workbench, profile: Profile, rows: Iterable[int]) -> list[Person]:
    """The people of some profiles, each once."""
    keys, found, seen = _keys(workbench, profile), [], set[int]()
    for row in rows:
        if row not in seen:
            person = _person(workbench, profile, keys, row)
            seen |= {*person.rows}
            found.append(person)
    return found


def traces_of(people: Iterable[Person]) -> Traces:
    """What is sought of some people."""
    values, phones = set[str](), set[str]()
    for one in people:
        shared = {folded(each) for each in one.shared}
        known = (*one.ids, *one.source_ids, *one.emails, *one.tracking_ids, *one.others)
        values |= {each for each in known if folded(each) not in shared}
        phones |= {bare(each) for each in one.phones if folded(each) not in shared} - {""}
    return Traces(frozenset(values), frozenset(phones))


def records_of(
    workbench: Workbench, profile: Profile, table: str, rows: Sequence[int]
) -> pl.DataFrame:
    """Every version of every record that is or was one of some profiles' own."""
    kind = next(kind for kind in owned_kinds() if kind.name == table)
    theirs = pl.col(OWNER).is_in(rows)
    ever = workbench.store.versions(kind.table, profile.snapshot, only=theirs)["row"].unique()
    if ever.is_empty():
        return pl.DataFrame(schema=profile.snapshot.schema(kind.table))
    own = pl.col("row").is_in(ever.implode())
    return workbench.store.versions(kind.table, profile.snapshot, only=own)


def _keys(workbench: Workbench, profile: Profile) -> pl.DataFrame:
    """One row per version of a customer: by what profiles belong together."""
    return workbench.store.columns(CUSTOMERS, profile.snapshot, ALONE)


def _row(profile: Profile, keys: pl.DataFrame, name: str) -> int:
    try:
        return int(profile.customers["row"][find(profile, name)])
    except NotFoundError:
        same = pl.col("email").str.to_lowercase() == name.lower()
        gone = keys.filter((pl.col("id") == name) | (pl.col("source_id") == name) | same)
        rows = gone["row"].unique()
        living = rows.filter(rows.is_in(profile.customers["row"].implode()))
        if len(rows) == 0 or len(living):
            raise
        return int(gone["row"][-1])


def _person(workbench: Workbench, profile: Profile, keys: pl.DataFrame, row: int) -> Person:
    rows = _together(profile, keys, row)
    mine = pl.col("row").is_in(rows)
    versions = workbench.store.versions(CUSTOMERS, profile.snapshot, only=mine)
    said = {name: _values(versions, name) for name in (*KEYS, *SHARED)}
    marked = [
        value
        for column in profile.snapshot.columns
        if column.namespace == "metadata"
        and column.path[0] in workbench.project.personal_keys
        and column.kind == "string"
        for value in _values(versions, column.column)
    ]
    others = (*said["name"], *said["address_line_1"], *marked)
    shared = [each for name in SHARED for each in _shared(profile, rows, name, said[name])]
    return Person(
        (row, *(one for one in rows if one != row)),
        said["id"],
        said["source_id"],
        said["email"],
        said["phone"],
        _tracking_ids(workbench, profile, rows, said["source_id"]),
        others,
        tuple(shared),
    )


def _together(profile: Profile, keys: pl.DataFrame, row: int) -> list[int]:
    """The `row` of every profile that is or was the same person."""
    found = {row}
    living = profile.customers["row"].implode()
    gone = keys.filter(~pl.col("row").is_in(living))
    while True:
        mine = keys.filter(pl.col("row").is_in(list(found)))
        same = pl.lit(value=False)
        for name in ("source_id", "email"):
            values = mine[name].drop_nulls().str.to_lowercase().unique()
            same = same | pl.col(name).str.to_lowercase().is_in(values.implode())
        more = {*gone.filter(same | pl.col(MERGED).is_in(list(found)))["row"]}
        if more <= found:
            return sorted(found)
        found |= more


def _values(versions: pl.DataFrame, name: str) -> tuple[str, ...]:
    if name not in versions.columns:
        return ()
    values = versions[name].drop_nulls()
    values = values.explode() if isinstance(values.dtype, pl.List) else values
    return tuple(values.drop_nulls().unique(maintain_order=True))


def _shared(profile: Profile, rows: Sequence[int], name: str, values: tuple[str, ...]) -> list[str]:
    """The values that living customers of other rows have as well."""
    if not values:
        return []
    others = profile.customers[name]
    compare = bare if name == "phone" else folded
    wanted = {compare(value): value for value in values}
    plain = others.str.normalize("NFC").str.to_lowercase()
    if name == "phone":
        plain = plain.str.replace_all(r"[\s().\-/+]", "").str.strip_chars_start("0")
    same = plain.is_in(list(wanted)) & ~profile.customers["row"].is_in(rows)
    found = {compare(value) for value in others.filter(same)}
    return [value for value in values if compare(value) in found]


def _tracking_ids(
    workbench: Workbench, profile: Profile, rows: Sequence[int], source_ids: Iterable[str]
) -> tuple[str, ...]:
    tokens = kept(workbench)
    own = [] if tokens is None else [tokens.of(one) for one in source_ids]
    written = _values(records_of(workbench, profile, "redemptions", rows), "tracking_id")
    made = [] if tokens is None else [tokens.of(one) for one in written]
    return tuple(dict.fromkeys((*own, *written, *made)))


def names_in(text: str) -> list[str]:
    """The names in a file, one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def expect_names(names: Sequence[str]) -> Sequence[str]:
    """
    Raises:
        NotFoundError: there are none.
    """
    if not names:
        raise NotFoundError(f"expected the ids of customers, one a line, got {quoted('')}")
    return names


Counts = Mapping[str, int]  # by the key of a line of the inventory
