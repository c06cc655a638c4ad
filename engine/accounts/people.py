"""Who may sign in to the pages: a list of people with roles, kept in the workspace."""

import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from engine.accounts.passwords import hashed
from engine.accounts.roles import PEOPLE, checked, rights_of
from engine.errors import NotFoundError, TakenError, UsageError
from engine.limits import NAME
from engine.rights import ADMIN
from engine.store.database import Transaction
from engine.store.results.people import Account as Account  # for the doors too
from engine.store.results.people import add_person, change_person, is_anybody, remove_person
from engine.store.results.people import people as stored_people
from engine.store.results.sessions import end_sessions_of
from engine.text.display import quoted
from engine.workspace.workbench import Access, Workbench

LOCKED = (
    "expected somebody on the list with the role admin, got nobody: from then on no page could "
    "change settings, people or keys. Give the role to somebody first; `workbench people` can do "
    "it nevertheless, with --without-admin"
)
EMAIL = re.compile(r"[^\s@]+@[^\s@]+")


def add(
    access: Access,
    name: str,
    roles: Iterable[str],
    password: str | None = None,
    email: str | None = None,
    *,
    without_admin: bool = False,
) -> Account:
    """
    Puts somebody on the list.

    Args:
        password: None where they sign in through a provider alone, by their e-mail.
        without_admin: though nobody on the list may do everything then.

    Raises:
        UsageError: the name, the e-mail, a role or the password does not fit; or the pages would
            be left to people of whom none is an administrator.
        TakenError: somebody else has the name or the e-mail.
    """
    name, roles, email = _clean_name(name), checked(roles, PEOPLE), _address(email)
    if password is None and email is None:
        raise UsageError("expected a password, or the e-mail that a provider knows, got neither")
    kept = None if password is None else hashed(password)
    with access.write("person") as (connection, act):
        _expect_free(stored_people(connection), name, email)
        added = Account(name, email, roles, kept, _stamp(), act.at, act.actor.name)
        with _administered(connection, without_admin=without_admin):
            add_person(connection, added)
        act.touched["people"], act.after = [name], _log_entry(added)
    return added


def people(workbench: Workbench) -> list[Account]:
    """Everybody on the list, by name."""
    return list(workbench.store.kept.of(stored_people))


def has_anybody(workbench: Workbench) -> bool:
    """Whether there is anybody on the list, so that the pages ask who comes: 5 times a drawing."""
    return workbench.store.kept.of(is_anybody)


def person_named(workbench: Workbench, name: str) -> Account | None:
    """Who has a name, in whatever case it is written."""
    return next((one for one in people(workbench) if _same(one.name, name)), None)


def person_with_email(workbench: Workbench, email: str) -> Account | None:
    """Who has an e-mail, in whatever case it is written."""
    return next((one for one in people(workbench) if one.email == email.strip().lower()), None)


def set_roles(
    access: Access, name: str, roles: Iterable[str], *, without_admin: bool = False
) -> Account:
    """
    Gives somebody other roles in place of those they had; their sessions end.

    Args:
        without_admin: though nobody on the list may do everything then.

    Raises:
        UsageError: there is no such role; or they are the last administrator.
        NotFoundError: nobody has the name.
    """
    wanted = list(checked(roles, PEOPLE))
    return _changed(access, name, without_admin=without_admin, roles=wanted)


def set_password(access: Access, name: str, password: str) -> Account:
    """
    Gives somebody another password; their sessions end.

    Raises:
        UsageError: the password does not fit.
        NotFoundError: nobody has the name.
    """
    return _changed(access, name, password=hashed(password))


def remove(access: Access, name: str, *, without_admin: bool = False) -> Account:
    """
    Takes somebody off the list; their sessions end.

    Args:
        without_admin: though nobody on the list may do everything then.

    Raises:
        UsageError: they are the last administrator, and others are on the list.
        NotFoundError: nobody has the name.
    """
    with access.write("person") as (connection, act):
        gone = _find(connection, name)
        with _administered(connection, without_admin=without_admin):
            remove_person(connection, gone.name)
        end_sessions_of(connection, gone.name)
        act.touched["people"], act.before = [gone.name], _log_entry(gone)
    return gone


def _changed(access: Access, name: str, *, without_admin: bool = False, **values: Any) -> Account:
    with access.write("person") as (connection, act):
        before = _find(connection, name)
        with _administered(connection, without_admin=without_admin):
            change_person(connection, before.name, **values, stamp=_stamp(), changed_at=act.at)
        end_sessions_of(connection, before.name)
        after = _find(connection, name)
        act.touched["people"], act.before, act.after = (
            [after.name],
            _log_entry(before),
            _log_entry(after),
        )
        if "password" in values:
            act.after["password"] = "another one"
    return after


@contextmanager
def _administered(connection: Transaction, *, without_admin: bool) -> Iterator[None]:
    """
    Around what changes the list: it may not lock everybody out of what administrators do.

    Without anybody on the list nobody is locked out. A list that had none before may be changed.
    """
    before = stored_people(connection)
    yield
    after = stored_people(connection)
    had_one = not before or any(map(_is_admin, before))
    if after and had_one and not any(map(_is_admin, after)) and not without_admin:
        raise UsageError(LOCKED)


def _is_admin(one: Account) -> bool:
    return ADMIN in rights_of(one.roles)


def _find(connection: Transaction, name: str) -> Account:
    found = next((one for one in stored_people(connection) if _same(one.name, name)), None)
    if found is None:
        raise NotFoundError(f"nobody on the list of people has the name {quoted(name)}")
    return found


def _expect_free(known: Iterable[Account], name: str, email: str | None) -> None:
    for one in known:
        if _same(one.name, name):
            raise TakenError(f"the name {quoted(name)} is taken: choose another")
        if email is not None and one.email == email:
            raise TakenError(f"the e-mail {quoted(email)} is {quoted(one.name)}'s: choose another")


def _log_entry(one: Account) -> dict[str, Any]:
    """What the log keeps."""
    return {"name": one.name, "email": one.email, "roles": list(one.roles)}


def _clean_name(name: str) -> str:
    found = name.strip()
    if not found or not found.isprintable() or len(found) > NAME.most:
        raise UsageError(f"expected a name of one line for the person, got {quoted(name)}")
    return found


def _address(email: str | None) -> str | None:
    if email is None:
        return None
    found = email.strip().lower()
    if not EMAIL.fullmatch(found) or len(found) > NAME.most:
        raise UsageError(f"expected an e-mail such as ann@example.com, got {quoted(email)}")
    return found


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.strip().casefold()


def _stamp() -> str:
    return secrets.token_hex(8)
