"""Amounts of money: with decimals they are currency and become cents, without they are cents."""

import re
from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from engine.imports.columns.table import CURRENCY
from engine.imports.notes import Note
from engine.imports.values import numbers
from engine.imports.values.cells import Chunk, Outcome, Usage, or_else
from engine.imports.values.dialects import ColumnFormat, settle
from engine.imports.values.families import Family
from engine.imports.values.known_columns import ONLY_ZEROS, KnownCells
from engine.text.counts import counted

PER_CENT = "^([0-9]{1,3})(?:[.,]0+)?[ \u00a0\u202f]?%$"
# Columns that hold amounts or per cent, and the column that says which.
SHARES = {"value": "discount_type"}
PERCENT = ("PERCENT", "PERCENTAGE", "PROCENT", "%")
NAMED = re.compile(rf"(?i)(?<![^\W_])(?:{numbers.MONEY})(?![^\W_])")  # "Amount (EUR)"
CENT = re.compile(r"(?i)(?<![^\W_])cents?(?![^\W_])")
DISCOUNT = "discount_amount"
OTHERS = "stands beside amounts with decimals"
BEYOND_CENTS = "(\\.[0-9]{2})0+$"


class MoneyCells(KnownCells):
    """A column of amounts."""

    @property
    def families(self) -> tuple[Family, ...]:
        return (numbers.FAMILY,)

    def see(self, part: Chunk) -> None:
        self.evidence.see(part.bare.filter(~self._shares(part)))

    def in_currency(self, *, comma: bool) -> bool:
        return self._why(settle(self.evidence, self.said, comma=comma)) is not None

    def settle(self, part: Chunk, usage: Usage) -> Outcome:
        bare = part.bare
        dialect = settle(self.evidence, self.said, comma=usage.comma)
        why = self._why(dialect) or (OTHERS if usage.currency and not self.said.unit else None)
        currency = self.column.cell is CURRENCY or why is not None
        read = self.read(dialect, bare).str.replace(BEYOND_CENTS, "${1}")
        if not currency:  # no cents at all: refused as it was written
            read = read.set(read.str.contains(".", literal=True).fill_null(value=False), None)
        shares = self._shares(part)
        if shares.any():
            read = self._of_shares(read, bare, shares, currency=currency)
        column = replace(self.column, cell=CURRENCY) if currency else self.column
        notes = tuple(self._told(dialect, why, int(shares.sum())))
        if self._with_minus(read):
            read = read.str.strip_prefix("-")
            text = "is written with a minus: what is taken off is the amount without it"
            notes = (*notes, self.note(text))
        return Outcome((or_else(read, bare),), column, notes=notes)

    def _with_minus(self, read: pl.Series) -> bool:
        """Whether it holds discounts as what they do to a total; our own header says what it is."""
        if self.column.name != DISCOUNT or not self._guessed:
            return False
        taken_off = read.str.contains("[1-9]").fill_null(value=False)
        return bool(taken_off.any() and read.filter(taken_off).str.starts_with("-").all())

    def _why(self, dialect: ColumnFormat) -> str | None:
        """Why its amounts can only be currency; None where nothing says so."""
        if self.said.unit:
            return None
        if dialect.decimals:
            return "has decimals"
        named = NAMED.search(self.header) and not CENT.search(self.header)
        return "names a currency" if named else None

    def _shares(self, part: Chunk) -> pl.Series:
        """Which cells are per cent."""
        bare, kind = part.bare, SHARES.get(self.column.name)
        if kind is None:
            return pl.Series([False]).new_from_index(0, len(bare))
        said = bare.str.contains(PER_CENT).fill_null(value=False)
        if kind not in part.rows.columns:
            return said
        types = part.rows[kind].str.strip_chars().str.to_uppercase()
        return said | types.is_in(PERCENT).fill_null(value=False)

    def _of_shares(
        self, read: pl.Series, bare: pl.Series, shares: pl.Series, *, currency: bool
    ) -> pl.Series:
        """Whole per cent are stored as they are: 15 is written 0.15 where amounts are currency."""
        whole = bare.str.replace(PER_CENT, "${1}").str.replace(ONLY_ZEROS, "")
        whole = whole.str.replace(",0+$", "")
        if currency:
            digits = whole.str.zfill(3)
            moved = digits.str.head(-2) + "." + digits.str.tail(2)
            fits = whole.str.contains("^[0-9]{1,3}$").fill_null(value=False)
            whole = moved.set(~fits, None)
        frame = pl.DataFrame({"share": shares, "whole": whole, "read": read})
        kept = frame.select(pl.when("share").then("whole").otherwise("read"))
        return kept.to_series().alias(read.name)

    def _told(self, dialect: ColumnFormat, why: str | None, shares: int) -> Iterator[Note]:
        yield from self.nothing
        if why:
            yield self.note(f"{why}, so its amounts are currency and become cents")
        if dialect.question:
            yield self.note(f"is ambiguous: {dialect.question}; it is read {dialect.why}")
        yield from self.read_notes(dialect, "no amount")
        if shares:
            values = counted(shares, "values")
            yield self.note(f"keeps {values} in per cent as written")
