"""
A change set is taken back, also an old one: by a new one, and segments move back with that cause.

Customers whom activity rows created disappear with them, and so do the names of metadata and events
that nothing else brought; a customer stays as long as a change set
that was not undone has written the customer, or anything of the customer's.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from engine.base.kinds.customers import MERGED
from engine.base.kinds.registry import CUSTOMERS, KINDS, RECORD_TABLES
from engine.base.merging import units_of
from engine.base.profiles import Profile
from engine.errors import ConflictError
from engine.imports.brought_names import names_of_only
from engine.store.changes import ChangeSet
from engine.store.records.latest import latest
from engine.store.records.metadata import Name
from engine.store.records.tables import OWNER, RecordTable
from engine.store.records.undo import EARLIER, SINCE, Undo, undo
from engine.store.records.versions import among
from engine.store.results.change_log import LogLine, undone_by
from engine.store.snapshot import instants_of
from engine.text.display import quoted
from engine.workspace.workbench import Workbench

KEPT = pl.Schema({"row": pl.Int64(), "change": pl.Int64()})
SHOWN = 3  # keys that a refusal names
TAKEN = pl.Schema({"row": pl.Int64(), "unit": pl.Int64()})


@dataclass(frozen=True)
class Conflict:
    """A field of one record that was written again since."""

    table: str
    row: int
    record: str  # the source id, else the id
    path: str
    unit: int  # of the table, as `units` counts
    later: Any = field(compare=False)  # stays unless the earlier value is taken
    earlier: Any = field(compare=False)  # before the change set


@dataclass(frozen=True)
class UndoEffect:
    """What an undo does, or would do."""

    line: LogLine  # what is undone
    change: int | None  # the undo's own change set; None where no record is written, or not yet
    deleted: Mapping[str, int]  # record table, or kind of thing -> how many disappear
    changed: Mapping[str, int]  # the same -> how many become what they were
    conflicts: tuple[Conflict, ...] = ()
    fields: tuple[str, ...] = ()  # names of metadata and events that nothing else brought: they go
    done: bool = False


def records_preview(workbench: Workbench, line: LogLine) -> UndoEffect:
    """What undoing a change set of records would do, with every conflict."""
    plan = _Plan(workbench, workbench.profile(), line, ())
    return _summed(line, plan, plan.names())


def undo_records(
    workbench: Workbench,
    change: ChangeSet,
    profile: Profile,
    line: LogLine,
    earlier: Collection[Conflict] = (),
) -> UndoEffect:
    """
    Undoes a change set of records in another one.

    Args:
        earlier: the conflicts whose earlier value is taken; of the others the later one stays.
    """
    plan = _Plan(workbench, profile, line, earlier)
    for table, undone in plan.tables.items():
        _write(change, RECORD_TABLES[table], plan.dated(table, undone))
    change.wrote = True  # a history without it is another one, even with equal records
    names = plan.names()
    change.drop(names)
    return replace(_summed(line, plan, names), change=change.number, done=True)


class _Plan:
    """Every table without one change set."""

    def __init__(
        self, workbench: Workbench, profile: Profile, line: LogLine, earlier: Collection[Conflict]
    ) -> None:
        """
        Raises:
            ConflictError: a record would come back under a key that another one has by now.
        """
        self._workbench, self._profile, self._earlier = workbench, profile, earlier
        self._line, self.change = line, line.change or 0
        with workbench.store.read() as connection:
            undone = undone_by(connection)
        # What was folded is the beginning: an undo of something in it counts as a change since.
        pairs = ((one, by) for one, by in undone.items() if one > profile.snapshot.folded)
        self._dead = {self.change}.union(*pairs)
        own = pl.col("change") == self.change
        self._own = {name: self._read(table, own) for name, table in RECORD_TABLES.items()}
        self._versions: dict[str, pl.DataFrame] = {}  # all of the records concerned
        self.tables: dict[str, Undo] = {}
        for table in sorted(RECORD_TABLES.values(), key=lambda table: table is CUSTOMERS):
            self.tables[table.name] = self._undone(table)  # customers last: whose records stay?
        if taken := list(self._taken()):
            rest = f", and {len(taken) - SHOWN:,} more" if len(taken) > SHOWN else ""
            raise ConflictError(
                f"change {line.number} cannot be undone: by now {', '.join(taken[:SHOWN])}{rest}. "
                "Delete what has them, or undo what brought it, and then this"
            )

    def dated(self, table: str, undone: Undo) -> pl.DataFrame:
        """The versions to write; what has lost its instant happened when it was first imported."""
        instant = RECORD_TABLES[table].instant
        if instant is None:
            return undone.versions.drop(SINCE)
        with self._workbench.store.read() as connection:
            instants = instants_of(connection, undone.versions[SINCE].drop_nulls().unique())
        at = pl.DataFrame(
            {SINCE: list(instants), "@at": list(instants.values())},
            schema={SINCE: pl.Int64, "@at": pl.Datetime("us", "UTC")},
        )
        dated = undone.versions.join(at, on=SINCE, how="left", maintain_order="left")
        return dated.with_columns(pl.coalesce(instant, "@at").alias(instant)).drop(SINCE, "@at")

    def conflicts(self) -> Iterator[Conflict]:
        """Every conflict of every table."""
        for name, undone in self.tables.items():
            units = units_of(RECORD_TABLES[name], self._profile.snapshot)
            found = undone.conflicts.join(undone.records, on="row", maintain_order="left")
            for record in found.iter_rows(named=True):
                path, unit = units[record["unit"]]
                yield Conflict(
                    name,
                    record["row"],
                    record.get("source_id") or record["id"],
                    path,
                    record["unit"],
                    _first(record[column] for column in unit.columns),
                    _first(record[EARLIER + column] for column in unit.columns),
                )

    def _taken(self) -> Iterator[str]:
        """The keys that a record would have again, though another one has them by now."""
        for name, undone in self.tables.items():
            back = undone.versions.filter(~pl.col("deleted"))
            for key in RECORD_TABLES[name].keys if back.height else ():
                others = self._profile.records(RECORD_TABLES[name])
                taken = others.filter(
                    pl.col(key).is_in(back[key].drop_nulls().implode()),
                    ~pl.col("row").is_in(undone.versions["row"].implode()),
                )
                for value in taken[key]:
                    yield f"another {KINDS[name].singular} has the {key} {quoted(value)}"

    def names(self) -> list[Name]:
        """The names that it brought and nothing else keeps; by hand a name is there to stay."""
        if self._line.cause == "schema":
            return []
        return names_of_only(
            self._workbench, self._profile, self._versions, self.change, self._dead
        )

    def _undone(self, table: RecordTable) -> Undo:
        own = self._own[table.name]
        rows = pl.concat([own["row"], *(self._owners() if table is CUSTOMERS else ())])
        versions = self._read(table, _is(rows, "row")) if rows.len() else own
        self._versions[table.name] = versions
        taken = [(one.row, one.unit) for one in self._earlier if one.table == table.name]
        return undo(
            table,
            versions,
            tuple(unit for _, unit in units_of(table, self._profile.snapshot)),
            self.change,
            self._dead,
            pl.DataFrame(taken, schema=TAKEN, orient="row"),
            self._kept if table is CUSTOMERS else _nothing,
            self._passed_on(table, versions),
        )

    def _read(self, table: RecordTable, only: pl.Expr, after: int = 0) -> pl.DataFrame:
        """Some versions of a table; to read all of a million customers would take 3 s."""
        return self._workbench.store.versions(table, self._profile.snapshot, after, only)

    def _passed_on(self, table: RecordTable, versions: pl.DataFrame) -> pl.DataFrame:
        """The versions that only followed a merge of customers: `row`, `change`."""
        several = versions.filter(pl.col("row").is_duplicated())
        if OWNER not in table.columns or several.is_empty():
            return pl.DataFrame(schema=KEPT)
        now = several.sort("row", "change")
        earlier = now.with_columns(pl.all().shift(1).over("row"))
        others = [name for name in table.schema if name not in ("row", "change", OWNER)]
        others += [name for name in now.columns if name not in table.schema]
        same = pl.DataFrame([now[name].eq_missing(earlier[name]) for name in others])
        moves = now.select("row", "change", before=earlier[OWNER], after=OWNER)
        moves = moves.filter(same.select(pl.all_horizontal(pl.all())).to_series())
        if moves.is_empty():
            return pl.DataFrame(schema=KEPT)
        merged = pl.col("deleted") & pl.col(MERGED).is_not_null() & _is(moves["change"], "change")
        merges = self._read(CUSTOMERS, merged).select("change", before="row", after=MERGED)
        return moves.join(merges, on=["change", "before", "after"], how="semi").select(*KEPT)

    def _owners(self) -> Iterator[pl.Series]:
        """Whose records it wrote, and whose are taken from them: who came with those may go now."""
        for table in _owner_tables():
            undone = self.tables[table.name]
            moved = undone.records.filter(_is(undone.versions["row"], "row"))
            yield pl.concat([self._own[table.name][OWNER], moved[OWNER]]).drop_nulls()

    def _kept(self, customers: pl.Series) -> pl.DataFrame:
        """Who has a record when those are gone, or whom another import named, and since when."""
        if customers.is_empty():
            return _nothing(customers)
        before = self._before(customers)
        found = [
            each for table in _owner_tables() for each in self._naming(table, customers, before)
        ]
        kept = pl.concat([pl.DataFrame(schema=KEPT), *found])
        return kept.group_by("row").agg(pl.col("change").min())

    def _before(self, customers: pl.Series) -> int:
        """Up to which change set no record was theirs: none is older than they are."""
        theirs = self._versions[CUSTOMERS.name].filter(_is(customers, "row"))
        first = int(theirs["change"].min())  # type: ignore[arg-type]
        return first - 1 if first > self._profile.snapshot.folded else 0

    def _naming(
        self, table: RecordTable, customers: pl.Series, before: int
    ) -> Iterator[pl.DataFrame]:
        """The records of a table that some customers have or had: `row` of these, `change`."""
        theirs, written = _is(customers, OWNER), self.tables[table.name].versions
        rows = pl.concat([self._read(table, theirs, before)["row"], written["row"]])
        if rows.is_empty():
            return
        versions = self._read(table, _is(rows, "row"))
        moved = written.filter(~pl.col("deleted")).select("row", OWNER)
        stay = latest(versions).filter(~_is(written["row"], "row")).select("row", OWNER)
        live = ~pl.col("change").is_in(list(self._dead))
        first = versions.filter(live).group_by("row").agg(pl.col("change").min())
        living = pl.concat([stay, moved]).filter(theirs)
        yield living.join(first, on="row").select(pl.col(OWNER).alias("row"), "change")
        given = _moved_to(versions).filter(live, theirs)  # also where it has moved on since
        yield given.select(pl.col(OWNER).alias("row"), "change")


def _owner_tables() -> Iterator[RecordTable]:
    """The tables whose records are a customer's."""
    return (table for table in RECORD_TABLES.values() if OWNER in table.columns)


def _is(values: pl.Series, column: str) -> pl.Expr:
    return among(column, values.unique())


def _nothing(_rows: pl.Series) -> pl.DataFrame:
    return pl.DataFrame(schema=KEPT)


def _write(change: ChangeSet, table: RecordTable, versions: pl.DataFrame) -> None:
    if not versions.is_empty():
        before = change.before
        change.append(table, versions, before.schema(table), before.next_rows[table.name])


def _summed(line: LogLine, plan: _Plan, names: Iterable[Name]) -> UndoEffect:
    versions = {}
    for name, undone in plan.tables.items():
        gone = undone.records.filter("deleted")["row"].implode()
        was = pl.col("row").is_in(gone)  # deleted before: it comes back, or nobody sees it
        versions[name] = undone.versions.filter(~(was & pl.col("deleted")))["deleted"]
    return UndoEffect(
        line,
        None,
        {name: int(deleted.sum()) for name, deleted in versions.items() if deleted.any()},
        {name: int((~deleted).sum()) for name, deleted in versions.items() if not deleted.all()},
        tuple(plan.conflicts()),
        tuple(".".join(name) for name in names),
    )


def _moved_to(versions: pl.DataFrame) -> pl.DataFrame:
    """The versions that gave a record its customer."""
    ordered = versions.sort("row", "change")
    same = pl.col("row") == pl.col("row").shift(1)
    return ordered.filter(pl.col(OWNER).ne_missing(pl.when(same).then(pl.col(OWNER).shift(1))))


def _first(values: Iterator[Any]) -> Any:
    return next((value for value in values if value is not None), None)
