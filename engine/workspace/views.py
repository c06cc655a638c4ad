"""Saved views: under a name, which columns a table shows, what narrows it and how it is sorted."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.errors import UsageError
from engine.store.database import Transaction
from engine.store.results.change_log import Act
from engine.store.results.settings import delete_setting, save_setting, settings
from engine.workspace.workbench import Access, Workbench


@dataclass(frozen=True)
class View:
    """One view; a preset of columns has no sort and no filters."""

    columns: tuple[str, ...]  # paths of fields, in their order
    sort: tuple[str, ...] = ()  # paths, with `-` before them for descending
    filters: Mapping[str, Any] = field(default_factory=dict)  # as the table that shows them says
    beside: Mapping[str, Any] = field(default_factory=dict)  # what else narrows it, by its inputs


def of_grid(table: str) -> str:
    """What the views of a table's grid are kept under."""
    return f"{table.removesuffix('s')} views"


def of_exports(table: str) -> str:
    """What the presets of columns for a table's exports are kept under."""
    return f"{table.removesuffix('s')} export columns"


def views(workbench: Workbench, of: str) -> dict[str, View]:
    """Every view by its name, in the order of the names."""
    return {
        # One of an earlier version knows of nothing beside the table.
        name: View(tuple(row["columns"]), tuple(row["sort"]), row["filters"], row.get("beside", {}))
        for name, row in stored(workbench, of).items()
    }


def stored(workbench: Workbench, of: str) -> dict[str, Any]:
    """Every view as it is stored: by its name, with `columns`, `sort`, `filters` and `beside`."""
    with workbench.store.read() as connection:
        return settings(connection, of)


def save_view(access: Access, of: str, name: str, view: View) -> str:
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
    with access.write("view") as (connection, act):
        write(connection, act, of, name, json.loads(json.dumps(asdict(view))))  # lists, as stored
    return name


def delete_view(access: Access, of: str, name: str) -> None:
    """Removes a view; nothing happens where there is none."""
    with access.write("view") as (connection, act):
        write(connection, act, of, name, None)


def write(
    connection: Transaction, act: Act, of: str, name: str, view: Mapping[str, Any] | None
) -> None:
    """Keeps a view as JSON, or none, under a name; what is so already is nothing to write."""
    before = settings(connection, of).get(name)
    if before == view:
        return
    act.touched["views"], act.before, act.after = [f"{of}/{name}"], before, view
    delete_setting(connection, of, name)
    if view is not None:
        save_setting(connection, of, name, view)
