"""`campaigns`: named sets of vouchers."""

from typing import Any

import click

from engine.cli.commands import Commands
from engine.cli.door import Door, command
from engine.cli.lines import lines_of
from engine.cli.terms import PLACES, document, new_document, terms_options
from engine.redemptions import campaigns as use_cases
from engine.redemptions.campaigns import CampaignView
from engine.text.counts import counted

campaigns = Commands("campaigns", help="Named sets of vouchers from one template.")
HOW = ("pattern", "length", "charset", "prefix", "postfix")
DRAWN = {**PLACES, "$.name": "NAME", "$.code": "--pattern or --length"}


@command("create", DRAWN)
@click.argument("name")
@click.option("--count", type=click.IntRange(0, use_cases.MOST), default=0, help="How many codes.")
@click.option("--personal", help="A code for each member of this segment instead: id or name.")
@click.option("--pattern", help="How codes look: each # is drawn.")
@click.option("--length", type=click.IntRange(1, 100), help="Signs to draw, without a pattern.")
@click.option("--charset", help="The signs to draw from.")
@click.option("--prefix", help="What codes begin with.")
@click.option("--postfix", help="What codes end with.")
@terms_options
def create(door: Door, name: str, count: int, personal: str | None, **terms: Any) -> None:
    """Create a campaign, with codes drawn for it."""
    how = {key: given for key in HOW if (given := terms.pop(key)) is not None}
    said = new_document(terms)
    said |= {"code": {**said.get("code", {}), **how}} if how else {}
    with door.open() as workbench:
        _tell(door, use_cases.create_campaign(workbench, name, said, count, personal))


@command("edit", PLACES)
@click.argument("campaign")
@click.option("--clear", multiple=True, help="A term to take away, such as expiration_date.")
@click.option("--active/--inactive", default=None, help="Whether its vouchers can be redeemed.")
@terms_options
def edit(
    door: Door,
    campaign: str,
    clear: tuple[str, ...],
    active: bool | None,  # noqa: FBT001 - click passes it by name
    **terms: Any,
) -> None:
    """Give a campaign other terms; what its codes give stays."""
    said = {**document(terms), **dict.fromkeys(clear)}
    said |= {} if active is None else {"active": active}
    with door.open() as workbench:
        _tell(door, use_cases.edit_campaign(workbench, campaign, said))


@command("show")
@click.argument("campaign")
def show(door: Door, campaign: str) -> None:
    """One campaign with the number of its codes."""
    with door.open() as workbench:
        _tell(door, use_cases.find_campaign(workbench, campaign))


@command("codes")
@click.argument("campaign")
@click.option("--add", type=click.IntRange(1, use_cases.MOST), help="Draw so many more first.")
def codes(door: Door, campaign: str, add: int | None) -> None:
    """The codes of a campaign, one a line; personal ones with whom they are for."""
    with door.open() as workbench:
        if add is not None:
            use_cases.add_codes(workbench, campaign, add)
        for row in use_cases.campaign_codes(workbench, campaign).iter_rows(named=True):
            whom = row["source_id"] or row["customer_id"] or ""
            door.tell(row, f"{row['code']}  {whom}".rstrip())


@command("list")
def list_command(door: Door) -> None:
    """Every campaign, newest first."""
    with door.open() as workbench:
        for view in use_cases.campaigns(workbench):
            line = f"{view.record['id']}  {counted(view.codes, 'codes'):>15}  {view.record['name']}"
            door.tell(use_cases.to_object(view), line)


@command("delete")
@click.argument("campaign")
def delete(door: Door, campaign: str) -> None:
    """Remove a campaign with its vouchers; redemptions stay in the log."""
    with door.open() as workbench:
        gone = use_cases.delete_campaign(workbench, campaign)
        found = {"id": gone.record["id"], "deleted": True, "vouchers": gone.codes}
        door.tell(found, f"deleted {gone.record['name']} with {counted(gone.codes, 'vouchers')}")


for row in (create, edit, show, codes, list_command, delete):
    campaigns.add_command(row)


def _tell(door: Door, view: CampaignView) -> None:
    found = use_cases.to_object(view)
    door.tell(found, *lines_of(found))
