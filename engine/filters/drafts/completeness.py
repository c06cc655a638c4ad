"""Which rows of a draft can be evaluated, and what the others lack."""

from zoneinfo import ZoneInfo

from engine.errors import FilterError
from engine.filters.drafts.draft import Branch, Row, rows_of
from engine.filters.drafts.writing import DraftFilter, written
from engine.filters.expression import Group, to_json
from engine.filters.fields import Catalogue
from engine.filters.operators.table import rows_of as operator_rows
from engine.filters.parser import parse

NO_VALUE = "needs a value"


def unfinished(branch: Branch, catalogue: Catalogue, zone: ZoneInfo) -> dict[int, str]:
    """What each row that cannot be evaluated lacks, by the row's id."""
    lacks = {row.id: _lack(row, catalogue, zone) for row in rows_of(branch)}
    return {row_id: lack for row_id, lack in lacks.items() if lack is not None}


def finished(branch: Branch, catalogue: Catalogue, zone: ZoneInfo) -> DraftFilter | None:
    """The filter of the finished rows, with their places in it; None where none is."""
    lacking = unfinished(branch, catalogue, zone)
    return written(branch, {row.id for row in rows_of(branch)} - lacking.keys())


def _lack(row: Row, catalogue: Catalogue, zone: ZoneInfo) -> str | None:
    needs = any(each.operand.arity != "none" for each in operator_rows(row.operator))
    if needs and not row.operand:
        return NO_VALUE
    try:
        parse(to_json(Group("and", (row.condition,))), catalogue, zone)
    except FilterError as error:
        return "; ".join(issue.message for issue in error.issues)
    return None
