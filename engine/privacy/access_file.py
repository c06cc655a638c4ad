"""
Subject access: all that is known of a person, under every id and from before every merge.

One section for each place of the inventory of which something is printed. Privacy rules 1 to 3.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import polars as pl

from engine.base.differences import field_places
from engine.base.kinds.registry import CUSTOMERS, RECORD_TABLES, owned_kinds
from engine.base.profiles import Profile
from engine.privacy.files import names_somebody
from engine.privacy.inventory import BLANKED, DATABASE, places
from engine.privacy.people import DataSubject, find_people, records_of, traces_of
from engine.privacy.texts import hits
from engine.privacy.traces import Traces
from engine.store.records.tables import RecordTable
from engine.store.results.change_log import LogLine, change_lines
from engine.store.results.moves import moves_about
from engine.store.results.runs import exports, imports_of
from engine.store.results.segments import names_of
from engine.store.results.suppressions import suppressions
from engine.store.results.validations import validations_of
from engine.workspace.workbench import Workbench

Rows = list[dict[str, Any]]


@dataclass(frozen=True, eq=False)
class AccessRequest:
    """A person, with what all sections look at."""

    workbench: Workbench
    profile: Profile
    person: DataSubject

    @cached_property
    def traces(self) -> Traces:
        """By what the person is found in texts."""
        return traces_of([self.person])

    @cached_property
    def versions(self) -> pl.DataFrame:
        """Every version of every profile that is or was the person's, oldest first: all columns."""
        only = pl.col("row").is_in(self.person.rows)
        return self.workbench.store.versions(CUSTOMERS, self.profile.snapshot, only=only).sort(
            "change", "row"
        )

    @cached_property
    def records(self) -> Mapping[str, pl.DataFrame]:
        """The last version of each record that is the person's own, all columns, by table."""
        found = {
            kind.name: records_of(self.workbench, self.profile, kind.name, self.person.rows)
            for kind in owned_kinds()
        }
        return {
            name: frame.sort("change").unique("row", keep="last", maintain_order=True).sort("row")
            for name, frame in found.items()
        }

    @cached_property
    def lines(self) -> Mapping[int, LogLine]:
        """The line of each change that wrote something of the person."""
        frames = (self.versions, *self.records.values())
        changes = {change for frame in frames for change in frame["change"]}
        with self.workbench.store.read() as connection:
            return change_lines(connection, changes)

    def values(self, table: RecordTable, record: Mapping[str, Any]) -> dict[str, Any]:
        """What a record holds, by the paths of its fields."""
        found: dict[str, Any] = {}
        for place in field_places(table, self.profile.snapshot.columns):
            given = [record[name] for name in place.columns if record.get(name) is not None]
            if given and place.field.path != "customer":
                found[place.field.path] = _json(given[0])
        return found


@dataclass(frozen=True, eq=False)
class Section:
    """One part of the file."""

    key: str
    title: str
    of: tuple[str, ...]  # the places of the inventory that it prints
    rows: Callable[[AccessRequest], Rows]


def subject_access(workbench: Workbench, customer: str) -> dict[str, Any]:
    """
    All that is known of a person, as JSON.

    Args:
        customer: an id, a source id, an e-mail or a phone, of somebody deleted too.

    Raises:
        NotFoundError: nobody, or several living customers, go by that name.
    """
    profile = workbench.profile()
    subject = AccessRequest(workbench, profile, find_people(workbench, profile, [customer])[0])
    person = subject.person
    said = ("ids", "source_ids", "emails", "phones", "tracking_ids")
    return {
        "made_at": workbench.now().isoformat(),
        "data_version": profile.change,
        "person": {name: list(getattr(person, name)) for name in said},
        **{section.key: section.rows(subject) for section in SECTIONS},
    }


def _json(value: Any) -> Any:
    match value:
        case datetime() | date():
            return value.isoformat()
        case list():
            return [_json(one) for one in value]
        case dict():
            return {key: _json(one) for key, one in value.items() if one is not None}
    return value


def _profile(subject: AccessRequest) -> Rows:
    last = subject.versions.unique("row", keep="last", maintain_order=True)
    living = last.filter(~pl.col("deleted"))
    return [subject.values(CUSTOMERS, row) for row in living.iter_rows(named=True)]


def _versions(subject: AccessRequest) -> Rows:
    return [
        {**_written(subject, row), **subject.values(CUSTOMERS, row)}
        for row in subject.versions.iter_rows(named=True)
    ]


def _written(subject: AccessRequest, row: Mapping[str, Any]) -> dict[str, Any]:
    line = subject.lines.get(row["change"])
    said = {"@at": line.at.isoformat(), "@because": line.cause} if line else {}
    return {**said, "@deleted": True} if row["deleted"] else said


def _records(table: str) -> Callable[[AccessRequest], Rows]:
    def rows(subject: AccessRequest) -> Rows:
        found = subject.records[table].iter_rows(named=True)
        kept = RECORD_TABLES[table]
        return [{**_written(subject, row), **subject.values(kept, row)} for row in found]

    return rows


def _vouchers(subject: AccessRequest) -> Rows:
    """Those that are the person's alone, and those the person has used."""
    vouchers = subject.profile.activity.records("vouchers")
    used = subject.records["redemptions"]["voucher_code"].drop_nulls().unique()
    mine = pl.col("holder").is_in(subject.person.ids) | pl.col("id").is_in(used.implode())
    table = RECORD_TABLES["vouchers"]
    return [subject.values(table, row) for row in vouchers.filter(mine).iter_rows(named=True)]


def _validations(subject: AccessRequest) -> Rows:
    with subject.workbench.store.read() as connection:
        found = validations_of(connection, subject.person.tracking_ids, subject.person.rows)
    return [{name: _json(value) for name, value in asdict(one).items()} for one in found]


def _segments(subject: AccessRequest) -> Rows:
    """Each entry and exit; those without an exit are where the person is."""
    with subject.workbench.store.read() as connection:
        names = names_of(connection)
        moves = [move for row in subject.person.rows for move in moves_about(connection, row)]
    found = [
        {
            "segment": names[move.segment_id],
            "at": move.at.isoformat(),
            "moved": "entered" if move.entered else "left",
            "because": move.cause,
        }
        for move in moves
    ]
    return [*_inside(subject), *found]


def _inside(subject: AccessRequest) -> Iterator[dict[str, Any]]:
    places = (subject.profile.customers["row"] == subject.person.rows[0]).arg_true()
    if len(places):
        memberships, clock = subject.workbench.memberships, subject.workbench.clock()
        inside = memberships.containing(subject.profile, clock, int(places[0]))
        for segment in memberships.segments():
            if segment.id in inside:
                yield {"segment": segment.name, "moved": "is in now"}


def _imports(subject: AccessRequest) -> Rows:
    with subject.workbench.store.read() as connection:
        found = imports_of(connection, subject.lines).values()
    return [
        {"file": run.file_name, "at": run.at.isoformat(), "kind": run.kind, "by": run.actor}
        for run in sorted(found, key=lambda run: run.at)
    ]


def _rejected(subject: AccessRequest) -> Rows:
    with subject.workbench.store.read() as connection:
        return [
            {"where": place.key, "said": cell.value}
            for place in places(DATABASE, BLANKED)
            for cell in hits(connection, place, subject.traces)
        ]


def _exports(subject: AccessRequest) -> Rows:
    folder = subject.workbench.store.folder / "exports"
    with subject.workbench.store.read() as connection:
        runs = exports(connection)
    carried = (
        run
        for run in runs
        if (folder / run.file_name).is_file()
        and names_somebody(folder / run.file_name, subject.traces)
    )
    return [
        {"file": run.file_name, "at": run.at.isoformat(), "what": run.what, "by": run.actor}
        for run in carried
    ]


def _suppression(subject: AccessRequest) -> Rows:
    with subject.workbench.store.read() as connection:
        found = suppressions(connection)
    return [
        {"reason": line.reason, "at": line.at.isoformat(), "by": line.actor}
        for line in found
        if line.customer_row in subject.person.rows
    ]


def _log(subject: AccessRequest) -> Rows:
    return [
        {"at": line.at.isoformat(), "number": line.number, "cause": line.cause,
         "by": line.actor, "door": line.door}
        for _, line in sorted(subject.lines.items())
    ]  # fmt: skip


SECTIONS: tuple[Section, ...] = (
    Section("profile", "Profile", ("customers",), _profile),
    Section("versions", "Every version of the profile", ("customers",), _versions),
    *(
        Section(kind.name, kind.label, (kind.name,), _records(kind.name))
        for kind in owned_kinds()
    ),
    Section("vouchers", "Vouchers held and used", ("vouchers",), _vouchers),
    Section("validations", "Codes asked for", ("validation.token", "validation.code",
             "validation.failure_message"),
            _validations),
    Section("segments", "Segments",
            ("segment.name", "segment.tags", "segment_version.filter", "segment_version.reason"),
            _segments),
    Section("imports", "Imports that brought the person",
            ("import_run.file_name", "import_run.mapping", "import_run.header",
             "import_run.misfits", "import_run.notes"), _imports),
    Section("rejected", "Rows that did not come in",
            ("rejected_row.cells", "rejected_row.reason", "import_run.set_aside"), _rejected),
    Section("exports", "Exports whose files name the person",
            ( "export_run.parameters", "export_run.file_name",
             "export_request.parameters"), _exports),
    Section("suppression", "Suppression list", ("suppression.reason",), _suppression),
    Section("log", "Changes that wrote something of the person",
            ("change_log.touched", "change_log.before", "change_log.after"), _log),
)  # fmt: skip
