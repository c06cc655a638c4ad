"""How a file is laid out around its cells."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """What writers need to know beside the cells; each format looks at its own part."""

    delimiter: str = ","
    bom: bool = False  # Excel takes a CSV without it for another encoding than UTF-8
    sheet: str = "records"
    guard: bool = True  # where a spreadsheet would run a cell as a formula
    about: Sequence[tuple[str, str | int]] = ()  # what the file is, by what is told of it
