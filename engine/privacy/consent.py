"""
Who is held back where people leave the workspace: the unsubscribed, and those on the list.

Privacy rules 19 to 21.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from engine.base.answers import find
from engine.base.lookup import become
from engine.base.profiles import Profile
from engine.errors import NotFoundError, UsageError
from engine.filters.kinds import BOOLEAN
from engine.store.results.suppressions import Suppression, release, suppress, suppressions
from engine.text.display import quoted
from engine.workspace.workbench import Access, Workbench


@dataclass(frozen=True)
class HeldBack:
    """One customer on the list, as it is read."""

    customer: str  # the source id, else the id
    line: Suppression


def held_back(workbench: Workbench, profile: Profile) -> pl.Series:
    """True for each customer of a profile who is held back."""
    rows = [
        into for row in _suppressed_rows(workbench) if (into := become(profile, row)) is not None
    ]
    return unsubscribed(workbench, profile) | profile.customers["row"].is_in(rows)


def unsubscribed(workbench: Workbench, profile: Profile) -> pl.Series:
    """True for each customer whose field of the setting `unsubscribed_field` says yes."""
    field = profile.catalogue.find(workbench.project.unsubscribed_field)
    values = None if field is None or field.kind is not BOOLEAN else profile.values(field)
    nobody = pl.repeat(value=False, n=profile.total, dtype=pl.Boolean, eager=True)
    return nobody if values is None else values.fill_null(value=False)


def suppression_list(workbench: Workbench) -> list[HeldBack]:
    """The list, newest first; of whoever is deleted the number stays, and is not told."""
    profile = workbench.profile()
    names = profile.customers.select("row", pl.coalesce("source_id", "id"))
    with workbench.store.read() as connection:
        lines = suppressions(connection)
    wanted = [line.customer_row for line in lines]
    known: Mapping[int, str] = dict(names.filter(pl.col("row").is_in(wanted)).iter_rows())
    return [HeldBack(known[line.customer_row], line) for line in lines
            if line.customer_row in known]  # fmt: skip


def suppression_of(workbench: Workbench, row: int) -> Suppression | None:
    """The line of one customer, by the `row`; None: not on the list."""
    with workbench.store.read() as connection:
        lines = suppressions(connection)
    return next((line for line in lines if line.customer_row == row), None)


def hold_back(access: Access, customer: str, reason: str) -> None:
    """
    Puts a customer on the list.

    Args:
        customer: an id, a source id, an e-mail or a phone.

    Raises:
        NotFoundError: nobody, or several, go by that name.
        UsageError: there is no reason.
    """
    if not reason.strip():
        raise UsageError("expected a reason, such as a complaint, got nothing")
    row = _row(access, customer)
    with access.write("suppression") as (connection, act):
        suppress(connection, [Suppression(row, reason.strip(), act.at, act.actor.name)])
        act.touched["suppressed customers"] = 1


def let_out(access: Access, customer: str) -> None:
    """
    Takes a customer off the list.

    Raises:
        NotFoundError: nobody, or several, go by that name; or the customer is not on it.
    """
    row = _row(access, customer)
    with access.write("suppression") as (connection, act):
        if not release(connection, [row]):
            raise NotFoundError(f"{quoted(customer)} is not on the suppression list")
        act.touched["released customers"] = 1


def _suppressed_rows(workbench: Workbench) -> list[int]:
    with workbench.store.read() as connection:
        return [line.customer_row for line in suppressions(connection)]


def _row(workbench: Workbench, customer: str) -> int:
    profile = workbench.profile()
    return int(profile.customers["row"][find(profile, customer)])
