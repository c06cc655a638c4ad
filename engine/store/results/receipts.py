"""A receipt by its id: of an import, an export or an erasure."""

from typing import Any

from sqlalchemy import Connection, Row, Table, select

from engine.errors import NotFoundError
from engine.text.display import quoted


def find_receipt(connection: Connection, table: Table, what: str, receipt_id: str) -> Row[Any]:
    """
    The row with this id.

    Args:
        what: of which kind it is, as lists have it in the plural.

    Raises:
        NotFoundError: there is none.
    """
    row = connection.execute(select(table).where(table.c.id == receipt_id)).first()
    if row is None:
        raise NotFoundError(
            f"no {what} has the id {quoted(receipt_id)}: look it up in the list of {what}s"
        )
    return row
