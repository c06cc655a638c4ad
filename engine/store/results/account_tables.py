"""Who may use the HTTP API and the pages, as `tables` holds all else."""

from sqlalchemy import JSON, Column, String, Table, UniqueConstraint

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
