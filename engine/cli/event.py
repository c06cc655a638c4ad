"""`event`: something that a customer did is recorded."""

from typing import Any

import click

from engine.base.lookup import place_of
from engine.cli.door import Door, command
from engine.customers.events import record_event
from engine.errors import FilterError
from engine.filters.document import load
from engine.text.display import visible

PLACES = {
    "$.event": "NAME",
    "$.customer": "--customer or --tracking-id",
    "$.metadata": "--metadata",
}


@command("event", PLACES)
@click.argument("name")
@click.option("--customer", help="An id of a customer here, or a source id, known or new.")
@click.option("--tracking-id", help="Of a visitor, as it is or as a token.")
@click.option("--metadata", metavar="JSON", help="An object of what is known of the event.")
def event(
    door: Door, name: str, customer: str | None, tracking_id: str | None, metadata: str | None
) -> None:
    """Record an event of a customer, who is created where there is none."""
    with door.open() as workbench:
        who: dict[str, Any] = {}
        if customer is not None:
            known = place_of(workbench.profile(), "id", customer) is not None
            who = {"id" if known else "source_id": customer}
        told = record_event(workbench, name, who, _read(metadata), tracking_id)
        by = visible(told.customer_source_id or told.customer_id)
        also = ", who is new" if told.created else ""
        door.tell(vars(told), f"recorded {visible(name)} of {by}{also}")


def _read(text: str | None) -> Any:
    try:
        return None if text is None else load(text)
    except FilterError as error:
        told = "; ".join(issue.message for issue in error.issues) or error.message
        raise click.UsageError(f"expected JSON as --metadata: {told}") from None
