"""The ways in which a workspace is found to be damaged; each gives a line for every place."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from pyroaring import BitMap

from engine.base.profiles import Profile
from engine.base.summaries import aggregated
from engine.base.uses import Uses
from engine.errors import Issue, StoreError
from engine.integrity.evidence import Evidence
from engine.memberships.ledger import SILENT
from engine.store.check import count_faults, database_faults, record_faults
from engine.store.recount import differences, index_differs, static_ids
from engine.store.results.log_chain import walked
from engine.store.results.members import members_of
from engine.store.results.memberships import moves_of
from engine.store.results.runs import exports
from engine.store.results.segments import segments

DERIVED = ("membership", "membership_part")  # made from records and definitions
# What the rows of a table are, where its name does not say so.
ROWS = {
    "api_key": "keys of the API",
    "async_action": "work asked for over HTTP",
    "change_log": "lines of the change log",
    "change_set": "change sets",
    "export_request": "exports asked for over HTTP",
    "export_run": "receipts of exports",
    "idempotency_key": "requests that are done once",
    "import_run": "receipts of imports",
    "membership": "lines of members",
    "membership_part": "members of segments",
    "metadata_column": "columns of metadata",
    "metadata_name": "keys of metadata",
    "move": "entries and exits",
    "pointer": "pointers to the records",
    "rejected_row": "rejected rows of imports",
    "segment": "saved segments",
    "segment_version": "versions of segments",
    "setting": "settings and saved views",
    "small_write": "small changes of records",
    "validation": "validations of codes",
}


def database(evidence: Evidence) -> Iterator[Issue]:
    """The file of the database."""
    yield from database_faults(evidence.store)


def records(evidence: Evidence) -> Iterator[Issue]:
    """The files of records, and the records in them."""
    yield from record_faults(evidence.store)


def rows(evidence: Evidence) -> Iterator[Issue]:
    """Rows of the database that another hand has changed, taken away or added."""
    with evidence.store.read() as connection:
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


def lines(evidence: Evidence) -> Iterator[Issue]:
    """The lines that say how many are in a segment and as of when."""
    yield from count_faults(evidence.store)
    with evidence.store.read() as connection:
        static = static_ids(connection)
        for one in differences(connection, DERIVED):
            if one.part in static:
                continue
            path = evidence.called(one.part) if one.part else f"workbench.db {one.table}"
            yield Issue(path, _rows(ROWS[one.table], one.expected, one.found))


def members(evidence: Evidence) -> Iterator[Issue]:
    """The members of segments with a filter."""
    for key, right in evidence.right.items():
        try:
            with evidence.store.read() as connection:
                stored = members_of(connection, [key])[key].rows
        except StoreError as error:
            yield Issue(evidence.called(key), f"its members cannot be read: {error.message}")
            continue
        if stored != right:
            yield Issue(evidence.called(key), _unlike(right, stored, "its filter finds"))


def history(evidence: Evidence) -> Iterator[Issue]:
    """The entries and exits of segments, which lead to their members."""
    with evidence.store.read() as connection:
        told = {one.id for one in segments(connection) if one.type not in SILENT}
    for key in evidence.right.keys() & told:
        with evidence.store.read() as connection:
            found = BitMap()
            for move in moves_of(connection, key):
                found = (found | move.entered) - move.left
        if found != evidence.right[key]:
            said = _unlike(evidence.right[key], found, "are members")
            yield Issue(f"{evidence.called(key)}, entries and exits", said)


def _unlike(right: BitMap, found: BitMap, why: str) -> str:
    lacking, others = len(right - found), len(found - right)
    return (
        f"expected the {len(right):,} customers that {why}, got {len(found):,}: "
        f"{lacking:,} of them are missing, {others:,} are others"
    )


def index(evidence: Evidence) -> Iterator[Issue]:
    """The index of entries and exits by customer."""
    with evidence.store.read() as connection:
        if index_differs(connection):
            yield Issue("workbench.db move_customer", "expected the entries and exits of each "
                        "customer, got others")  # fmt: skip


def log(evidence: Evidence) -> Iterator[Issue]:
    """The chain of the change log."""
    with evidence.store.read() as connection:
        for number, what in walked(connection).faults:
            yield Issue(f"change log, line {number}", what)


def sums(evidence: Evidence) -> Iterator[Issue]:
    """The check sums beside the files of records."""
    for table in evidence.tables:
        for name in evidence.store.without_sums(table, evidence.snapshot):
            yield Issue(table.name, f"the check sum of the file {name} is missing or broken")


def keys(evidence: Evidence) -> Iterator[Issue]:
    """The keys of metadata, noted beside the records."""
    if not evidence.store.keys_noted():
        yield Issue("tables/metadata.json", "expected the keys of metadata, got others")


def memory(evidence: Evidence) -> Iterator[Issue]:
    """What this process has in memory, kept from change to change."""
    held, read = evidence.workbench.profile(), evidence.profile
    if held.change != read.change:  # somebody has written meanwhile
        return
    if not held.customers.select(sorted(held.customers.columns)).equals(
        read.customers.select(sorted(read.customers.columns))
    ):
        yield Issue("customers in memory", "expected the customers that are stored, got others")
    yield from _activity(held, read)


def _activity(held: Profile, read: Profile) -> Iterator[Issue]:
    for name, state in held.activity.loaded().items():
        stored = read.activity.records(name)
        for source, frame in state.summaries.values():
            afresh = aggregated(source, stored, read.activity.records)
            order = frame.columns[0]
            if not frame.sort(order).equals(afresh.select(frame.columns).sort(order)):
                yield Issue(f"{source.name} of customers", "expected what their records come to, "
                            "got another sum in memory")  # fmt: skip
        if state.uses:
            counted = Uses.of(stored)
            codes = stored["voucher_code"].drop_nulls().unique()
            wrong = [one for one in codes if state.uses[0].of_code(one) != counted.of_code(one)]
            for code in wrong:
                yield Issue(f"voucher {code}", "expected its redemptions, got another number")


def files(evidence: Evidence) -> Iterator[Issue]:
    """The files of exports, which have to be those of their receipts."""
    for file in other_files(evidence):
        yield Issue(f"exports/{file.name}", "expected the file that was written, got another")


def other_files(evidence: Evidence) -> list[Path]:
    """Files of exports that are not those of their receipts."""
    found = _exported(evidence)
    return [file for file, expected in found if file.is_file() and _digest(file) != expected]


def absent(evidence: Evidence) -> Iterator[Issue]:
    """Files of exports that are gone."""
    for file, _ in _exported(evidence):
        if not file.exists():
            yield Issue(f"exports/{file.name}", "the file of an export is gone")


def strays(evidence: Evidence) -> Iterator[Issue]:
    """What interrupted work, or somebody else, has left beside the files of records."""
    for table in evidence.tables:
        for name in evidence.store.strays(table, evidence.snapshot):
            yield Issue(f"tables/{table.name}", f"{name} belongs to no version of the table")


def _exported(evidence: Evidence) -> Iterator[tuple[Path, str]]:
    """Each file of an export that lay in the workspace, and its digest."""
    with evidence.store.read() as connection:
        found = exports(connection)
    for run in found:
        if run.file_name.startswith(run.id):
            yield evidence.store.folder / "exports" / run.file_name, run.file_sha256


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        digest = sha256()
        while part := content.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()
