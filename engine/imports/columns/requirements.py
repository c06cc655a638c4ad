"""What a file of records cannot do without, and which columns can give it."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.base.kinds.registry import KINDS
from engine.imports.columns.keys import email_key
from engine.imports.columns.table import OWNERS, TABLES, Table
from engine.imports.columns.target import Target

TRACKING = "tracking_id"  # names whoever has no account


@dataclass(frozen=True)
class Requirement:
    """One thing that every record needs: any of these fields gives it."""

    fields: tuple[str, ...]
    reason: str  # why a row without it is rejected

    @property
    def usual(self) -> str:
        """The field that files of shops mostly have for it."""
        return next((path for path in self.fields if path.endswith("source_id")), self.fields[0])


def requirements(table: Table) -> tuple[Requirement, ...]:
    """What each record of a table needs."""
    kind, own = KINDS[table.name], {column.name: column.path for column in table.columns}
    found = []
    if TABLES[table.name].without_key == "reject":
        keys = tuple(path for name, path in own.items() if name in kind.table.keys)
        found.append(Requirement(keys, kind.keyless))
    if kind.owned:
        whose = (*(owner.path for owner in OWNERS), *([TRACKING] if TRACKING in own else []))
        found.append(Requirement(whose, kind.ownerless))
    found += [Requirement((own[name],), reason) for name, reason in kind.needs.items()]
    return tuple(found)


def lacking(chosen: Iterable[Target], table: Table) -> list[Requirement]:
    """What no column of a file gives; an e-mail is the source id where nothing else is."""
    sent = list(chosen)
    given = {target.field for target in sent}
    if email_key(sent, table) is not None:
        given.add("source_id")
    return [one for one in requirements(table) if given.isdisjoint(one.fields)]
