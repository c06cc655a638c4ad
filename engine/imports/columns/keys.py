"""Which column says which customer a row is, where none is called as ours are (imports rule 47)."""

from collections.abc import Sequence

from engine.imports.columns.facts import Facts, FactsOf
from engine.imports.columns.table import Table
from engine.imports.columns.target import BY_WORDS, Target

KEYS = ("id", "source_id")
FILLED = 0.9  # of the rows
DIFFERENT = 0.5  # of the filled ones: a customer may stand in two rows, not in most


def keyed(
    found: Sequence[Target], table: Table, facts: FactsOf | None = None
) -> tuple[Target, ...]:
    """The columns, with the best id alone as the key; the others are metadata."""
    if not _of_people(table):
        return tuple(found)
    guesses = [place for place, each in enumerate(found) if is_guess(each)]
    ours = any(each.column and each.column.name in KEYS and not is_guess(each) for each in found)
    best = None if ours else _best(found, guesses, facts)
    return tuple(
        each.as_metadata(table) if place in guesses and place != best else each
        for place, each in enumerate(found)
    )


def _of_people(table: Table) -> bool:
    """Whether its records are customers; others get an id where they have none."""
    return table.column("email") is not None


def is_guess(target: Target) -> bool:
    """Whether a column is a key by its words alone."""
    column = target.column
    return column is not None and column.name in KEYS and target.rank[0] == BY_WORDS


def email_key(found: Sequence[Target], table: Table) -> int | None:
    """The place of the e-mail that is the key, where nothing else is one."""
    if not _of_people(table) or any(each.column and each.column.name in KEYS for each in found):
        return None
    emails = [
        place for place, each in enumerate(found) if each.column and each.column.path == "email"
    ]
    return min(emails, key=lambda place: found[place].rank, default=None)


def _best(found: Sequence[Target], guesses: Sequence[int], facts: FactsOf | None) -> int | None:
    ranked = sorted(guesses, key=lambda place: found[place].rank)
    if facts is None or not ranked:
        return ranked[0] if ranked else None
    different = [place for place in ranked if _differs(facts(place))]
    full = [place for place in different if facts(place).filled >= FILLED * facts(place).rows]
    if full:
        return full[0]
    best = max(different, key=lambda place: facts(place).filled, default=None)
    emails = [
        facts(place).filled
        for place, each in enumerate(found)
        if each.column and each.column.path == "email"
    ]
    if emails:  # it names more people than an id that many rows lack
        return best if best is not None and facts(best).filled >= max(emails) else None
    return max(ranked, key=lambda place: facts(place).distinct)


def _differs(facts: Facts) -> bool:
    return facts.distinct >= DIFFERENT * facts.filled and facts.filled > 0
