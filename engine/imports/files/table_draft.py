"""The records of a table as a draft: each column where its header or the mapping sends it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

import polars as pl

from engine.filters.kinds import NUMBER
from engine.imports.columns.facts import CLOCK, ONE_ZONE, ZONELESS, Facts, FactsOf
from engine.imports.columns.fillings import Candidate, Filling, merged
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import CUSTOMER_EMAIL, Table, is_money
from engine.imports.columns.target import BY_WORDS, Target
from engine.imports.columns.targets import Placement, placed
from engine.imports.columns.value_map import mapped
from engine.imports.files.batch import FAULTS, Draft, KeyColumns, Type
from engine.imports.files.records import TableRecords
from engine.text.blanks import EDGES
from engine.text.lists import SEPARATOR

SAMPLE = 50  # texts of a column that its shape is judged by
ZEROS = r"\.0+$"
LOOKED_AT = 10_000  # rows that they are taken from


def table_draft(records: TableRecords, table: Table, mapping: ImportMapping) -> Draft:
    """
    The file as a draft.

    Raises:
        UsageError: the mapping does not fit the file.
        ImportFileError: the header cannot be used.
    """
    plan = placed(records.header, table, mapping, facts_of(records.cells))
    frame = _mapped(records.cells, plan.targets)
    fields = {way.column.name: _filled(way, records) for way in plan.fillings}
    frame = frame.with_columns(expr.alias(name) for name, expr in fields.items())
    kept = _kept(plan, frame)
    frame = frame.with_columns(expr.alias(name) for name, (_, expr) in kept.items())
    keys = [
        _key(str(place), _inside(each, records.nested.get(str(place)), mapping), records)
        for place, each in enumerate(plan.targets)
        if each.namespace and not each.column
    ]
    keys += [_text(name, plan.targets[place], table) for name, (place, _) in kept.items()]
    names = [str(place) for place in range(len(records.header))]
    original = pl.concat_list(pl.col(names).fill_null("")).alias("cells")
    return Draft(
        header=records.header,
        frame=frame,
        columns=tuple(way.column for way in plan.fillings),
        keys=tuple(keys),
        cleared={},
        removed={},
        faults=FAULTS.to_frame(),
        rejected=records.rejected,
        cells=lambda rows: records.cells.filter(pl.col("row").is_in(rows.implode())).select(
            "row", original
        ),
        key_places={way.column.name: way.choices[0].places[0] for way in plan.fillings},
        set_aside=records.set_aside,
        notes=(*records.notes, *plan.notes),
    )


def facts_of(cells: pl.DataFrame) -> FactsOf:
    """What the cells of a column show, by its place; looked at when it is asked for."""

    @cache
    def facts(place: int) -> Facts:
        texts = cells[str(place)]
        given = texts.filter(texts.str.strip_chars(EDGES) != "")  # nor is a null
        first = given.head(LOOKED_AT).str.strip_chars(EDGES).unique(maintain_order=True)
        first = first.filter(first != "").head(SAMPLE)
        return Facts(len(texts), len(given), given.n_unique(), tuple(first))

    return facts


def _mapped(cells: pl.DataFrame, found: Sequence[Target]) -> pl.DataFrame:
    """The cells as the value maps of the mapping read them."""
    return cells.with_columns(
        mapped(cells[str(place)], each.values) for place, each in enumerate(found) if each.values
    )


def _filled(way: Filling, records: TableRecords) -> pl.Expr:
    if way.alone is None:
        return pl.coalesce(_choice(choice) for choice in way.choices)
    text = pl.col(str(way.alone))
    number = Type(NUMBER) in records.variants.get(str(way.alone), {})
    # What is no amount is no decimal either where a database has one for all numbers.
    return text.str.replace(ZEROS, "") if number and not is_money(way.column.cell) else text


def _choice(choice: Candidate) -> pl.Expr:
    parts = [_given(place) for place in choice.places]
    if choice.clock is not None:
        parts.append(_time(parts[0], _given(choice.clock)))
    if choice.zone is not None:
        parts.append(_zone(pl.coalesce(*reversed(parts)), _given(choice.zone)))
    whole = pl.concat_str(parts, separator=" ", ignore_nulls=True)
    text = parts[0] if len(parts) == 1 else pl.when(whole != "").then(whole)
    if not choice.unless:
        return text
    return pl.when(pl.all_horizontal(_given(place).is_null() for place in choice.unless)).then(text)


def _time(day: pl.Expr, clock: pl.Expr) -> pl.Expr:
    """The time of a day; nothing where the day says one, or the cell says no time."""
    fits = clock.str.contains(CLOCK) & ~day.str.contains(":", literal=True)
    return pl.when(fits).then(clock)


def _zone(time: pl.Expr, zone: pl.Expr) -> pl.Expr:
    """The zone of a time; nothing where the time says one, or is none, or the cell is no zone."""
    fits = zone.str.contains(ONE_ZONE) & time.str.contains(ZONELESS)
    return pl.when(fits).then(zone)


def _given(place: int) -> pl.Expr:
    """A cell without blanks around it; null where nothing is left."""
    text = pl.col(str(place)).str.strip_chars(EDGES)
    return pl.when(text != "").then(text)


def _kept(plan: Placement, frame: pl.DataFrame) -> dict[str, tuple[int, pl.Expr]]:
    """What second columns for a field say that is another thing: by its name, place and text."""
    found: dict[str, tuple[int, pl.Expr]] = {}
    for place, way in merged(plan.fillings).items():
        text = _given(place)
        found[f"{place} kept"] = (
            place,
            pl.when(text != pl.col(way.column.name).str.strip_chars(EDGES)).then(text),
        )
    for place in _beside(plan):
        found[f"{place} kept"] = (place, _given(place))
    return {name: pair for name, pair in found.items() if _any(frame, pair[1])}


def _any(frame: pl.DataFrame, text: pl.Expr) -> bool:
    return bool(frame.lazy().select(text.is_not_null().any()).collect().item())


def _beside(plan: Placement) -> Iterator[int]:
    """The e-mail of a customer whom the file names by an id too; our own lists look it up."""
    named = {way.column.path for way in plan.fillings}
    if {"customer.id", "customer.source_id"} & named:
        for place, each in enumerate(plan.targets):
            if each.column is CUSTOMER_EMAIL and each.rank[0] == BY_WORDS:
                yield place


def _inside(target: Target, path: tuple[str, ...] | None, mapping: ImportMapping) -> Target:
    """The target of a column that comes from an object: a path into metadata, as in JSON."""
    said = target.header in mapping.columns
    if path is None or said or path[0].casefold() != target.namespace:
        return target
    return replace(target, path=path[1:])


def _key(name: str, target: Target, records: TableRecords) -> KeyColumns:
    # What the analyst says of a column is said of its text.
    said = target.kind or target.separator
    typed = {} if said else records.variants.get(name, {})
    text = None if typed else name
    separator = SEPARATOR if typed else target.separator  # lists stand in one cell of a sheet too
    return KeyColumns(str(target.namespace), target.path, text, typed, separator, target.kind)


def _text(name: str, target: Target, table: Table) -> KeyColumns:
    return KeyColumns(table.others, (target.header.strip(),), name, {})
