"""What a key may do: one row for each role."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

READ, WRITE, IMPORT, EXPORT, ERASE, ADMIN = "read", "write", "import", "export", "erase", "admin"


@dataclass(frozen=True)
class Role:
    """One role."""

    key: str
    label: str
    allows: frozenset[str]  # roles that a route may ask for


def _role(key: str, label: str, *more: str) -> Role:
    return Role(key, label, frozenset({READ, key, *more}))


ROLES: Mapping[str, Role] = {
    row.key: row
    for row in (
        _role(READ, "Read customers, segments, orders, redemptions and vouchers"),
        _role(WRITE, "Create and change them, validate and redeem"),
        _role(IMPORT, "Import files and many customers at once"),
        _role(EXPORT, "Export records and download the files"),
        _role(ERASE, "Delete customers, for good too"),
        _role(ADMIN, "Everything", WRITE, IMPORT, EXPORT, ERASE),
    )
}


def allowed(roles: Iterable[str], needed: str) -> bool:
    """Whether one of some roles allows what a route asks for."""
    return any(needed in ROLES[role].allows for role in roles)
