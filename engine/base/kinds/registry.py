"""Every kind of record; what handles records is a loop over these rows."""

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

from engine.base.kinds import campaigns, customers, events, orders, redemptions, vouchers
from engine.base.kinds.row import RecordKind
from engine.store.records.tables import RecordTable

T = TypeVar("T")

# In the order in which they come in: what others name before what names it.
KINDS: dict[str, RecordKind] = {
    module.KIND.name: module.KIND
    for module in (customers, orders, redemptions, events, vouchers, campaigns)
}


class PerKind(Mapping[str, T], Generic[T]):
    """What follows from the row of each kind, by its name; made when it is first asked for."""

    def __init__(self, make: Callable[[RecordKind], T]) -> None:
        self._make = make
        self._made: dict[RecordKind, T] = {}

    def __getitem__(self, name: str) -> T:
        kind = KINDS[name]
        if kind not in self._made:
            self._made[kind] = self._make(kind)
        return self._made[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(KINDS)

    def __len__(self) -> int:
        return len(KINDS)


CUSTOMERS: RecordTable = customers.KIND.table
RECORD_TABLES: Mapping[str, RecordTable] = PerKind(lambda kind: kind.table)


def owned_kinds() -> list[RecordKind]:
    """The kinds whose records are each of one customer."""
    return [kind for kind in KINDS.values() if kind.owned]


def dated_kinds() -> dict[str, str]:
    """The column with the instant of each owned kind's records, by the kind's name."""
    return {kind.name: kind.instant for kind in owned_kinds() if kind.instant}
