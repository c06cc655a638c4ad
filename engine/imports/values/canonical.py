"""
The cells of a table of text in the form that the kinds read, whatever the file writes.

It stands between the draft and its types: behind it dates are ISO 8601, decimals have a point, and
yes and no are true and false. Texts stay as they are, and so does a cell that does not fit.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

import polars as pl

from engine.imports.columns.directive import Directive
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.presets import IN_CURRENCY, preset_of
from engine.imports.columns.table import UNITS, FileColumn, Table
from engine.imports.files.batch import Draft, KeyColumns
from engine.imports.values.cells import Cells, Chunk, Outcome, Usage, or_else
from engine.imports.values.dialects import decimal_comma
from engine.imports.values.known_columns import FREE_TEXT, KnownCells, TextCells
from engine.imports.values.metadata_columns import MetadataCells
from engine.imports.values.money import OF_LAYOUT, OTHERS, PERCENT_OFF, MoneyCells, ShareCells
from engine.system.spool import kept
from engine.text.blanks import trimmed

Headers = Mapping[str, str]  # the name of a column of the frame -> its header
AT_ONCE = 2  # columns: Polars looks at one column with one processor
FEW = 1_000  # rows: to begin the threads would take as long as to look at columns of these
Item = TypeVar("Item")
Result = TypeVar("Result")


def canonical(draft: Draft, table: Table, mapping: ImportMapping, delimiter: str) -> Draft:
    """
    The draft with cells that the kinds read, and notes on what the file writes.

    Columns of text only: a file whose cells have types has said what they are.

    Args:
        delimiter: between the cells of the file; a semicolon stands where decimals have a comma.
    """
    columns = _columns(draft, table, mapping)
    texts = draft.frame.select(each.name for each in columns)

    def seen(column: Cells) -> Chunk:
        part = _part(texts[column.name], draft, column)
        column.see(part)
        return part

    height = draft.frame.height
    parts = _side_by_side(seen, columns, height)
    comma = delimiter == ";" or any(decimal_comma(each.evidence) for each in columns)
    some = OTHERS if any(each.in_currency(comma=comma) for each in columns) else None
    preset = preset_of(draft.header, table.name)
    usage = Usage(comma, OF_LAYOUT if preset and preset.name in IN_CURRENCY else some)

    def outcome(place: int) -> Outcome:
        return _settled(columns[place], parts[place], usage)

    return _assembled(draft, _side_by_side(outcome, range(len(columns)), height))


def bare(draft: Draft) -> Draft:
    """
    The draft of JSON without blanks around keys, names, addresses and what has a type.

    A text of nothing else stays as it is: JSON has null for what is not given.
    """
    known = [each.name for each in draft.columns if each.name not in FREE_TEXT]
    texts = draft.frame.select(name for name in known if draft.frame.schema[name] == pl.String)
    stripped = [(each, trimmed(each)) for each in texts]
    changed = [kept(or_else(after, each)) for each, after in stripped if after is not each]
    return replace(draft, frame=draft.frame.with_columns(changed))


def _side_by_side(
    work: Callable[[Item], Result], items: Iterable[Item], height: int
) -> list[Result]:
    """What comes of each item, in their order; what one of them raises comes out of here."""
    if height <= FEW:
        return [work(item) for item in items]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(work, items))


def _part(texts: pl.Series, draft: Draft, column: Cells) -> Chunk:
    bare = column.given(trimmed(texts))
    return Chunk(texts, bare if bare is texts else kept(bare), draft.frame)


def _settled(column: Cells, part: Chunk, usage: Usage) -> Outcome:
    """What a column comes to; new cells lie on the disk, as those of the file do."""
    outcome = column.settle(part, usage)
    series = (
        each if each is part.texts or each is part.bare else kept(each) for each in outcome.series
    )
    return replace(outcome, series=tuple(series))


def _columns(draft: Draft, table: Table, mapping: ImportMapping) -> list[Cells]:
    def said(header: str) -> Directive:
        return mapping.columns.get(header, Directive(None))

    headers = _headers(draft)
    known = [(each, headers.get(each.name, each.path)) for each in draft.columns]
    keys = [(key, headers.get(key.text, ".".join(key.path))) for key in draft.keys if key.text]
    columns: list[Cells] = [_known(column, header, said(header), table) for column, header in known]
    return columns + [MetadataCells(str(key.text), head, said(head), key) for key, head in keys]


def _headers(draft: Draft) -> Headers:
    places = {str(place): header for place, header in enumerate(draft.header)}
    named = {
        name: draft.header[place]
        for name, place in draft.key_places.items()
        if place < len(draft.header)
    }
    return {**places, **named}


def _known(column: FileColumn, header: str, said: Directive, table: Table) -> KnownCells:
    if column.cell in UNITS.values():
        return MoneyCells(column.name, header, said, column, table)
    if column.name == PERCENT_OFF:
        return ShareCells(column.name, header, said, column, table)
    role = TextCells if column.cell.dtype in (pl.String, pl.List) else KnownCells
    return role(column.name, header, said, column, table)


def _assembled(draft: Draft, outcomes: Iterable[Outcome]) -> Draft:
    found = list(outcomes)
    columns = {each.column.name: each.column for each in found if each.column}
    keys = {key.text: _apart(key, draft.keys) for each in found for key in each.keys}
    stay = [key for key in draft.keys if key.text not in keys]
    return replace(
        draft,
        frame=draft.frame.with_columns(series for each in found for series in each.series),
        columns=tuple(columns[column.name] for column in draft.columns),
        keys=_in_order(draft.keys, [*stay, *keys.values()]),
        faults=pl.concat([draft.faults, *(each.faults for each in found)]),
        notes=(*draft.notes, *(note for each in found for note in each.notes)),
    )


def _apart(key: KeyColumns, before: Iterable[KeyColumns]) -> KeyColumns:
    """A new key under another name where a column of the file has its own already."""
    own = {(each.namespace, each.path): each.text for each in before}
    if key.text in own.values() or (key.namespace, key.path) not in own:
        return key
    return replace(key, path=(*key.path[:-1], f"{key.path[-1]} (as text)"))


def _in_order(before: Iterable[KeyColumns], after: list[KeyColumns]) -> tuple[KeyColumns, ...]:
    """The keys in the order that they had, new ones behind them."""
    places = {key.text or tuple(key.variants.values()): place for place, key in enumerate(before)}
    last = len(places)
    return tuple(
        sorted(after, key=lambda key: places.get(key.text or tuple(key.variants.values()), last))
    )
