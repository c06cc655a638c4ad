"""
Where the columns of a file go by their header and what they hold; it never fails.

A spelling of a field goes before its synonyms, and what is nothing else is metadata.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.imports.columns.facts import EMAIL, MOST, PARTS, SHAPES, Facts, FactsOf
from engine.imports.columns.keys import keyed
from engine.imports.columns.names import surnames
from engine.imports.columns.presets import Preset, preset_of
from engine.imports.columns.recognition import senses
from engine.imports.columns.statuses import LANDS, STATES, state
from engine.imports.columns.table import REPORTED, FileColumn, Table, is_money
from engine.imports.columns.target import BY_WORDS, Target
from engine.imports.columns.words import bare, phrase

CURRENCY = re.compile(r" \([A-Z]{3}\)$")
EMAILS = ("email", "customer.email")


def proposed_targets(
    header: Sequence[str], table: Table, facts: FactsOf | None = None
) -> tuple[Target, ...]:
    """
    Where each column goes without a mapping.

    Args:
        facts: of a column by its place; without them the header alone decides.
    """
    preset = preset_of(header, table.name)
    found = [_proposed(name, place, table, preset, facts) for place, name in enumerate(header)]
    if preset and preset.meanings:
        found = [_in_its_words(each, preset) for each in found]
    return settled(_without_logins(found, table), table, facts)


def _in_its_words(target: Target, preset: Preset) -> Target:
    """A column whose cells mean in this layout what they do not mean elsewhere."""
    meant = preset.meanings.get(target.column.path) if target.column else None
    return replace(target, values=meant) if meant else target


def _without_logins(found: Sequence[Target], table: Table) -> list[Target]:
    """A column called by the person is the e-mail only where nothing is called an e-mail."""
    emails = [each for each in found if each.column and each.column.path in EMAILS]
    named = any(_is_named(each) for each in emails)
    return [each.as_metadata(table) if named and each in emails and not _is_named(each) else each
            for each in found]  # fmt: skip


def _is_named(email: Target) -> bool:
    """Whether its words are those of an e-mail, which go before those of a person."""
    return email.rank[0] != BY_WORDS or email.rank[2] == 0


def settled(
    found: Sequence[Target], table: Table, facts: FactsOf | None = None
) -> tuple[Target, ...]:
    """The same once it is known what else there is: last names, and the one key of a customer."""
    return keyed(surnames(found, table, facts), table, facts)


def proposed(header: str, table: Table) -> Target:
    """Where a header goes by its name alone."""
    return _proposed(header, 0, table, None, None)


def named(header: str, spelling: str, table: Table) -> Target | None:
    """The known column or the `metadata.` key that a spelling names, if any."""
    namespace, dot, key = spelling.strip().partition(".")
    if namespace.casefold() in table.namespaces and dot:
        return Target(header, namespace=namespace.casefold(), path=(key,))
    column = table.column(spelling)
    return Target(header, column=column) if column else None


def of_json(path: str, table: Table) -> Target:
    """Where a JSON key goes; `metadata` as a whole has no path, what is not known goes nowhere."""
    whole = next((name for name in table.namespaces if bare(name) == bare(path)), None)
    target = Target(path, namespace=whole) if whole else named(path, path, table)
    return target or Target(path)


def _proposed(
    header: str, place: int, table: Table, preset: Preset | None, facts: FactsOf | None
) -> Target:
    if not header.strip() or header in REPORTED or header.strip() in table.computed:
        return Target(header)
    if preset and bare(header) in preset.fields:
        said = preset.fields[bare(header)]
        found = named(header, said, table) if said else Target(header)
        return found or _by_words(header, str(said), table, facts and facts(place))
    spelt = named(header, header, table) or _amount(header, table)
    if spelt and _holds(spelt.column, place, facts):
        return replace(spelt, senses=tuple(senses(header, table.name)))
    label = None if spelt else labelled(header, table)
    if label:
        meant = tuple(senses(header, table.name))
        return Target(header, label, rank=(BY_WORDS, 0, 0), senses=meant)
    return _by_words(header, header, table, facts and facts(place))


def _by_words(header: str, said: str, table: Table, facts: Facts | None) -> Target:
    """Where a column goes by what it is called: as its header says, or as its layout does."""
    meant = tuple(senses(said, table.name))
    first = meant[0] if meant else None
    column = first and next((each for each in table.columns if each.path == first.path), None)
    if first and column and _looks(header, column, table, facts):
        rank = (BY_WORDS, first.group, first.place)
        return Target(header, column, rank=rank, senses=meant)
    return Target(header, senses=meant).as_metadata(table)


def _amount(header: str, table: Table) -> Target | None:
    """The amount that a header spells with a currency behind it."""
    column = table.column(CURRENCY.sub("", header))
    return Target(header, column) if column and is_money(column.cell) else None


def labelled(header: str, table: Table) -> FileColumn | None:
    """The column whose readable name a header is; exports put a currency behind it."""
    return table.by_label.get(phrase(CURRENCY.sub("", header)))


def _holds(column: FileColumn | None, place: int, facts: FactsOf | None) -> bool:
    """Whether a column for a list of objects holds any: one called Items may hold a number."""
    parts = column is not None and column.cell.json == (list,)
    return not parts or facts is None or facts(place).looks(PARTS)


def _looks(header: str, column: FileColumn, table: Table, facts: Facts | None) -> bool:
    """Whether a column holds what its words say; else a row would be rejected for a guess."""
    if facts is None:
        return True
    if phrase(header) in LANDS and (words := STATES.get((table.name, column.name))):
        known = sum(state(text, words, column.allowed) is not None for text in facts.sample)
        return known > MOST * len(facts.sample)  # NY is New York, and new in Danish
    shape = EMAIL if column.path in EMAILS else SHAPES.get(column.kind)
    return shape is None or facts.looks(shape)
