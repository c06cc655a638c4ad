"""Which rights a role gives: one row for each, for people and for keys of the API alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.errors import Issue, UsageError
from engine.rights import ADMIN, ALL, BUILD, ERASE, EXPORT, IMPORT, REVEAL, VIEW, Rights
from engine.text.display import quoted

READ, WRITE = "read", "write"  # what programs call `view` and `build`
KEYS, PEOPLE = "keys", "people"


@dataclass(frozen=True)
class Role:
    """One role."""

    key: str
    label: str
    rights: Rights
    holders: tuple[str, ...] = (KEYS, PEOPLE)


def _role(key: str, label: str, right: str, *holders: str) -> Role:
    return Role(key, label, frozenset({VIEW, right}), holders or (KEYS, PEOPLE))


ROLES: Mapping[str, Role] = {
    row.key: row
    for row in (
        _role(VIEW, "Look at everything; what names a person is masked", VIEW, PEOPLE),
        _role(BUILD, "Build segments and views, change customers and vouchers", BUILD, PEOPLE),
        _role(READ, "Read customers, segments, orders, redemptions and vouchers", VIEW, KEYS),
        _role(WRITE, "Create and change them, validate and redeem", BUILD, KEYS),
        _role(IMPORT, "Import files and many customers at once", IMPORT),
        _role(EXPORT, "Export records and download the files", EXPORT),
        _role(ERASE, "Delete customers, for good too", ERASE),
        _role(REVEAL, "See what is masked; each time is in the change log", REVEAL, PEOPLE),
        Role(ADMIN, "Everything", ALL),
    )
}


def roles_for(holder: str) -> list[str]:
    """The roles that keys, or people, can have."""
    return [role.key for role in ROLES.values() if holder in role.holders]


def in_words(roles: Iterable[str]) -> str:
    """What some roles allow, as pages tell it; one that is none as it is kept."""
    return "; ".join(ROLES[role].label if role in ROLES else role for role in roles)


def rights_of(roles: Iterable[str]) -> Rights:
    """What some roles allow together; one that is none, as of a damaged row, allows nothing."""
    return frozenset[str]().union(*(ROLES[role].rights for role in roles if role in ROLES))


def allowed(roles: Iterable[str], needed: str) -> bool:
    """Whether some roles allow all that another one does, as a route asks for it."""
    return ROLES[needed].rights <= rights_of(roles)


def checked(roles: Iterable[str], holder: str) -> tuple[str, ...]:
    """
    Roles, each once.

    Raises:
        UsageError: there are none, or one that the holder cannot have; all faults at once.
    """
    wanted, known = tuple(dict.fromkeys(roles)), roles_for(holder)
    issues = [
        Issue("roles", f"expected one of {', '.join(known)}, got {quoted(role)}")
        for role in wanted
        if role not in known
    ]
    if issues or not wanted:
        raise UsageError(f"expected at least one role that {holder} can have", issues)
    return wanted
