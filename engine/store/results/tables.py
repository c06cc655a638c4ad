"""What `workbench.db` holds: everything relational and small, and all results."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    func,
    literal_column,
)

from engine.store.results.account_tables import api_key as api_key  # one list of all tables
from engine.store.results.account_tables import page_session as page_session
from engine.store.results.account_tables import person as person
from engine.store.results.column_types import Instant, SummedBytes
from engine.store.results.schema import metadata as metadata

setting = Table(
    "setting",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", JSON, nullable=False),
)

# Numbers are given under the writer's lock, so number = order; instants never run backwards.
change_set = Table(
    "change_set",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
)

# Everything that was changed, in order: records, definitions, settings, views and exports.
change_log = Table(
    "change_log",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("actor", String, nullable=False),
    Column("door", String),  # null: from before there was a log
    Column("cause", String, nullable=False),
    Column("change", ForeignKey("change_set.number"), index=True),  # null: no record was written
    Column("touched", JSON, nullable=False),  # kind of thing -> how many of it, or which
    Column("before", JSON(none_as_null=True)),  # of definitions and settings
    Column("after", JSON(none_as_null=True)),
    Column("undoes", ForeignKey("change_log.number")),  # the line that this one takes back
    # Of what may have to be blanked: column -> its salt, null once it is, and its digest.
    Column("digests", JSON, nullable=False, server_default="{}"),
    Column("hash", String, nullable=False, server_default="-"),  # of the line and the hash before
    UniqueConstraint("undoes"),
)
# What the log can be narrowed to, without a look at every line.
Index(None, change_log.c.cause, change_log.c.door, change_log.c.actor)

# How many rows each table, or part of one, has and what they come to (checksums.py).
checksum = Table(
    "checksum",
    metadata,
    Column("table", String, primary_key=True),
    Column("part", String, primary_key=True),  # empty: the whole table
    Column("rows", BigInteger, nullable=False),
    Column("sum", BigInteger, nullable=False),
)

# Where the versions of each record table lie, as of the last committed change set.
pointer = Table(
    "pointer",
    metadata,
    Column("table", String, primary_key=True),
    Column("version", BigInteger, nullable=False),  # of the Delta table
    Column("next_row", BigInteger, nullable=False),
    Column("upto", Integer, nullable=False),  # the last change set that the Delta table may hold
    Column("waiting", Integer, nullable=False),  # rows in `small_write`
    Column("appends", Integer, nullable=False),  # to the Delta table since it was compacted
    # 0 of these: what was removed by age, and folded, is nothing (pointers.py)
    *(Column(name, Integer, nullable=False, server_default="0") for name in ("since", "folded")),
)

# What small change sets wrote of a record table, until one append takes many to the Delta table.
small_write = Table(
    "small_write",
    metadata,
    Column("table", String, primary_key=True),
    Column("change", ForeignKey("change_set.number"), primary_key=True),  # the last of those in it
    Column("versions", SummedBytes, nullable=False),  # Arrow IPC stream
)

# The settled type of a metadata name: fixed by the first write that brings it.
metadata_name = Table(
    "metadata_name",
    metadata,
    Column("namespace", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("many", Boolean, nullable=False),
)

# One physical column per key and type; `path` tells a dotted key from a path into an object.
metadata_column = Table(
    "metadata_column",
    metadata,
    Column("column", String, primary_key=True),
    Column("namespace", String, nullable=False),
    Column("path", JSON, nullable=False),
    Column("kind", String, nullable=False),
    Column("many", Boolean, nullable=False),
)

import_run = Table(
    "import_run",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    # null: the file changed nothing
    Column("change", ForeignKey("change_set.number"), index=True),
    Column("at", Instant, nullable=False),
    Column("actor", String, nullable=False),
    Column("file_name", String, nullable=False),
    Column("file_sha256", String, nullable=False, index=True),
    Column("file_bytes", BigInteger, nullable=False),
    Column("mapping", JSON, nullable=False),
    Column("header", JSON, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("unchanged", BigInteger, nullable=False),
    Column("repeated", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("customers_created", BigInteger, nullable=False, server_default="0"),
    Column(
        "misfits", JSON, nullable=False
    ),  # metadata name -> values kept that do not fit its kind
    Column("set_aside", JSON, nullable=False, server_default="[]"),
    Column("notes", JSON, nullable=False, server_default="[]"),
    Column("seconds", Double, nullable=False),
    # rows of people who were erased
    Column("suppressed", BigInteger, nullable=False, server_default="0"),
)

rejected_row = Table(
    "rejected_row",
    metadata,
    Column("import_id", ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True),
    Column("row", BigInteger, primary_key=True),
    Column("line", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
    Column("cells", JSON, nullable=False),
)

segment = Table(
    "segment",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("type", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant),
    Column("tags", JSON, nullable=False, server_default="[]"),
    UniqueConstraint("name"),
)

segment_version = Table(
    "segment_version",
    metadata,
    Column("segment_id", ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("filter", JSON(none_as_null=True)),  # null: a static segment
    Column("at", Instant, nullable=False),
    Column("actor", String, nullable=False),
    Column("reason", String),  # why a static segment was edited by hand
)

# Who is in a segment, every type alike: true from `at` until `due`, as the records are now.
membership = Table(
    "membership",
    metadata,
    Column("segment_id", ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, nullable=False),  # how often the members were written
    Column("count", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),  # the clock that the members were last found at
    Column("due", Instant),  # when time may move somebody next; null: never
)

# Its members, apart from the line above, which is rewritten more often than tens of kilobytes.
membership_part = Table(
    "membership_part",
    metadata,
    Column("segment_id", ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True),
    Column("level", Integer, primary_key=True),  # 0 is the largest
    Column("rows", SummedBytes, nullable=False),  # roaring bitmap of customers' `row`
)

# Who entered and left at one stroke, and because of what; the order of ids is that of time.
stroke = Table(
    "stroke",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("cause", String, nullable=False),
    # null: the clock or a definition
    Column("change", ForeignKey("change_set.number"), index=True),
    Column("segments", JSON, nullable=False),  # that it went through: id -> version of its filter
    Column("entered", SummedBytes, nullable=False),
    Column("left", SummedBytes, nullable=False),
)

# Which strokes moved a customer; one that moved many stands under EVERYBODY (moves.py). These two
# name strokes without a foreign key: to delete one would read every line.
stroke_customer = Table(
    "stroke_customer",
    metadata,
    Column("customer_row", BigInteger, primary_key=True, autoincrement=False),
    Column("stroke_id", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Which strokes of a full block (moves.py) went through a segment.
stroke_block = Table(
    "stroke_block",
    metadata,
    Column("segment_id", ForeignKey("segment.id"), primary_key=True),
    Column("block", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),  # of its filter
    Column("strokes", SummedBytes, nullable=False),  # a bitmap of their ids
    sqlite_with_rowid=False,
)

export_run = Table(
    "export_run",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String, nullable=False),
    Column("what", String, nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("change", Integer, nullable=False),  # the last change set that the rows include; 0: none
    Column("rows", BigInteger, nullable=False),
    Column("held_out", BigInteger),  # records of the control group; null: there was none
    Column("file_name", String, nullable=False),
    Column("file_bytes", BigInteger, nullable=False),
    Column("file_sha256", String, nullable=False),
    Column("seconds", Double, nullable=False),
)
# Of which segment an export was, as its order named it.
EXPORTED_SEGMENT = func.json_extract(export_run.c.parameters, literal_column("'$.segment'"))
# A page of the newest, without a look at all that ever came in and went out.
Index(None, import_run.c.at, import_run.c.id)
Index(None, export_run.c.at, export_run.c.id)
Index("ix_export_run_segment", EXPORTED_SEGMENT, export_run.c.at, export_run.c.id)

# Long work that was asked for over HTTP, and what came of it.
async_action = Table(
    "async_action",
    metadata,
    Column("id", String, primary_key=True),
    Column("type", String, nullable=False),
    Column("status", String, nullable=False),
    Column("progress", Integer, nullable=False),  # per cent
    Column("created_at", Instant, nullable=False, index=True),
    Column("updated_at", Instant),
    Column("request_id", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("result", JSON(none_as_null=True)),
)

# Exports that were asked for over HTTP; the receipt of a finished one has the same id.
export_request = Table(
    "export_request",
    metadata,
    Column("id", String, primary_key=True),
    Column("created_at", Instant, nullable=False),
    Column("actor", String, nullable=False),
    Column("object", String, nullable=False),
    Column("parameters", JSON, nullable=False),  # as they were sent
    Column("status", String, nullable=False),
    Column("token", String, nullable=False),  # of its download
    Column("deleted_at", Instant),
)
Index(None, export_request.c.created_at, export_request.c.id)

# A request that came with a key is done once; the same again gets the answer of then.
idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("key", String, primary_key=True),
    Column("digest", String, nullable=False),  # of the request
    Column("change", ForeignKey("change_set.number"), nullable=False),
    Column("answer", JSON, nullable=False),
)

# Who has asked whether a code applies; it changes no record and is no line of the log.
validation = Table(
    "validation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("token", String, nullable=False, index=True),  # the tracking id of whoever asked
    Column("code", String, nullable=False, index=True),
    Column("failure_code", String),  # null: it applied
    Column("amount", BigInteger),  # cents, of the order; null: none was sent
    Column("request", String),  # one id for all codes that were asked for together
    Column("customer_row", BigInteger, index=True),  # null: nobody who was a customer then
    Column("failure_message", String),
    Column("discount_amount", BigInteger),  # cents; null: there was no order to take them off
)

# Who was erased, without anything of theirs: what went, when, by whom, and how much of it.
erasure = Table(
    "erasure",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("change", Integer, nullable=False),  # its change set; after an emptying it is gone
    Column("certificate", JSON, nullable=False),
)

# Who shall not be written to, whatever else is known of them.
suppression = Table(
    "suppression",
    metadata,
    Column("customer_row", BigInteger, primary_key=True, autoincrement=False),
    Column("reason", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", String, nullable=False),
)

# What they are known again by, should a file, a call or a backup bring them back.
tombstone = Table(
    "tombstone",
    metadata,
    Column("hash", String, primary_key=True),  # keyed, of one identity
    Column("erasure_id", ForeignKey("erasure.id", ondelete="CASCADE"), nullable=False),
    Column("person", Integer, nullable=False),  # of several who were erased at once
)

# Where events go out to, as somebody has entered it.
webhook_target = Table(
    "webhook_target",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("url", String, nullable=False),
    Column("secret", String, nullable=False),  # whole: messages are signed with it
    Column("events", JSON, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String, nullable=False),
    Column("claim", String),  # of the process that sends to it
    Column("claimed_until", Instant),
    UniqueConstraint("name"),
)

# What happened to some customers or redemptions at one stroke; a message each goes out.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, index=True),  # in the ids of the messages
    Column("at", Instant, nullable=False),
    Column("event", String, nullable=False),
    Column("cause", String, nullable=False),
    Column("change", Integer),  # null: the clock or a definition
    Column("segment_id", String),  # that was entered or left
    Column("segment_name", String),
    Column("subjects", SummedBytes, nullable=False),  # roaring bitmap of `row`
)

# How far the messages of a stroke are on their way to a target, in the order of `row`.
delivery = Table(
    "delivery",
    metadata,
    Column("target_id", ForeignKey("webhook_target.id", ondelete="CASCADE"), primary_key=True),
    Column("outbox_id", ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("total", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),  # delivered, dead, or about nobody any more
    Column("died", BigInteger, nullable=False),  # of those, sent again since or not
    Column("attempts", Integer, nullable=False),  # of the next one
    Column("due", Instant),  # of the next one's next attempt; null: at once
    Column("answer", String),  # the last one
    Column("answered_at", Instant),
)

# Messages that were tried as often as they are, and were not taken.
dead_message = Table(
    "dead_message",
    metadata,
    Column("target_id", ForeignKey("webhook_target.id", ondelete="CASCADE"), primary_key=True),
    Column("outbox_id", ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("subject", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("answer", String, nullable=False),
)
