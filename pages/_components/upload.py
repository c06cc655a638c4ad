"""An uploaded file on the disk, where an import can read it beside the page."""

import shutil
from pathlib import Path
from tempfile import mkdtemp
from weakref import finalize

from streamlit.runtime.uploaded_file_manager import UploadedFile


class Upload:
    """
    A copy of an uploaded file that lasts as long as this object.

    The session holds it while its page shows the file, and a job while it reads it; after both, and
    at the latest when the process ends, the copy is gone.
    """

    def __init__(self, uploaded: UploadedFile) -> None:
        folder = mkdtemp(prefix="workbench-upload-")
        finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.file_id = uploaded.file_id
        self.path = Path(folder) / Path(uploaded.name).name
        self.path.write_bytes(uploaded.getbuffer())
