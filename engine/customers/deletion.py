"""
A customer is removed from the base; the history keeps the profile, and an undo brings it back.

What the customer ordered, redeemed and did stays, as nobody's. This erases nothing.
"""

import polars as pl

from engine.base.kinds.registry import CUSTOMERS
from engine.base.lookup import place_of
from engine.base.profiles import Profile
from engine.customers.identity import Identity
from engine.errors import NotFoundError
from engine.store.changes import ChangeSet
from engine.text.display import quoted
from engine.workspace.tracking import tokens
from engine.workspace.workbench import Access


def delete_customer(access: Access, customer: str) -> str:
    """
    Removes a customer; gives the id.

    Args:
        customer: an id or a source id.

    Raises:
        NotFoundError: nobody has it.
        ClockError: the clock is before the last change.
    """

    def write(change: ChangeSet, profile: Profile) -> str:
        found = (place_of(profile, column, customer) for column in ("id", "source_id"))
        place = next((each for each in found if each is not None), None)
        if place is None:
            raise NotFoundError(f"no customer has the id or source id {quoted(customer)}")
        gone = profile.customers[pl.Series([place])].with_columns(deleted=pl.lit(value=True))
        schema, next_row = change.before.schema(CUSTOMERS), change.before.next_rows[CUSTOMERS.name]
        change.append(CUSTOMERS, gone, schema, next_row)
        return str(gone["id"][0])

    keys = [*Identity(source_id=customer).keys(tokens(access)), (CUSTOMERS.name, customer)]
    return access.write_small("deletion", write, keys)
