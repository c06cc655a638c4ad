"""
What names a person, hidden from whoever may not see it: shown as a mask, and still counted.

Only what is shown is masked: filters, searches and sorting read the records as they are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

import polars as pl

from engine.base.differences import Difference
from engine.base.kinds.registry import CUSTOMERS
from engine.base.kinds.row import RecordKind
from engine.base.profiles import Variant
from engine.base.records import RecordColumns
from engine.evaluation.column_cache import Values
from engine.evaluation.columns import FieldColumn
from engine.filters.clock import Clock
from engine.filters.expression import Group
from engine.filters.fields import Catalogue, Field
from engine.store.records.tables import OWNER
from engine.workspace.workbench import Access, Workbench

T = TypeVar("T")
MASK = "•••"  # of one length, whatever it hides
# Columns of customers, wherever they are shown: with orders and redemptions, too.
PERSONAL = frozenset(
    (
        "source_id",
        "name",
        "email",
        "phone",
        "description",
        "birthdate",
        "address_line_1",
        "address_line_2",
        "referrer",
    )
)


@dataclass(frozen=True)
class Mask:
    """Which fields are hidden; none where it is off."""

    on: bool
    keys: frozenset[str] = frozenset()  # of metadata, which name people

    def hides(self, field: Field) -> bool:
        """Whether a field is not to be seen."""
        if not self.on:
            return False
        # A change of whose a record is, tells them by their source ids.
        if field.table == CUSTOMERS.name and field.column in {*PERSONAL, OWNER}:
            return True
        return field.named and field.path.partition("metadata.")[2] in self.keys

    def hidden(self, fields: Iterable[Field]) -> list[str]:
        """The paths of those that are not to be seen."""
        return [field.path for field in fields if self.hides(field)]

    def difference(self, found: Difference) -> Difference:
        """A field before and after, to show."""
        return replace(found, before=MASK, after=MASK) if self.hides(found.field) else found

    def text(self, field: Field, text: str) -> str:
        """What is said of a field, or that there is something to say."""
        return f"{field.label}: {MASK}" if self.hides(field) else text

    def over(self, records: RecordColumns) -> RecordColumns:
        """Records to show."""
        return MaskedRecords(records, self) if self.on else records


OPEN = Mask(on=False)


def seen_by(access: Access) -> Mask:
    """What is hidden from whoever acts, as long as they do not ask for it."""
    return mask_of(access) if access.actor.masked else OPEN


def mask_of(workbench: Workbench) -> Mask:
    """What is hidden in a workspace, from whoever it is hidden."""
    return Mask(on=True, keys=workbench.project.personal_keys)


def reveal(access: Access, kind: str, name: str) -> None:
    """
    Says in the log that somebody looks at what was masked.

    Args:
        kind: of what they look at, in the plural: customers, or imports with their rejected rows.

    Raises:
        ForbiddenError: whoever acts may not.
    """
    with access.write("reveal") as (_, act):
        act.touched[kind] = [name]


class MaskedRecords:
    """Records as somebody sees them who may not see who they are of."""

    def __init__(self, records: RecordColumns, mask: Mask) -> None:
        self._records = records
        self._mask = mask

    @property
    def kind(self) -> RecordKind:
        """What records they are."""
        return self._records.kind

    @property
    def change(self) -> int:
        """The last change set they include."""
        return self._records.change

    @property
    def at(self) -> datetime | None:
        """The instant of that change set."""
        return self._records.at

    @property
    def total(self) -> int:
        """How many there are."""
        return self._records.total

    @property
    def ids(self) -> pl.Series:
        """The id of each, which the program has made."""
        return self._records.ids

    @property
    def catalogue(self) -> Catalogue:
        """The fields that they can be filtered by."""
        return self._records.catalogue

    def matching(self, group: Group, clock: Clock) -> pl.Series:
        """True or false for each record, as it is."""
        return self._records.matching(group, clock)

    def column(self, field: Field) -> FieldColumn | None:
        """The field as filters read it: as it is."""
        return self._records.column(field)

    def composed(self, name: str, fields: Sequence[Field], make: Values) -> FieldColumn | None:
        """What `make` gives of several fields, to search in: as it is."""
        return self._records.composed(name, fields, make)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, kept as long as these records live."""
        return self._records.once(name, make)

    def values(self, field: Field, positions: pl.Series | None = None) -> pl.Series | None:
        """The value of a field for each of some records: a text is a mask, all else is missing."""
        found = self._records.values(field, positions)
        return found if found is None or not self._mask.hides(field) else masked(found)

    def variants(self, field: Field, positions: pl.Series | None = None) -> list[Variant]:
        """All that is kept under a field, masked."""
        found = self._records.variants(field, positions)
        if not self._mask.hides(field):
            return found
        return [replace(each, values=masked(each.values)) for each in found]


def masked(values: pl.Series) -> pl.Series:
    """Values of their type: a mask for each text, nothing for all else, for it has no place."""
    if values.dtype in (pl.String, pl.Categorical):
        texts = pl.when(pl.first().is_not_null()).then(pl.lit(MASK)).alias(values.name)
        return values.to_frame().select(texts).to_series()
    return pl.repeat(None, len(values), dtype=values.dtype, eager=True).alias(values.name)
