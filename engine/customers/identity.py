"""
Who is meant: a customer by id, else by source id, else by tracking id.

A tracking id and its token are the same identity, and so are a source id and its token. Customers
rules 4 to 9.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from engine.base.kinds.customers import ANONYMOUS
from engine.base.kinds.registry import CUSTOMERS
from engine.base.lookup import place_of
from engine.base.profiles import Profile
from engine.errors import AmbiguousTrackingIdError, Issue, NotFoundError, UsageError
from engine.imports.keyless import tracked
from engine.text.display import quoted
from engine.workspace.tracking import Tokens
from engine.workspace.writes import Key

PARTS = ("id", "source_id", "tracking_id")


@dataclass(frozen=True)
class Identity:
    """How a caller names a customer; the first of the three that is given counts."""

    id: str | None = None
    source_id: str | None = None
    tracking_id: str | None = None

    @classmethod
    def of(cls, document: Mapping[str, Any], tracking_id: str | None = None) -> "Identity":
        """
        Of a customer in JSON; null is not given.

        Args:
            tracking_id: as it came beside the customer.

        Raises:
            UsageError: one of them is no text, or an empty one.
        """
        given = {name: document.get(name) for name in PARTS}
        given["tracking_id"] = tracking_id if tracking_id is not None else given["tracking_id"]
        issues = [
            Issue(f"$.{name}", f"expected text in quotes with something in it, got {value!r}")
            for name, value in given.items()
            if value is not None and (not isinstance(value, str) or not value.strip())
        ]
        if issues:
            raise UsageError("the customer cannot be found", issues)
        return cls(**given)

    @property
    def given(self) -> bool:
        """Whether it names anybody."""
        return any((self.id, self.source_id, self.tracking_id))

    def keys(self, tokens: Tokens) -> Iterator[Key]:
        """Under what a write that looks for it stands in line (`Access.write_small`)."""
        for text in filter(None, (self.id, self.source_id, self.tracking_id)):
            yield CUSTOMERS.name, text.lower() if "@" in text else text
            yield CUSTOMERS.name, tokens.of(text)


@dataclass(frozen=True)
class IdentityMatch:
    """Whom an identity means in one state of the base; positions are those in its customers."""

    position: int | None  # None: nobody yet
    source_id: str | None = None  # of the caller's, to be given to whoever has none
    visitors: tuple[int, ...] = ()  # profiles by a token alone that turn out to be this customer
    token: str | None = None  # leads to nobody yet: from now on to this one


def find_customer(profile: Profile, tokens: Tokens, identity: Identity) -> IdentityMatch:
    """
    Whom an identity means.

    Raises:
        NotFoundError: no customer has the id.
        AmbiguousTrackingIdError: the tracking id is another customer's.
    """
    source, token = _apart(tokens, identity)
    position, visitors = _owner(profile, tokens, identity.id, source)
    found = None if token is None else _tracked(profile, tokens, token, identity)
    if found is None or found == position or found in visitors:
        leads = token and found is None and not _is_own(profile, tokens, position, source, token)
        return IdentityMatch(position, source, visitors, token if leads else None)
    if position is None and source is None:
        return IdentityMatch(found)
    if _is_part(profile, tokens, found, position, source):
        return IdentityMatch(position, source, (*visitors, found))
    if position is None and profile.customers["source_id"][found] is None:
        return IdentityMatch(found, source, visitors)
    other = profile.customers["source_id"][found] or profile.ids[found]
    raise AmbiguousTrackingIdError(
        f"two customers are named at once: the tracking id {quoted(str(token))} belongs to "
        f"{quoted(str(other))}, not to {quoted(str(identity.id or source))}: send one of the two"
    )


def expect_one(profile: Profile, tokens: Tokens, tracking_ids: Sequence[str]) -> None:
    """
    Tracking ids of one call have to be of one visitor, or of one customer.

    Raises:
        AmbiguousTrackingIdError: they are not.
    """
    named = {tokens.of(one): Identity(tracking_id=one) for one in tracking_ids}
    owners = {find_customer(profile, tokens, one).position for one in named.values()}
    if len(named) > 1 and (None in owners or len(owners) > 1):
        raise _two_visitors(*[*named][:2])


def _two_visitors(one: str, other: str) -> AmbiguousTrackingIdError:
    return AmbiguousTrackingIdError(
        f"two visitors are named at once: {quoted(one)} and {quoted(other)}: send one"
    )


def _owner(
    profile: Profile, tokens: Tokens, key: str | None, source: str | None
) -> tuple[int | None, tuple[int, ...]]:
    """Who has the id or the source id; and those by a token alone of whom these were not known."""
    position, visitors = _by_key(profile, key, source), tuple[int, ...]()
    if source is None:
        return position, visitors
    if position is not None and _by_token(profile, tokens, position):  # by id, and now by a key
        visitors, position = (position,), place_of(profile, "source_id", source)
    own = place_of(profile, "source_id", tokens.of(source))
    known = (position, *visitors)
    if own is not None and own not in known and _by_token(profile, tokens, own):
        visitors = (*visitors, own)
    return position, visitors


def _apart(tokens: Tokens, identity: Identity) -> tuple[str | None, str | None]:
    """
    The source id of the caller's, and the token.

    Raises:
        AmbiguousTrackingIdError: there are two tokens.
    """
    source, tracking = identity.source_id, identity.tracking_id
    token = None if tracking is None else tokens.of(tracking)
    if source is None or not tokens.own(source):
        return source, token
    if token is not None and token != source:
        raise _two_visitors(source, token)
    return None, source


def _by_key(profile: Profile, key: str | None, source: str | None) -> int | None:
    if key is None:
        return None if source is None else place_of(profile, "source_id", source)
    if (found := place_of(profile, "id", key)) is None:
        raise NotFoundError(f"no customer has the id {quoted(key)}")
    return found


def _tracked(profile: Profile, tokens: Tokens, token: str, identity: Identity) -> int | None:
    """Whom a tracking id leads to."""
    found, raw = place_of(profile, "source_id", token), identity.tracking_id
    if found is not None:
        return found
    if raw is None or raw == token:
        return tokens.owner(profile, token)
    if (found := place_of(profile, "source_id", raw)) is not None:
        return found
    earlier = tracked(pl.Series([raw]), CUSTOMERS.prefix).item()  # as imports named them once
    return place_of(profile, "id", earlier)


def is_visitor(profile: Profile, position: int) -> bool:
    """Whether only a tracking id is known of somebody."""
    return profile.customers[ANONYMOUS][position] is True


def _by_token(profile: Profile, tokens: Tokens, position: int) -> bool:
    """Whether somebody goes by a token alone: a visitor, also one who has told a name since."""
    source = profile.customers["source_id"][position]
    return is_visitor(profile, position) or (source is not None and tokens.own(source))


def _is_part(
    profile: Profile, tokens: Tokens, found: int, position: int | None, source: str | None
) -> bool:
    """Whether a profile that a tracking id leads to is from now on the customer who is named."""
    if position is not None and is_visitor(profile, position):
        return False
    if is_visitor(profile, found):
        return True
    key = source if position is None else profile.customers["source_id"][position] or source
    return key is not None and not tokens.own(key) and _by_token(profile, tokens, found)


def _is_own(
    profile: Profile,
    tokens: Tokens,
    position: int | None,
    source: str | None,
    token: str | None,
) -> bool:
    """Whether a token is made of the very source id that it comes with."""
    stored = None if position is None else profile.customers["source_id"][position]
    return any(tokens.of(one) == token for one in (source, stored) if one is not None)
