"""What a check says field by field: the same as the exports before and after, side by side."""

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.imports.checks.check import check_file
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import TABLES
from engine.lists.listings import LISTINGS
from engine.lists.objects import to_objects
from tests.bases import Base
from tests.memberships.test_law import FIRST, files
from tests.strategies import examples

KEY = {"customers": "source_id", "vouchers": "code"}  # of the drawn rows; `id` of the others


def rehearsed(base, kind, file):
    return check_file(base.later(minutes=1).workbench, TABLES[kind], file, ImportMapping())


def exported(base, kind):
    """Every record by its key, as its export writes it: path -> value."""
    profile = base.workbench.profile()
    listing = LISTINGS[kind]
    listed = listing.of(profile)
    fields = [field for field in listing.catalogue(profile).fields() if listing.imported(field)]
    found = to_objects(listed, fields, pl.int_range(listed.total, eager=True))
    return {flat[KEY.get(kind, "id")]: flat for flat in map(flattened, found)}


def flattened(document, path=""):
    if not isinstance(document, dict):
        return {path: document}
    inner = {}
    for key, value in document.items():
        inner |= flattened(value, f"{path}.{key}" if path else key)
    return inner


def moved(before, after):
    """The fields of two exports of one record that differ; its customer is one field."""
    paths = {path for path in before | after if before.get(path) != after.get(path)}
    return {"customer" if path.startswith("customer.") else path for path in paths}


def said(kind, row):
    """The paths that a row of JSON says anything of, its key aside."""
    table = TABLES[kind]
    columns = {path: table.column(path) for path in flattened(row) if path != KEY.get(kind, "id")}
    paths = {column.path if column else path for path, column in columns.items()}
    return {"customer" if path.startswith("customer.") else path for path in paths}


@settings(deadline=None, max_examples=examples(8, fuzzed=400), phases=[Phase.generate],
          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
@given(st.lists(files, max_size=3), files)
def test_the_check_says_what_the_exports_before_and_after_say(past, last):
    kind, rows = last
    with TemporaryDirectory() as folder:
        base = Base.new(Path(folder, "workspace"))
        base.json(FIRST)
        for other, records in (*past, (kind, rows[:1])):
            base.json(*records, kind=other)
        before = exported(base, kind)
        found = rehearsed(base, kind, base.lines(*rows, kind=kind))
        assert exported(base, kind) == before
        base.json(*rows, kind=kind)
        after = exported(base, kind)
        base.close()

    stamp = {"updated_at"}  # is said of itself only where the file gives it
    differing = {key: moved(before[key], after[key]) - stamp for key in before}
    assert {one.record: paths_of(one) for one in found.changes.records} == {
        key: paths for key, paths in differing.items() if paths
    }
    for change in found.changes.fields:
        path = change.field.path
        sides = [
            (path in before[key], path in after[key]) for key in before if path in differing[key]
        ]
        assert change.changed == len(sides)
        assert (change.filled, change.cleared) == (
            sides.count((False, True)),
            sides.count((True, False)),
        )
    assert {one.field.path for one in found.changes.fields} == set().union(*differing.values())


def paths_of(changed):
    return {one.field.path for one in changed.differences}


@settings(deadline=None, max_examples=examples(5, fuzzed=400), phases=[Phase.generate])
@given(files)
def test_the_last_row_that_says_anything_of_a_field_wins(file):
    kind, rows = file
    with TemporaryDirectory() as folder:
        base = Base.new(Path(folder, "workspace"))
        found = rehearsed(base, kind, base.lines(*rows * 2, kind=kind)).repeats
        base.close()

    several = {}
    for number, row in enumerate(rows * 2, start=1):
        several.setdefault(row[KEY.get(kind, "id")], []).append((number, said(kind, row)))
    assert found.count == len(several)
    for repeat in found.first:
        mine = several[repeat.record]
        assert repeat.rows == tuple(number for number, _ in mine)
        assert {field.path: row for field, row in repeat.winners.items()} == {
            path: number for number, paths in mine for path in paths
        }
