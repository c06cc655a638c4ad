"""What somebody may do, one row for each right: roles give them, whoever writes is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

VIEW, BUILD, IMPORT, EXPORT, ERASE, ADMIN = "view", "build", "import", "export", "erase", "admin"
REVEAL = "reveal"
Rights = frozenset[str]


@dataclass(frozen=True)
class Right:
    """One right."""

    key: str
    does: str  # what it takes it to do, as a person reads it behind "may"


RIGHTS: Mapping[str, Right] = {
    row.key: row
    for row in (
        Right(VIEW, "look at the workbench"),
        Right(BUILD, "change segments, views, customers and vouchers"),
        Right(IMPORT, "import files"),
        Right(EXPORT, "export records or download the files"),
        Right(ERASE, "delete or erase customers, or change who is written to"),
        Right(ADMIN, "change settings, people and keys, or the workspace as a whole"),
        Right(REVEAL, "see what names a person"),
    )
}
ALL: Rights = frozenset(RIGHTS)
