"""Amounts of money: with decimals they are currency and become cents, without they are cents."""

import re
from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from engine.filters.fields import Unless
from engine.imports.columns.statuses import DISCOUNT_TYPE
from engine.imports.columns.table import CURRENCY
from engine.imports.columns.words import phrase
from engine.imports.notes import Note
from engine.imports.values import numbers
from engine.imports.values.cells import Chunk, Outcome, Usage, or_else
from engine.imports.values.dialects import ColumnFormat, settle
from engine.imports.values.families import Family
from engine.imports.values.known_columns import KnownCells
from engine.text.counts import counted

# A minus before per cent is how shops write what is taken off.
PER_CENT = f"^[-−]?[0-9]+(?:[.,][0-9]+)?[{numbers.BLANK}]?%$"
WHOLE_SHARE = f"^[-−]?([0-9]+)(?:[.,]0+)?[{numbers.BLANK}]?%?$"
SHARE = f"^[-−]?([0-9]+(?:[.,][0-9]+)?)[{numbers.BLANK}]?%?$"
PERCENT_OFF = "discount_percent_off"
NAMED = re.compile(rf"(?i)(?<![^\W_])(?:{numbers.MONEY})(?![^\W_])")  # "Amount (EUR)"
CENT = re.compile(r"(?i)(?<![^\W_])cents?(?![^\W_])")
DISCOUNT = "discount_amount"
OTHERS = "stands beside amounts with decimals"
OF_LAYOUT = "is of a layout that has no cents"
UNFIT = (
    "expected whole per cent or units such as 15, got `{}`: put what has decimals in a column that "
    "is mapped to `discount.percent_off` or `discount.unit_off`"
)
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
        why = self._why(dialect) or (None if self._in_cents else usage.currency)
        currency = self.column.cell is CURRENCY or why is not None
        read = self.read(dialect, bare).str.replace(BEYOND_CENTS, "${1}")
        if not currency:  # no cents at all: refused as it was written
            read = read.set(read.str.contains(".", literal=True).fill_null(value=False), None)
        shares = self._shares(part)
        whole = bare.str.extract(WHOLE_SHARE)
        parted = shares & whole.is_null()
        if shares.any():
            read = _of_shares(read, whole, shares, currency=currency)
        column = replace(self.column, cell=CURRENCY) if currency else self.column
        notes = tuple(self._amount_notes(dialect, why, int((shares & ~parted).sum())))
        if (off := self._with_minus(read, bare, part)).any():
            read = read.str.strip_prefix("-").zip_with(off, read)
            text = "is written with a minus: what is taken off is the amount without it"
            notes = (*notes, self.note(text))
        cells = or_else(read, bare).set(parted, None)
        return Outcome((cells,), column, notes=notes, faults=self._unfit(part, parted))

    def _with_minus(self, read: pl.Series, bare: pl.Series, part: Chunk) -> pl.Series:
        """Which cells are discounts as what they do to a total; our own header says what it is."""
        signed = bare.str.contains("^[-−]") | read.str.starts_with("-")
        minus = signed.fill_null(value=False)
        if self.column.unless:  # no voucher gives less than nothing
            return minus & (self._shares(part) | self._types(part).is_not_null())
        taken_off = read.str.contains("[1-9]").fill_null(value=False)
        right = self.column.name == DISCOUNT and self._guessed and minus.filter(taken_off).all()
        return minus & right

    def _why(self, dialect: ColumnFormat) -> str | None:
        """Why its amounts can only be currency; None where nothing says so."""
        if self.said.unit:
            return None
        if dialect.decimals:
            return "has decimals"
        named = NAMED.search(self.header) and not self._in_cents
        return "names a currency" if named else None

    @property
    def _in_cents(self) -> bool:
        """Whether the mapping names the unit, or the header says cents."""
        return bool(self.said.unit or CENT.search(self.header))

    @property
    def _unless(self) -> Unless:
        return self.column.unless or ("", ())

    def _types(self, part: Chunk) -> pl.Series:
        """What each row says that its value is, as the word for it that the records have."""
        name, _ = self._unless
        if name not in part.rows.columns:
            return pl.Series([None], dtype=pl.String).new_from_index(0, len(part.bare))
        said = part.rows[name]
        known = {text: DISCOUNT_TYPE.get(phrase(text)) for text in said.drop_nulls().unique()}
        return said.replace_strict(known, default=None, return_dtype=pl.String)

    def _shares(self, part: Chunk) -> pl.Series:
        """Which cells are per cent or units, and no money."""
        bare = part.bare
        if not self.column.unless:
            return pl.Series([False]).new_from_index(0, len(bare))
        signed = bare.str.contains(PER_CENT).fill_null(value=False)
        typed = self._types(part).is_in(self._unless[1]).fill_null(value=False)
        return signed | (typed & bare.is_not_null())

    def _unfit(self, part: Chunk, parted: pl.Series) -> pl.DataFrame:
        """The rows whose per cent or units the column cannot hold."""
        rows = pl.DataFrame({"row": part.rows["row"], "text": part.bare}).filter(parted)
        shown = pl.format(f"{self.column.path}: {UNFIT}", "text")
        return rows.select("row", reason=shown)

    def _amount_notes(self, dialect: ColumnFormat, why: str | None, shares: int) -> Iterator[Note]:
        yield from self.nothing
        if why:
            yield self.note(f"{why}, so its amounts are currency and become cents")
        if dialect.question:
            yield self.note(f"is ambiguous: {dialect.question}; it is read {dialect.why}")
        yield from self.read_notes(dialect, "no amount")
        if shares:
            values = counted(shares, "values")
            yield self.note(f"keeps {values} as written: per cent or units, no money")


class ShareCells(KnownCells):
    """A column of nothing but per cent: 12.5, "12,5 %" and a shop's -12.5 are the same."""

    def given(self, bare: pl.Series) -> pl.Series:
        """Each cell that says something, without its minus and sign; the others are null."""
        given = super().given(bare)
        return or_else(given.str.extract(SHARE), given)


def _of_shares(
    read: pl.Series, whole: pl.Series, shares: pl.Series, *, currency: bool
) -> pl.Series:
    """Whole per cent are stored as they are: 15 is written 0.15 where amounts are currency."""
    if currency:
        digits = whole.str.zfill(3)
        whole = digits.str.head(-2) + "." + digits.str.tail(2)
    frame = pl.DataFrame({"share": shares, "whole": whole, "read": read})
    kept = frame.select(pl.when("share").then("whole").otherwise("read"))
    return kept.to_series().alias(read.name)
