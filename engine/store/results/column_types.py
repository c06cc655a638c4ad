"""How values lie in `workbench.db` that SQLite does not keep as they are."""

from datetime import UTC, datetime
from zlib import crc32

from sqlalchemy import DateTime, Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC: SQLite drops the zone, so it is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else value.replace(tzinfo=UTC)


class Bytes(LargeBinary):
    """Bytes that the driver takes as they are: a view of each was made, of 1,000 in a group."""

    def bind_processor(self, dialect: Dialect) -> None:  # noqa: ARG002 - SQLAlchemy's signature
        return None


class SummedBytes(TypeDecorator[bytes]):
    """Bytes behind their check sum: SQLite does not see that one has changed."""

    impl = Bytes
    cache_ok = True
    size = 4  # of the sum

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else crc32(value).to_bytes(self.size) + value

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        content = value[self.size :]
        if crc32(content).to_bytes(self.size) != value[: self.size]:
            raise ValueError("content that is not what was written")
        return content
