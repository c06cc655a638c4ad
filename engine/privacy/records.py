"""
Erasure in the records: profiles go with their history, activity stays as nobody's or goes too.

What other records say of the person is replaced by a mark, in every version. Privacy rules 4 to 9.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from engine.base.kinds.registry import CUSTOMERS, RECORD_TABLES, owned_kinds
from engine.base.profiles import Profile
from engine.privacy.people import DataSubject, records_of
from engine.privacy.traces import Traces
from engine.store.changes import ChangeSet
from engine.store.records.latest import latest
from engine.store.records.metadata import schema_of
from engine.store.records.tables import RecordTable
from engine.workspace.workbench import Workbench

# Of customers: who they are. What is another's is that one's own, so a part of it says nothing.
OWN = frozenset({"id", "source_id", "name", "email", "phone"}) | {
    name for name in CUSTOMERS.columns if name.startswith("address_")
}
TRACKING = "tracking_id"
CELLS = 8_000_000  # of text that are looked through at a time, in some 500 MB
# What stays of the history of a table: the versions of the records that are not written anew are
# read when they are asked for.
Fold = Callable[[RecordTable, Callable[[], pl.DataFrame]], pl.DataFrame | None]
OWNED = frozenset(kind.name for kind in owned_kinds())


def as_it_is(_table: RecordTable, _versions: Callable[[], pl.DataFrame]) -> None:
    """Leaves the history of all other records as it is."""


@dataclass(frozen=True, eq=False)
class TableErasure:
    """What becomes of one record table."""

    table: RecordTable
    gone: list[int]  # the `row` of records that go whole
    own: list[int]  # of those that stay as nobody's
    marked: list[int]  # of others', which name the person

    @property
    def rows(self) -> list[int]:
        """All of them, ascending."""
        return sorted({*self.gone, *self.own, *self.marked})


def table_erasures(
    workbench: Workbench,
    profile: Profile,
    people: Sequence[DataSubject],
    traces: Traces,
    activity: str,
    after: int = 0,
) -> list[TableErasure]:
    """
    What is to be done in each record table.

    Args:
        activity: a key of `settings.ACTIVITY`.
        after: what others say of the people is sought in what came behind this change set alone.
    """
    if not people:  # or all texts would be looked through for nothing
        return removals({})
    rows = [row for person in people for row in person.rows]
    return [
        _of_table(workbench, profile, table, rows, traces, activity, after)
        for table in RECORD_TABLES.values()
    ]


def removals(rows: Mapping[str, Sequence[int]]) -> list[TableErasure]:
    """Records that go whole, by the name of their table; of every table one, as all of these."""
    return [
        TableErasure(table, sorted(rows.get(name, ())), [], [])
        for name, table in RECORD_TABLES.items()
    ]


def both(found: Sequence[TableErasure], more: Sequence[TableErasure]) -> list[TableErasure]:
    """Two of each table as one; what goes by either of them goes."""
    return [
        TableErasure(
            one.table,
            gone := sorted({*one.gone, *other.gone}),
            sorted({*one.own, *other.own} - {*gone}),
            sorted({*one.marked, *other.marked} - {*gone}),
        )
        for one, other in zip(found, more, strict=True)
    ]


def erase_records(
    workbench: Workbench,
    profile: Profile,
    change: ChangeSet,
    found: Sequence[TableErasure],
    traces: Traces,
    fold: Fold = as_it_is,
) -> None:
    """
    Writes it, the history in place and the state of now as versions of this change set.

    Args:
        fold: what stays of a table's history beside that, all columns; None: as it is.
    """
    for one in found:
        if not one.rows and fold is as_it_is:
            continue
        _erase(workbench, profile, change, one, traces, fold)


def _of_table(
    workbench: Workbench,
    profile: Profile,
    table: RecordTable,
    rows: Sequence[int],
    traces: Traces,
    activity: str,
    after: int,
) -> TableErasure:
    if table is CUSTOMERS:
        theirs, gone = list(rows), True
    elif table.name in OWNED:
        records = records_of(workbench, profile, table.name, rows)["row"].unique().to_list()
        theirs, gone = records, activity == "removed"
    else:
        theirs, gone = [], False
    marked = sorted({*_naming(workbench, profile, table, traces, theirs, after)})
    return TableErasure(table, theirs if gone else [], [] if gone else theirs, marked)


def _naming(
    workbench: Workbench,
    profile: Profile,
    table: RecordTable,
    traces: Traces,
    theirs: Sequence[int],
    after: int,
) -> Iterator[int]:
    """The `row` of every record of others of which a version holds something of the people."""
    for versions in _texts(workbench, profile, table, traces, after):
        for name in versions.columns[1:]:
            said = _said(versions, name)
            rows = said["row"].filter(_suspects(traces, table, said[name]))
            suspect = pl.col("row").is_in(rows.unique().implode()) & ~pl.col("row").is_in(theirs)
            given = versions.select("row", name).filter(suspect) if len(rows) else said.clear()
            for row, value in given.drop_nulls().iter_rows():
                if _cleaned(traces, table, name, value) != value:
                    yield row


def _texts(
    workbench: Workbench, profile: Profile, table: RecordTable, traces: Traces, after: int
) -> Iterator[pl.DataFrame]:
    """The columns with text, as many at a time as memory is given; one row a version, its `row`."""
    store, snapshot = workbench.store, profile.snapshot
    names = [
        name
        for name, dtype in snapshot.schema(table).items()
        if _is_text(dtype) and (not _is_own(table, name) or traces.own.get(name))
    ]
    if after:
        yield store.versions(table, snapshot, after).select("row", *names)
        return
    size = max(1, CELLS // max(1, snapshot.next_rows[table.name]))
    for start in range(0, len(names), size):
        some = ["row", *names[start : start + size]]
        yield store.columns(table, snapshot, some).select(some)


def _said(versions: pl.DataFrame, name: str) -> pl.DataFrame:
    """Each value of a column with its `row`; of lists what is in them."""
    said = versions.select("row", name)
    if not isinstance(said.schema[name], pl.List):
        return said
    return said.filter(pl.col(name).list.len() > 0).explode(name)


def _suspects(traces: Traces, table: RecordTable, values: pl.Series) -> pl.Series:
    if _is_own(table, values.name):
        return traces.suspects_own(values)
    if values.dtype == pl.String:
        return traces.suspects(values)
    if isinstance(values.dtype, pl.Struct):
        return traces.suspects_json(values.struct.json_encode())
    return traces.suspects_json(_as_json(values))


def _as_json(values: pl.Series) -> pl.Series:
    """Lists as text, in which what they hold stands as it is, or as JSON spells it."""
    one = pl.element()
    inner = one.struct.json_encode() if isinstance(values.dtype.inner, pl.Struct) else one  # type: ignore[attr-defined]
    return values.list.eval(inner).list.join("\n")


def _is_own(table: RecordTable, name: str) -> bool:
    """Whether a column says who a customer is."""
    return table is CUSTOMERS and name in OWN


def _is_text(dtype: pl.DataType) -> bool:
    """Whether a column holds text, or lists with text in them."""
    inner = dtype.inner if isinstance(dtype, pl.List) else dtype
    return inner == pl.String or isinstance(inner, pl.Struct)


def _cleaned(traces: Traces, table: RecordTable, name: str, value: Any) -> Any:
    if _is_own(table, name):
        return traces.cleaned_own(name, value)
    return traces.cleaned_json(_plain(value))


def _plain(value: Any) -> Any:
    return value.to_list() if isinstance(value, pl.Series) else value


def _erase(
    workbench: Workbench,
    profile: Profile,
    change: ChangeSet,
    found: TableErasure,
    traces: Traces,
    fold: Fold,
) -> None:
    table, schema = found.table, schema_of(found.table, profile.snapshot.columns)
    only = pl.col("row").is_in(found.rows)
    versions = workbench.store.versions(table, profile.snapshot, only=only)
    staying = versions.filter(~pl.col("row").is_in(found.gone))
    kept, moved = _cleaned_versions(staying, found, traces, _personal(workbench, profile, table))
    kept = kept.filter(pl.col("row").is_in(moved))  # of the others nothing is to be written
    rows = sorted({*found.gone, *moved})
    gone = pl.DataFrame({"row": found.gone}, schema={"row": pl.Int64})
    gone = gone.with_columns(deleted=pl.lit(value=True))
    living = latest(kept.sort("change", maintain_order=True)).drop("change")
    others = pl.col("row").is_in(rows).not_()
    folded = fold(table, lambda: workbench.store.versions(table, profile.snapshot, only=others))
    if folded is None:
        change.rewrite(table, rows, kept, schema)
    else:
        change.rewrite_all(table, pl.concat([folded, kept]), schema)
    if rows:
        now = pl.concat([gone, living], how="diagonal").sort("row")
        change.append(table, now, schema, change.before.next_rows[table.name])


def _personal(workbench: Workbench, profile: Profile, table: RecordTable) -> frozenset[str]:
    """The columns that say nothing any more in a record that stays as nobody's."""
    marked = workbench.project.personal_keys
    own = (
        column.column
        for column in profile.snapshot.columns
        if column.namespace in table.namespaces.values() and column.path[0] in marked
    )
    return frozenset((TRACKING, *own))


def _cleaned_versions(
    versions: pl.DataFrame, found: TableErasure, traces: Traces, personal: frozenset[str]
) -> tuple[pl.DataFrame, list[int]]:
    """Versions with marks in place of what is the people's; and which records have any."""
    moved, columns, own = set[int](), [], set(found.own)
    for name, dtype in versions.schema.items():
        if not (_is_text(dtype) or name in personal):
            continue
        written, values = [], versions[name]
        # To look for thousands of people in each text takes long: only where one of them may be.
        some = _suspects(traces, found.table, values) if _is_text(dtype) else values.is_not_null()
        for row, value, suspect in zip(versions["row"], values.to_list(), some, strict=True):
            gone = value is None or (name in personal and row in own)
            cleaned = None if gone else value
            if suspect and not gone:
                cleaned = _cleaned(traces, found.table, name, value)
            written.append(cleaned)
            moved |= {row} if cleaned != value else set()
        columns.append(pl.Series(name, written, dtype=dtype))
    return versions.with_columns(columns), sorted(moved)
