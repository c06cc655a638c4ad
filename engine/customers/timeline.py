"""Everything that happened to one customer: what was written, ordered, redeemed and seen."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

import polars as pl

from engine.base.differences import differences, field_places
from engine.base.kinds.customers import ANONYMOUS, MERGED
from engine.base.kinds.registry import CUSTOMERS, owned_kinds
from engine.base.kinds.row import RecordKind, Row
from engine.base.kinds.words import Money
from engine.base.profiles import Profile
from engine.filters.describe import shown
from engine.filters.fields import Field
from engine.filters.kinds import KINDS
from engine.privacy.masks import OPEN, Mask
from engine.store.database import Transaction
from engine.store.records.undo import BOOKKEEPING
from engine.store.results.change_log import LogLine, change_lines
from engine.store.results.moves import Move, moves_about
from engine.store.results.runs import ImportRun, imports_of
from engine.store.results.segments import names_of
from engine.store.results.validations import ValidationLine as ValidationLine  # for the doors too
from engine.store.results.validations import validations_of
from engine.workspace.tracking import Tokens, kept
from engine.workspace.workbench import Workbench

SHOWN = (("Name", "name"), ("E-mail", "email"), ("Phone", "phone"))  # of a profile that is gone


@dataclass(frozen=True)
class Moment:
    """One thing that happened to a customer."""

    at: datetime | None
    kind: str  # created, updated, merged, entered, left, validation, or a record's singular
    what: str
    details: tuple[str, ...] = ()
    because: str = ""  # what wrote it: a file, or another cause
    import_id: str | None = None
    record: str | None = None  # the id of the record
    segment: str | None = None  # the id of the segment
    values: Row = field(default_factory=dict, compare=False, repr=False)  # of the record


def timeline(
    workbench: Workbench, profile: Profile, position: int, mask: Mask = OPEN
) -> list[Moment]:
    """
    Everything that is recorded of one customer, newest first.

    Args:
        position: in the profile's customers.
        mask: of what is not told.
    """
    row, tokens = int(profile.customers["row"][position]), kept(workbench)
    money = workbench.project.money
    theirs = (pl.col("row") == row) | (pl.col(MERGED) == row)
    versions = workbench.store.versions(CUSTOMERS, profile.snapshot, only=theirs)
    merged, versions = versions.filter(pl.col("row") != row), versions.filter(pl.col("row") == row)
    alone = profile.among(pl.Series([position]))  # whole tables are not loaded for one customer
    records = {name: alone.activity.counted(name) for name in (kind.name for kind in owned_kinds())}
    with workbench.store.read() as connection:
        moves, names = moves_about(connection, row), names_of(connection)
        asked = _asked(connection, profile, position, tokens)
        versions_of = (versions["change"], merged["change"])
        wrote = pl.concat([*versions_of, *(frame["change"] for frame in records.values())])
        causes = _causes(connection, {*wrote, *(move.change for move in moves if move.change)})
    moments = [  # of one instant, what follows from what behind it
        *_versions(profile, versions, causes, mask),
        *_merged(profile, merged, causes, mask),
        *_activity(profile, records, causes, money),
        *_memberships(moves, names, causes),
        *_validations(asked, money),
    ]
    return sorted(moments, key=_instant)[::-1]


def _instant(moment: Moment) -> float:
    return moment.at.timestamp() if moment.at else 0.0


Causes = Mapping[int, tuple[LogLine, ImportRun | None]]


def _causes(connection: Transaction, changes: Iterable[int]) -> Causes:
    files = imports_of(connection, changes)
    lines = change_lines(connection, changes)
    return {number: (line, files.get(number)) for number, line in lines.items()}


def _because(causes: Causes, change: int) -> dict[str, Any]:
    line, run = causes[change]
    if run is None:
        return {"because": line.cause}
    return {"because": run.file_name, "import_id": run.id}


def _versions(
    profile: Profile, versions: pl.DataFrame, causes: Causes, mask: Mask
) -> Iterator[Moment]:
    """What each change set made of the customer: the fields that it moved."""
    known = field_places(CUSTOMERS, profile.snapshot.columns)
    fields = [field for field in known if field.columns.keys().isdisjoint(BOOKKEEPING)]
    before: Row | None = None
    for version in versions.sort("change").iter_rows(named=True):
        line, _ = causes[version["change"]]
        kind, what = ("updated", "Changed") if before else ("created", "Created")
        found = differences(fields, before, version) if before else ()
        moved = tuple(mask.text(each.field, str(each)) for each in found)
        yield Moment(line.at, kind, what, moved, **_because(causes, version["change"]))
        before = version


def _merged(profile: Profile, merged: pl.DataFrame, causes: Causes, mask: Mask) -> Iterator[Moment]:
    """Each profile that turned out to be this customer's, and still is."""
    still = profile.merged["row"].implode()
    for version in merged.filter(pl.col("row").is_in(still)).iter_rows(named=True):
        line, _ = causes[version["change"]]
        key = version["id"] if mask.on else version["source_id"] or version["id"]
        name = "a visitor" if version[ANONYMOUS] else key
        known = () if version[ANONYMOUS] or mask.on else tuple(
            f"{label}: {version[column]}" for label, column in SHOWN if version[column]
        )  # fmt: skip
        because = _because(causes, version["change"])
        yield Moment(line.at, "merged", f"Merged with {name}", known, **because)


def _memberships(
    moves: Iterable[Move], names: Mapping[str, str], causes: Causes
) -> Iterator[Moment]:
    """Each segment that the customer entered or left."""
    for move in moves:
        name = names[move.segment_id]
        said = {"because": move.cause} if move.change is None else _because(causes, move.change)
        kind, what = ("entered", "Entered") if move.entered else ("left", "Left")
        yield Moment(move.at, kind, f"{what} {name}", **said, segment=move.segment_id)


def _asked(
    connection: Transaction, profile: Profile, position: int, tokens: Tokens | None
) -> list[ValidationLine]:
    """The codes that a customer has asked for, as whoever was merged with them too."""
    persons = {int(profile.customers["row"][position]): profile.customers["source_id"][position]}
    merged = profile.merged.select("row", "source_id", MERGED).rows()
    while found := {
        row: name for row, name, into in merged if into in persons and row not in persons
    }:
        persons |= found
    known = [tokens.of(name) for name in persons.values() if name] if tokens else []
    return validations_of(connection, known, persons)


def _validations(asked: Iterable[ValidationLine], money: Money) -> Iterator[Moment]:
    """Each validation, with its codes and what they would have come to."""
    for request, codes in groupby(asked, attrgetter("request")):
        lines = list(codes)
        valid = all(line.failure_code is None for line in lines)
        named = ", ".join(line.code for line in lines)
        yield Moment(
            lines[0].at,
            "validation",
            f"Validated {named} · {'valid' if valid else 'not valid'}",
            tuple(filter(None, (_outcome(one, money) for one in lines))),
            "validation",
            record=request,
            values={"valid": valid, "codes": lines},
        )


def _outcome(line: ValidationLine, money: Money) -> str:
    """What one code came to, where there is something to say."""
    if line.failure_message is not None or line.failure_code is not None:
        return f"{line.code}: {line.failure_message or line.failure_code}"
    taken = line.discount_amount
    return "" if taken is None else f"{line.code}: {money(taken)} off"


def _activity(
    profile: Profile, records: Mapping[str, pl.DataFrame], causes: Causes, money: Money
) -> Iterator[Moment]:
    for kind in owned_kinds():
        derived = [value.alias(column) for column, value in kind.derived.items()]
        mine = records[kind.name].with_columns(derived)
        for record in mine.iter_rows(named=True):
            yield Moment(
                record[kind.instant] if kind.instant else None,
                kind.singular,
                kind.describe(record, money),
                (*_parts(kind, record, money), *_metadata(profile, kind, record)),
                record=record["id"],
                values=record,
                **_because(causes, record["change"]),
            )


def _parts(kind: RecordKind, record: Row, money: Money) -> Iterator[str]:
    if kind.parts is not None:
        for part in record[kind.parts.name] or ():
            yield kind.parts.described(part, money)


def _metadata(profile: Profile, kind: RecordKind, record: Row) -> Iterator[str]:
    for column in profile.snapshot.columns:
        value = record.get(column.column)
        if column.namespace in kind.table.namespaces.values() and value is not None:
            name = ".".join(column.path)
            named = Field(name, name, "", KINDS[column.kind], kind.name, None, "", column.many)
            yield f"{name}: {shown(named, value)}"
