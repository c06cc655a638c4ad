"""One row of the tables that say what columns are called elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.imports.columns.qualifiers import NOTHING
from engine.imports.columns.words import phrase

# Parts that are joined to a field.
FIRST_NAME, NAME_PREFIX, LAST_NAME = "@first name", "@name prefix", "@last name"
HOUSE_NUMBER, CLOCK, ZONE = "@house number", "@time of day", "@time zone"


@dataclass(frozen=True, eq=False)
class Synonym:
    """What one field is called."""

    path: str  # of the field, or what is joined to one
    phrases: Mapping[str, int]  # words as one -> which of two columns goes first
    qualifiers: Mapping[str, int] = field(default_factory=dict)  # words beside it -> the same
    qualified: bool = False  # one of the qualifiers has to be there


def row(
    path: str, names: str, qualifiers: Mapping[str, int] = NOTHING, *, qualified: bool = False
) -> Synonym:
    """
    A row of a table of synonyms.

    Args:
        names: phrases between commas; a semicolon begins those that come after the others where a
            file has both, such as mobiles after phones.
    """
    ranked = {
        phrase(each): place for place, group in enumerate(names.split(";"))
        for name in group.split(",") for each in _written(name.strip())
    }  # fmt: skip
    return Synonym(path, ranked, qualifiers, qualified)


def _written(name: str) -> Iterator[str]:
    """The phrase, and with the other sign for a number: "N° de pedido" has an n, "Nº" a no."""
    yield name
    if name.startswith("n "):
        yield f"no {name.removeprefix('n ')}"
