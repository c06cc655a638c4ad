"""Columns of metadata: what they are follows from their whole column, and from their name."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import polars as pl

from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, STRING, Kind
from engine.imports.columns.directive import Directive
from engine.imports.files.batch import KeyColumns
from engine.imports.notes import Note
from engine.imports.values import booleans, dates, numbers
from engine.imports.values.cells import Cells, Chunk, Outcome, Usage, fitting
from engine.imports.values.dialects import ColumnFormat, settle
from engine.imports.values.evidence import HEAD, Evidence
from engine.imports.values.families import Family
from engine.imports.values.labels import POINT, POINTED, are_pointed, label_word
from engine.imports.values.placeholders import counted, placeholders
from engine.text.blanks import filled
from engine.text.display import quoted
from engine.text.lists import SEPARATOR, all_lists

ANY = (booleans.FAMILY, booleans.BY_LETTER, numbers.FAMILY, dates.FAMILY)  # tried in this order
DECLARED: Mapping[Kind, tuple[Family, ...]] = MappingProxyType(
    {
        BOOLEAN: (booleans.KNOWN,),
        NUMBER: (numbers.FAMILY,),
        DATE: (dates.FAMILY,),
        INSTANT: (dates.FAMILY,),
    }
)
ARTICLES = {
    BOOLEAN: "yes or no",
    NUMBER: "a number",
    DATE: "a date",
    INSTANT: "a date and time",
    STRING: "text",
}


class MetadataCells(Cells):
    """The cells of one metadata key."""

    def __init__(self, name: str, header: str, said: Directive, key: KeyColumns) -> None:
        super().__init__(name, header, said)
        self.key = key
        self.trimmed = pl.Series(dtype=pl.String)  # with what stands for nothing
        self.pointed = False  # its numbers are names, and written as decimals
        self.label = None if key.declared else label_word(header)

    @property
    def families(self) -> tuple[Family, ...]:
        if self.key.declared:
            return DECLARED.get(self.key.declared, ())
        return () if self.label or self.key.separator else ANY

    @property
    def sought(self) -> bool:
        return self.key.declared is not None

    def given(self, bare: pl.Series) -> pl.Series:
        """Each cell that says something; the others are null."""
        self.pointed = bool(self.label) and are_pointed(bare)
        bare = bare.str.strip_suffix(POINT) if self.pointed else bare
        self.trimmed = bare
        if not self.families:
            return bare
        found = placeholders(bare, words=False, dates=False)
        self.empty = counted(bare.filter(found)) if found.any() else Counter()
        return bare.set(found, None) if self.empty else bare

    def settle(self, part: Chunk, usage: Usage) -> Outcome:
        dialect = settle(self.evidence, self.said, comma=usage.comma)
        if dialect.kind is STRING and not self.key.declared:  # to a text every word belongs
            self.empty.clear()
            part = replace(part, bare=self.trimmed)
        bare = part.bare
        cells = bare if self.pointed else filled(part.texts, bare)
        if self.key.separator:
            return Outcome((cells,), keys=(self.key,))
        if dialect.family is None and not self.key.declared and all_lists(bare):
            key = replace(self.key, separator=SEPARATOR)
            return Outcome((cells,), keys=(key,), notes=(self.note("is a list"),))
        notes = (*self.nothing, *self._notes(dialect, bare))
        key = replace(self.key, kind=dialect.kind)
        if dialect.family is None or (dialect.plain and bare.equals(cells)):
            return Outcome((cells,), keys=(key,), notes=notes)
        read = self.read(dialect, bare).alias(f"{self.name} read")
        return Outcome((cells, read), keys=(replace(key, read=read.name),), notes=notes)

    def _notes(self, dialect: ColumnFormat, bare: pl.Series) -> Iterator[Note]:
        why = f", {dialect.why}" if dialect.why else ""
        if self.pointed:
            yield self.note(POINTED)
        elif self.label:
            if _no_text(bare):
                yield self.note(f"stays text, as {quoted(self.label)} in its name says")
        elif dialect.open and dialect.question:
            yield self.note(f"is ambiguous and stays text: {dialect.question}")
        elif dialect.open and dialect.why:
            yield self.note(f"stays text: {dialect.why}")
        elif dialect.family and self.key.declared:
            yield self.note(f"is {ARTICLES[self.key.declared]}, as the mapping says{why}")
            if dialect.misfits:
                yield self.note(f"has values that do not fit: {fitting(dialect)}")
        elif dialect.family and dialect.misfits:
            yield self.note(f"stays text: {fitting(dialect)}")
        elif dialect.family:
            yield self.note(f"is {ARTICLES[dialect.kind]}{why}")
            if dialect.question:
                yield self.note(f"is ambiguous: {dialect.question}")


def _no_text(bare: pl.Series) -> bool:
    """Whether the first cells look like something else than text."""
    evidence = Evidence(ANY)
    evidence.see(bare.drop_nulls().head(HEAD))
    return evidence.best is not None and evidence.best.most == evidence.total > 0
