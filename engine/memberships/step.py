"""Which customers a change set concerns, and what of them it may have changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from engine.base.activity import Activity
from engine.base.kinds.customers import MERGED
from engine.base.kinds.registry import CUSTOMERS, owned_kinds
from engine.base.profiles import Profile, places
from engine.base.successors import merged_since
from engine.memberships.survivors import survivors
from engine.memberships.verdicts import are_few
from engine.store.groups import CommitGroup
from engine.store.records.fresh import Written
from engine.store.records.latest import FEW, at_places, latest
from engine.store.records.tables import OWNER, VERSION_COLUMNS
from engine.store.snapshot import Snapshot

LARGE = 0.03  # above this share of changed customers, evaluating everybody is cheaper
REFERRED_BY = ("referrer", "source_id")  # the columns that `referrals` come from


@dataclass(frozen=True, eq=False)
class Step:
    """
    A change set on its way: the base before it, and what it wrote.

    Or a group of them; then no two concern the same customer.
    """

    before: Profile
    snapshot: Snapshot  # behind it
    group: CommitGroup
    wanted: frozenset[str]  # what any definition reads; other records need not be looked at
    load: Callable[[Profile, Snapshot, Activity], Profile]

    @cached_property
    def activity(self) -> Activity:
        """The records beside customers behind the change set."""
        return self.before.activity.following(self.snapshot)

    @cached_property
    def whole(self) -> Profile:
        """Everybody behind the change set."""
        return self.load(self.before, self.snapshot, self.activity)

    @cached_property
    def after(self) -> Profile:
        """The customers that it concerns, as it leaves them; those it deleted are not there."""
        alone = len(self.rows) == self._customers.height  # nobody else is concerned
        known = self._stored if alone else _found(self.before.customers, self.rows)
        customers = latest(pl.concat([known, self._customers], how="diagonal"))
        activity = self.activity.among(self.rows)
        inner = self.before.inner
        some = Profile(self.snapshot, customers, activity, inner, lambda: self.whole.customers)
        some.merged = merged_since(self.before.merged, self._customers)
        return some

    @cached_property
    def earlier(self) -> Profile:
        """Those of them who were there, as they were before it."""
        before = self.before
        customers, activity = _found(before.customers, self.rows), before.activity.among(self.rows)
        some = Profile(before.snapshot, customers, activity, before.inner, lambda: before.customers)
        some.merged = before.merged
        return some

    @property
    def is_small(self) -> bool:
        """Whether asking its customers twice, before and after, is cheaper than every segment."""
        same = self.snapshot.fields == self.before.snapshot.fields
        return same and not self.arrivals and are_few(len(self.rows))

    @property
    def is_loaded(self) -> bool:
        """Whether somebody asked for `whole`."""
        return "whole" in vars(self)

    @property
    def is_large(self) -> bool:
        """Whether it concerns so many that everybody is evaluated."""
        return are_many(len(self.rows), self.before)

    @cached_property
    def rows(self) -> pl.Series:
        """The `row` of every customer for whom something may have changed, ascending."""
        return self.concerned(self.written)

    @property
    def written(self) -> Written:
        """The versions that were written, by record table."""
        return self.group.written

    def concerned(self, written: Written) -> pl.Series:
        """The `row` of every customer for whom these versions may change something, ascending."""
        heirs = self._heirs(written)
        alone = written.keys() <= {CUSTOMERS.name} and "referrals" not in self.wanted
        if alone and not len(heirs):
            return _ascending([self._customers_of(written)["row"]])
        parts = [
            self._customers_of(written)["row"],
            heirs,
            *self._owners(written),
            *self._referrers(written),
            *self._sharers(written),
        ]
        return _ascending(parts)

    def apart(self) -> list[frozenset[int]]:
        """Whom each change set concerns, from the first on, as long as it is nobody twice."""
        found: list[frozenset[int]] = []
        seen: set[int | str] = set()
        for change in self.group.changes:
            rows = frozenset(self.concerned(change.written).to_list())
            marks = {*rows, *self._referrer_names(change.written)}
            if not seen.isdisjoint(marks):
                break
            seen |= marks
            found.append(rows)
        return found

    def _referrer_names(self, written: Written) -> Iterator[str]:
        """The source ids of referrers: one may come with another change set of the group."""
        if "referrals" in self.wanted and CUSTOMERS.name in written:
            yield from written[CUSTOMERS.name]["source_id"].drop_nulls()
            yield from written[CUSTOMERS.name]["referrer"].drop_nulls()

    @cached_property
    def arrivals(self) -> bool:
        """Whether customers came or went, which concerns every segment."""
        written = self._customers
        return written.height > self._stored.height or len(self.gone) > 0

    @cached_property
    def gone(self) -> pl.Series:
        """The `row` of every customer whom it deleted."""
        return self._customers["row"].filter(self._customers["deleted"])

    @cached_property
    def moved(self) -> frozenset[str]:
        """The columns of customers, and the other tables, that it wrote another value to."""
        tables = frozenset(self.written) - {CUSTOMERS.name}
        if self.arrivals:  # who came or went concerns every segment anyhow
            return tables | frozenset(self._customers.columns) | {"referrals"}
        written, stored = self._customers.sort("row"), self._stored
        columns = {
            name
            for name in set(written.columns) - set(VERSION_COLUMNS)
            if not written[name].equals(_column(stored, name, written[name].dtype))
        }
        referrals = {"referrals"} if not columns.isdisjoint(REFERRED_BY) else set()
        return tables | columns | referrals

    @cached_property
    def _customers(self) -> pl.DataFrame:
        """The versions of customers that it wrote."""
        return self._customers_of(self.written)

    def _customers_of(self, written: Written) -> pl.DataFrame:
        return written.get(CUSTOMERS.name, self.before.customers[:0])

    @cached_property
    def _stored(self) -> pl.DataFrame:
        """What was known of them before, in order of `row`."""
        return _found(self.before.customers, self._customers["row"].sort())

    def _heirs(self, written: Written) -> pl.Series:
        """The `row` of whom those written have become, or no longer: they stand on their lists."""
        customers, merged = self._customers_of(written), self.before.merged
        into = customers[MERGED]
        now = into[:0] if into.null_count() == len(into) else into.drop_nulls()  # which is a query
        before = merged.filter(_among("row", customers["row"]))[MERGED] if len(merged) else now[:0]
        found = survivors(self.before, {*now, *before})
        return pl.Series("row", list(found), dtype=pl.Int64)

    def _owners(self, written: Written) -> Iterator[pl.Series]:
        """Whose records were written, now and before."""
        names = [kind.name for kind in owned_kinds()]
        for table in self.wanted.intersection(names, written):
            versions = written[table]
            known = self.before.activity.records(table).filter(_among("row", versions["row"]))
            yield from (known[OWNER], versions[OWNER])

    def _referrers(self, written: Written) -> Iterator[pl.Series]:
        """Whom the customers that were written name as their referrer, now and before."""
        if "referrals" in self.wanted and CUSTOMERS.name in written:
            customers = written[CUSTOMERS.name]
            stored = _found(self.before.customers, customers["row"].sort())
            named = pl.concat([stored["referrer"], customers["referrer"]]).drop_nulls()
            if len(named):  # a look at a million takes 5 ms
                yield self.before.customers.filter(_among("source_id", named))["row"]

    def _sharers(self, written: Written) -> Iterator[pl.Series]:
        """Who shares something with whose records were written, such as a gift card."""
        before, after = self.before.activity.records, self.activity.records
        for source in (source for kind in owned_kinds() for source in kind.sources):
            if source.shared and self.wanted.issuperset(source.shared.reads):
                yield from source.shared.sharers(written, before, after)


def are_many(customers: int, base: Profile) -> bool:
    """Whether so many of a base may have moved that everybody is better asked."""
    return customers > LARGE * base.total


def _ascending(parts: list[pl.Series]) -> pl.Series:
    """The `row`s of some lists, each once and null aside."""
    if sum(map(len, parts)) > FEW:
        return pl.concat(parts).drop_nulls().unique().sort()
    # Two of the three are queries, 0.2 ms, and a group asks this of each of its change sets.
    rows = set[int | None]().union(*(part.to_list() for part in parts))
    return pl.Series("row", sorted(row for row in rows if row is not None), dtype=pl.Int64)


def _found(customers: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """The customers of these `row`s, which ascend."""
    return at_places(customers, places(customers, rows))


def _column(customers: pl.DataFrame, name: str, dtype: pl.DataType) -> pl.Series:
    """A column; nothing where there is none yet."""
    if name in customers.columns:
        return customers[name]
    return pl.Series(name, [None] * customers.height, dtype=dtype)


def _among(column: str, values: pl.Series) -> pl.Expr:
    return pl.col(column).is_in(values.implode())
