"""What is known of codes and of who holds them, at the state that somebody asks or redeems in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.base.profiles import Profile
from engine.base.uses import Counts, Use, moved
from engine.customers.documents import read_statement
from engine.customers.identity import IdentityMatch, find_customer
from engine.customers.upserting import CustomerUpsert, upsert_customer
from engine.filters.clock import Clock
from engine.redemptions.attempt import Attempt
from engine.redemptions.checks import CodeCase, Person
from engine.redemptions.discounts import Basket
from engine.redemptions.terms import Terms, campaign_terms, voucher_terms
from engine.store.changes import ChangeSet
from engine.store.snapshot import Snapshot
from engine.workspace.tracking import Tokens
from engine.workspace.workbench import Access

Record = Mapping[str, Any]
Place = tuple[str, int | None]  # a code, and a customer's `row` or None for everybody


@dataclass(frozen=True)
class Look:
    """A state that is only looked at, as a change set would find it."""

    before: Snapshot
    now: datetime


@dataclass(frozen=True, eq=False)
class RedemptionState:
    """The records as they are for one write: the base, and what its group wrote before it."""

    access: Access
    profile: Profile
    at: Look | ChangeSet
    zone: ZoneInfo  # the project's: to ask for it takes a query

    @property
    def clock(self) -> Clock:
        """The instant in the project's zone."""
        return Clock(self.at.now, self.zone)

    def voucher(self, code: str) -> Terms | None:
        """The voucher of a code."""
        found = self._pending("vouchers", "id", code)
        if found is None and (place := self.profile.activity.place("vouchers", code)) is not None:
            found = self.profile.activity.records("vouchers").row(place, named=True)
        return None if found is None or found["deleted"] else voucher_terms(found)

    def campaign(self, name: str | None) -> Terms | None:
        """The campaign of a name."""
        if name is None:
            return None
        found = self._pending("campaigns", "name", name)
        if found is None and (place := self._campaigns.get(name)) is not None:
            found = self.profile.activity.records("campaigns").row(place, named=True)
        return None if found is None or found["deleted"] else campaign_terms(found)

    @property
    def _campaigns(self) -> Mapping[str, int]:
        """Where each campaign stands, by its name."""

        def made() -> Mapping[str, int]:
            names = self.profile.activity.records("campaigns")["name"].to_list()
            return {name: place for place, name in reversed([*enumerate(names)])}

        return self.profile.once("campaigns by name", made)

    def use(self, code: str) -> Use:
        """How often everybody has used a code."""
        return self.profile.activity.uses().of_code(code) + self._later((code, None))

    def own(self, code: str, row: int) -> int:
        """How often one customer has."""
        known = self.profile.activity.uses().of_customer(code, row)
        return known + self._later((code, row)).times

    def _written(self, table: str, column: str, value: str) -> Iterator[pl.DataFrame]:
        """What change sets of the group wrote of some records, newest first."""
        for number in sorted(self.at.before.pending, reverse=True):
            versions = self.at.before.pending[number].written.get(table)
            if versions is not None and value in versions[column].to_list():
                yield versions

    def _pending(self, table: str, column: str, value: str) -> Record | None:
        for versions in self._written(table, column, value):
            return versions.filter(pl.col(column) == value).row(0, named=True)
        return None

    def _later(self, place: Place) -> Use:
        found = Use()
        for versions in self._written("redemptions", "voucher_code", place[0]):
            found += self._moved(versions).get(place, Use())
        return found

    def _moved(self, versions: pl.DataFrame) -> Counts:
        """What one write of the group adds to the uses, counted once for all who come behind it."""
        known = self.profile.once("uses of a group", dict[int, tuple[pl.DataFrame, Counts]])
        if id(versions) not in known:  # which stays its own as long as it is kept here
            before = self.profile.activity.records("redemptions")
            known[id(versions)] = versions, moved(before, versions)
        return known[id(versions)][1]


@dataclass(frozen=True, eq=False)
class Holder:
    """Who asks or redeems, and what becomes of them by it."""

    match: IdentityMatch
    upserted: CustomerUpsert

    @property
    def exists(self) -> bool:
        """Whether the customer is there already."""
        return not self.upserted.created


def holder(
    state: RedemptionState, attempt: Attempt, tokens: Tokens, position: int | None
) -> Holder | None:
    """
    Who an attempt is by; None where it names nobody.

    Args:
        position: whose the order is that it is about, where it names nobody itself.

    Raises:
        NotFoundError: no customer has the id.
        AmbiguousTrackingIdError: the tracking id is another customer's.
    """
    zone = state.zone
    said = read_statement(attempt.customer, zone)
    if not (attempt.customer or attempt.tracking_id):
        if position is None:
            return None
        match = IdentityMatch(position)
    else:
        match = find_customer(state.profile, tokens, attempt.identity)
    return Holder(match, upsert_customer(state.at, state.profile, match, said, zone))


def cases(
    state: RedemptionState,
    attempt: Attempt,
    who: Holder | None,
    basket: Basket | None,
    *,
    redeeming: bool,
) -> list[CodeCase]:
    """Each code of an attempt as it stands."""
    person, zone = _person(state, who), state.zone
    found = []
    for code in attempt.codes:
        voucher = state.voucher(code)
        limited = voucher is not None and voucher.customer_limit is not None and who is not None
        found.append(
            CodeCase(
                code=code,
                voucher=voucher,
                campaign=state.campaign(voucher.campaign if voucher else None),
                use=state.use(code) if voucher else Use(),
                own=state.own(code, who.upserted.row) if limited and who else 0,
                person=person,
                basket=basket,
                items=bool(basket and basket.items),
                credits=attempt.credits.get(code) if voucher and voucher.gift is not None else None,
                redeeming=redeeming,
                now=state.at.now,
                zone=zone,
            )
        )
    return found


def _person(state: RedemptionState, who: Holder | None) -> Person | None:
    if who is None:
        return None

    def inside(segments: frozenset[str]) -> frozenset[str]:
        return state.access.memberships.inside(_alone(state, who), state.clock, segments)

    return Person(who.upserted.after["id"] if who.exists else None, inside)


def _alone(state: RedemptionState, who: Holder) -> Profile:
    """The profile of who asks, as the call leaves it; a visitor's as it would be."""
    profile, after = state.profile, who.upserted.after
    schema = profile.customers.schema
    one = pl.DataFrame({name: [after.get(name)] for name in schema}, schema=schema)
    activity = profile.activity.among(one["row"])
    return Profile(profile.snapshot, one, activity, profile.inner, lambda: profile.everybody)
