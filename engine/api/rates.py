"""How often one address may use the client side; this machine's own as often as it likes."""

from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from math import ceil
from threading import Lock

from engine.limits import REQUESTS

MOST, SPAN = REQUESTS.most, 5.0  # in seconds
KNOWN = 10_000  # addresses remembered
OWN = ("127.0.0.1", "::1")


class Rates:
    """The last requests of each address."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def asked(self, address: str) -> tuple[bool, Mapping[str, str]]:
        """Whether one more request is answered, and the headers that say how many are left."""
        if address in OWN:
            return True, {}
        now = self._seconds()
        with self._lock:
            seen = self._seen.setdefault(address, deque())
            self._seen.move_to_end(address)
            while len(self._seen) > KNOWN:
                self._seen.popitem(last=False)
            while seen and seen[0] <= now - SPAN:
                seen.popleft()
            fits = len(seen) < MOST
            if fits:
                seen.append(now)
            left, wait = MOST - len(seen), max(1, ceil(seen[0] + SPAN - now))
        headers = {
            "X-Rate-Limit-Limit": str(MOST),
            "X-Rate-Limit-Remaining": str(left),
            "X-Rate-Limit-Type": "CLIENT",
        }
        if not fits:
            headers |= {"X-Rate-Limit-Retry": str(wait), "Retry-After": str(wait)}
        return fits, headers
