"""The options that vouchers and campaigns share: what is given, to whom and when."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from engine.cli.door import INSTANT_OPTION
from engine.cli.json_options import CENTS, OBJECT

Option = Callable[[Callable[..., None]], Callable[..., None]]
COUNT = click.IntRange(1)
# Option -> where it stands in the document, its type, its help.
TERMS: Mapping[str, tuple[str, Any, str]] = {
    "amount-off": ("discount.amount_off", CENTS, "Take an amount off."),
    "percent-off": ("discount.percent_off", click.FloatRange(0, 100), "Take per cent off."),
    "at-most": ("discount.amount_limit", CENTS, "The most that per cent take off."),
    "fixed": ("discount.fixed_amount", CENTS, "What is paid instead."),
    "units": ("discount.unit_off", click.FloatRange(0, min_open=True), "Give so many units."),
    "of": ("discount.unit_type", str, "The product of which units are given."),
    "effect": ("discount.effect", str, "Such as APPLY_TO_ITEMS or ADD_NEW_ITEMS."),
    "gift": ("gift.amount", CENTS, "A gift card with so much on it."),
    "limit": ("redemption.quantity", COUNT, "How often it can be redeemed."),
    "per-customer": ("customer_limit", COUNT, "How often by one customer."),
    "minimum": ("minimum_amount", CENTS, "The least amount of an order."),
    "starts": ("start_date", INSTANT_OPTION, "From when it counts."),
    "expires": ("expiration_date", INSTANT_OPTION, "Until when it counts."),
}
TYPES = {"amount-off": "AMOUNT", "percent-off": "PERCENT", "fixed": "FIXED", "units": "UNIT"}


def terms_options(function: Callable[..., None]) -> Callable[..., None]:
    """Adds the options; the command gets them as `terms`, a document of the API's shape."""
    options: list[Option] = [
        click.option(f"--{name}", name.replace("-", "_"), type=kind, help=said)
        for name, (_, kind, said) in TERMS.items()
    ]
    options += [
        click.option("--segment", "segments", multiple=True, help="Only for members: id or name."),
        click.option("--metadata", type=OBJECT, help="Any values of your own."),
        click.option("--terms", "whole", type=OBJECT, help="All of it as the API writes it."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def document(given: Mapping[str, Any]) -> dict[str, Any]:
    """The document that options say; takes what `terms_options` gives a command."""
    found: dict[str, Any] = dict(given["whole"] or {})
    for name, (path, _, _) in TERMS.items():
        value = given[name.replace("-", "_")]
        if value is not None:
            _put(found, path, value)
            if name in TYPES:
                _put(found, "discount.type", TYPES[name])
    for name in ("segments", "metadata"):
        if given[name]:
            found[name] = list(given[name]) if name == "segments" else given[name]
    return found


def _put(document: dict[str, Any], path: str, value: Any) -> None:
    outer, _, inner = path.partition(".")
    shown = value.isoformat() if hasattr(value, "isoformat") else value
    if inner:
        document[outer] = {**document.get(outer, {}), inner: shown}
    else:
        document[outer] = shown
