"""A file that is worked on in many small parts comes to the same as in one."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from weakref import ref

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine.imports import reading
from engine.imports.checks.check import check_file
from engine.imports.columns.mapping import parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.files.typed_cells import table, typed_column
from engine.store.check import faults
from engine.store.records import small_writes
from engine.store.results.runs import rejected_rows
from engine.system import spool
from tests.bases import Base

RANDOM = re.compile("(cust|ord)_[0-9a-f]{24}")  # ids; those of events follow from what they say
ROWS = 30
EXAMPLES = 2  # of two stories with three imports each
IDS = [None, "i1", "i2", "i3", ""]
SOURCES = [None, "a", "b", "c", "d", "E@x.io", "e@x.io"]
VALUES = [None, "1", "2", "yes", "2026-01-05", "text", " "]


@pytest.fixture
def tiny(monkeypatch):
    """Says how many rows are worked on at once."""
    return lambda rows: monkeypatch.setattr(spool, "BATCH", rows)


def column(values):
    return st.lists(st.sampled_from(values), min_size=ROWS, max_size=ROWS)


def drawn(columns):
    """Files with these columns: their header and the first of ROWS rows."""
    cells = st.tuples(*(column(values) for values in columns.values()))
    return st.tuples(cells, st.integers(1, ROWS)).map(
        lambda pair: (
            "\n".join(
                [",".join(columns)]
                + [
                    ",".join(cell or "" for cell in row)
                    for row in list(zip(*pair[0], strict=True))[: pair[1]]
                ]
            )
            + "\n"
        )
    )


PEOPLE = {"Id": IDS, "Source_id": SOURCES, "City": VALUES, "Birthdate": [None, "1990-05-04", "x"],
          "size": VALUES, "colour": ["red", None]}  # fmt: skip
ORDERS = {"Id": ["1", "2", "3", None], "Customer_source_id": ["a", "b", None],
          "Status": ["PAID", None, "odd"], "items.product_id": ["p", "q", None],
          "items.quantity": ["1", "x", None]}  # fmt: skip
EVENTS = {"Event": ["seen", "bought"], "Customer_source_id": ["a", "b", None],
          "Created_at": ["2026-01-05T00:00:00Z"], "size": [None, "1"]}  # fmt: skip
KINDS = {"customers": PEOPLE, "orders": ORDERS, "events": EVENTS}
MAPPINGS = [
    {},
    {"replace": True},
    {"without_key": "create"},
    {"columns": {"City": {"field": "address.city", "write": "fill"},
                 "size": {"field": "metadata.size", "empty": "clear"}}},
]  # fmt: skip


def told(run):
    """A receipt, without what is of one run alone."""
    return {k: v for k, v in run.items() if k not in ("id", "seconds", "at", "file_name")}


def everything(base):
    """All records that live."""
    profile = base.workbench.profile()
    frames = [profile.customers, *(profile.activity.records(kind) for kind in ("orders", "events"))]
    return [frame.sort("row").to_dicts() for frame in frames]


def checked(check):
    """What a check says, its fields by their paths."""
    return [
        told(vars(check.run)),
        check.rejected.to_dicts(),
        [(one.field.path, one.changed, one.filled, one.cleared) for one in check.changes.fields],
        check.repeats.count,
        [(one.record, one.rows, {field.path: row for field, row in one.winners.items()})
         for one in check.repeats.first],
    ]  # fmt: skip


def story(folder: Path, kind, first, second, mapping):
    """What two files come to, the second checked before and undone behind, each step."""
    base = Base.new(folder / "workspace")
    try:
        found = []
        runs = [base.csv(first, kind=kind)]
        found.append(everything(base))
        read = parse_mapping(mapping if kind == "customers" else {})
        path = base.later(minutes=1).file(second)
        check = check_file(base.workbench, TABLES[kind], path, read)
        found.append(checked(check))
        runs.append(base.bring(path, mapping if kind == "customers" else {}, kind=kind))
        found += [told(vars(run)) for run in runs]
        found.append(everything(base))
        with base.workbench.store.read() as connection:
            found += [list(map(tuple, rejected_rows(connection, run.id))) for run in runs]
        assert faults(base.workbench.store) == []
        again = base.later(minutes=1).bring(path, mapping if kind == "customers" else {}, kind=kind)
        found.append(told(vars(again)))
        if runs[1].change:
            base.undo(runs[1])
        found.append(everything(base))
        return found
    finally:
        base.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("delta", [False, True], ids=["small", "delta"])
@given(data=st.data())
@settings(max_examples=EXAMPLES, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_a_file_in_parts_comes_to_the_same_as_in_one(kind, delta, data):
    files = [data.draw(drawn(KINDS[kind])) for _ in range(2)]
    mapping = data.draw(st.sampled_from(MAPPINGS))
    size = data.draw(st.sampled_from([1, 3, 7]))
    stories = []
    for rows in (1000, size):
        with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
            patch.setattr(spool, "BATCH", rows)
            if delta:  # versions go to the Delta table batch by batch
                patch.setattr("engine.store.changes.MOST_ROWS", 1)
            found = story(Path(folder), kind, *files, mapping)
            stories.append(RANDOM.sub("", repr(found)))

    assert stories[0] == stories[1]


def test_one_change_set_and_one_append_whatever_the_number_of_batches(base, tiny):
    tiny(100)
    text = "Source_id,Name\n" + "".join(f"s{n},{n}\n" for n in range(small_writes.MOST_ROWS + 250))
    run = base.csv(text)
    store = base.workbench.store
    where = store.snapshot().pointers["customers"]

    assert (run.created, run.change) == (750, 1)
    assert (where.appends, where.waiting, where.next_row, where.upto) == (1, 0, 750, 1)
    assert base.column("name") == [str(n) for n in range(750)]
    assert faults(store) == []


def test_what_stops_between_two_batches_leaves_nothing(base, tiny):
    tiny(400)
    before = base.workbench.store.snapshot()
    text = "Source_id,Name\n" + "".join(f"s{n},{n}\n" for n in range(1200))

    def stop(share):
        if share > 0.7:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        base.bring(base.file(text), progress=stop)
    assert base.workbench.store.snapshot() == before
    assert base.rows("name") == []
    assert base.csv(text).created == 1200
    assert faults(base.workbench.store) == []


def test_batches_hold_all_rows_of_their_records_and_number_them_as_the_file_does(base, tiny):
    tiny(2)
    rows = [("c", 1), ("a", 2), ("b", 3), ("a", 4), ("d", 5), ("c", 6)]
    run = base.csv("Source_id,Name\n" + "".join(f"{one},{n}\n" for one, n in rows))

    assert (run.created, run.repeated) == (4, 2)
    assert base.rows("source_id", "name") == [("c", "6"), ("a", "4"), ("b", "3"), ("d", "5")]


def objects_of(count):
    """Customers of a shop, a few of them with other types or without a value."""
    for place in range(count):
        note = [None, f"note {place}", place][place % 3]
        money = {"orders_count": place % 4, "total_spent": f"{place}.50"}
        person = {"id": place, "first_name": "Ann", "last_name": f"{place}"}
        yield {**person, **money, "note": note, "tags": ["a", "b"]}


def test_objects_of_another_program_in_parts_come_to_the_same_as_in_one(base, tiny):
    path = base.lines(*objects_of(20))
    found = []
    for rows in (1000, 3):
        tiny(rows)
        read = reading.read(path, TABLES["customers"], parse_mapping({}), base.workbench.zone)
        kinds = [(key.path, key.fits, *map(str, key.columns)) for key in read.keys]
        found.append((read.rows.to_dicts(), kinds, [note.text for note in read.notes]))

    assert found[0] == found[1]


def test_a_column_with_types_is_let_go_before_the_next_one_is_made(tiny):
    tiny(3)
    living = []

    def columns():
        for _ in range(3):
            column = typed_column(pl.Series([f"{place}" for place in range(10)]))
            living.append(ref(column))
            yield column
            del column
            assert [each() for each in living] == [None] * len(living)

    found = table(["a", "b", "c"], pl.int_range(10, eager=True), columns())

    assert found.cells["2"].to_list() == [f"{place}" for place in range(10)]
    assert len(living) == 3
