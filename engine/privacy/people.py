"""
Who is meant, whole: every profile that is or was one person, with all they have said of themselves.

Privacy rules 1 to 3: a person is the living profile, those merged into it, and those deleted before
under the same source id or e-mail.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from engine.base.answers import find
from engine.base.kinds.customers import MERGED
from engine.base.kinds.registry import CUSTOMERS, owned_kinds
from engine.base.profiles import Profile
from engine.errors import NotFoundError
from engine.privacy.traces import Traces, bare, folded, is_telling
from engine.store.records.tables import OWNER
from engine.store.records.versions import among
from engine.store.results.tombstones import digits
from engine.workspace.tracking import Tokens, kept
from engine.workspace.workbench import Workbench

KEYS = ("id", "source_id")  # nobody else can have them
# What may be another person's as well; then it is not sought where it is that one's.
SHARED = ("email", "phone", "name", "address_line_1")
COMPARED: Mapping[str, Callable[[str], str]] = {**dict.fromkeys(SHARED, folded), "phone": bare}
ALIKE = ("source_id", "email")  # by which a deleted profile is of the same person
ALONE = ("row", "deleted", MERGED, "id", *ALIKE)


@dataclass(frozen=True, eq=False)
class DataSubject:
    """One person."""

    rows: tuple[int, ...]  # of every profile; the living one first
    ids: tuple[str, ...]
    source_ids: tuple[str, ...]
    emails: tuple[str, ...]
    phones: tuple[str, ...]  # as they were written
    tracking_ids: tuple[str, ...]
    others: tuple[str, ...]  # names, address lines and values marked as personal
    shared: tuple[str, ...]  # of all these what another customer has as well
    own: Mapping[str, tuple[str, ...]]  # by column of customers

    @property
    def identities(self) -> list[str]:
        """By what the person would be known again."""
        known = (*self.ids, *self.source_ids, *self.emails, *self.tracking_ids)
        numbers = (digits(phone) for phone in self.phones)
        shared = {folded(one) for one in self.shared}
        alone = [one for one in known if folded(one) not in shared]
        free = {digits(one) for one in self.shared}
        return [*alone, *(number for number in numbers if number and number not in free)]


def find_people(workbench: Workbench, profile: Profile, names: Iterable[str]) -> list[DataSubject]:
    """
    The people of some names, each once: an id, a source id, an e-mail or a phone.

    Raises:
        NotFoundError: nobody, or several living customers, go by one of them.
    """
    keys = _keys(workbench, profile)
    rows = [_row(profile, keys, name) for name in names]
    return _people(workbench, profile, keys, rows)


def people_of_rows(
    workbench: Workbench, profile: Profile, rows: Iterable[int]
) -> list[DataSubject]:
    """The people of some profiles, each once."""
    return _people(workbench, profile, _keys(workbench, profile), list(rows))


def traces_of(people: Iterable[DataSubject]) -> Traces:
    """What is sought of some people; of names and the like what is like nothing else."""
    values, phones, own = set[str](), set[str](), dict[str, set[str]]()
    for one in people:
        shared = {folded(each) for each in one.shared}
        keys = (*one.ids, *one.source_ids, *one.emails, *one.tracking_ids)
        known = (*keys, *filter(is_telling, one.others))
        values |= {each for each in known if folded(each) not in shared}
        phones |= {bare(each) for each in one.phones if folded(each) not in shared} - {""}
        for column, said in one.own.items():
            plain = {folded(each) for each in said} - shared
            own.setdefault(column, set()).update(plain)
    own.setdefault("phone", set()).update(phones)
    columns = {column: frozenset(said) for column, said in own.items()}
    return Traces(frozenset(values), frozenset(phones), columns)


def records_of(
    workbench: Workbench, profile: Profile, table: str, rows: Sequence[int]
) -> pl.DataFrame:
    """Every version of every record that is or was some profiles' own: all columns of its table."""
    kind = next(kind for kind in owned_kinds() if kind.name == table)
    theirs = pl.col(OWNER).is_in(rows)
    ever = workbench.store.versions(kind.table, profile.snapshot, only=theirs)["row"].unique()
    if ever.is_empty():
        return pl.DataFrame(schema=profile.snapshot.schema(kind.table))
    return workbench.store.versions(kind.table, profile.snapshot, only=among("row", ever))


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


def _people(
    workbench: Workbench, profile: Profile, keys: pl.DataFrame, rows: Sequence[int]
) -> list[DataSubject]:
    everybody = _together(profile, keys, rows)
    mine = among("row", pl.Series(everybody, dtype=pl.Int64))
    versions = workbench.store.versions(CUSTOMERS, profile.snapshot, only=mine)
    whose = _whose(profile, versions)
    redeemed = records_of(workbench, profile, "redemptions", everybody)
    tracked = redeemed.select(OWNER, "tracking_id").drop_nulls().unique()
    tracking: dict[int, list[str]] = {}
    for row, token in tracked.sort("tracking_id").iter_rows():
        tracking.setdefault(whose.get(row, row), []).append(token)
    shared = {name: _shared(profile, everybody, name, versions) for name in SHARED}
    order = dict.fromkeys(whose[row] for row in rows)
    marked, tokens = _marked(workbench, profile), kept(workbench)  # to read them takes 3 ms
    said = {name: _said(versions, name, whose) for name in (*KEYS, *SHARED, *marked)}
    profiles: dict[int, list[int]] = {}
    for one, first in sorted(whose.items()):
        profiles.setdefault(first, []).append(one)
    return [
        _person(
            (row, *(one for one in profiles[row] if one != row)),
            {name: values.get(row, ()) for name, values in said.items()},
            *(tracking.get(row, []), shared, marked, tokens),
        )
        for row in order
    ]


def _person(
    rows: tuple[int, ...],
    known: Mapping[str, tuple[str, ...]],
    tracking: Sequence[str],
    shared: Mapping[str, frozenset[str]],
    marked: Sequence[str],
    tokens: Tokens | None,
) -> DataSubject:
    said = {name: known[name] for name in (*KEYS, *SHARED)}
    personal = (value for column in marked for value in known[column])
    others = (*said["name"], *said["address_line_1"], *personal)
    made = () if tokens is None else map(tokens.of, (*said["source_id"], *tracking))
    return DataSubject(
        rows,
        said["id"],
        said["source_id"],
        said["email"],
        said["phone"],
        tuple(dict.fromkeys((*made, *tracking))),
        others,
        tuple(each for name in SHARED for each in said[name]
              if COMPARED[name](each) in shared[name]),
        said,
    )  # fmt: skip


def _marked(workbench: Workbench, profile: Profile) -> list[str]:
    """The columns of the keys that are marked as personal."""
    marked = workbench.project.personal_keys
    return [
        column.column
        for column in profile.snapshot.columns
        if column.namespace == "metadata" and column.path[0] in marked and column.kind == "string"
    ]


def _together(profile: Profile, keys: pl.DataFrame, rows: Iterable[int]) -> list[int]:
    """The `row` of every profile that is or was one of some people."""
    found = {*rows}
    gone = keys.filter(~pl.col("row").is_in(profile.customers["row"].implode()))
    while True:
        mine = keys.filter(pl.col("row").is_in(list(found)))
        same = pl.col(MERGED).is_in(list(found))
        for name in ALIKE:
            values = mine[name].drop_nulls().str.to_lowercase().unique()
            same = same | pl.col(name).str.to_lowercase().is_in(values.implode())
        more = {*gone.filter(same)["row"]}
        if more <= found:
            return sorted(found)
        found |= more


def _whose(profile: Profile, versions: pl.DataFrame) -> dict[int, int]:
    """Of each profile the one, living if any is, that stands for the person."""
    rows = versions["row"].unique(maintain_order=True)
    living = {*rows.filter(rows.is_in(profile.customers["row"].implode()))}
    first = {row: row for row in rows}

    def leader(row: int) -> int:
        while first[row] != row:
            row = first[row]
        return row

    def join(one: int, other: int) -> None:
        heads = sorted({leader(one), leader(other)}, key=lambda row: (row not in living, row))
        first[heads[-1]] = heads[0]

    for row, into in versions.select("row", MERGED).drop_nulls().unique().iter_rows():
        if into in first:
            join(row, into)
    for name in ALIKE:
        alike = versions.select("row", pl.col(name).str.to_lowercase()).drop_nulls().unique()
        for (_,), group in alike.group_by(name, maintain_order=True):
            some = group["row"].to_list()
            for gone in (row for row in some if row not in living):
                join(some[0] if some[0] != gone else some[-1], gone)
    return {row: leader(row) for row in first}


def _said(
    versions: pl.DataFrame, name: str, whose: Mapping[int, int]
) -> dict[int, tuple[str, ...]]:
    """What each person has said in a column, each value once, by their first `row`."""
    if name not in versions.columns:
        return {}
    column, found = versions[name], dict[int, dict[str, None]]()
    many = isinstance(column.dtype, pl.List)
    # Plain Python: each query takes a millisecond, and there may be thousands of people.
    for row, cell in zip(versions["row"], column.to_list(), strict=True):
        values = (cell or []) if many else [cell]
        said = found.setdefault(whose[row], {})
        said.update(dict.fromkeys(value for value in values if value is not None))
    return {row: tuple(values) for row, values in found.items()}


def _shared(
    profile: Profile, rows: Sequence[int], name: str, versions: pl.DataFrame
) -> frozenset[str]:
    """The values, as they are compared, that living customers beside some have as well."""
    compare, others = COMPARED[name], profile.customers[name]
    wanted = {compare(value) for value in versions[name].drop_nulls().unique()} - {""}
    same = Traces(frozenset(), own={name: frozenset(wanted)}).suspects_own(others)
    same &= ~profile.customers["row"].is_in(rows)
    return frozenset(compare(value) for value in others.filter(same))


def names_in(text: str) -> list[str]:
    """The names in a file, one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]
