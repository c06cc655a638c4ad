"""An uploaded file on the disk, where an import can read it beside the page."""

import shutil
from asyncio import to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet, finalize

from streamlit.runtime.uploaded_file_manager import UploadedFile

from engine.system.disk import refusals_told
from engine.system.scratch import scratch_folder, sweep


class Upload:
    """
    A copy of an uploaded file that lasts as long as this object.

    The session holds it while its page shows the file, and a job while it reads it; after both, and
    at the latest when the process ends, the copy is gone; an erasure removes it where it names the
    person. A folder of the workspace is its place.
    """

    def __init__(self, uploaded: UploadedFile, place: Path) -> None:
        folder = scratch_folder("upload", place)
        self.discard = finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.file_id = uploaded.file_id
        self.path = folder / Path(uploaded.name).name
        with refusals_told(place, "The file was not taken"):
            self.path.write_bytes(uploaded.getbuffer())
        ALIVE.add(self)


ALIVE: WeakSet[Upload] = WeakSet()


@asynccontextmanager
async def uploads_discarded(_app: Any) -> AsyncIterator[None]:
    """
    Leaves no copy behind when the server is told to end: no exit handler runs then.

    What one that was killed has left goes now.
    """
    await to_thread(sweep)
    yield
    for each in list(ALIVE):
        each.discard()
