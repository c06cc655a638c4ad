"""What was found out about a file, as check and receipt say it: sentences with their topic."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "file": "The file",  # encoding, delimiter, sheet, a layout that is known
        "header": "The header",  # where it stands, equal or nameless names
        "column": "Columns",  # where each goes, its type and why, values that do not fit
        "key": "Who is meant",  # which column says whose row it is, and why
        "row": "Rows",  # what was set aside or passed over
    }
)


@dataclass(frozen=True)
class Note:
    """One sentence about a file."""

    topic: str  # a row of TOPICS
    text: str
    column: str | None = None  # the header that it is about
    detected: Mapping[str, str] | None = None  # settings of the mapping that would say the same

    def to_json(self) -> dict[str, Any]:
        """As receipts keep it; what is not said is left out."""
        return {key: value for key, value in vars(self).items() if value is not None}
