"""
By what somebody who was erased is known again: keyed hashes of the identities, and nothing else.

They outlive an emptied workspace, and lie in a file beside the database too, so that a backup of
before does not bring anybody back. Without the key, which is the workspace's, nobody can try out
identities on them.
"""

import hmac
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unicodedata import normalize
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, delete, insert, select

from engine.errors import StoreError
from engine.store.results.settings import save_setting, settings
from engine.store.results.tables import erasure, tombstone

GROUP, KEY, REVISION = "privacy", "key", "revision"  # of the settings
NO_DIGIT = re.compile(r"\D+")
FEWEST = 5  # digits of a phone, without leading zeros: fewer are an extension, or a year


@dataclass(frozen=True)
class Tombstones:
    """All of a workspace, at one state."""

    key: bytes = b""
    hashes: frozenset[str] = frozenset()

    def of(self, identity: str) -> str:
        """The hash of an id, a source id, a tracking id, an e-mail or the digits of a phone."""
        return hmac.digest(self.key, spelled(identity).encode(), "sha256").hex()

    def holds(self, identity: str) -> bool:
        """Whether somebody of that identity was erased."""
        return bool(self.hashes) and self.of(identity) in self.hashes

    def holds_phone(self, phone: str) -> bool:
        """Whether somebody of that phone number was erased, however it is written."""
        number = digits(phone)
        return number is not None and self.holds(number)


NOBODY = Tombstones()
_READ: WeakKeyDictionary[Engine, tuple[str, Tombstones]] = WeakKeyDictionary()


def spelled(identity: str) -> str:
    """An identity in the one spelling that is hashed: e-mails are the same without case."""
    text = normalize("NFC", identity).strip()
    return text.lower() if "@" in text else text


def digits(phone: str) -> str | None:
    """The digits of a phone without leading zeros; None where they are too few for one."""
    found = NO_DIGIT.sub("", phone).lstrip("0")
    return f"tel:{found}" if len(found) >= FEWEST else None


def tombstones(connection: Connection) -> Tombstones:
    """All of them, from memory as long as none was written."""
    said = settings(connection, GROUP)
    if KEY not in said:
        return NOBODY
    revision = said[REVISION]
    known = _READ.get(connection.engine)
    if known is None or known[0] != revision:
        hashes = frozenset(connection.scalars(select(tombstone.c.hash)))
        known = revision, Tombstones(bytes.fromhex(said[KEY]), hashes)
        _READ[connection.engine] = known
    return known[1]


def ready(connection: Connection, key: bytes | None = None) -> Tombstones:
    """
    Those there are, with a key to make more.

    Args:
        key: to be used where the workspace has none yet; a new one unless given.
    """
    if KEY not in settings(connection, GROUP):
        save_setting(connection, GROUP, KEY, (key or secrets.token_bytes(32)).hex())
        _revise(connection)
    return tombstones(connection)


def add_tombstones(
    connection: Connection, erasure_id: str, people: Iterable[Iterable[str]]
) -> None:
    """
    Writes those of one erasure that are new.

    Args:
        people: the hashes of each.
    """
    known, new = set(tombstones(connection).hashes), []
    for person, hashes in enumerate(people):
        fresh = sorted({*hashes} - known)
        known |= {*fresh}
        new += [{"hash": one, "erasure_id": erasure_id, "person": person} for one in fresh]
    if new:
        connection.execute(insert(tombstone), new)
        _revise(connection)


def lift(connection: Connection, identity: str) -> int:
    """Takes all tombstones of one person away, by any identity; gives how many there were."""
    known = tombstones(connection)
    number = digits(identity)
    hashes = [known.of(one) for one in (identity, number) if one is not None]
    columns = tombstone.c
    found = connection.execute(select(tombstone).where(columns.hash.in_(hashes))).first()
    if found is None:
        return 0
    same = (columns.erasure_id == found.erasure_id) & (columns.person == found.person)
    gone = connection.execute(delete(tombstone).where(same))
    _revise(connection)
    return gone.rowcount


def text_of(connection: Connection) -> str:
    """All of them, with the certificates, as the file beside the database holds them."""
    parts = {
        "erasures": [
            {**row._mapping, "at": row.at.isoformat()}
            for row in connection.execute(select(erasure))
        ],
        "tombstones": [dict(row._mapping) for row in connection.execute(select(tombstone))],
    }
    return json.dumps({"key": tombstones(connection).key.hex(), **parts}, indent=1)


@dataclass(frozen=True)
class TombstoneFile:
    """What lies beside the database."""

    known: Tombstones = NOBODY
    erasures: tuple[dict[str, Any], ...] = ()  # rows of the table
    tombstones: tuple[dict[str, Any], ...] = ()


def kept_in(file: Path) -> TombstoneFile:
    """
    What a file holds; nothing where there is none.

    Raises:
        StoreError: it holds something else.
    """
    try:
        found = json.loads(file.read_text("utf-8"))
        known = frozenset(str(row["hash"]) for row in found["tombstones"])
        dated = ({**row, "at": datetime.fromisoformat(row["at"])} for row in found["erasures"])
        stones = tuple(found["tombstones"])
        return TombstoneFile(Tombstones(bytes.fromhex(found["key"]), known), tuple(dated), stones)
    except FileNotFoundError:
        return TombstoneFile()
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreError(
            f"expected the hashes of who was erased in {file}, got: {error}. Nothing was changed: "
            "take the file from a backup, or move it away"
        ) from None


def take_over(connection: Connection, kept: TombstoneFile) -> None:
    """Adds what a file knows and the database, as one of a backup, does not; one key for both."""
    if not kept.known.key:
        return
    here = ready(connection, kept.known.key)
    if here.key != kept.known.key:
        return
    there = {*connection.scalars(select(erasure.c.id))}
    # Their change sets are not of this history any more.
    earlier = [{**row, "change": 0} for row in kept.erasures if row["id"] not in there]
    stones = [row for row in kept.tombstones if row["hash"] not in here.hashes]
    for table, rows in ((erasure, earlier), (tombstone, stones)):
        if rows:
            connection.execute(insert(table), rows)
    if stones:
        _revise(connection)


def _revise(connection: Connection) -> None:
    # No number: one that a transaction taken back has used would come a second time.
    save_setting(connection, GROUP, REVISION, secrets.token_hex(8))
