"""A workspace to fill and ask in one line each; every room's conftest gives one as `base`."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from engine import library
from engine.cli.people import names
from engine.customers import to_objects
from engine.imports.commit import import_file
from engine.imports.mapping import parse_mapping
from engine.imports.table import CUSTOMERS
from engine.segments import answer, find
from engine.workbench import Workbench
from tests.conftest import NOW


class Base:
    """A workbench whose clock stands still until it is moved."""

    def __init__(self, folder: Path, now: datetime = NOW) -> None:
        self.folder = folder
        self.now = now
        self.workbench = Workbench.open(folder, lambda: self.now)

    def close(self):
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

    def csv(self, text, mapping=None):
        """Imports CSV text."""
        return self.bring(self.file(text), mapping)

    def json(self, *records, mapping=None):
        """Imports JSON Lines, one record a line."""
        lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        return self.bring(self.file(lines, "customers.jsonl"), mapping)

    def bring(self, path, mapping=None, progress=None):
        """Imports a file; gives the receipt."""
        return import_file(self.workbench, CUSTOMERS, path, parse_mapping(mapping or {}), progress)

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


def counts(run):
    """Of a receipt: created, updated, unchanged, repeated, rejected."""
    return run.created, run.updated, run.unchanged, run.repeated, run.rejected
