"""How many of what, in words."""

# What is not called as many are, less an s.
ONE = {"entries and exits": "entry or exit", "records and versions": "record or version"}


def noun(number: int, kind: str) -> str:
    """What so many of a kind are called; the kind is named in the plural."""
    return kind if number != 1 else ONE.get(kind, kind.removesuffix("s"))


def counted(number: int, kind: str) -> str:
    """So many of a kind, such as `1,000 customers` and `1 customer`."""
    return f"{number:,} {noun(number, kind)}"


def share(part: float) -> str:
    """
    A part of a whole in percent, to a tenth; nobody reads that it is none or all unless it is.

    Args:
        part: 0 to 1.
    """
    text = f"{part:.1%}"
    few, most = part > 0 and text == "0.0%", part < 1 and text == "100.0%"
    return "<0.1%" if few else ">99.9%" if most else text


def signed(number: int) -> str:
    """A number with its sign, which is a minus and no hyphen; nothing is both."""
    return f"{number:+,}".replace("-", "−") if number else "±0"
