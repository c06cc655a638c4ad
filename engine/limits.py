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
    of: str  # what is limited, as README and the settings page have it
    place: str  # the module of the engine that refuses more

    def __str__(self) -> str:
        for size, name in ((GB, "GB"), (MB, "MB")):
            if self.unit == "bytes" and self.most >= size:
                return f"{self.most // size} {name}"
        return f"{self.most:,} {self.unit}".strip()


INFLATED = Limit(
    "inflated",
    8 * GB,
    "bytes",
    "a file that is packed, or of columns, unpacked",
    "imports.files.archives",
)
RATIO = Limit(
    "ratio",
    200,
    "times",
    "how much larger than on disk it may become",
    "imports.files.archives",
)
RATIO_FROM = Limit(
    "ratio_from",
    16 * MB,
    "bytes",
    "unpacked, from which on that is looked at",
    "imports.files.archives",
)
RECORD = Limit(
    "record",
    16 * MB,
    "bytes",
    "one record of CSV or one line of JSON",
    "imports.files.csv_rows",
)
COLUMNS = Limit(
    "columns",
    5_000,
    "columns",
    "a header, or all JSON lines of a file together",
    "imports.files.json_columns",
)
CELLS = Limit(
    "cells",
    50_000_000,
    "cells",
    "a sheet of a workbook from its first to its last",
    "imports.files.workbook_size",
)
NESTING = Limit(
    "nesting",
    64,
    "levels",
    "objects and lists of one JSON line inside each other",
    "imports.files.json_lines",
)
MEMORY = Limit(
    "memory",
    97,
    "per cent",
    "the memory of the machine, or of its container, in use with what a step of long work takes",
    "system.memory",
)
DOCUMENT = Limit(
    "document",
    32 * MB,
    "bytes",
    "the text of a filter, a mapping or a list of ids",
    "system.plain_files",
)
FAULTS = Limit(
    "faults",
    100,
    "faults",
    "told of one filter; further ones are counted",
    "filters.parser",
)
OPERANDS = Limit(
    "operands",
    100_000,
    "values",
    "one operator of a filter",
    "filters.operators.operands",
)
PATTERNS = Limit(
    "patterns",
    10_000,
    "values",
    "one of `$starts_with`, `$contains`, `$includes`, `$is_days_ago` and their like",
    "filters.operators.operands",
)
NAME = Limit("name", 1_000, "characters", "the name of a segment", "segments.library")
TAG = Limit("tag", 40, "characters", "a tag of a segment", "segments.tags")
TAGS = Limit("tags", 20, "tags", "one segment", "segments.tags")
PATTERN = Limit(
    "pattern",
    10_000,
    "characters",
    "one text to look for in another",
    "filters.operators.operands",
)
SHEET_ROWS = Limit(
    "sheet_rows",
    1_048_575,
    "records",
    "a sheet of Excel, below its header",
    "exports.formats",
)
SHEET_COLUMNS = Limit("sheet_columns", 16_384, "columns", "a sheet of Excel", "exports.formats")
SHEET_TEXT = Limit("sheet_text", 32_767, "characters", "a cell of Excel", "exports.formats")
CONDITIONS = Limit(
    "conditions",
    1_000,
    "filters and conditions",
    "one filter, `where` inside too",
    "filters.parser",
)
DAY_SPAN = Limit("days", 36_500, "days", "a span of days in a filter", "filters.operators.operands")
ADDRESS = Limit(
    "address",
    4 * MB,
    "bytes",
    "a draft in the address of a page, unpacked",
    "filters.drafts.address",
)
# a bitmap of them stays under 2 MB
STATIC = Limit(
    "static",
    1_000_000,
    "customers",
    "a static segment, whatever the setting",
    "workspace.settings",
)
BLOCK = Limit("block", 1_000, "rows", "one block of rows for a grid", "lists.rows")
AMOUNT = Limit(
    "amount",
    10**15 - 1,
    "cents",
    "an amount, and any number of a request",
    "customers.requests",
)
EVENT_NAME = Limit("event_name", 300, "characters", "the name of an event", "base.kinds.events")
CODES = Limit("codes", 30, "codes", "one redemption or validation", "redemptions.attempt")
CAMPAIGN_CODES = Limit(
    "campaign_codes",
    1_000_000,
    "codes",
    "added to a campaign at once",
    "redemptions.campaigns",
)
BODY = Limit("body", 10 * MB, "bytes", "the body of a request over HTTP", "api.service")
REQUESTS = Limit(
    "requests",
    5,
    "requests in 5 seconds",
    "one client without a secret over HTTP",
    "api.rates",
)
STRANGERS = Limit(
    "strangers",
    50,
    "open pages",
    "one address at once where nobody is signed in and somebody has to be",
    "api.inside",
)
PAGES = Limit("pages", 1_000, "pages", "a listing over HTTP", "api.queries")
PARAMETERS = Limit(
    "parameters",
    2_000,
    "parameters",
    "the address of a request over HTTP",
    "api.spelling",
)
QUERY_NAMES = Limit("query_names", 6, "names", "names in brackets in one parameter", "api.spelling")

LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        limit.key: limit
        for limit in (
            *(INFLATED, RATIO, RATIO_FROM, RECORD, COLUMNS, CELLS, NESTING, DOCUMENT, MEMORY),
            *(FAULTS, OPERANDS, PATTERNS, PATTERN, CONDITIONS, DAY_SPAN, ADDRESS),
            *(NAME, TAG, TAGS, STATIC, BLOCK, AMOUNT, EVENT_NAME, CODES, CAMPAIGN_CODES),
            *(BODY, REQUESTS, STRANGERS, PAGES, PARAMETERS, QUERY_NAMES),
            *(SHEET_ROWS, SHEET_COLUMNS, SHEET_TEXT),
        )
    }
)
