"""The lists of records: one row for each kind that is browsed and exported."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from engine.display import quoted
from engine.errors import UsageError
from engine.filters.fields import Catalogue, Field
from engine.filters.kinds import STRING
from engine.listed import Listed, records_of
from engine.profiles import Profile
from engine.record_fields import DERIVED, LOOKED_UP


@dataclass(frozen=True, eq=False)
class Listing:
    """One kind of record that is listed."""

    table: str
    label: str  # of several
    shown: tuple[str, ...]  # paths of the columns that a grid begins with
    sort: str  # the path to begin with, `-` before it for descending
    of: Callable[[Profile], Listed]
    owned: Callable[[Profile, pl.Series], pl.Series]  # whose customer is true in a mask of them
    imported: Callable[[Field], bool]  # whether a file can bring the field
    searched: tuple[str, ...]  # paths that a search looks at
    unfiltered: tuple[Field, ...] = ()  # fields that only go out

    def catalogue(self, profile: Profile) -> Catalogue:
        """The fields that can go out."""
        known = self.of(profile).catalogue
        return replace(known, rows={**known.rows, **{row.path: row for row in self.unfiltered}})


def _records(table: str, label: str, shown: tuple[str, ...], sort: str) -> Listing:
    return Listing(
        *(table, label, shown, sort),
        of=lambda profile: records_of(profile, table),
        owned=lambda profile, customers: records_of(profile, table).owned(customers),
        imported=lambda field: field.path not in LOOKED_UP and (table, field.path) not in DERIVED,
        searched=("id",),
    )


def _nobodys(_profile: Profile, _customers: pl.Series) -> pl.Series:
    raise UsageError(
        "vouchers belong to no customer: leave the segment, the customers and the holdout out"
    )


REFERRER = Field(
    *("referrer", "Referrer", "Loyalty", STRING, "customers", "referrer"),
    "Source id of the customer who referred this one.",
)
LISTINGS: Mapping[str, Listing] = {
    row.table: row
    for row in (
        Listing(
            "customers",
            "Customers",
            ("name", "email", "phone", "address.city", "address.country", "birthdate",
             "loyalty.points", "created_at", "source_id", "id"),
            "-created_at",
            of=lambda profile: profile,
            owned=lambda _profile, customers: customers,
            imported=lambda field: field.table == "customers",
            searched=("name", "email", "phone", "id", "source_id"),
            unfiltered=(REFERRER,),
        ),
        _records(
            "redemptions",
            "Redemptions",
            ("date", "outcome", "voucher.code", "campaign", "failure_code", "customer.name",
             "customer.source_id", "order.id", "order.amount", "gift.amount", "id"),
            "-date",
        ),
        _records(
            "orders",
            "Orders",
            ("created_at", "status", "amount", "discount_amount", "total", "customer.name",
             "customer.source_id", "source_id", "id"),
            "-created_at",
        ),
        _records(
            "events",
            "Events",
            ("created_at", "event", "customer.name", "customer.source_id", "id"),
            "-created_at",
        ),
        replace(
            _records(
                "vouchers",
                "Vouchers",
                ("code", "type", "value", "campaign", "category", "active", "expiration_date"),
                "code",
            ),
            owned=_nobodys,
            searched=("code", "campaign"),
        ),
    )
}  # fmt: skip


def find_listing(table: str) -> Listing:
    """
    The listing of a table.

    Raises:
        UsageError: there is none.
    """
    if table not in LISTINGS:
        raise UsageError(f"expected one of {', '.join(LISTINGS)}, got {quoted(table)}")
    return LISTINGS[table]
