"""
What stands above each column: the path of its field, or words that the way back in understands.

A readable header is the label of a field, or the name of a metadata key. It is used only where an
import of the file would take it for the very same field; otherwise the path stays, so that no
export comes back as something else.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from engine.base.kinds.registry import KINDS
from engine.base.kinds.terms import AS_STORED
from engine.filters.fields import Field
from engine.filters.kinds import INSTANT
from engine.imports.columns.names import is_half
from engine.imports.columns.proposals import proposed
from engine.imports.columns.table import TABLES
from engine.imports.columns.words import bare
from engine.lists.amounts import is_told
from engine.lists.listings import Listing


def readable_headers(
    fields: Sequence[Field], listing: Listing, currency: str | None, zone: str | None = None
) -> Mapping[str, str]:
    """
    The header of each field by its path; each once, compared as an import compares them.

    Args:
        currency: stands behind the name of an amount, such as `Amount (EUR)`; None: amounts are
            in cents.
        zone: stands behind the name of an instant, such as `Created at (Europe/Rome)`; None: the
            cells say it, or it is the project's.
    """
    everything = Counter(bare(field.label) for field in fields)
    known = Counter(bare(field.label) for field in fields if not field.named)
    taken: set[str] = set()
    headers: dict[str, str] = {}
    for field in fields:
        # A name that is data gives way to a label of ours.
        alone = (everything if field.named else known)[bare(field.label)] == 1
        told = _suffix(field, fields, currency, zone)
        unit = f" ({told})" if told else ""
        spellings = list(_spellings(field, alone=alone))
        words = (*(f"{each}{unit}" for each in spellings), *spellings)
        fitting = (each for each in words if bare(each) not in taken)
        # Two metadata keys may differ in nothing but their separators: their paths tell them apart.
        header = next((each for each in fitting if _comes_back(field, each, listing)), field.path)
        taken.add(bare(header))
        headers[field.path] = header
    return headers


def field_headers(
    fields: Sequence[Field], listing: Listing, currency: str, *, whole: bool
) -> Mapping[str, str]:
    """
    What stands above an amount in place of its path, where its cells do not say what it is.

    Args:
        currency: what amounts are in.
        whole: cells of whole amounts look like any whole number.
    """
    untold = {each.path for each in fields if each.unless and not is_told(each, fields)}
    amounts = {each.path for each in fields if each.unit or each.unless}
    headers = {
        field.path: f"{field.path} ({_suffix(field, fields, currency, None)})"
        for field in fields
        if field.path in (amounts if whole else untold)
    }
    known = {field.path: field for field in fields}
    return {path: each for path, each in headers.items() if _comes_back(known[path], each, listing)}


def _suffix(
    field: Field, fields: Sequence[Field], currency: str | None, zone: str | None
) -> str | None:
    """What stands behind the name of a field, so that its cells are read as they are meant."""
    if field.kind is INSTANT:
        return zone
    if currency and field.unless and not is_told(field, fields):
        return AS_STORED
    return currency if field.unit or field.unless else None


def _spellings(field: Field, *, alone: bool) -> Iterator[str]:
    """From the shortest to the path, which is always another's than those before it."""
    if alone:
        yield field.label
    yield f"{field.label} ({field.group})"
    yield field.path


def _comes_back(field: Field, header: str, listing: Listing) -> bool:
    """Whether an import would fill the field, or nothing known where it cannot be imported."""
    if header == field.path or listing.table not in KINDS:
        return True
    target = proposed(header, TABLES[listing.table])
    if is_half(target):  # beside the other half an import would make a name of it
        return False
    return target.field == field.path if listing.imported(field) else target.column is None
