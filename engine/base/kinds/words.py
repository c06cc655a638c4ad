"""How records are told in a line."""


def amount(cents: int | None) -> str:
    """Currency with two decimals; nothing where there is none."""
    return "" if cents is None else f"{cents / 100:,.2f}"


def line(*parts: str | None) -> str:
    """What is said, with a dot between."""
    return " · ".join(part for part in parts if part)
