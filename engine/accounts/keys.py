"""Keys of the HTTP API: made, shown once, rotated, revoked, and recognised."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from engine.accounts.roles import KEYS, checked
from engine.errors import NotFoundError, TakenError, UsageError
from engine.limits import NAME
from engine.rights import ADMIN
from engine.store.database import Transaction
from engine.store.results.keys import ApiKey as ApiKey  # for the doors too
from engine.store.results.keys import add_key, change_key, keys_by_app_id
from engine.store.results.keys import keys as stored_keys
from engine.text.display import quoted
from engine.workspace.workbench import Access, Workbench

PRECISION = timedelta(minutes=1)  # of the last use: not every read is to be a write


@dataclass(frozen=True)
class Credentials:
    """What a program sends; the tokens are shown once and kept nowhere."""

    app_id: str
    app_token: str
    client_app_id: str  # of the side that browsers use
    client_token: str


def create(access: Access, name: str, roles: Iterable[str] = (ADMIN,)) -> Credentials:
    """
    Makes a key.

    Raises:
        UsageError: the name does not fit, or there is no such role.
        TakenError: a living key has the name.
    """
    name, roles = _clean_name(name), checked(roles, KEYS)
    made = Credentials(str(uuid4()), _token(), str(uuid4()), _token())
    with access.write("key") as (connection, act):
        if _living(connection, name) is not None:
            raise TakenError(f"the name {quoted(name)} is taken by another key: choose another")
        add_key(
            connection,
            ApiKey(
                made.app_id, name, roles, _hash(made.app_token),
                made.client_app_id, _hash(made.client_token), act.at, act.actor.name,
            ),
        )  # fmt: skip
        act.touched["API keys"] = [name]
        act.after = {"name": name, "roles": list(roles)}
    return made


def keys(workbench: Workbench) -> list[ApiKey]:
    """Every key, revoked ones too, in the order in which they were made."""
    return workbench.store.kept.of(stored_keys)


def has_living(workbench: Workbench) -> bool:
    """Whether anybody could use the API."""
    return any(key.revoked_at is None for key in keys(workbench))


def rotate(access: Access, name: str) -> Credentials:
    """
    Gives a key new tokens; the old ones end at once.

    Args:
        name: or the app id.

    Raises:
        NotFoundError: no living key goes by it.
    """
    app_token, client_token = _token(), _token()
    with access.write("key") as (connection, act):
        key = _find(connection, name)
        change_key(
            connection,
            key.id,
            hash=_hash(app_token),
            client_hash=_hash(client_token),
            rotated_at=act.at,
        )
        act.touched["API keys"] = [key.name]
        act.before = {"name": key.name, "roles": list(key.roles)}
        act.after = {**act.before, "rotated_at": act.at.isoformat(timespec="seconds")}
    return Credentials(key.id, app_token, key.client_id, client_token)


def revoke(access: Access, name: str) -> ApiKey:
    """
    Ends a key for good.

    Raises:
        NotFoundError: no living key has the name or app id.
    """
    with access.write("key") as (connection, act):
        key = _find(connection, name)
        change_key(connection, key.id, revoked_at=act.at)
        act.touched["API keys"] = [key.name]
        act.before = {"name": key.name, "roles": list(key.roles)}
    return key


def recognised(workbench: Workbench, app_id: str, token: str, *, client: bool) -> ApiKey | None:
    """
    The living key of an id and a token; None: there is none, or the token is another's.

    Args:
        client: of the side that browsers use.
    """
    known = workbench.store.kept.of(keys_by_app_id)
    key = known.get(app_id)
    expected = "" if key is None else key.client_hash if client else key.hash
    fits = secrets.compare_digest(_hash(token), expected)
    if key is None or key.revoked_at is not None or not fits:
        return None
    return key if app_id == (key.client_id if client else key.id) else None


def is_due(key: ApiKey, now: datetime) -> bool:
    """Whether its last use is to be noted again."""
    return key.used_at is None or now - key.used_at >= PRECISION


def note_use(access: Access, key: ApiKey) -> None:
    """
    Notes that a key is used; no line in the log.

    Raises:
        StoreError: somebody else writes, for whom no reader waits, or the disk refuses.
    """
    with access.note(waits=False) as connection:
        change_key(connection, key.id, used_at=access.now())


def _find(connection: Transaction, name: str) -> ApiKey:
    key = _living(connection, name)
    if key is None:
        raise NotFoundError(f"no key in use has the name or app id {quoted(name)}")
    return key


def _living(connection: Transaction, name: str) -> ApiKey | None:
    living = [key for key in stored_keys(connection) if key.revoked_at is None]
    return next((key for key in living if name in (key.name, key.id)), None)


def _clean_name(name: str) -> str:
    found = name.strip()
    if not found or not found.isprintable() or len(found) > NAME.most:
        raise UsageError(f"expected a name of one line for the key, got {quoted(name)}")
    return found


def _token() -> str:
    return secrets.token_urlsafe(32)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
