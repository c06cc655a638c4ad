"""The ways in which a workspace is found to be damaged; each gives a line for every place."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from pyroaring import BitMap

from engine.base.profiles import Profile
from engine.base.summaries import aggregated
from engine.base.uses import Uses
from engine.errors import Issue, StoreError
from engine.integrity.inspection import Inspection
from engine.memberships.ledger import SILENT
from engine.store.check import count_faults, database_faults, record_faults
from engine.store.recount import differences, index_differs, static_ids
from engine.store.results.export_requests import deleted_exports
from engine.store.results.log_chain import walked
from engine.store.results.members import members_of
from engine.store.results.moves import moves_of
from engine.store.results.runs import ERASED, exports
from engine.store.results.segments import segments

DERIVED = ("membership", "membership_part")  # made from records and definitions
# What the rows of a table are, where its name does not say so.
ROWS = {
    "api_key": "keys of the API",
    "async_action": "work asked for over HTTP",
    "change_log": "lines of the change log",
    "change_set": "change sets",
    "dead_message": "messages that were never taken",
    "delivery": "messages on their way to a webhook",
    "erasure": "certificates of erasures",
    "export_request": "exports asked for over HTTP",
    "export_run": "receipts of exports",
    "idempotency_key": "requests that are done once",
    "import_run": "receipts of imports",
    "membership": "lines of members",
    "membership_part": "members of segments",
    "metadata_column": "columns of metadata",
    "metadata_name": "keys of metadata",
    "stroke": "entries and exits",
    "outbox": "messages to webhooks",
    "page_session": "sessions of people who signed in",
    "person": "people who may sign in",
    "pointer": "pointers to the records",
    "rejected_row": "rejected rows of imports",
    "segment": "saved segments",
    "segment_version": "versions of segments",
    "setting": "settings and saved views",
    "small_write": "small changes of records",
    "suppression": "people who are not written to",
    "tombstone": "hashes of people who were erased",
    "validation": "validations of codes",
    "webhook_target": "webhooks",
}


def database(inspection: Inspection) -> Iterator[Issue]:
    """The file of the database."""
    yield from database_faults(inspection.store)


def records(inspection: Inspection) -> Iterator[Issue]:
    """The files of records, and the records in them."""
    yield from record_faults(inspection.store)


def rows(inspection: Inspection) -> Iterator[Issue]:
    """Rows of the database that another hand has changed, taken away or added."""
    with inspection.store.read() as connection:
        static = static_ids(connection)
        for one in differences(connection):
            if one.table == "membership_part" and one.part in static:
                path = f"static segment {static[one.part]}"
                yield Issue(path, "expected the members that were saved, got others")
            elif one.table not in DERIVED:
                what = ROWS.get(one.table, one.table)
                yield Issue(f"workbench.db {one.table}", _rows(what, one.expected, one.found))


def _rows(what: str, expected: tuple[int, int], found: tuple[int, int]) -> str:
    if expected[0] != found[0]:
        return f"expected {expected[0]:,} {what}, got {found[0]:,}"
    return f"expected the {what} that were written, got others: a value was changed"


def lines(inspection: Inspection) -> Iterator[Issue]:
    """The lines that say how many are in a segment and as of when."""
    yield from count_faults(inspection.store)
    with inspection.store.read() as connection:
        static = static_ids(connection)
        for one in differences(connection, DERIVED):
            if one.part in static:
                continue
            path = inspection.called(one.part) if one.part else f"workbench.db {one.table}"
            yield Issue(path, _rows(ROWS[one.table], one.expected, one.found))


def members(inspection: Inspection) -> Iterator[Issue]:
    """The members of segments with a filter."""
    for key in inspection.right.keys() & inspection.lines.keys():
        try:
            with inspection.store.read() as connection:
                stored = members_of(connection, [key])[key].rows
        except StoreError as error:
            yield Issue(inspection.called(key), f"its members cannot be read: {error.message}")
            continue
        if stored != inspection.right[key]:
            said = _unlike(inspection.right[key], stored, "its filter finds")
            yield Issue(inspection.called(key), said)


def history(inspection: Inspection) -> Iterator[Issue]:
    """The entries and exits of segments, which lead to their members."""
    with inspection.store.read() as connection:
        told = {one.id for one in segments(connection) if one.type not in SILENT}
    for key in inspection.right.keys() & inspection.lines.keys() & told:
        with inspection.store.read() as connection:
            found = BitMap()
            for move in moves_of(connection, key):
                found = (found | move.entered) - move.left
        if found != inspection.right[key]:
            said = _unlike(inspection.right[key], found, "are members")
            yield Issue(f"{inspection.called(key)}, entries and exits", said)


def _unlike(right: BitMap, found: BitMap, why: str) -> str:
    lacking, others = len(right - found), len(found - right)
    return (
        f"expected the {len(right):,} customers that {why}, got {len(found):,}: "
        f"{lacking:,} of them are missing, {others:,} are others"
    )


def index(inspection: Inspection) -> Iterator[Issue]:
    """The indexes of entries and exits, by customer and by segment."""
    with inspection.store.read() as connection:
        if index_differs(connection):
            yield Issue("workbench.db stroke_customer, stroke_block", "expected the entries and "
                        "exits of each customer and segment, got others")  # fmt: skip


def log(inspection: Inspection) -> Iterator[Issue]:
    """The chain of the change log."""
    with inspection.store.read() as connection:
        for number, what in walked(connection).faults:
            yield Issue(f"change log, line {number}", what)


def sums(inspection: Inspection) -> Iterator[Issue]:
    """The check sums beside the files of records."""
    for table in inspection.tables:
        for name in inspection.store.without_sums(table, inspection.snapshot):
            yield Issue(table.name, f"the check sum of the file {name} is missing or broken")


def memory(inspection: Inspection) -> Iterator[Issue]:
    """What this process has in memory, kept from change to change."""
    held, read = inspection.workbench.profile(), inspection.profile
    if held.change != read.change:  # somebody has written meanwhile
        return
    if not held.customers.select(sorted(held.customers.columns)).equals(
        read.customers.select(sorted(read.customers.columns))
    ):
        yield Issue("customers in memory", "expected the customers that are stored, got others")
    yield from _activity(held, read)


def _activity(held: Profile, read: Profile) -> Iterator[Issue]:
    for name in held.activity.loaded():
        state = held.activity.state(name)  # what is loaded may be of a state before
        stored = read.activity.records(name)
        for source in [known.source for known in state.summaries.values()]:
            frame = held.activity.summed(name, source)
            afresh = aggregated(source, stored, read.activity.records)
            order = frame.columns[0]
            if not frame.sort(order).equals(afresh.select(frame.columns).sort(order)):
                yield Issue(f"{source.name} of customers", "expected what their records come to, "
                            "got another sum in memory")  # fmt: skip
        if state.uses:
            counted = Uses.of(stored)
            codes = stored["voucher_code"].drop_nulls().unique()
            known, right = (uses.of_each(codes) for uses in (state.uses[0], counted))
            for code in known.join(right, on=known.columns, how="anti")["code"]:
                yield Issue(f"voucher {code}", "expected its redemptions, got another number")


def files(inspection: Inspection) -> Iterator[Issue]:
    """The files of exports, which have to be those of their receipts."""
    for file in other_files(inspection):
        yield Issue(f"exports/{file.name}", "expected the file that was written, got another")


def other_files(inspection: Inspection) -> list[Path]:
    """Files of exports that are not those of their receipts."""
    found = _exported(inspection)
    return [file for file, expected in found if file.is_file() and _digest(file) != expected]


def absent(inspection: Inspection) -> Iterator[Issue]:
    """Files of exports that are gone."""
    for file, _ in _exported(inspection):
        if not file.exists():
            yield Issue(f"exports/{file.name}", "the file of an export is gone")


def strays(inspection: Inspection) -> Iterator[Issue]:
    """What interrupted work, or somebody else, has left beside the files of records."""
    for table in inspection.tables:
        for name in inspection.store.strays(table, inspection.snapshot):
            yield Issue(f"tables/{table.name}", f"{name} belongs to no version of the table")


def _exported(inspection: Inspection) -> Iterator[tuple[Path, str]]:
    """Each file of an export that is to lie in the workspace, and its digest."""
    with inspection.store.read() as connection:
        found, deleted = exports(connection), deleted_exports(connection)
    for run in found:
        kept = run.id not in deleted and ERASED not in run.parameters
        if kept and run.file_name.startswith(run.id):
            yield inspection.store.folder / "exports" / run.file_name, run.file_sha256


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        digest = sha256()
        while part := content.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()
