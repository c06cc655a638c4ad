"""
Two customers turn out to be one: shown side by side, merged by choice, and taken back by undo.

Customers rules 10 to 13.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from engine.base.answers import find
from engine.base.differences import FieldPlace, field_places
from engine.base.kinds.registry import CUSTOMERS, owned_kinds
from engine.base.merging import (
    OWN,
    Merges,
    merged_customers,
    move_records,
    referred_again,
    units_of,
)
from engine.base.profiles import Profile
from engine.customers.identity import is_visitor
from engine.errors import Issue, UsageError
from engine.filters.fields import Field
from engine.store.changes import ChangeSet
from engine.store.records.upsert import Unit
from engine.text.display import quoted
from engine.workspace.workbench import Access, Workbench

FIRST, SECOND = "first", "second"
SIDES = (FIRST, SECOND)
KEYS = ("source_id",)


@dataclass(frozen=True)
class FieldChoice:
    """One field of both profiles, and whose value stays."""

    path: str
    label: str
    first: str  # as text
    second: str
    kept: str  # `first` or `second`
    differs: bool  # both have a value, and not the same


@dataclass(frozen=True)
class CustomerMerge:
    """What merging two customers does, or has done."""

    stays: str  # the id that stays
    goes: str  # the id that leads to it from now on
    fields: tuple[FieldChoice, ...]  # those that either has
    records: Mapping[str, int]  # kind of record -> how many move
    change: int | None = None  # the change set; None: not yet


def preview(
    workbench: Workbench, first: str, second: str, keep: Mapping[str, str] | None = None
) -> CustomerMerge:
    """
    Both profiles side by side, and what merging them would leave. Raises as `merge` does.

    Args:
        first, second: an id, a source id, an e-mail or a phone.
        keep: path of a field -> `first` or `second`; `source_id` says whose profile stays.
    """
    return _Pair(workbench.profile(), first, second, keep or {}).outcome()


def merge(
    access: Access, first: str, second: str, keep: Mapping[str, str] | None = None
) -> CustomerMerge:
    """
    Makes one customer of two: one change, which an undo takes back as a whole.

    The profile that has a source id stays, else the first; it keeps each of its values, and what
    it lacks comes from the other, unless `keep` says otherwise.

    Raises:
        NotFoundError: nobody, or several, go by one of the names.
        UsageError: both are the same customer, or a choice is none; all faults at once.
        ClockError: the clock is before the last change.
    """
    choices = keep or {}
    early = _Pair(access.profile(), first, second, choices)
    keys = {(CUSTOMERS.name, key) for key in (first, second, *early.keys)}

    def write(change: ChangeSet, profile: Profile) -> CustomerMerge:
        plan = _Pair(profile, first, second, choices)
        told = plan.outcome(change.number)
        plan.write(change)
        return told

    return access.write_small("merge", write, keys)


class _Pair:
    """Two customers, and what becomes of them."""

    def __init__(self, profile: Profile, first: str, second: str, keep: Mapping[str, str]) -> None:
        self.profile = profile
        self.places = {FIRST: find(profile, first), SECOND: find(profile, second)}
        if self.places[FIRST] == self.places[SECOND]:
            both = f"{quoted(first)} and {quoted(second)}"
            raise UsageError(f"expected two customers, got one by two names: {both}")
        self.rows = {side: profile.customers[at : at + 1] for side, at in self.places.items()}
        self.units = dict(units_of(CUSTOMERS, profile.snapshot))
        self.keep = self._choices(keep)
        self.stays = self.keep.get(KEYS[0]) or max(SIDES, key=self._rank)
        self.goes = FIRST if self.stays == SECOND else SECOND
        if self._rank(self.goes)[0] and not self._rank(self.stays)[0]:
            who = quoted(second if self.stays == SECOND else first)
            raise UsageError(f"{who} is a visitor without a name: keep the other source id")

    @property
    def keys(self) -> list[str]:
        """Of both."""
        found = (self.rows[side][name].item() for side in SIDES for name in ("id", "source_id"))
        return [key for key in found if key is not None]

    @property
    def merges(self) -> Merges:
        """Who goes, and into whom."""
        return {int(self.rows[self.goes]["row"].item()): int(self.rows[self.stays]["row"].item())}

    def outcome(self, change: int | None = None) -> CustomerMerge:
        """What a reader needs to see."""
        choices = [
            choice
            for place in field_places(CUSTOMERS, self.profile.snapshot.columns)
            if (choice := self._choice(place)) is not None
        ]
        theirs = self.profile.activity.among(self.rows[self.goes]["row"])
        counts = {kind.name: theirs.counted(kind.name).height for kind in owned_kinds()}
        return CustomerMerge(
            self.rows[self.stays]["id"].item(),
            self.rows[self.goes]["id"].item(),
            tuple(choices),
            {name: count for name, count in counts.items() if count},
            change,
        )

    def write(self, change: ChangeSet) -> None:
        """Writes the two, and what belongs to the one who goes."""
        before, stored = change.before, self.rows[self.stays]
        chosen = self.keep.keys() - set(KEYS)
        others = [(path, unit) for path, unit in self.units.items() if path not in chosen]
        stay, gone = merged_customers(self._chosen(), self.rows[self.goes], self.merges, others)
        if stay.equals(stored):
            stay = stay.clear()
        stay = stay.with_columns(updated_at=pl.lit(change.now, stay.schema["updated_at"]))
        other = referred_again(self.profile, self.merges, stay if stay.height else stored)
        versions = pl.concat([stay, gone, other], how="diagonal")
        next_row = before.next_rows[CUSTOMERS.name]
        change.append(CUSTOMERS, versions, before.schema(CUSTOMERS), next_row)
        move_records(self.profile, self.merges, change)

    def _chosen(self) -> pl.DataFrame:
        """Who stays, with the values that are chosen from the other."""
        stay, gone = self.rows[self.stays], self.rows[self.goes]
        names = [
            name
            for path, side in self.keep.items()
            if side == self.goes and path not in KEYS
            for name in self.units[path].columns
        ]
        return stay.with_columns(gone[name] for name in names if name in gone.columns)

    def _rank(self, side: str) -> tuple[bool, bool]:
        """Whose profile goes before the other: one with a name, and with a source id."""
        named = not is_visitor(self.profile, self.places[side])
        return named, named and self.rows[side]["source_id"].item() is not None

    def _choices(self, keep: Mapping[str, str]) -> dict[str, str]:
        """
        The choices by the paths of units.

        Raises:
            UsageError: a field is unknown or nobody's choice, or neither profile is meant.
        """
        chosen, issues = dict[str, str](), list[Issue]()
        for said, side in keep.items():
            path = _unit_path(said, self.units, self.profile)
            if path is None or path in OWN:
                can = "a field of the customer's own, such as phone or metadata.tier"
                issues.append(Issue(f"$.keep.{said}", f"expected {can}, got {quoted(said)}"))
            elif side not in SIDES:
                issues.append(
                    Issue(f"$.keep.{said}", f"expected first or second, got {quoted(side)}")
                )
            else:
                chosen[path] = side
        if issues:
            raise UsageError("the customers cannot be merged so", issues)
        return chosen

    def _choice(self, place: FieldPlace) -> FieldChoice | None:
        """A field that either has, keys of this house aside."""
        path, records = place.field.path, {s: self.rows[s].row(0, named=True) for s in SIDES}
        has = {
            side: any(record.get(name) is not None for name in place.columns)
            for side, record in records.items()
        }
        if path in OWN or not any(has.values()):
            return None
        side = self.keep.get(_unit_path(path, self.units, self.profile) or path)
        if path in KEYS:
            side = self.stays
        kept = side or (self.stays if has[self.stays] else self.goes)
        texts = {side: place.text(record) for side, record in records.items()}
        differs = all(has.values()) and texts[FIRST] != texts[SECOND]
        return FieldChoice(path, place.field.label, texts[FIRST], texts[SECOND], kept, differs)


def _unit_path(said: str, units: Mapping[str, Unit], profile: Profile) -> str | None:
    """The unit that a path is about: a key of metadata is one as a whole."""
    if said in units:
        return said
    known: Field | None = profile.catalogue.find(said)
    path = said if known is None else known.path
    longest = sorted((one for one in units if f"{path}.".startswith(f"{one}.")), key=len)
    return longest[-1] if longest else None
