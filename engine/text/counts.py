"""How many of what, in words."""

# What is not called as many are, less an s.
ONE = {"entries and exits": "entry or exit", "records and versions": "record or version"}


def noun(number: int, kind: str) -> str:
    """What so many of a kind are called; the kind is named in the plural."""
    return kind if number != 1 else ONE.get(kind, kind.removesuffix("s"))


def counted(number: int, kind: str) -> str:
    """So many of a kind, such as `1,000 customers` and `1 customer`."""
    return f"{number:,} {noun(number, kind)}"
