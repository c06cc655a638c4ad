"""The lists of records, to browse and to export: one follows from the row of each kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from engine.base.kinds.registry import CUSTOMERS, PerKind
from engine.base.kinds.row import LOOKED_UP, RecordKind
from engine.base.profiles import Profile
from engine.base.records import RecordColumns, records_of
from engine.errors import UsageError
from engine.filters.fields import Catalogue, Field
from engine.lists.order_discounts import order_records
from engine.lists.voucher_uses import voucher_records
from engine.text.display import quoted
from engine.text.formats import Money, amount


@dataclass(frozen=True, eq=False)
class Listing:
    """One kind of record that is listed."""

    kind: RecordKind
    read: Callable[[Profile, Money], RecordColumns]
    of_customers: Callable[
        [Profile, pl.Series], pl.Series
    ]  # whose customer is true in a mask of them

    def of(self, profile: Profile, money: Money = amount) -> RecordColumns:
        """The records of a profile; `money` writes the amounts that stand within texts."""
        return self.read(profile, money)

    @property
    def table(self) -> str:
        """The name of the kind."""
        return self.kind.name

    @property
    def label(self) -> str:
        """Of several, as a heading."""
        return self.kind.label

    @property
    def shown(self) -> tuple[str, ...]:
        """Paths of the columns that a grid begins with."""
        return self.kind.shown

    @property
    def sort(self) -> str:
        """The path to begin with, `-` before it for descending."""
        return self.kind.sort

    @property
    def searched(self) -> tuple[str, ...]:
        """Paths that a search looks at."""
        return self.kind.searched

    def imported(self, field: Field) -> bool:
        """Whether a file can bring the field."""
        if field.table == self.kind.name:
            return field.path not in self.kind.unstored
        owner = self.kind.owned and field.table == CUSTOMERS.name
        return owner and field.path not in LOOKED_UP

    def catalogue(self, profile: Profile) -> Catalogue:
        """The fields that can go out."""
        known = self.of(profile).catalogue
        return replace(known, rows={**known.rows, **self.kind.fields})


# Lists that show more than their records say.
WIDER: Mapping[str, Callable[[Profile, Money], RecordColumns]] = {
    "vouchers": voucher_records,
    "orders": lambda profile, _money: order_records(profile),
}


def _listing(kind: RecordKind) -> Listing:
    if kind.table is CUSTOMERS:
        return Listing(kind, lambda profile, _money: profile, lambda _profile, customers: customers)
    return Listing(
        kind,
        WIDER.get(kind.name, lambda profile, _money: records_of(profile, kind.name)),
        lambda profile, customers: _of_customers(kind, profile, customers),
    )


def _of_customers(kind: RecordKind, profile: Profile, customers: pl.Series) -> pl.Series:
    if not kind.owned:
        raise UsageError(
            f"{kind.name} belong to no customer: leave the segment, the customers and the holdout "
            "out"
        )
    return records_of(profile, kind.name).of_customers(customers)


LISTINGS: Mapping[str, Listing] = PerKind(_listing)


def find_listing(table: str) -> Listing:
    """
    The listing of a table.

    Raises:
        UsageError: there is none.
    """
    if table not in LISTINGS:
        raise UsageError(f"expected one of {', '.join(LISTINGS)}, got {quoted(table)}")
    return LISTINGS[table]
