"""While a process begins to serve, what its first caller would wait for is made."""

from collections.abc import Callable
from contextlib import suppress
from threading import Thread

from engine.accounts import keys
from engine.customers.readiness import prepare
from engine.errors import WorkbenchError
from engine.workspace.workbench import Workbench


class Readiness:
    """A thread that makes it, once; not where no program has ever asked with a key."""

    def __init__(self, workbench: Callable[[], Workbench]) -> None:
        self._workbench = workbench  # opened by the thread, so that nobody waits for it
        self._thread = Thread(target=self._run, name="readiness", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def end(self) -> None:
        """Waits until it is done."""
        self._thread.join()

    def _run(self) -> None:
        with suppress(WorkbenchError):  # a workspace that cannot be opened, as every page says
            workbench = self._workbench()
            if any(key.used_at for key in keys.keys(workbench)):
                prepare(workbench)
