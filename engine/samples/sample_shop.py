"""The sample shop that a new workspace opens with, and the way to an empty one."""

import json
import tomllib
from dataclasses import replace
from datetime import UTC, date
from functools import partial
from pathlib import Path
from shutil import rmtree

from engine.imports.columns.mapping import ImportMapping, parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.commit import import_file
from engine.imports.files.source import Progress
from engine.rights import BUILD, IMPORT
from engine.samples.activity import KINDS, write_shop
from engine.samples.customers import SHOP
from engine.samples.files import ShopFiles, weeks_until
from engine.samples.half_year import HalfYear
from engine.store.results.runs import ImportRun, imported_by
from engine.store.results.settings import delete_setting, save_setting, settings
from engine.system.disk import refusals_told
from engine.system.scratch import scratch
from engine.workspace.workbench import Access, Workbench

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
FILES = ("customers", *KINDS)  # each an import of its own, in this order
FAR = "sample", "far"  # group and name of the note, how far it is that comes in
SHOPKEEPER = "sample shop"  # who did in the past what came with the sample


def load(access: Access, progress: Progress | None = None) -> None:
    """
    Brings the sample shop, with the last half year as it would have happened.

    It ends today, whenever that is; where something was changed already, nothing is dated before
    that. What is there stays, and a second time brings nothing new. One that did not come to its
    end goes on where it stopped.
    """
    access.expect(BUILD, IMPORT)  # before the first of many changes
    shopkeeper = replace(access.actor, name=SHOPKEEPER)
    today, done = _begun(access) or (access.now().astimezone(UTC).date(), 0)
    files = ShopFiles.read(SAMPLES, weeks_until(today, _horizon()))
    with scratch("sample") as folder, refusals_told(folder.parent):
        steps = list(HalfYear(files, _mapping(), folder, today).steps())
        for place, (at, step) in enumerate(steps[done:], done):
            _note(access, today, place)
            last = access.store.snapshot().at or at
            step(access.acting(shopkeeper, partial(min, max(at, last), access.now())))
            if progress:
                progress((place + 1) / len(steps))
    with access.note() as connection:
        delete_setting(connection, *FAR)


def demo(
    access: Access, customers: int, until: date | None = None, progress: Progress | None = None
) -> list[ImportRun]:
    """
    Imports a generated shop of any size; the same size and end are the same records.

    Args:
        until: nothing happens on that day or later; None: as the shop says.
    """
    with scratch("demo") as folder:
        with refusals_told(folder.parent):
            write_shop(folder, customers)
            if until:
                ShopFiles.read(folder, weeks_until(until, _horizon())).write(folder, until)
        return _bring(access, folder, progress)


def is_unfinished(workbench: Workbench) -> bool:
    """Whether the sample is being brought, or was when the process ended."""
    return _begun(workbench) is not None


def is_loaded(workbench: Workbench) -> bool:
    """Whether the sample is all that was imported so far."""
    with workbench.store.read() as connection:
        return imported_by(connection, SHOPKEEPER)


def clear(access: Access) -> None:
    """Empties the workspace; the disk is free again, and the log still says who did what."""
    with access.change_set("clear") as (change, profile):
        change.empty()
        change.record(lambda connection: delete_setting(connection, *FAR))
        change.act.touched["customers"] = profile.total
    access.store.reclaim()
    for file in (access.store.folder / "exports").glob("*"):
        if file.is_dir() and not file.is_symlink():
            rmtree(file)
        else:
            file.unlink()


def _bring(access: Access, folder: Path, progress: Progress | None) -> list[ImportRun]:
    tell = progress or (lambda _share: None)
    runs = []
    for place, kind in enumerate(FILES):
        mapping = _mapping() if kind == "customers" else ImportMapping()

        def part(share: float, done: int = place) -> None:
            tell((done + share) / len(FILES))

        file = folder / f"{kind}.csv"
        runs.append(import_file(access, TABLES[kind], file, mapping, part))
    return runs


def _begun(workbench: Workbench) -> tuple[date, int] | None:
    """The day that a sample ends on which has not come to its end, and how many steps it has."""
    group, name = FAR
    noted = workbench.store.kept.of(settings, group).get(name)
    return None if noted is None else (date.fromisoformat(noted["today"]), noted["done"])


def _note(access: Access, today: date, done: int) -> None:
    with access.note() as connection:
        save_setting(connection, *FAR, {"today": today.isoformat(), "done": done})


def _horizon() -> date:
    horizon: date = tomllib.loads(SHOP.read_text("utf-8"))["horizon"].date()
    return horizon


def _mapping() -> ImportMapping:
    return parse_mapping(json.loads((SAMPLES / "customers.mapping.json").read_text("utf-8")))
