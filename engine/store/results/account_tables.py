"""Who may use the HTTP API and the pages, as `tables` holds all else."""

from sqlalchemy import JSON, Boolean, Column, String, Table, UniqueConstraint

from engine.store.results.column_types import Instant
from engine.store.results.schema import metadata

# Who may use the HTTP API; of its tokens only what they hash to.
api_key = Table(
    "api_key",
    metadata,
    Column("id", String, primary_key=True),  # the app id
    Column("name", String, nullable=False),
    Column("roles", JSON, nullable=False),
    Column("hash", String, nullable=False),
    Column("client_id", String, nullable=False),
    Column("client_hash", String, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String, nullable=False),
    Column("rotated_at", Instant),
    Column("revoked_at", Instant),
    Column("used_at", Instant),  # to the minute
    UniqueConstraint("client_id"),
)

# Who may sign in to the pages: with a password, or by the address that a provider vouches for.
person = Table(
    "person",
    metadata,
    Column("name", String, primary_key=True),
    Column("email", String),
    Column("roles", JSON, nullable=False),
    Column("password", String),  # what it hashes to; null: signs in through the provider alone
    Column("stamp", String, nullable=False),  # another one after each change: sessions end by it
    Column("created_at", Instant, nullable=False),
    Column("created_by", String, nullable=False),
    Column("changed_at", Instant),
    UniqueConstraint("email"),
)

# Who is signed in to the pages; it outlives the server, and of its secret holds only the hash.
page_session = Table(
    "page_session",
    metadata,
    Column("key", String, primary_key=True),  # the kind of secret, and its hash
    Column("person", String, nullable=False),  # empty: somebody who is on no list
    Column("stamp", String, nullable=False),  # of the person as they signed in
    Column("began_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),  # to the minute
    # one that is over stays, where what its browser brings would begin another
    Column("ended", Boolean, nullable=False),
)
