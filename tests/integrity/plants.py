"""Damages to plant in a copy of the shop: one row each, with what is told and what helps."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zlib import crc32

from pyroaring import BitMap

from tests.integrity.shop import sql

REPAIR, ACCEPT, BACKUP = "repair", "accept", "backup"  # what is enough to be whole again


@dataclass(frozen=True)
class Plant:
    """One damage."""

    name: str
    do: Callable[[Path], object]
    told: str  # in a line about it
    helps: str


def by_sql(name, told, helps, *statements):
    return Plant(name, partial(_sql, statements=statements), told, helps)


def _sql(folder, statements):
    sql(folder, *statements)


def summed(bitmap):
    """A bitmap as it is stored, with a right sum: another hand that knows how."""
    content = bitmap.serialize()
    return crc32(content).to_bytes(4) + content


def segment(folder, name):
    return sql(folder, ("SELECT id FROM segment WHERE name = ?", (name,)))[0][0][0]


def swapped(name, folder):
    """One member in place of another, the number as it was."""
    key = segment(folder, name)
    parts = sql(folder, (
        "SELECT level, rows FROM membership_part WHERE segment_id = ? ORDER BY level", (key,)
    ))[0]  # fmt: skip
    level, blob = next((level, blob) for level, blob in parts if BitMap.deserialize(blob[4:]))
    members = BitMap.deserialize(blob[4:])
    other = next(row for row in range(600) if row not in members)
    changed = (members - BitMap([max(members)])) | BitMap([other])
    sql(folder, (
        "UPDATE membership_part SET rows = ? WHERE segment_id = ? AND level = ?",
        (summed(changed), key, level),
    ))  # fmt: skip


def one_less(folder, name):
    """A member is gone, and the number says so."""
    key = segment(folder, name)
    [(level, blob)] = sql(folder, (
        "SELECT level, rows FROM membership_part WHERE segment_id = ? AND length(rows) > 13 "
        "ORDER BY level LIMIT 1", (key,)
    ))[0]  # fmt: skip
    members = BitMap.deserialize(blob[4:])
    sql(folder, (
        "UPDATE membership_part SET rows = ? WHERE segment_id = ? AND level = ?",
        (summed(members - BitMap([members[0]])), key, level),
    ), ("UPDATE membership SET count = count - 1 WHERE segment_id = ?", (key,)))  # fmt: skip


def moved(folder):
    """A stroke says that another customer entered."""
    key, blob = sql(folder, "SELECT id, entered FROM stroke ORDER BY id DESC LIMIT 1")[0][0]
    entered = BitMap.deserialize(blob[4:])
    changed = summed(BitMap(row + 1 for row in entered))
    sql(folder, ("UPDATE stroke SET entered = ? WHERE id = ?", (changed, key)))


def byte_in(column, table, folder):
    rowid, blob = sql(folder, f'SELECT rowid, "{column}" FROM {table} LIMIT 1')[0][0]
    content = bytearray(blob)
    content[-1] ^= 64
    sql(folder, (f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?', (bytes(content), rowid)))


def reordered(folder):
    """Two lines of the log change places."""
    sql(folder, "UPDATE change_log SET number = 1000 WHERE number = 3",
        "UPDATE change_log SET number = 3 WHERE number = 4",
        "UPDATE change_log SET number = 4 WHERE number = 1000")  # fmt: skip


def inserted(folder):
    """A line is put in, those behind it renumbered."""
    columns = "at, actor, door, cause, touched, digests, hash"
    sql(folder, "UPDATE change_log SET number = number + 1000 WHERE number > 3",
        f"INSERT INTO change_log (number, {columns}) SELECT 4, {columns} FROM change_log "
        "WHERE number = 3",
        "UPDATE change_log SET number = number - 999 WHERE number > 1000")  # fmt: skip


def the(folder, pattern):
    return sorted(folder.glob(pattern))[0]


def flipped(pattern, place, folder):
    file = the(folder, pattern)
    content = bytearray(file.read_bytes())
    content[int(place * len(content))] ^= 4
    file.write_bytes(content)


def truncated(pattern, folder):
    file = the(folder, pattern)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def gone(pattern, folder):
    the(folder, pattern).unlink()


def garbage(pattern, folder):
    the(folder, pattern).write_bytes(b"this is a letter" * 40)


def exchanged(folder):
    """The file of one table in the place of another's."""
    the(folder, "tables/orders/*.parquet").write_bytes(
        the(folder, "tables/customers/*.parquet").read_bytes()
    )


def file(how, pattern, told, helps, *more):
    name = f"{how.__name__} {pattern}{''.join(f' {each}' for each in more)}"
    return Plant(name, partial(how, pattern, *more), told, helps)


def older_pointer(folder):
    """The pointer of the customers names the version before."""
    sql(folder, "UPDATE pointer SET version = version - 1 WHERE \"table\" = 'customers'")


PEOPLE = "tables/customers/*.parquet"
LOG_OF_PEOPLE = "tables/customers/_delta_log/*6.json"  # behind the checkpoint that an erasure makes
# A value of each table that another hand changes, and what helps then.
CHANGED = {
    "setting": ("""value = '"USD"' WHERE name = 'project/currency'""", ACCEPT),
    "change_set": ("at = '2026-10-01 00:00:00.000000' WHERE number = 1", ACCEPT),
    "change_log": ("actor = 'eve' WHERE number = 2", ACCEPT),
    "pointer": ("next_row = next_row + 1 WHERE \"table\" = 'orders'", ACCEPT),
    "small_write": ("\"table\" = 'events' WHERE \"table\" = 'vouchers'", BACKUP),
    "metadata_name": ("kind = 'string' WHERE name = 'tier'", ACCEPT),
    "metadata_column": ("""path = '["width"]' WHERE path = '["tier"]'""", ACCEPT),
    "import_run": ("created = created + 1 WHERE created > 0", ACCEPT),
    "rejected_row": ("reason = 'none'", ACCEPT),
    "segment": ("name = 'Another' WHERE name = 'Idle'", ACCEPT),
    "segment_version": ("reason = 'none'", ACCEPT),
    "membership": ("at = '2026-10-01 00:00:00.000000'", REPAIR),
    "membership_part": ("level = level + 7", REPAIR),
    "stroke": ("cause = 'clock'", ACCEPT),
    "export_run": ("rows = rows + 1", ACCEPT),
    "api_key": ('roles = \'["admin", "x"]\'', ACCEPT),
    "person": ("roles = '[\"admin\"]'", ACCEPT),
    "page_session": ("person = 'eve'", ACCEPT),
    "async_action": ("status = 'FAILED'", ACCEPT),
    "export_request": ("token = 'stolen'", ACCEPT),
    "idempotency_key": ("answer = '{}'", ACCEPT),
    "validation": ("code = 'OTHER'", ACCEPT),
    "erasure": ("certificate = '{}'", ACCEPT),
    "tombstone": ("person = person + 1", ACCEPT),
    "suppression": ("reason = 'none'", ACCEPT),
    "webhook_target": ("url = 'https://evil.example/'", ACCEPT),
    "outbox": ("event = 'customer.left'", ACCEPT),
    "delivery": ("done = 1", ACCEPT),
    "dead_message": ("answer = 'none'", ACCEPT),
}
# What helps where a row is gone; a row that others point at is missed by the database itself.
LOST = {
    "setting": ("WHERE name = 'project/currency'", ACCEPT),
    "change_set": ("WHERE number = 3", BACKUP),
    "change_log": ("WHERE number = 3", ACCEPT),
    "pointer": ("WHERE \"table\" = 'customers'", BACKUP),
    "small_write": ("", BACKUP),
    "metadata_name": ("WHERE name = 'tier'", ACCEPT),
    "metadata_column": ("""WHERE path = '["tier"]'""", ACCEPT),
    "import_run": ("WHERE kind = 'orders'", ACCEPT),
    "rejected_row": ("", ACCEPT),
    "segment": ("WHERE name = 'Chosen'", BACKUP),
    "segment_version": ("WHERE segment_id IN (SELECT id FROM segment WHERE name = 'Idle')", ACCEPT),
    "membership": ("", REPAIR),
    "membership_part": ("", ACCEPT),
    "stroke": ("WHERE id = (SELECT max(id) FROM stroke)", ACCEPT),
    "export_run": ("", ACCEPT),
    "api_key": ("", ACCEPT),
    "person": ("", ACCEPT),
    "page_session": ("", ACCEPT),
    "async_action": ("", ACCEPT),
    "export_request": ("", ACCEPT),
    "idempotency_key": ("", ACCEPT),
    "validation": ("", ACCEPT),
    "erasure": ("", BACKUP),
    "tombstone": ("", ACCEPT),
    "suppression": ("", ACCEPT),
    "webhook_target": ("", BACKUP),
    "outbox": ("", BACKUP),
    "delivery": ("", ACCEPT),
    "dead_message": ("", ACCEPT),
}
TOLD = {"membership_part": "members", "small_write": "small changes", "pointer": "that"}
CLOSED = ("small_write", "pointer")  # a workspace that lacks rows of these does not open
CHANGES = [
    by_sql(f"changed {name}", TOLD.get(name, name), helps, f'UPDATE "{name}" SET {how}')
    for name, (how, helps) in CHANGED.items()
]
LOSSES = [
    by_sql(f"lost of {name}", TOLD.get(name, name), helps, f'DELETE FROM "{name}" {which}')
    for name, (which, helps) in LOST.items()
]
# Damages of different tables are looked for in one copy: each is told whatever else is damaged.
TOGETHER = [
    [one for one in rows if not any(name in one.name for name in CLOSED)]
    for rows in (CHANGES, LOSSES)
]
ALONE = [
    *(one for one in (*CHANGES, *LOSSES) if any(name in one.name for name in CLOSED)),
    Plant("a swapped member of a list", partial(swapped, "Chosen"), "segment Chosen", ACCEPT),
    Plant("a swapped member", partial(swapped, "Sized"), "segment Sized", REPAIR),
    Plant("a swapped member, passive", partial(swapped, "Idle"), "segment Idle", REPAIR),
    Plant("a lost member", lambda folder: one_less(folder, "Sized"), "segment Sized", REPAIR),
    Plant("a lost member of a list", lambda folder: one_less(folder, "Chosen"), "Chosen", ACCEPT),
    Plant("a byte of members", partial(byte_in, "rows", "membership_part"), "not what was", REPAIR),
    by_sql("a level of members", "members of segments", REPAIR,
           "UPDATE OR IGNORE membership_part SET level = 0 WHERE level = 1"),
    Plant("a changed stroke", moved, "entries and exits", ACCEPT),
    Plant("a byte of a stroke", partial(byte_in, "left", "stroke"), "stroke", BACKUP),
    by_sql("a count of members", "members", REPAIR, "UPDATE membership SET count = count + 1"),
    by_sql("members due never", "membership", REPAIR, "UPDATE membership SET due = NULL"),
    by_sql("an entry nobody finds", "customer", REPAIR, "DELETE FROM stroke_customer"),
    by_sql("a stroke that no segment finds", "segment", REPAIR, "DELETE FROM stroke_block"),
    by_sql("an entry of another", "customer", REPAIR,
           "UPDATE stroke_customer SET customer_row = customer_row + 1000 WHERE customer_row > 0"),
    by_sql("a changed instant in the log", "line 2: it was changed", ACCEPT,
           "UPDATE change_log SET at = '2026-11-02 09:29:00.000000' WHERE number = 2"),
    by_sql("a changed text in the log", "its before was changed", ACCEPT,
           "UPDATE change_log SET before = '{\"currency\": \"X\"}' WHERE before IS NOT NULL"),
    by_sql("a digest that is none", "digests", ACCEPT,
           "UPDATE change_log SET digests = '[]' WHERE number = 2"),
    by_sql("a missing line of the log", "line 3: it is missing", ACCEPT,
           "DELETE FROM change_log WHERE number = 3"),
    Plant("lines in another order", reordered, "it was moved", ACCEPT),
    Plant("a line put in", inserted, "it was put in", ACCEPT),
    Plant("an older pointer", older_pointer, "expected version", REPAIR),
    by_sql("a lost count", "setting", ACCEPT,
           "DELETE FROM checksum WHERE \"table\" = 'setting'"),
    by_sql("a row too many", "export_request", ACCEPT,
           "INSERT INTO export_request SELECT 'exp_2', created_at, actor, object, parameters, "
           "status, token, deleted_at FROM export_request"),
    by_sql("a value of another type", "api_key", ACCEPT, "UPDATE api_key SET used_at = 7"),
    by_sql("a text that is no JSON", "setting", BACKUP,
           "UPDATE setting SET value = '{' WHERE name = 'project/currency'"),
    by_sql("a text that is no instant", "export_run", BACKUP, "UPDATE export_run SET at = 'soon'"),
    by_sql("a text that is no text", "UTF-8", BACKUP,
           "UPDATE export_run SET actor = CAST(x'ff00fe' AS TEXT)"),
    by_sql("a time zone that is none", "time_zone", BACKUP,
           "INSERT INTO setting VALUES ('project/time_zone', '\"Nowhere\"')"),
    by_sql("a setting of another kind", "currency", BACKUP,
           "UPDATE setting SET value = '7' WHERE name = 'project/currency'"),
    by_sql("a content that is none", "content", BACKUP,
           "UPDATE setting SET value = '7' WHERE name = 'content/orders'"),
    by_sql("a pass that is none", "pass", BACKUP,
           "UPDATE setting SET value = '[1]' WHERE name = 'memberships/pass'"),
    by_sql("a filter that is none", "segment_version", ACCEPT,
           "UPDATE segment_version SET filter = '7' WHERE filter IS NOT NULL"),
    by_sql("a touched that is none", "touched was changed", ACCEPT,
           "UPDATE change_log SET touched = '7' WHERE number = 1"),
    by_sql("a table that is gone", "validation", BACKUP, "DROP TABLE validation"),
    by_sql("a column that is gone", "segment", BACKUP, "ALTER TABLE segment DROP COLUMN tags"),
    file(flipped, "workbench.db", "", BACKUP, 0.0),
    file(truncated, "workbench.db", "", BACKUP),
    file(garbage, "workbench.db", "workbench.db", BACKUP),
    *(file(flipped, PEOPLE, "not what was written", BACKUP, place) for place in (0.0, 0.3, 0.9)),
    file(truncated, PEOPLE, "bytes", BACKUP),
    file(gone, PEOPLE, "missing", BACKUP),
    file(garbage, PEOPLE, "bytes", BACKUP),
    Plant("the file of another table", exchanged, "orders", BACKUP),
    file(truncated, LOG_OF_PEOPLE, "customers", BACKUP),
    file(gone, LOG_OF_PEOPLE, "customers", BACKUP),
    file(garbage, LOG_OF_PEOPLE, "customers", BACKUP),
    file(gone, "tables/customers/_sums/*", "check sum", REPAIR),
    file(garbage, "tables/customers/_sums/*", "check sum", REPAIR),
    file(garbage, "exports/*.csv", "exports/", REPAIR),
    file(flipped, "exports/*.csv", "exports/", REPAIR, 0.5),
    file(truncated, "exports/*.csv", "exports/", REPAIR),
]  # fmt: skip
