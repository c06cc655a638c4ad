"""Columns that the table knows: their kind is given, and how the file writes it is found out."""

from collections import Counter
from collections.abc import Iterator
from types import MappingProxyType

import polars as pl

from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, STRING, Kind
from engine.imports.columns.directive import Directive
from engine.imports.columns.table import WHOLE, FileColumn, Table
from engine.imports.files.batch import FAULTS, KeyColumns
from engine.imports.notes import Note
from engine.imports.values import dates
from engine.imports.values.cells import Cells, Chunk, Outcome, Usage, fitting, or_else
from engine.imports.values.dialects import ColumnFormat, settle
from engine.imports.values.families import Family
from engine.imports.values.labels import POINT, POINTED, are_pointed
from engine.imports.values.metadata_columns import DECLARED
from engine.imports.values.placeholders import NEVER, counted, is_rounded, placeholders
from engine.text import counts
from engine.text.blanks import filled
from engine.text.display import quoted

IDS = ("id", "source_id", "customer_id", "customer_source_id", "tracking_id")
IDENTIFIERS = (*IDS, "customer_email", "email", "phone")  # text that says who or which it is
EMAIL = "customer_email"
# Texts of digits that name something; a program that takes them for decimals writes `101.0`.
DIGITS = (*IDS, "phone", "address_postal_code", "order_id", "items.product_id", "items.sku_id")
IDS_BESIDE = r"^[^\s;]+(?:\s*;\s*[^\s;]+)+$"  # as systems list them in a cell
SEVERAL = MappingProxyType(
    {EMAIL: "@[^@]*[;,][^@]*@", "customer_id": IDS_BESIDE, "customer_source_id": IDS_BESIDE}
)
FREE_TEXT = ("description", "failure_message")  # blanks around it are part of it
BY_KIND = MappingProxyType({**DECLARED, DATE: (dates.BIRTHDAYS,), INSTANT: (dates.MOMENTS,)})
BY_DTYPE = {
    pl.Boolean: BOOLEAN,
    pl.Int64: NUMBER,
    pl.Float64: NUMBER,
    pl.Date: DATE,
    pl.Datetime: INSTANT,
}
PEOPLE = "customers"  # a person without a date is that person still; an order needs its date
ONLY_ZEROS = "\\.0+$"


class KnownCells(Cells):
    """A column that is a date, a number, or yes and no."""

    def __init__(
        self,
        name: str,
        header: str,
        said: Directive,
        column: FileColumn,
        table: Table,
    ) -> None:
        super().__init__(name, header, said)
        self.column, self.table = column, table

    @property
    def kind(self) -> Kind:
        """Of its values."""
        return BY_DTYPE.get(self.column.cell.dtype.base_type(), STRING)

    @property
    def families(self) -> tuple[Family, ...]:
        return BY_KIND.get(self.kind, ())

    @property
    def sought(self) -> bool:
        return True

    def given(self, bare: pl.Series) -> pl.Series:
        """Each cell that says something; the others are null."""
        if self.kind is STRING and self.column.name not in IDENTIFIERS:
            found = bare.is_in(NEVER).fill_null(value=False)
            self.empty = counted(bare.filter(found)) if found.any() else Counter()
            return bare.set(found, None) if self.empty else bare
        found = placeholders(bare, words=True, dates=self.kind in (DATE, INSTANT))
        if self.column.name in IDS:  # one alone may well be called `none`
            found = found & bare.is_duplicated()
        else:
            found = found | is_rounded(bare)
        if not found.any():
            return bare
        self.empty = counted(bare.filter(found))
        return bare.set(found, None)

    def see(self, part: Chunk) -> None:
        self.evidence.see(part.bare.filter(~self._yearless(part.bare)))

    def settle(self, part: Chunk, usage: Usage) -> Outcome:
        bare = part.bare
        dialect = settle(self.evidence, self.said, comma=usage.comma)
        read = self.read(dialect, bare)
        odd = bare.is_not_null() & read.is_null()
        open_ = odd if dialect.open else odd & False
        people = self.table.name == PEOPLE
        aside = self._yearless(bare) | (open_ if people else open_ & False)
        if people and self._guessed:  # no row is rejected for a guess
            aside = aside | odd
        refused = open_ & ~aside
        cells = or_else(self._fitted(read), bare)
        kept = cells.set(aside | refused, None)
        return Outcome(
            (kept, *self._beside(bare, aside)),
            self.column,
            self._keys(aside),
            tuple(self._notes(dialect, bare, aside)),
            self._faults(dialect, part.rows["row"].filter(refused)),
        )

    def _yearless(self, bare: pl.Series) -> pl.Series:
        """Which cells are a birthday without its year."""
        if self.kind is not DATE or self.table.name != PEOPLE:
            return pl.Series([False]).new_from_index(0, len(bare))
        return bare.str.contains(dates.YEARLESS).fill_null(value=False)

    @property
    def _guessed(self) -> bool:
        """Whether nothing but the words of the header say that it is this field."""
        return self.said.field is None and self.table.column(self.header) is None

    def _fitted(self, read: pl.Series) -> pl.Series:
        """As the cell of the column wants it: a whole number, a day without midnight."""
        if self.kind is DATE:
            return read.str.replace(dates.MIDNIGHT, "")
        return read.str.replace(ONLY_ZEROS, "") if self.column.cell is WHOLE else read

    def _beside(self, bare: pl.Series, aside: pl.Series) -> tuple[pl.Series, ...]:
        if not aside.any():
            return ()
        return (bare.set(~aside, None).alias(f"{self.name} as text"),)

    def _keys(self, aside: pl.Series) -> tuple[KeyColumns, ...]:
        if not aside.any():
            return ()
        name = f"{self.name} as text"
        return (KeyColumns("metadata", (self.header.strip(),), name, {}, kind=STRING),)

    def _notes(self, dialect: ColumnFormat, bare: pl.Series, aside: pl.Series) -> Iterator[Note]:
        yield from self.nothing
        if self.kind is INSTANT and bare.str.contains(dates.EPOCH).any():
            yield self.note("is read: numbers in it count from 1970")
        if self.kind in (DATE, INSTANT) and bare.str.contains(dates.SHEET).any():
            yield self.note("is read: numbers in it are the days of a sheet, from 1900 on")
        if dialect.question:
            yield self.note(f"is ambiguous: {dialect.question}")
        yield from self.read_notes(dialect, "no date")
        if aside.any():
            count = int(aside.sum())
            yield self.note(
                f"keeps {counts.counted(count, 'values')} as text in "
                f"{quoted(f'metadata.{self.header.strip()}')}: no date without doubt"
            )

    def read_notes(self, dialect: ColumnFormat, otherwise: str) -> Iterator[Note]:
        """How the cells are read, or what they are otherwise; and which do not fit."""
        if dialect.why and not dialect.plain and not dialect.question:
            yield self.note(f"is {otherwise if dialect.open else 'read'}: {dialect.why}")
        if dialect.misfits and dialect.family and not dialect.open:
            yield self.note(f"has values that do not fit: {fitting(dialect)}")

    def _faults(self, dialect: ColumnFormat, rows: pl.Series) -> pl.DataFrame:
        reason = f"{self.column.path}: {dialect.question or dialect.why}"
        return rows.to_frame().with_columns(reason=pl.lit(reason)).match_to_schema(FAULTS)


class TextCells(KnownCells):
    """A column of text: keys, names and addresses lose the blanks around them."""

    pointed = False  # its numbers are written as decimals

    @property
    def families(self) -> tuple[Family, ...]:
        return ()

    def given(self, bare: pl.Series) -> pl.Series:
        """Each cell that says something, numbers that are names without `.0`; others are null."""
        given = super().given(bare)
        self.pointed = self.column.name in DIGITS and are_pointed(given)
        return given.str.strip_suffix(POINT) if self.pointed else given

    def see(self, part: Chunk) -> None:
        """Text has nothing to be found out."""

    def settle(self, part: Chunk, usage: Usage) -> Outcome:  # noqa: ARG002
        free = self.column.name in FREE_TEXT
        cells = filled(part.texts, part.bare) if free else part.bare
        faults = pl.concat([self._rounded(part), self._several(part)])
        told = (*self.nothing, *([self.note(POINTED)] if self.pointed else ()))
        return Outcome((cells,), self.column, notes=told, faults=faults)

    def _several(self, part: Chunk) -> pl.DataFrame:
        """Rows that name more than one customer: whose record it is, nobody can say."""
        pattern = SEVERAL.get(self.column.name)
        if pattern is None or (self.column.name != EMAIL and not self._guessed):
            return FAULTS.to_frame()
        found = part.bare.str.contains(pattern).fill_null(value=False)
        rows = pl.DataFrame({"row": part.rows["row"], "text": part.bare}).filter(found)
        shown = pl.format(
            f"{self.column.path}: `{{}}` names several customers: leave the one whose record it is",
            "text",
        )
        return rows.select("row", reason=shown)

    def _rounded(self, part: Chunk) -> pl.DataFrame:
        """Ids of which a sheet has kept the first digits: many of them would be one."""
        if self.column.name not in IDS or not (found := is_rounded(part.bare)).any():
            return FAULTS.to_frame()
        rows = pl.DataFrame({"row": part.rows["row"], "text": part.bare}).filter(found)
        shown = pl.format(
            f"{self.column.path}: `{{}}` has lost its digits in a sheet: export the column as text",
            "text",
        )
        return rows.select("row", reason=shown)
