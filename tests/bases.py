"""A workspace to fill and ask in one line each; every room's conftest gives one as `base`."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory

import polars as pl

from engine.actors import Actor
from engine.base.answers import answer, find
from engine.base.kinds.registry import RECORD_TABLES
from engine.changes.undo import number_of_import, undo
from engine.cli.people import names
from engine.customers.detail import to_objects
from engine.imports.columns.mapping import parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.commit import import_file
from engine.segments import library
from engine.store.results.runs import rejected_rows
from engine.workspace.workbench import Access, Workbench

ME = Actor("me", "test")
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)  # a Monday; the sample data end the day before


class Base:
    """A workbench whose clock stands still until it is moved; open at once, unless it is new."""

    def __init__(self, folder: Path, now: datetime = NOW, *, at_once: bool = True) -> None:
        self.folder, self.now = folder, now
        if at_once:
            self._open(now)

    @cached_property
    def workbench(self) -> Access:
        """To open it takes 15 ms, which not everybody needs who has one made."""
        return Workbench.open(self.folder, lambda: self.now).acting(ME)

    def _open(self, now: datetime) -> None:
        self.now = now
        self.workbench = Workbench.open(self.folder, lambda: self.now).acting(ME)

    @classmethod
    def new(cls, folder: Path, now: datetime = NOW) -> "Base":
        """A workspace that is a copy of one just made: a copy takes 5 ms, making one 100."""
        copytree(_made().name, folder)
        return cls(folder, now, at_once=False)

    def filled(self, fill: Callable[["Base"], object]) -> "Base":
        """This one, empty so far, as `fill` leaves it: that runs once in a process, then copies."""
        filled, now = _filled(fill, self.folder.name, self.now)
        self.close()
        rmtree(self.folder)
        copytree(filled.name, self.folder.parent, dirs_exist_ok=True)
        self.now = now
        vars(self).pop("workbench", None)  # it is another one from here on
        return self

    def close(self):
        if "workbench" in vars(self):
            self.workbench.close()

    def later(self, **span):
        """Moves the clock."""
        self.now += timedelta(**span)
        return self

    def file(self, text, name="customers.csv"):
        """A file beside the workspace."""
        path = self.folder.with_name(name)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def csv(self, text, mapping=None, kind="customers"):
        """Imports CSV text."""
        return self.bring(self.file(text), mapping, kind=kind)

    def json(self, *records, mapping=None, kind="customers"):
        """Imports JSON Lines, one record a line."""
        return self.bring(self.lines(*records, kind=kind), mapping, kind=kind)

    def lines(self, *records, kind="customers"):
        """A file of JSON Lines, one record a line."""
        lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        return self.file(lines, f"{kind}.jsonl")

    def bring(self, path, mapping=None, progress=None, kind="customers"):
        """Imports a file; gives the receipt."""
        read = parse_mapping(mapping or {})
        return import_file(self.workbench, TABLES[kind], path, read, progress)

    def gather(self):
        """Takes what small change sets wrote to the Delta tables."""
        gathered(self.workbench.store)

    def undo(self, run, earlier=()):
        """Takes an import back."""
        return undo(self.workbench, number_of_import(self.workbench, run.id), earlier)

    def rows(self, *columns):
        """The living customers in order, as tuples of these stored columns."""
        return self.workbench.profile().customers.select(columns).rows()

    def column(self, name):
        """One stored column of the living customers."""
        return self.workbench.profile().customers[name].to_list()

    def customer(self, name):
        """One customer in the shape of the API."""
        profile = self.workbench.profile()
        return next(to_objects(profile, pl.Series([find(profile, name)])))

    def answer(self, document):
        """Who matches a filter."""
        group = library.understood(self.workbench, document)
        return answer(self.workbench.profile(), group, self.workbench.clock())

    def who(self, field, operator, *operand):
        """The source ids of whom one condition fits."""
        return names(self.answer({field: {"conditions": {operator: list(operand) or True}}}))


@cache
def _made() -> "TemporaryDirectory[str]":
    folder = TemporaryDirectory()  # goes with the process
    Workbench.open(Path(folder.name), lambda: NOW).close()
    return folder


@cache
def _filled(
    fill: Callable[[Base], object], name: str, now: datetime
) -> "tuple[TemporaryDirectory[str], datetime]":
    """A folder with a workspace and the files beside it, and what its clock says."""
    folder = TemporaryDirectory()
    base = Base.new(Path(folder.name, name), now)
    fill(base)
    base.close()
    return folder, base.now


def gathered(store):
    """Takes what small change sets wrote to the Delta tables; else many of them have to come."""
    with store._lock:
        snapshot = store.snapshot()
        for name, where in snapshot.pointers.items():
            if where.waiting:
                table = RECORD_TABLES[name]
                store._versions.gather(table, snapshot.schema(table), snapshot.change)


def counts(run):
    """Of a receipt: created, updated, unchanged, repeated, rejected."""
    return run.created, run.updated, run.unchanged, run.repeated, run.rejected


def reasons(base, run):
    """Why the rejected rows of an import were rejected, in file order."""
    with base.workbench.store.read() as connection:
        return [reason for _, _, reason, _ in rejected_rows(connection, run.id)]


def value(base, customer, field):
    """The value of a field for the customer with this source id."""
    profile = base.workbench.profile()
    values = profile.values(profile.catalogue.field(field))
    at = profile.customers["source_id"].to_list().index(customer)
    return None if values is None else values[at]
