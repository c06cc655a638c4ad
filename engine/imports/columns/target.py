"""Where one column of a file goes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from engine.filters.kinds import Kind
from engine.imports.columns.recognition import Sense
from engine.imports.columns.table import FileColumn, Table

Rank = tuple[int, int, int]  # how sure it is, whose it is, which of them: the lowest goes first
CHOSEN, SPELT, BY_WORDS = -1, 0, 1  # how sure: by the mapping, as a spelling, by its words


@dataclass(frozen=True, eq=False)
class Target:
    """Where one header goes: a known column, a metadata key, or nowhere."""

    header: str
    column: FileColumn | None = None
    namespace: str | None = None
    path: tuple[str, ...] = ()
    kind: Kind | None = None  # as the mapping declares it; None infers it
    separator: str | None = None
    values: Mapping[str, str | None] | None = None  # a cell -> what it means
    rank: Rank = (SPELT, 0, 0)  # of several columns for one field
    senses: tuple[Sense, ...] = ()  # what else its words can mean, such as a first name

    @property
    def field(self) -> str | None:
        """The field path it fills; None is ignored."""
        if self.column:
            return self.column.path
        return ".".join((self.namespace, *self.path)) if self.namespace else None

    @property
    def free(self) -> bool:
        """Whether it is nothing but metadata under its own name."""
        return self.column is None and self.path == (self.header.strip(),)

    def as_metadata(self, table: Table) -> Self:
        """The same header as nothing but metadata, under its own name."""
        path = (self.header.strip(),)
        return replace(self, column=None, namespace=table.others, path=path, rank=(SPELT, 0, 0))
