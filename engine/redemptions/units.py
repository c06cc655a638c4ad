"""Units of several products that one discount gives: as JSON has them, and as they are stored."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.errors import Issue
from engine.filters.reading import spell
from engine.redemptions.discounts import ADD_MANY, ADD_NEW, DISCOUNTS, FreeUnit

EFFECTS = tuple(effect for effect in DISCOUNTS["UNIT"] if effect != ADD_MANY)
STORED = re.compile(r"([A-Z_]+) ([0-9.]+) × (.+)", re.DOTALL)
PATH = "$.discount.units"
WANTED = f"expected unit_off above 0, unit_type, and an effect among {', '.join(EFFECTS)}"


def stored_units(raw: Any) -> tuple[list[str], list[Issue]]:
    """A list of objects as the texts that are stored, and what does not fit."""
    if not isinstance(raw, list):
        return [], [Issue(PATH, f"expected a list of objects, got {spell(raw)}")]
    read = [_read(each) for each in raw]
    issues = [
        Issue(f"{PATH}[{place}]", f"{WANTED}, got {spell(raw[place])}")
        for place, unit in enumerate(read)
        if unit is None
    ]
    return [f"{unit.effect} {unit.off:f} × {unit.product}" for unit in read if unit], issues


def read_units(texts: Sequence[str] | None) -> tuple[FreeUnit, ...]:
    """Stored texts as units; one that a file brought and nobody can read gives nothing."""
    return tuple(_units(texts or ()))


def shown_units(texts: Sequence[str] | None) -> list[dict[str, Any]]:
    """Stored texts as objects."""
    return [
        {"unit_off": _plain_number(unit.off), "unit_type": unit.product, "effect": unit.effect}
        for unit in read_units(texts)
    ]


def _read(raw: Any) -> FreeUnit | None:
    """A text as it is stored, or an object."""
    if isinstance(raw, str):
        return next(_units([raw]), None)
    if not isinstance(raw, Mapping):
        return None
    product, effect = raw.get("unit_type"), raw.get("effect") or ADD_NEW
    try:
        off = Decimal(str(raw.get("unit_off")))
    except InvalidOperation:
        return None
    fits = isinstance(product, str) and product and effect in EFFECTS and off.is_finite()
    return FreeUnit(effect, off, product) if fits and off > 0 else None  # type: ignore[arg-type]


def _units(texts: Sequence[str]) -> Iterator[FreeUnit]:
    for text in texts:
        found = STORED.fullmatch(text)
        if found and found[1] in EFFECTS:
            yield FreeUnit(found[1], Decimal(found[2]), found[3])


def _plain_number(number: Decimal) -> int | float:
    return int(number) if number == int(number) else float(number)
