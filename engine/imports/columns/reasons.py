"""Why the columns of a file go where they go, as check and receipt say it."""

from collections.abc import Iterator, Sequence

from engine.base.kinds.registry import KINDS
from engine.filters.wording.english import a
from engine.imports.columns.facts import FactsOf
from engine.imports.columns.fillings import Filling, merged
from engine.imports.columns.keys import KEYS, email_key, is_guess
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.presets import preset_of
from engine.imports.columns.table import CUSTOMER_EMAIL, OWNERS, REPORTED, Table
from engine.imports.columns.target import BY_WORDS, Target
from engine.imports.notes import Note
from engine.text.display import quoted

CREATE = "create"  # what becomes of a row without a key
SHOWN = 12  # columns that one sentence names


def reasons(
    found: Sequence[Target],
    ways: Sequence[Filling],
    table: Table,
    mapping: ImportMapping,
    facts: FactsOf | None,
) -> Iterator[Note]:
    """What has to be said of a placement, in the order in which one asks."""
    yield from _layout([each.header for each in found], table)
    yield from _key(found, table, facts)
    yield from _owner(found)
    yield from _synonyms(found, ways)
    yield from _together(found, ways)
    yield from _dropped(found, mapping)


def _layout(header: Sequence[str], table: Table) -> Iterator[Note]:
    if preset := preset_of(header, table.name):
        yield Note("file", f"{preset.name}, recognised by its header")
    elif other := preset_of(header):
        yield Note(
            "file",
            f"the header is that of {other.name}, which are {other.kind}; "
            f"here each row is taken for {a(KINDS[table.name].singular)}",
        )


def _key(found: Sequence[Target], table: Table, facts: FactsOf | None) -> Iterator[Note]:
    email = email_key(found, table)
    keys = [place for place, each in enumerate(found) if _is_key(each)]
    best = min(keys, key=lambda place: found[place].rank, default=None)
    guess = best if best is not None and is_guess(found[best]) else None
    if email is not None:
        header = found[email].header
        yield Note(
            "key",
            f"no column is an id, so the e-mail in {quoted(header)} identifies each customer, "
            "in capitals or not; it is kept as the source id, as it is written",
            header,
        )
    elif guess is not None:
        header, path = found[guess].header, found[guess].field
        why = f": {_filled(facts, guess)}" if facts else ""
        yield Note("key", f"{quoted(header)} identifies each record, as {path}{why}", header)
    elif table.without_key == CREATE and not keys:
        yield Note(
            "key",
            "no column identifies the records, so each row is a new one: the same rows in "
            "another import are stored once more",
        )


def _is_key(target: Target) -> bool:
    return target.column is not None and target.column.name in KEYS


def _filled(facts: FactsOf, place: int) -> str:
    seen = facts(place)
    return f"filled in {seen.filled:,} of {seen.rows:,} rows, {seen.distinct:,} different"


def _owner(found: Sequence[Target]) -> Iterator[Note]:
    owners = {column.path for each in found if (column := each.column) and column in OWNERS}
    for each in found:
        if each.column in OWNERS and each.rank[0] == BY_WORDS:
            header = quoted(each.header)
            text = f"{header} says whose record each row is, as {each.field}"
            if each.column is CUSTOMER_EMAIL and len(owners) > 1:
                text = f"where no id says whose record it is, the e-mail in {header} does"
            yield Note("key", text, each.header)


def _synonyms(found: Sequence[Target], ways: Sequence[Filling]) -> Iterator[Note]:
    others = merged(ways)
    said = [
        f"{quoted(each.header)} is {each.field}"
        for place, each in enumerate(found)
        if each.column and each.rank[0] == BY_WORDS and place not in others
    ]
    if said:
        more = f" and {len(said) - SHOWN:,} more" if len(said) > SHOWN else ""
        yield Note("column", f"recognised by their names: {', '.join(said[:SHOWN])}{more}")


def _together(found: Sequence[Target], ways: Sequence[Filling]) -> Iterator[Note]:
    for way in ways:
        if len(way.choices) > 1:
            first, *rest = (
                " with ".join(quoted(found[place].header) for place in choice.places)
                for choice in way.choices
            )
            kept = "; another thing in the others stays as metadata" if way.others else ""
            text = f"{way.column.path} is {first}, where that is empty {', then '.join(rest)}{kept}"
            yield Note("column", text)
        elif len(places := way.choices[0].places) > 1:
            yield from _joined([found[place].header for place in places], way.column.path)
        if (clock := way.choices[0].clock) is not None:
            day, time = (quoted(found[place].header) for place in (way.choices[0].places[0], clock))
            yield Note("column", f"{day} is {way.column.path}, at the time of the day in {time}")
        if (zone := way.choices[0].zone) is not None:
            yield Note("column", f"{quoted(found[zone].header)} says the zone of {way.column.path}")


def _joined(parts: Sequence[str], path: str) -> Iterator[Note]:
    """Of each part by itself: the form shows it beside its column, which goes to metadata."""
    for part in parts:
        others = " and ".join(quoted(each) for each in parts if each != part)
        text = f"{quoted(part)} is joined with {others} to {path}, and kept as it is"
        yield Note("column", text, part)


def _dropped(found: Sequence[Target], mapping: ImportMapping) -> Iterator[Note]:
    left_out = [each.header for each in found if each.field is None]
    left_out = [name for name in left_out if name not in REPORTED]
    if left_out:
        why = "as the mapping says" if mapping.columns else "they are counted, or of the customer"
        names = ", ".join(quoted(name) for name in left_out[:SHOWN])
        more = f" and {len(left_out) - SHOWN:,} more" if len(left_out) > SHOWN else ""
        yield Note("column", f"left out: {names}{more} ({why})")
