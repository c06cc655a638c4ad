"""How much of anything is taken: one table, which errors tell from and README lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

MB = 1 << 20
GB = 1 << 30


@dataclass(frozen=True)
class Limit:
    """The most of one thing."""

    key: str
    most: int
    unit: str  # of `most`; "bytes" are told in MB or GB
    of: str  # what is limited, as README has it

    def __str__(self) -> str:
        for size, name in ((GB, "GB"), (MB, "MB")):
            if self.unit == "bytes" and self.most >= size:
                return f"{self.most // size} {name}"
        return f"{self.most:,} {self.unit}".strip()


INFLATED = Limit("inflated", 8 * GB, "bytes", "a file that is packed, or of columns, unpacked")
RATIO = Limit("ratio", 200, "times", "how much larger than on disk it may become")
RATIO_FROM = Limit("ratio_from", 16 * MB, "bytes", "unpacked, from which on that is looked at")
RECORD = Limit("record", 16 * MB, "bytes", "one record of CSV or one line of JSON")
COLUMNS = Limit("columns", 5_000, "columns", "a header, or all JSON lines of a file together")
CELLS = Limit("cells", 50_000_000, "cells", "a sheet of a workbook from its first to its last")
NESTING = Limit("nesting", 64, "levels", "objects and lists of one JSON line inside each other")
DOCUMENT = Limit("document", 32 * MB, "bytes", "the text of a filter, a mapping or a list of ids")
FAULTS = Limit("faults", 100, "faults", "told of one filter; further ones are counted")
OPERANDS = Limit("operands", 100_000, "values", "one operator of a filter")
PATTERNS = Limit(
    "patterns",
    10_000,
    "values",
    "one of `$starts_with`, `$contains`, `$includes`, `$is_days_ago` and their like",
)
NAME = Limit("name", 1_000, "characters", "the name of a segment")
TAG = Limit("tag", 40, "characters", "a tag of a segment")
TAGS = Limit("tags", 20, "tags", "one segment")
PATTERN = Limit("pattern", 10_000, "characters", "one text to look for in another")
SHEET_ROWS = Limit("sheet_rows", 1_048_575, "records", "a sheet of Excel, below its header")
SHEET_COLUMNS = Limit("sheet_columns", 16_384, "columns", "a sheet of Excel")
SHEET_TEXT = Limit("sheet_text", 32_767, "characters", "a cell of Excel")

LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        limit.key: limit
        for limit in (
            *(INFLATED, RATIO, RATIO_FROM, RECORD, COLUMNS, CELLS, NESTING, DOCUMENT),
            *(FAULTS, OPERANDS, PATTERNS, PATTERN, NAME, TAG, TAGS),
            *(SHEET_ROWS, SHEET_COLUMNS, SHEET_TEXT),
        )
    }
)
