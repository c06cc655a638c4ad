"""While a process serves, its courier delivers what waits, whichever process has written it."""

import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

from engine.actors import COURIER
from engine.errors import WorkbenchError
from engine.messages.bodies import Printers
from engine.messages.delivery import deliver
from engine.workspace.workbench import Access, Workbench

PAUSE = 1  # seconds between two looks: what another process writes tells nobody; one takes 0.2 ms


class Courier:
    """A thread that delivers messages as they come to wait, and those that are due again."""

    def __init__(self, workbench: Callable[[], Workbench], printers: Printers) -> None:
        self._workbench = workbench  # opened by the thread, so that nobody waits for it
        self._printers = printers
        self._ended = Event()
        self._thread = Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def end(self) -> None:
        """Ends once what is being sent is sent, for at most as long as one attempt may take."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        with suppress(WorkbenchError):  # a workspace that cannot be opened, as every page says
            access = self._workbench().acting(COURIER)
            while not self._ended.wait(0 if self._delivered(access) else PAUSE):
                pass

    def _delivered(self, access: Access) -> bool:
        try:
            return deliver(access, self._printers)
        except WorkbenchError:  # a full disk: the next look tries again
            return False
        except Exception:  # a fault of the program must not end what goes out
            logging.getLogger(__name__).exception("messages were not delivered")
            return False
