"""One column of a table of text on its way to the kinds: what it may be, and what it came to."""

import re
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl
from polars.exceptions import ComputeError

from engine.imports.columns.directive import Directive
from engine.imports.columns.table import FileColumn
from engine.imports.columns.words import PLACE
from engine.imports.files.batch import FAULTS, KeyColumns
from engine.imports.notes import Note
from engine.imports.values.dialects import ColumnFormat
from engine.imports.values.evidence import EXAMPLES, Evidence
from engine.imports.values.families import Family
from engine.text.display import quoted

# In a header it is the zone of the times below: "Created (UTC)", "Paid at (GMT-5)".
ZONE = re.compile(r"\b(?:UTC|GMT)\b(?: ?([+-])(\d{1,2})(?::?([0-5]\d))?\b)?")
NAIVE = "(T[0-9:.]+)$"


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a column came to."""

    series: tuple[pl.Series, ...] = ()  # of the frame, new or in place of what was there
    column: FileColumn | None = None
    keys: tuple[KeyColumns, ...] = ()
    notes: tuple[Note, ...] = ()
    faults: pl.DataFrame = field(default_factory=FAULTS.to_frame)  # row, reason


@dataclass(frozen=True)
class Usage:
    """How a file writes, as all of its columns show."""

    comma: bool = False  # decimals have a comma, and days stand before months
    currency: str | None = None  # why amounts that do not say it themselves are currency


@dataclass(frozen=True, eq=False)
class Chunk:
    """The cells of a column in some rows of the file, or in all of them."""

    texts: pl.Series  # as they stand
    bare: pl.Series  # trimmed
    rows: pl.DataFrame  # the draft's frame of these rows


class Cells(ABC):
    """The cells of one column; told of them part by part, then settled once."""

    def __init__(self, name: str, header: str, said: Directive) -> None:
        self.name, self.header, self.said = name, header, said
        self.empty: Counter[str] = Counter()  # the cells that stand for nothing

    @property
    @abstractmethod
    def families(self) -> tuple[Family, ...]:
        """What the column may be; none is text."""

    @property
    @abstractmethod
    def sought(self) -> bool:
        """It has to be one of the families."""

    @cached_property
    def evidence(self) -> Evidence:
        """What its cells say."""
        return Evidence(self.families, sought=self.sought)

    def given(self, bare: pl.Series) -> pl.Series:
        """Each cell that says something, trimmed; the others are null."""
        return bare

    def see(self, part: Chunk) -> None:
        """Takes further cells into account."""
        if self.families:
            self.evidence.see(part.bare)

    @abstractmethod
    def settle(self, part: Chunk, usage: Usage) -> Outcome:
        """What the cells of a part come to once all cells of the file were seen."""

    def in_currency(self, *, comma: bool) -> bool:  # noqa: ARG002
        """Whether it holds amounts that can only be currency."""
        return False

    @property
    def nothing(self) -> tuple[Note, ...]:
        """What there is to say of the cells that stand for nothing."""
        if not self.empty:
            return ()
        count = self.empty.total()
        shown = ", ".join(quoted(text) for text, _ in self.empty.most_common(EXAMPLES))
        cells = "1 cell that stands" if count == 1 else f"{count:,} cells that stand"
        return (self.note(f"has {cells} for nothing: {shown}"),)

    def note(self, text: str) -> Note:
        """A sentence about this column."""
        return Note("column", f"{quoted(self.header)} {text}", self.header)

    def read(self, dialect: ColumnFormat, bare: pl.Series) -> pl.Series:
        """The canonical text of each cell; times are in the zone that the header names."""
        read = dialect.read(bare)
        if place := PLACE.search(self.header):
            return _of_place(read, place[1])
        said = ZONE.search(self.header)
        return read.str.replace(NAIVE, f"${{1}}{_offset(said)}") if said else read


def _offset(said: re.Match[str]) -> str:
    sign, hours, minutes = said.groups()
    return f"{sign}{hours:0>2}:{minutes or '00'}" if sign else "Z"


def _of_place(read: pl.Series, place: str) -> pl.Series:
    """
    Times without a zone as those of a place; as they are where no such place is known.

    Of an hour that comes twice it is the first; one that there is not stays with the place, and is
    no instant.
    """
    local = pl.col("read").str.extract(f"^(.*{NAIVE})", 1).str.to_datetime(strict=False)
    try:
        moment = local.dt.replace_time_zone(place, ambiguous="earliest", non_existent="null")
        shown = moment.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")
        skipped = pl.when(local.is_not_null()).then(pl.format("{} " + place, "read"))
        frame = read.alias("read").to_frame().select(pl.coalesce(shown, skipped, "read"))
    except ComputeError:
        return read
    return frame.to_series().alias(read.name)


def fitting(dialect: ColumnFormat) -> str:
    """What does not fit, with how many and which."""
    what = dialect.family.words if dialect.family else "of one kind"
    shown = ", ".join(map(quoted, dialect.examples))
    more = ", …" if dialect.misfits > len(dialect.examples) else ""
    verb = "is" if dialect.misfits == 1 else "are"
    return f"{dialect.misfits:,} of {dialect.total:,} {verb} not {what}: {shown}{more}"


def or_else(first: pl.Series, then: pl.Series) -> pl.Series:
    """Per row the first series, the second where it is null; under the second's name."""
    frame = pl.DataFrame({"first": first, "then": then})
    return frame.select(pl.coalesce("first", "then")).to_series().alias(then.name)
