"""The fields that filters know: rows of every kind, and the names that are data."""

from collections.abc import Mapping

from engine.base.kinds import customers
from engine.base.kinds.registry import KINDS, owned_kinds
from engine.filters.fields import Catalogue, Field, NameType


def customer_fields() -> dict[str, Field]:
    """Every field of a customer by path: own ones, and what the other records come to."""
    summaries = (row for kind in owned_kinds() for row in kind.summaries)
    rows = (
        *customers.KIND.list_fields.values(),
        *customers.FIXED,
        customers.REFERRED,
        *summaries,
        customers.SEGMENTS,
    )
    return {row.path: row for row in sorted(rows, key=_place)}


def _place(row: Field) -> int:
    """Fields under one heading stand together, and what is counted behind what is stored."""
    return HEADINGS.index(row.group) if row.group in HEADINGS else len(HEADINGS)


HEADINGS = ("Profile", "Address", "System", "Loyalty")


def where_fields() -> dict[str, Mapping[str, Field]]:
    """The fields of one record inside `where`, by the kind's name."""
    return {kind.name: kind.where for kind in owned_kinds()}


def record_fields() -> list[Field]:
    """Every field that stands inside `where`, for pickers and docs."""
    return [row for rows in where_fields().values() for row in rows.values()]


def catalogue(
    metadata: Mapping[str, NameType] | None = None,
    system_metadata: Mapping[str, NameType] | None = None,
    events: tuple[str, ...] = (),
    records: Mapping[str, Mapping[str, NameType]] | None = None,
) -> Catalogue:
    """The catalogue of filters of customers; the arguments are those of `Catalogue`."""
    return Catalogue(
        metadata or {},
        system_metadata or {},
        events,
        records or {},
        rows=customer_fields(),
        where=where_fields(),
    )


def fixed_types() -> dict[str, Field]:
    """The metadata keys whose type is ours, by path."""
    return {row.path: row for row in customers.FIXED}


def metadata_labels() -> dict[str, str]:
    """Whose metadata a stored namespace holds, as a heading."""
    return {
        stored: kind.label if said == "metadata" else f"{kind.label}, {said.split('_')[0]}"
        for kind in KINDS.values()
        for said, stored in kind.table.namespaces.items()
    }
