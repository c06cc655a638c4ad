"""Saved views: under a name, which columns a table shows and how it is filtered and sorted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.errors import UsageError
from engine.store.settings import delete_setting, save_setting, settings
from engine.workbench import Workbench


@dataclass(frozen=True)
class View:
    """One view; a preset of columns has no sort and no filters."""

    columns: tuple[str, ...]  # paths of fields, in their order
    sort: tuple[str, ...] = ()  # paths, with `-` before them for descending
    filters: Mapping[str, Any] = field(default_factory=dict)  # as the table that shows them says


def of_grid(table: str) -> str:
    """What the views of a table's grid are kept under."""
    return f"{table.removesuffix('s')} views"


def of_exports(table: str) -> str:
    """What the presets of columns for a table's exports are kept under."""
    return f"{table.removesuffix('s')} export columns"


def views(workbench: Workbench, of: str) -> dict[str, View]:
    """Every view by its name, in the order of the names."""
    with workbench.store.read() as connection:
        saved = settings(connection, of)
    return {
        name: View(tuple(row["columns"]), tuple(row["sort"]), row["filters"])
        for name, row in saved.items()
    }


def save_view(workbench: Workbench, of: str, name: str, view: View) -> str:
    """
    Keeps a view in place of the one of that name, if there is one; gives the name.

    Raises:
        UsageError: there is no name, or nothing to show.
    """
    name = name.strip()
    if not name:
        raise UsageError("expected a name for the view, got nothing")
    if not view.columns:
        raise UsageError("expected at least one column in the view, got none")
    with workbench.store.write() as connection:
        save_setting(connection, of, name, asdict(view))
    return name


def delete_view(workbench: Workbench, of: str, name: str) -> None:
    """Removes a view; nothing happens where there is none."""
    with workbench.store.write() as connection:
        delete_setting(connection, of, name)
