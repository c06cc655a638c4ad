"""
Where personal data lies, what erasure does with it there, and what subject access prints of it.

One row for each column of the database that holds text, for each record table, and for each kind of
file in the folder of a workspace; tests/privacy/test_inventory.py finds what has none. What a row
says is carried out: `texts`, `records` and `files` are loops over them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch

from engine.base.kinds.registry import KINDS

DATABASE, RECORDS, FILES, PROCESS = "database", "records", "files", "process"

# What erasure does; each is a branch of `texts`, `records` or `files`, or says why there is none.
MARKED = "values are replaced by a mark"
BLANKED = "what the row says is replaced by a mark"
ROW_GOES = "the row goes"
MOVED = "goes to the records first, and is erased there"
PROFILE_GOES = "all versions go; a number without a name stays"
FILE_GOES = "the file goes where it names the person"
ALL_GOES = "goes as a whole"
WRITTEN_ANEW = "what was erased is written over, and free pages go"
FORGOTTEN = "is read anew"
NOTHING = "holds nothing of customers"
KEPT = "stays"


@dataclass(frozen=True)
class Place:
    """One place where personal data may lie."""

    key: str  # `table.column`, a record table, a pattern of paths, or a name
    kind: str
    way: str  # what erasure does with it
    holds: str  # what it is, or why it holds nothing
    printed: str = ""  # what subject access prints of it


def _columns(way: str, holds: str, *keys: str, printed: str = "") -> Iterator[Place]:
    return (Place(key, DATABASE, way, holds, printed) for key in keys)


def _files(way: str, holds: str, *keys: str) -> Iterator[Place]:
    return (Place(key, FILES, way, holds) for key in keys)


PLACES: Mapping[str, Place] = {
    place.key: place
    for place in (
        Place("customers", RECORDS, PROFILE_GOES, "profiles, and who names whom as referrer",
              "every version under every id, and who was merged"),
        *(Place(name, RECORDS, MARKED, f"{name} of customers, and texts in them",
                f"their {name}, whole")
          for name in KINDS if name not in ("customers", "campaigns")),
        Place("campaigns", RECORDS, MARKED, "texts of campaigns"),
        *_columns(MARKED, "names and filters of views, presets of columns, settings",
                  "setting.value", "setting.name"),
        *_columns(MARKED, "what a change of definitions and settings was from and to",
                  "change_log.touched", "change_log.before", "change_log.after",
                  printed="the lines of changes that wrote the person's records"),
        *_columns(MARKED, "keys of metadata and names of events",
                  "metadata_name.name", "metadata_column.path"),
        *_columns(MARKED, "the file of an import, how it was read and what was said of it",
                  "import_run.file_name", "import_run.mapping", "import_run.header",
                  "import_run.misfits", "import_run.notes",
                  printed="the imports that brought or changed the person"),
        *_columns(BLANKED, "rows of files that did not come in, word by word",
                  "rejected_row.cells", "rejected_row.reason", "import_run.set_aside",
                  printed="the rejected rows that name the person"),
        *_columns(MARKED, "names, filters, tags and reasons of segments, in every version",
                  "segment.name", "segment.tags", "segment_version.filter",
                  "segment_version.reason",
                  printed="the segments the person is in, since when and because of what"),
        *_columns(MARKED, "who was exported: filters, lists of ids, names of files",
                  "export_run.parameters", "export_run.file_name",
                  "export_request.parameters",
                  printed="the exports whose files name the person"),
        *_columns(ROW_GOES, "answers to calls, kept so that they are not done twice",
                  "idempotency_key.answer", "idempotency_key.key"),
        *_columns(MARKED, "why somebody is not written to", "suppression.reason",
                  printed="whether and why the person is on the suppression list"),
        *_columns(MARKED, "results of long work", "async_action.result"),
        *_columns(MARKED, "who asked whether a code applies, by tracking id",
                  "validation.token", "validation.code", "validation.failure_message",
                  printed="what was validated under the person's tracking ids"),
        *_columns(MARKED, "segments as messages name them, and what a webhook's receiver answered",
                  "outbox.segment_name", "delivery.answer", "dead_message.answer"),
        *_columns(NOTHING, "where messages go to, as an analyst has entered it",
                  "webhook_target.name", "webhook_target.url", "webhook_target.events"),
        *_columns(MOVED, "records written a few at a time", "small_write.versions"),
        *_columns(NOTHING, "bitmaps of numbers: one without a profile is nobody",
                  "membership_part.rows", "stroke.entered", "stroke.left", "outbox.subjects"),
        *_columns(NOTHING, "a bitmap of the numbers of entries and exits", "stroke_block.strokes"),
        *_columns(NOTHING, "a keyed hash, by which the person is known again", "tombstone.hash"),
        *_columns(KEPT, "who works with the workbench, not who buys",
                  "change_log.actor", "import_run.actor", "segment_version.actor",
                  "export_run.actor", "api_key.name", "api_key.created_by", "async_action.actor",
                  "person.name", "person.email", "person.created_by", "page_session.person",
                  "export_request.actor", "suppression.actor", "webhook_target.created_by"),
        *_columns(NOTHING, "a word of the program's own",
                  "change_log.door", "change_log.cause", "checksum.table", "checksum.part",
                   "pointer.table", "small_write.table",
                  "metadata_name.namespace", "metadata_name.kind", "metadata_column.column",
                  "metadata_column.namespace", "metadata_column.kind", "import_run.kind",
                  "segment.type", "stroke.cause", "export_run.what", "api_key.roles",
                  "person.roles", "async_action.type", "async_action.status",
                  "export_request.object", "export_request.status", "validation.failure_code",
                  "outbox.event", "outbox.cause"),
        *_columns(NOTHING, "an id, a token or a hash that the program has made",
                  "change_log.digests", "change_log.hash", "validation.request",
                  "person.password", "person.stamp", "page_session.key", "page_session.stamp",
                  "import_run.id", "import_run.file_sha256",
                  "rejected_row.import_id", "segment.id", "segment_version.segment_id",
                  "membership.segment_id", "membership_part.segment_id", "stroke.segments",
                  "stroke_block.segment_id", "export_run.id", "export_run.file_sha256",
                  "api_key.id", "api_key.hash", "api_key.client_id", "api_key.client_hash",
                  "async_action.id", "async_action.request_id", "export_request.id",
                  "export_request.token", "idempotency_key.digest", "erasure.id",
                  "tombstone.erasure_id", "webhook_target.id", "webhook_target.secret",
                  "webhook_target.claim", "outbox.key", "outbox.segment_id", "delivery.target_id",
                  "dead_message.target_id"),
        *_columns(NOTHING, "what was erased, in numbers", "erasure.certificate"),
        *_files(WRITTEN_ANEW, "the database, its log and its free pages",
                "workbench.db", "workbench.db-wal", "workbench.db-shm", "workbench.db-journal"),
        *_files(WRITTEN_ANEW, "records and their history; its log names numbers alone",
                "tables/*/*.parquet", "tables/*/_delta_log/*", "tables/*/_sums/*"),
        *_files(WRITTEN_ANEW, "keys of metadata", "tables/metadata.json"),
        *_files(FILE_GOES, "files that were exported and kept", "exports/*"),
        *_files(FILE_GOES, "what work was begun, such as the import of a file", "jobs/*.json"),
        *_files(FILE_GOES, "where files are being written", "unfinished/*.note"),
        *_files(FILE_GOES, "files that are being imported: uploads, and what a database gave",
                "scratch/*/*"),
        *_files(ALL_GOES, "databases and tables that an adoption has moved aside", "set-aside/*"),
        *_files(ALL_GOES, "backups in the workspace, and databases of older versions", "backups/*"),
        *_files(NOTHING, "a lock", "*.lock", "jobs/*.lock", "unfinished/*.lock", "scratch/*.lock"),
        *_files(NOTHING, "keyed hashes, by which people are known again", "erased.json"),
        Place("uploads", PROCESS, FORGOTTEN,
              "what a browser has sent, in the memory of the server and in files without a name; "
              "it goes with the page that holds it"),
        Place("temporary", PROCESS, FORGOTTEN,
              "what a backup is made of, where the system wants temporary files; it goes with the "
              "backup, after a kill with the next start of the server"),
        Place("memory", PROCESS, FORGOTTEN, "the records in the memory of a process"),
    )
}  # fmt: skip


def places(kind: str, *ways: str) -> Iterator[Place]:
    """The rows of a kind, or those of some ways."""
    return (one for one in PLACES.values() if one.kind == kind and (not ways or one.way in ways))


def place_of_file(path: str) -> Place | None:
    """The row of a file or folder, by its path in the workspace; None: there is none."""
    for place in places(FILES):
        parts = place.key.split("/")
        found = path.split("/")
        below = place.way == ALL_GOES and len(found) > len(parts)
        if (below or len(parts) == len(found)) and all(map(fnmatch, found, parts)):
            return place
    return None


def lacking(columns: Iterable[str]) -> list[str]:
    """The columns of the database that have no row."""
    return [one for one in columns if one not in PLACES]
