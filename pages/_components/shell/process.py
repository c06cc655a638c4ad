"""What all sessions of the process share: made when it is first asked for, and kept to its end."""

from collections.abc import Callable
from threading import RLock
from typing import Generic, ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Shared = TypeVar("Shared")


class OfTheProcess(Generic[Arguments, Shared]):
    """
    A function that is called once for the same arguments; whoever comes meanwhile waits.

    Not `st.cache_resource`: any browser can tell Streamlit to clear that, one that is not signed in
    as well. The workspace was then opened anew for everybody, and work that went on was told to be
    interrupted.
    """

    def __init__(self, make: Callable[Arguments, Shared]) -> None:
        self._make = make
        self._made: dict[object, Shared] = {}
        self._guard = RLock()  # what is made may ask for what else is shared

    def __call__(self, *args: Arguments.args, **options: Arguments.kwargs) -> Shared:
        """What was made, or is now; where that fails, the next call tries again."""
        key = (args, *options.items())
        with self._guard:
            if key not in self._made:
                self._made[key] = self._make(*args, **options)
            return self._made[key]

    def clear(self) -> None:
        """Forgets what was made."""
        with self._guard:
            self._made.clear()
