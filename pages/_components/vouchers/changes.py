"""Which change set last wrote a record, so that a page can offer to undo what it just did."""

from engine.base.records import records_of
from pages._components.shell.session import workbench


def change_of(table: str, name: str) -> int:
    """The number of the change set."""
    records = records_of(workbench().profile(), table)
    return int(records.frame["change"][records.find(name)])
