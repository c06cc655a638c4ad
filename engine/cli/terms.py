"""The options that vouchers and campaigns share: what is given, to whom and when."""

from collections.abc import Callable, Iterable, Mapping
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
PLACES = {
    **{f"$.{path}": f"--{name}" for name, (path, _, _) in TERMS.items()},
    "$.segments": "--segment",
    "$.metadata": "--metadata",
}


def terms_options(function: Callable[..., None]) -> Callable[..., None]:
    """Adds the options; the command gets them as `terms`, a document of the API's shape."""
    options: list[Option] = [
        click.option(f"--{name}", _param(name), type=kind, help=said)
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


def new_document(given: Mapping[str, Any]) -> dict[str, Any]:
    """
    As `document`, of what is there only then.

    Raises:
        click.UsageError: nothing says what it gives.
    """
    gives = [*TYPES, "gift"]
    if not given["whole"] and all(given[_param(name)] is None for name in gives):
        raise click.UsageError(f"expected what it gives: {_options(gives)}, or all by --terms")
    return document(given)


def document(given: Mapping[str, Any]) -> dict[str, Any]:
    """
    The document that options say; takes what `terms_options` gives a command.

    Raises:
        click.UsageError: there are discounts of two types.
    """
    types = [name for name in TYPES if given[_param(name)] is not None]
    if len(types) > 1:
        raise click.UsageError(f"expected one of {_options(TYPES)}, got {_options(types)}")
    found: dict[str, Any] = dict(given["whole"] or {})
    for name, (path, _, _) in TERMS.items():
        value = given[_param(name)]
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


def _param(name: str) -> str:
    return name.replace("-", "_")


def _options(names: Iterable[str]) -> str:
    return ", ".join(f"--{name}" for name in names)
