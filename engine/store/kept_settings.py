"""Settings as they are now, read again only where somebody has written since."""

from collections.abc import Mapping
from threading import Lock
from typing import Any

from sqlalchemy import Engine

from engine.store.database import Driver, connected, database_errors, file_of, reading
from engine.store.results.settings import settings

Values = Mapping[str, Any]  # values of one group


class KeptSettings:
    """
    The settings of a workspace, whichever process wrote them.

    Whoever redeems asks twice. A look-up is five calls of the driver, and of 32 callers at once
    each gives the processor away at every one: they took half of the time.
    """

    def __init__(self, database: Engine) -> None:
        self._database, self._lock = database, Lock()
        self._watch: Driver | None = None
        self._known: dict[str, tuple[int, Values]] = {}
        self._begun, self._seen = 0, (0, 0)  # looks at the watch; which one saw what last

    def of(self, group: str) -> Values:
        """
        Every value of a group by its name.

        Raises:
            StoreError: the database is damaged, or the disk refuses.
        """
        version = self._version()
        at, found = self._known.get(group, (None, {}))
        if version is None or version != at:
            with reading(self._database) as connection:
                found = settings(connection, group)
            if version is not None:  # from before the reading: what is newer is read once more
                self._known[group] = version, found
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
        with database_errors(file_of(self._database)), self._lock:
            if self._seen[0] > come:
                return self._seen[1]
            watch = self._watch or connected(file_of(self._database))
            if watch.reads_only:
                watch.close()
                return None
            self._watch = watch
            self._begun += 1
            found: int = watch.execute("PRAGMA data_version").fetchone()[0]
            self._seen = self._begun, found
        return found
