"""How soon somebody may try to sign in again: behind a few tries that failed, pauses that grow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from engine.errors import PauseError

FREE: Mapping[str, int] = {"name": 3, "address": 10}  # tries before the first pause
LONGEST = 300.0  # seconds of a pause: whoever forgot a password is not kept out for a day
KEPT = 3_600.0  # seconds behind the last try: then all is forgotten
MOST = 10_000  # names and addresses that are remembered
Key = tuple[str, str]  # a key of FREE, and the name or the address


@dataclass
class Tries:
    """What came of one name or one address."""

    failed: int = 0
    last: float = 0.0
    until: float = 0.0  # the next try may come then


class Pauses:
    """The tries of one process; `now` is a clock of seconds that never goes back."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._tries: dict[Key, Tries] = {}
        self._guard = Lock()

    def begin(self, *keys: Key) -> None:
        """
        Counts a try, as one that fails until `succeeded` says otherwise: many at once gain nothing.

        Raises:
            PauseError: it comes too soon.
        """
        with self._guard:
            now = self._now()
            self._forget(now)
            wait = max((self._tries.get(key, Tries()).until - now for key in keys), default=0)
            if wait > 0:
                raise PauseError(
                    f"there were too many tries to sign in: try again in {_spelled(wait)}"
                )
            for key in keys:
                self._count(key, now)

    def succeeded(self, *keys: Key) -> None:
        """Forgets what failed before."""
        with self._guard:
            for key in keys:
                self._tries.pop(key, None)

    def _count(self, key: Key, now: float) -> None:
        tries = self._tries.pop(key, Tries())
        over = tries.failed + 1 - FREE[key[0]]
        pause = min(2.0 ** min(over, 20), LONGEST) if over >= 0 else 0
        self._tries[key] = Tries(tries.failed + 1, now, now + pause)  # the latest stand last

    def _forget(self, now: float) -> None:
        for key in list(self._tries):
            if self._tries[key].last + KEPT > now and len(self._tries) <= MOST:
                break
            del self._tries[key]


def _spelled(seconds: float) -> str:
    whole = int(seconds) + 1
    return f"{whole} second{'s' * (whole != 1)}"
