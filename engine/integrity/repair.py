"""Makes right again what can be made anew, as one change in the log, and says what cannot."""

from dataclasses import dataclass
from pathlib import Path

from engine.actors import Actor
from engine.base.kinds.registry import RECORD_TABLES
from engine.errors import StoreError
from engine.integrity.checks import CHECKS, CheckRow, Damage, examined
from engine.integrity.inspection import Inspection
from engine.store import recount
from engine.workspace.workbench import Access
from engine.workspace.writes import Now


@dataclass(frozen=True)
class Repair:
    """What was done, and what could not be."""

    done: list[str]  # in lines to read
    left: list[Damage]


def repoint(folder: Path, actor: Actor, now: Now) -> list[str]:
    """Sets pointers right without which the workspace does not open; what it did, in lines."""
    try:
        return recount.repoint(folder, RECORD_TABLES, actor, now())
    except StoreError:  # opening it tells why
        return []


def repair(access: Access, *, accept: bool = False) -> Repair:
    """
    Repairs every damage that has a remedy.

    Args:
        accept: what is nowhere else is taken for right as it is; the log keeps what that was.

    Raises:
        StoreError: a remedy cannot be carried out, as on a full disk; nothing was changed.
    """
    found = examined(access)
    rows = [row for row in CHECKS.values() if any(one.check is row for one in found)]
    chosen = [row for row in rows if row.remedy or row.tidy or (accept and row.accept)]
    if chosen:
        _carried_out(access, chosen, found, accept=accept)
        access.memberships.forget()
        access.memberships.profiles.forget()
    done = [f"{row.label}: {_what(row)}" for row in chosen]
    return Repair(done, examined(access))


def _carried_out(
    access: Access, rows: list[CheckRow], found: list[Damage], *, accept: bool
) -> None:
    inspection = Inspection(access)
    for row in rows:
        if row.tidy:
            row.tidy(inspection)
    with access.write("repair") as (connection, act):
        # What counts rows comes behind what writes any.
        for row in sorted(rows, key=lambda row: row.key == "rows"):
            remedy = row.remedy or (row.accept if accept else None)
            if remedy:
                remedy(inspection, connection)
        act.touched["repairs"] = [row.label for row in rows]
        taken = [f"{one.path}: {one.message}" for one in found if one.check.accept]
        act.after = {"accepted": taken} if accept and taken else None


def _what(row: CheckRow) -> str:
    return "made right again" if row.remedy or row.tidy else "taken as it is"
