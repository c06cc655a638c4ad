"""
Tracking tokens: what stands for a visitor, or for an identity of the caller's, in a browser.

A token is `track_` and a keyed digest of the identity, so that the same identity has the same one
and nobody can make or read one without the key of the workspace. Customers rules 1 to 3.
"""

import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from engine.base.profiles import Profile, places
from engine.store.results.settings import save_setting, settings
from engine.workspace.workbench import Access, Workbench

PREFIX = "track_"
IDENTITY, VISITOR = b"identity", b"visitor"  # what a token is made of
DIGEST, CHECK = 24, 6  # bytes; with both a token needs no padding
FORM = re.compile(f"{PREFIX}([A-Za-z0-9_-]{{{(DIGEST + CHECK) * 4 // 3}}})")
GROUP, NAME = "tracking", "key"  # of the setting


@dataclass(frozen=True)
class Tokens:
    """The tokens of one workspace."""

    key: bytes

    def of(self, identity: str) -> str:
        """The token of an identity, an e-mail without case; that of a token is itself."""
        return identity if self.own(identity) else self._signed(self._plain(identity), IDENTITY)

    def new(self) -> str:
        """The token of a visitor of whom nothing is known: it is made of no identity."""
        return self._signed(secrets.token_bytes(DIGEST), VISITOR)

    def own(self, text: str) -> bool:
        """Whether a text is a token of this workspace; others are identities like any."""
        return self._is(text, IDENTITY) or self._is(text, VISITOR)

    def _is(self, text: str, made_of: bytes) -> bool:
        found = FORM.fullmatch(text) if text.startswith(PREFIX) else None  # of a million few
        if found is None:
            return False
        digest = urlsafe_b64decode(found[1])[:DIGEST]
        return hmac.compare_digest(text.encode(), self._signed(digest, made_of).encode())

    def marks(self, identities: pl.Series) -> pl.Series:
        """A number for the token of each identity, the same as `mark` gives; null for none."""
        found = [None if one is None else self._mark(one) for one in identities]
        return pl.Series(identities.name, found, dtype=pl.UInt64)

    def _mark(self, identity: str) -> int:
        """As of its token, without the check of a token that nobody will see."""
        return mark(identity) if self.own(identity) else _number(self._plain(identity))

    def _plain(self, identity: str) -> bytes:
        same = identity.lower() if "@" in identity else identity
        return self._digest(IDENTITY, same.encode())

    def prepare(self, profile: Profile) -> None:
        """Makes the index that `owner` asks, if there is none yet."""
        self._rows(profile, ())

    def owner(self, profile: Profile, token: str) -> int | None:
        """
        Where the customer stands whose source id the token is made of; None: nobody has it.

        The first look makes an index, which takes 2 s for a million customers; the tokens of
        visitors, who have no identity, need none.
        """
        if not self._is(token, IDENTITY):
            return None
        customers = profile.customers
        rows = self._rows(profile, [mark(token)])
        for position in places(customers, pl.Series(rows, dtype=pl.Int64)):
            if self.of(customers["source_id"][position]) == token:
                return int(position)
        return None

    def _rows(self, profile: Profile, marks: Collection[int]) -> list[int]:
        columns = ("source_id",)
        return profile.indexes.rows("tokens", profile.customers, marks, columns, self.marks)

    def _digest(self, what: bytes, content: bytes) -> bytes:
        return hmac.digest(self.key, what + b"\0" + content, "sha256")[:DIGEST]

    def _signed(self, digest: bytes, made_of: bytes) -> str:
        check = self._digest(b"check " + made_of, digest)[:CHECK]
        return PREFIX + urlsafe_b64encode(digest + check).decode()


def mark(token: str) -> int:
    """The beginning of a token's digest, as a number."""
    return _number(urlsafe_b64decode(token.removeprefix(PREFIX)))


def _number(digest: bytes) -> int:
    return int.from_bytes(digest[:8])


def tokens(access: Access) -> Tokens:
    """The tokens of a workspace, whose key is made when it is first needed."""
    known = kept(access)
    if known is not None:
        return known
    with access.write("tracking") as (connection, _):
        found = settings(connection, GROUP).get(NAME)
        if found is None:
            found = secrets.token_hex(32)
            save_setting(connection, GROUP, NAME, found)
    return Tokens(bytes.fromhex(found))


def kept(workbench: Workbench) -> Tokens | None:
    """The tokens of a workspace; None as long as it has given none."""
    key = workbench.store.kept.of(settings, GROUP).get(NAME)
    return None if key is None else Tokens(bytes.fromhex(key))
