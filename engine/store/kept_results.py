"""Small results as they are now, read again only where somebody has written since."""

from collections.abc import Callable
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine

from engine.store.database import Driver, connected, database_errors, file_of, reading

Asked = ParamSpec("Asked")
Result = TypeVar("Result")


class KeptResults:
    """
    What every request asks for: settings, keys, the last change; whichever process wrote them.

    Whoever redeems asks for settings twice. A look-up is five calls of the driver, and of 32
    callers at once each gives the processor away at every one: they took half of the time.
    """

    def __init__(self, database: Engine) -> None:
        self._database, self._lock, self._file = database, Lock(), file_of(database)
        self._watch: Driver | None = None
        self._known: dict[tuple[Any, ...], tuple[int, Any]] = {}
        self._begun, self._seen = 0, (0, 0)  # looks at the watch; which one saw what last

    def of(
        self,
        read: Callable[Concatenate[Connection, Asked], Result],
        *asked: Asked.args,
        **named: Asked.kwargs,
    ) -> Result:
        """
        What `read` gives of the database, which is shared: nobody may change it.

        Raises:
            StoreError: the database is damaged, or the disk refuses.
        """
        version, key = self._version(), (read, *asked, *named.items())
        known: tuple[int, Result] | None = self._known.get(key)
        if known is not None and version == known[0]:
            return known[1]
        with reading(self._database) as connection:
            found = read(connection, *asked, **named)
        if version is not None:  # from before the reading: what is newer is read once more
            self._known[key] = version, found
        return found

    def close(self) -> None:
        """Lets the file go."""
        with self._lock:
            if self._watch is not None:
                self._watch.close()
            self._watch = None

    def _version(self) -> int | None:
        """
        Another number behind each commit; None where the file is read as it lies there.

        A look that began behind a caller's coming tells it what a look of its own would. So those
        who wait share one; each would give the processor away, and the next in line wait for it.
        """
        come = self._begun
        with database_errors(self._file), self._lock:
            if self._seen[0] > come:
                return self._seen[1]
            watch = self._watch or connected(self._file)
            if watch.reads_only:
                watch.close()
                return None
            self._watch = watch
            self._begun += 1
            found: int = watch.execute("PRAGMA data_version").fetchone()[0]
            self._seen = self._begun, found
        return found
