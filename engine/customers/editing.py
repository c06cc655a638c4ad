"""
Customers are created and edited, by hand or as the service's API does.

Customers rules 14 to 19.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from typing_extensions import TypeVar

from engine.base.differences import Difference, differences, field_places
from engine.base.kinds.registry import CUSTOMERS
from engine.base.lookup import place_of
from engine.base.profiles import Profile
from engine.customers.documents import Statement, read_statement
from engine.customers.identity import Identity, IdentityMatch, find_customer
from engine.customers.upserting import CustomerUpsert, upsert_customer
from engine.errors import ConflictError, NotFoundError, UsageError
from engine.store.changes import ChangeSet
from engine.store.records.undo import BOOKKEEPING
from engine.text.display import quoted
from engine.workspace.tracking import Tokens, tokens
from engine.workspace.workbench import Access
from engine.workspace.writes import AS_WRITTEN, Read

Find = Callable[[Profile, Tokens, Identity], IdentityMatch]


@dataclass(frozen=True, eq=False)
class CustomerChange:
    """What became of one customer."""

    upsert: CustomerUpsert
    change: int | None  # the change set; None where everything was so already

    @property
    def id(self) -> str:
        """The customer's."""
        return str(self.upsert.after["id"])

    @property
    def source_id(self) -> str | None:
        """The customer's, which a visitor or somebody made by hand may not have."""
        found: str | None = self.upsert.after["source_id"]
        return found

    @property
    def created(self) -> bool:
        """Whether there was no such customer before."""
        return self.upsert.created

    @property
    def merged(self) -> int:
        """How many visitors without a name turned out to be this customer."""
        return len(self.upsert.merges)

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Fields before and after; of a new customer all it has."""
        fields = [
            each
            for each in field_places(CUSTOMERS, self.upsert.fields.columns)
            if each.columns.keys().isdisjoint((*BOOKKEEPING, "id"))
        ]
        return tuple(differences(fields, self.upsert.before or {}, self.upsert.after))


Answer = TypeVar("Answer", default=CustomerChange)


def upsert(
    access: Access,
    document: Mapping[str, Any],
    tracking_id: str | None = None,
    read: Read[CustomerChange, Answer] = AS_WRITTEN,
) -> Answer:
    """
    Creates the customer in the API's JSON, or changes the one who is meant; null is not given.

    Args:
        read: what is made of the change once it is committed (`Access.write_small`).

    Raises:
        UsageError: values do not fit, or nobody is named; all faults at once.
        NotFoundError: no customer has the id.
        AmbiguousTrackingIdError: the tracking id is another customer's.
        ClockError: the clock is before the last change.
    """
    return _write(access, Identity.of(document, tracking_id), document, find_customer, read)


def create(
    access: Access,
    document: Mapping[str, Any],
    read: Read[CustomerChange, Answer] = AS_WRITTEN,
) -> Answer:
    """
    Creates a customer. Takes `read` and raises as `upsert` does.

    Raises:
        UsageError: an id is given, or nothing is.
        ConflictError: somebody has the source id already.
    """
    if document.get("id") is not None:
        raise UsageError("a new customer is given an id: leave `id` out, or set `source_id`")
    if not any(value not in (None, {}, "") for value in document.values()):
        raise UsageError("expected at least one field of the new customer, got none")
    return _write(access, Identity.of(document), document, _nobody, read)


def edit(
    access: Access,
    customer: str,
    document: Mapping[str, Any],
    read: Read[CustomerChange, Answer] = AS_WRITTEN,
) -> Answer:
    """
    Changes some fields of a customer; null clears. Takes `read` and raises as `upsert` does.

    Args:
        customer: an id or a source id.
        document: what it does not give stays. A source id is given once and never changes.

    Raises:
        ConflictError: the customer has another source id, or somebody has this one.
    """
    identity = Identity(source_id=customer)
    find = _by_either_key(document.get("source_id"))
    return _write(access, identity, document, find, read, clears=True)


def _nobody(profile: Profile, tokens: Tokens, identity: Identity) -> IdentityMatch:
    match = find_customer(profile, tokens, identity)
    if match.position is not None:
        who = quoted(str(identity.source_id or identity.tracking_id))
        raise ConflictError(f"there is a customer {who} already: edit that one")
    return match


def _by_either_key(source_id: str | None) -> Find:
    """Finds by either key; the source id is what the customer gets besides."""

    def find(profile: Profile, tokens: Tokens, identity: Identity) -> IdentityMatch:
        name = str(identity.source_id)
        position = place_of(profile, "id", name)
        if position is None:
            position = find_customer(profile, tokens, identity).position
        if position is None:
            raise NotFoundError(f"no customer has the id or source id {quoted(name)}")
        if source_id is None:
            return IdentityMatch(position)
        match = find_customer(profile, tokens, Identity(profile.ids[position], source_id))
        _check_source(profile, match, position, source_id)
        return match

    return find


def _check_source(profile: Profile, match: IdentityMatch, position: int, source_id: str) -> None:
    """
    Raises:
        ConflictError: the customer has another source id, or somebody has this one.
    """
    stored = profile.customers["source_id"][position]
    owner = place_of(profile, "source_id", source_id)
    if owner is not None and owner != position:
        other = quoted(profile.ids[owner])
        raise ConflictError(
            f"the source id {quoted(source_id)} belongs to {other}: merge the two, or take another"
        )
    if match.position == position and stored not in (None, source_id):
        raise ConflictError(
            f"a source id never changes: expected {quoted(stored)}, got {quoted(source_id)}"
        )


def _write(
    access: Access,
    identity: Identity,
    document: Mapping[str, Any],
    find: Find,
    read: Read[CustomerChange, Answer],
    *,
    clears: bool = False,
) -> Answer:
    own, zone = tokens(access), access.zone
    said = read_statement(document, zone, clears=clears)

    def write(change: ChangeSet, profile: Profile) -> CustomerChange:
        match = find(profile, own, identity)
        if match.position is None and not identity.given and said == Statement():
            raise UsageError(
                "expected a customer with an id, a source id or a tracking id, got none"
            )
        customer = upsert_customer(change, profile, match, said, zone)
        customer.write(change, profile)
        return CustomerChange(customer, change.number if change.wrote else None)

    keys = [key for named in {identity, Identity.of(document)} for key in named.keys(own)]
    return access.write_small("edit", write, keys, read)
