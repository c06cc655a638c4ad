"""`vouchers`: created, edited, enabled, disabled, filled up and listed."""

from typing import Any

import click

from engine.base.kinds.words import Money
from engine.cli.commands import Commands
from engine.cli.door import Door, command
from engine.cli.json_options import CENTS
from engine.cli.lines import lines_of
from engine.cli.terms import PLACES, document, new_document, terms_options
from engine.redemptions import vouchers as use_cases
from engine.redemptions.vouchers import VoucherView

vouchers = Commands("vouchers", help="Vouchers and gift cards.")


@command("create", PLACES)
@click.argument("code", required=False)
@click.option("--campaign", help="The campaign that it belongs to.")
@click.option("--category", help="Any word of your own.")
@click.option("--disabled", is_flag=True, help="It cannot be redeemed yet.")
@terms_options
def create(
    door: Door,
    code: str | None,
    campaign: str | None,
    category: str | None,
    *,
    disabled: bool,
    **terms: Any,
) -> None:
    """Create a voucher; without CODE one is drawn."""
    own = {"code": code, "campaign": campaign, "category": category, "active": not disabled}
    said = {key: value for key, value in own.items() if value is not None}
    with door.open() as workbench:
        _tell(door, use_cases.create_voucher(workbench, {**new_document(terms), **said}))


@command("edit", PLACES)
@click.argument("code")
@click.option("--clear", multiple=True, help="A term to take away, such as expiration_date.")
@terms_options
def edit(door: Door, code: str, clear: tuple[str, ...], **terms: Any) -> None:
    """Give a voucher other terms."""
    with door.open() as workbench:
        said = {**document(terms), **dict.fromkeys(clear)}
        _tell(door, use_cases.edit_voucher(workbench, code, said))


@command("show")
@click.argument("code")
def show(door: Door, code: str) -> None:
    """One voucher, how often it was redeemed and what is left on it."""
    with door.open() as workbench:
        _tell(door, use_cases.find_voucher(workbench, code))


@command("enable")
@click.argument("code")
def enable(door: Door, code: str) -> None:
    """Let a voucher be redeemed."""
    with door.open() as workbench:
        _tell(door, use_cases.enable_voucher(workbench, code))


@command("disable")
@click.argument("code")
def disable(door: Door, code: str) -> None:
    """Let a voucher not be redeemed."""
    with door.open() as workbench:
        _tell(door, use_cases.enable_voucher(workbench, code, active=False))


@command("balance")
@click.argument("code")
@click.argument("cents", type=CENTS, metavar="CENTS")
@click.option("--take", is_flag=True, help="Take them off instead.")
def balance(door: Door, code: str, cents: int, *, take: bool) -> None:
    """Put CENTS more on a gift card: 1000, or 10.00."""
    with door.open() as workbench:
        _tell(door, use_cases.add_balance(workbench, code, -cents if take else cents))


@command("list")
@click.option("--campaign", help="Only those of this campaign.")
def list_command(door: Door, campaign: str | None) -> None:
    """Every voucher with its use."""
    with door.open() as workbench:
        for view in use_cases.vouchers(workbench, campaign):
            door.tell(use_cases.to_object(view), _line(view, workbench.project.money))


for row in (create, edit, show, enable, disable, balance, list_command):
    vouchers.add_command(row)


def _line(view: VoucherView, money: Money) -> str:
    terms = view.terms
    limit = "" if terms.limit is None else f" of {terms.limit:,}"
    left = "" if view.balance is None else f"  {money(view.balance)} left"
    state = "" if terms.active else "  disabled"
    return f"{terms.name}  redeemed {view.redeemed:,}{limit}{left}{state}"


def _tell(door: Door, view: VoucherView) -> None:
    found = use_cases.to_object(view)
    door.tell(found, *lines_of(found))
